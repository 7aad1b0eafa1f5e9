"""A trained classifier that weighs words and meaning together, as it serves: numpy alone, no training.

Kernel ridge regression. How alike two texts are is the mean of two likenesses: that of their stretches of
characters (the cosine of TF-IDF vectors) and that of their sentence vectors (a Gaussian of their distance).
The first part is folded into one weight per stretch and label; the second keeps the examples' vectors.
A text in a language of which the examples have hardly a word is judged by its nearest examples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogs.understanding.model.encoder import Floats
from dialogs.understanding.model.explaining import Weight
from dialogs.understanding.model.ngrams import grams, landmarks

Ints = NDArray[np.intp]

_FOREIGN = 0.5
_NEIGHBOURS, _CLOSENESS = 20, 10.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two texts are compared: the encoder's `share` in it, and how `narrow` its Gaussian is."""

    share: float
    narrow: float


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The stretches that count, with how telling each is (its inverse document frequency)."""

    index: Mapping[str, int]
    telling: Floats
    unseen: float

    def row(self, flat: str) -> tuple[Ints, Floats]:
        """A text as places in the vocabulary and weights there; characters and words make half of it each."""
        parts = [self._part(found) for found in grams(flat)]
        return np.concatenate([ids for ids, _ in parts]), np.concatenate([values for _, values in parts])

    def _part(self, found: Sequence[str]) -> tuple[Ints, Floats]:
        """Unknown stretches lengthen a text, so that what is known weighs less beside much that is not."""
        counts = {(gram, self.index.get(gram)): count for gram, count in Counter(found).items()}
        known = {at: count for (_, at), count in counts.items() if at is not None}
        ids = np.fromiter(known, dtype=np.intp, count=len(known))
        often = np.fromiter(known.values(), dtype=np.float32, count=len(known))
        values = (1 + np.log(often)) * self.telling[ids]
        norm = float(values @ values) + (len(counts) - len(known)) * self.unseen**2
        return ids, (values / np.float32((2 * norm) ** 0.5 or 1.0)).astype(np.float32)

    def is_foreign(self, flat: str) -> bool:
        """Whether most words of a text are unknown."""
        marks = landmarks(flat)
        return sum(mark in self.index for mark in marks) < _FOREIGN * len(marks)


@dataclass(frozen=True, slots=True, eq=False)
class Hybrid:
    """A trained classifier. `scores` are about 1 for a label that surely fits and about 0 for one that does not.

    `weights` is stretches x labels; `examples` the examples' centred vectors, one a row, and `pull` what each
    of them adds to each label, the weight of its own label being in `truth`. Without an encoder both are empty.
    """

    labels: tuple[str, ...]
    vocabulary: Vocabulary
    weights: Floats
    bias: Floats
    likeness: Likeness
    centre: Floats
    examples: Floats
    pull: Floats
    truth: Floats

    def scores(self, flats: Sequence[str], vectors: Floats | None) -> Floats:
        """Texts x labels. `vectors` are the encoder's, one a text; None scores by words alone."""
        found = np.stack([self.by_words(flat) for flat in flats]) if flats else np.zeros((0, len(self.labels)))
        if vectors is not None and len(self.examples) and len(flats):
            close = centred(vectors, self.centre) @ self.examples.T
            found += self.likeness.share * (np.exp(-self.likeness.narrow * (1 - close)) @ self.pull)
            for at, flat in enumerate(flats):
                if self.vocabulary.is_foreign(flat):
                    found[at] += self._nearest(close[at])
        return (found + self.bias).astype(np.float32)

    def by_words(self, flat: str) -> Floats:
        """The part of the scores that the text's stretches give."""
        ids, values = self.vocabulary.row(flat)
        found: Floats = values @ self.weights[ids]
        return found

    def contributions(self, flat: str, label: int) -> list[Weight]:
        """What each stretch of a text adds to a label's score. A pair of words is shown with a space."""
        ids, values = self.vocabulary.row(flat)
        names = {
            at: gram for part in grams(flat) for gram in part if (at := self.vocabulary.index.get(gram)) is not None
        }
        found = values * self.weights[ids, label]
        shown = [names[at].lstrip("=").replace("_", " ").strip() for at in ids.tolist()]
        return [Weight(words, float(weight)) for words, weight in zip(shown, found, strict=True)]

    def _nearest(self, close: Floats) -> Floats:
        """Which labels the nearest examples bear, scaled by how near they are."""
        nearest = np.argpartition(-close, min(_NEIGHBOURS, len(close) - 1))[:_NEIGHBOURS]
        votes = np.exp(_CLOSENESS * (close[nearest] - 1))
        found: Floats = (votes @ self.truth[nearest]) / votes.sum() * max(float(close[nearest].max()), 0.0)
        return found


def centred(vectors: Floats, centre: Floats) -> Floats:
    """Vectors seen from the middle of the examples, of length one again."""
    moved = vectors - centre
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    unit: Floats = (moved / np.maximum(lengths, 1e-6)).astype(np.float32)
    return unit
