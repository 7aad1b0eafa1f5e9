"""The scorer as it serves: a logistic regression over the features of two texts. It costs one small product."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from dialogs.understanding.learned import REPEATS
from dialogs.understanding.model.encoder import WIDTH, Floats
from dialogs.understanding.repeats.features import Text, features


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """`centre` is what all complaints have in common; `index` the place of each n-gram; `weights` one a feature."""

    centre: Floats
    index: Mapping[str, int]
    weights: Floats

    def likely(self, first: Text, second: Text) -> float:
        """How likely the later text is about the same matter, 0 to 1; 0 where a vector is not of this encoder."""
        if len(first.vector) != len(self.centre) or len(second.vector) != len(self.centre):
            return 0.0
        return 1 / (1 + exp(-float(features(first, second, self.centre, self.index) @ self.weights)))


def save(scorer: Scorer, file: Path) -> None:
    """Write it beside its place and move it there: arrays only."""
    written = io.BytesIO()
    grams = np.array("\n".join(scorer.index))
    np.savez(written, centre=scorer.centre, grams=grams, weights=scorer.weights)
    waiting = file.with_suffix(".part")
    waiting.write_bytes(written.getvalue())
    waiting.replace(file)


@lru_cache(maxsize=1)
def shipped() -> Scorer | None:
    """The scorer that comes along; None where it is lacking or cannot be read."""
    try:
        with np.load(REPEATS, allow_pickle=False) as stored:
            grams = {gram: at for at, gram in enumerate(str(stored["grams"]).split("\n"))}
            found = Scorer(stored["centre"], grams, stored["weights"])
    except (OSError, KeyError, ValueError, EOFError, BadZipFile):
        return None
    return found if len(found.centre) == WIDTH else None
