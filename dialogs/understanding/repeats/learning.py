"""Learning whether two texts are about the same matter, from the pairs in `pairs/`.

A line is `same` or `other`, what was said first, and what was said later, with tabs between. `python -m
dialogs.understanding.repeats.learning` renews the file that comes along; it takes some seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from dialogs.understanding.heads.features import plain
from dialogs.understanding.learned import REPEATS
from dialogs.understanding.model.encoder import Encoder, Floats, find_encoder
from dialogs.understanding.repeats.complaints import keep
from dialogs.understanding.repeats.features import Text, features, grams
from dialogs.understanding.repeats.scorer import Scorer, save

PAIRS, LANGUAGES = Path(__file__).parent / "pairs", Path(__file__).parents[1] / "languages"
SEEN_TWICE, RESTRAINT = 2, 0.003
"""How often an n-gram must stand in the later texts; how much large weights are held back."""
KEPT = 300
"""Complaints whose vectors come along."""
_EVERY = 9
"""Of the complaints in the language packs so many are passed over for each that tells what all have in common."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What one customer said twice, and whether it is about the same matter."""

    first: str
    second: str
    same: bool


def pairs(folder: Path = PAIRS) -> list[Pair]:
    """Every pair, of both languages. Raises `ValueError` for a line that is none."""
    return [_pair(line, file) for file in sorted(folder.glob("*.tsv")) for line in file.read_text("utf-8").splitlines()]


def _pair(line: str, file: Path) -> Pair:
    match line.split("\t"):
        case [("same" | "other") as kind, first, second]:
            return Pair(first, second, kind == "same")
        case _:
            raise ValueError(f"{file.name}: a line is `same` or `other` and two texts, with tabs between: {line[:60]}")


def learn(examples: Sequence[Pair], encoder: Encoder, complaints: Sequence[str]) -> Scorer:
    """A scorer from pairs; `complaints` tell what all have in common."""
    centre = encoder.encode([plain(text) for text in complaints]).mean(axis=0)
    counts = Counter(gram for pair in examples for gram in grams(pair.second))
    index = {gram: at for at, gram in enumerate(sorted(gram for gram in counts if counts[gram] >= SEEN_TWICE))}
    firsts, seconds = (_texts([getattr(pair, name) for pair in examples], encoder) for name in ("first", "second"))
    rows = np.stack([features(one, two, centre, index) for one, two in zip(firsts, seconds, strict=True)])
    return Scorer(centre, index, _fitted(rows, np.array([pair.same for pair in examples])))


def _texts(said: Sequence[str], encoder: Encoder) -> list[Text]:
    return [Text(text, row) for text, row in zip(said, encoder.encode([plain(text) for text in said]), strict=True)]


def _fitted(rows: Floats, same: NDArray[np.bool_]) -> Floats:
    wide, held = rows.astype(np.float64), np.full(rows.shape[1], RESTRAINT)
    held[0] = 0.0

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        score = wide @ weights
        chance = 1 / (1 + np.exp(-score))
        missed = np.logaddexp(0.0, np.where(same, -score, score)).mean() + (held * weights**2).sum()
        return float(missed), wide.T @ (chance - same) / len(same) + 2 * held * weights

    return np.asarray(minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x, dtype=np.float32)


def usual_complaints(folder: Path = LANGUAGES) -> Iterator[str]:
    """Complaints of the language packs, some of them, in English and Chinese."""
    for language in ("en", "zh"):
        for file in sorted((folder / language / "acts").glob("*.tsv")):
            for line in file.read_text("utf-8").splitlines()[::_EVERY]:
                act, _, text = line.partition("\t")
                if act == "complain":
                    yield text


def renew() -> str:
    """Learn anew and put it where the program brings it along; returns what became of it."""
    encoder = find_encoder()
    if encoder is None:
        return "repeats: the encoder is not installed, so nothing was learned"
    examples, complaints = pairs(), list(usual_complaints())
    save(learn(examples, encoder, complaints), REPEATS)
    keep(encoder.encode([plain(text) for text in complaints[:: len(complaints) // KEPT]])[:KEPT])
    return f"repeats: learned from {len(examples)} pairs"


if __name__ == "__main__":
    print(renew())
