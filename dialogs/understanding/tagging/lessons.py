"""Marked examples as numbers, and some of them together, as the network takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogs.understanding.model.encoder import Floats
from dialogs.understanding.tagging.dataset import ASKED
from dialogs.understanding.tagging.network import DISTANCES

Places = NDArray[np.intp]
_GAP = max(DISTANCES)


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """One example: pieces x features, the right label of each piece, and what was asked."""

    features: NDArray[np.float16]
    labels: Places
    asked: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some lessons, one behind the other with gaps between: what was asked stands beside each piece, and `real` is
    nought in the gaps. Text `n` has `lengths[n]` pieces from row `begins[n]` on.
    """

    features: Floats
    labels: Places
    asked: Floats
    real: Floats
    begins: Places
    lengths: Places

    @property
    def texts(self) -> Places:
        """The text of every row; a gap belongs to the text before it."""
        return np.repeat(np.arange(len(self.begins)), self.lengths + _GAP)


def laid_out(lessons: Sequence[Lesson]) -> Batch:
    """Lessons in rows."""
    lengths = np.array([len(one.labels) for one in lessons])
    begins = np.cumsum(lengths + _GAP) - lengths - _GAP
    total = int((lengths + _GAP).sum())
    features = np.zeros((total, lessons[0].features.shape[1]), dtype=np.float32)
    labels, asked = np.zeros(total, dtype=np.intp), np.zeros((total, len(ASKED)), dtype=np.float32)
    real = np.zeros((total, 1), dtype=np.float32)
    for one, begin in zip(lessons, begins.tolist(), strict=True):
        here = slice(begin, begin + len(one.labels))
        features[here], labels[here], asked[here], real[here] = one.features, one.labels, one.asked, 1
    return Batch(features, labels, asked, real, begins, lengths)
