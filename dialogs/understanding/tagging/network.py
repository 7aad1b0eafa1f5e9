"""The tagger as it serves: a small convolutional network over the encoder's pieces, in numpy alone.

pieces x 1280 ──> 192 ──two convolutions over neighbours──> 192 ──two memories of all before and behind──> 192
       ──(and the text as a whole, and what was asked)──> 96 ──> marks

The marks are those of a fact's first piece, of its further pieces, and of no fact (Ramshaw and Marcus, "Text Chunking
using Transformation-Based Learning", 1995); the likeliest sequence that is one is found by Viterbi's algorithm.
What was asked comes in last, so that one text is read once and judged under every question.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from dialogs.understanding.model.encoder import Floats
from dialogs.understanding.reading import Mark
from dialogs.understanding.tagging.dataset import ASKED, FACTS
from dialogs.understanding.tagging.memory import remembered, ways
from dialogs.understanding.tagging.tokens import Pieces, whole_words

FORMAT = 2
LABELS = ("", *(f"{mark}{fact}" for fact in FACTS for mark in ("+", "-")))
"""Nothing, then of each fact its first piece and its further pieces."""
DISTANCES = (1, 2)
"""How far each convolution looks to either side."""
MEMORIES = 2
"""Layers that carry what was read along the text."""
_SHAPES = 8
_CURRENCY = frozenset("$£€¥₹元块塊")
_NEVER = -1e9
Labels = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Tagger:
    """The trained network: its weights by name (see `names`), the encoder's name and the digest of what it learned."""

    weights: Mapping[str, Floats]
    encoder: str
    digest: str

    def find(self, pieces: Pieces, vectors: Floats, asked: Sequence[tuple[str, ...]]) -> list[tuple[Mark, ...]]:
        """For each question that the text may answer, the facts in it, in the order of the text."""
        if not pieces.ids:
            return [() for _ in asked]
        weights = self.weights
        seen = np.concatenate([vectors, shapes(pieces)], axis=1) @ weights["in"] + weights["in.bias"]
        states = np.maximum(seen, 0)
        for at, distance in enumerate(DISTANCES):
            states = states + np.maximum(beside(states, distance) @ weights[f"conv{at}"] + weights[f"conv{at}.bias"], 0)
        along = ways([0], [len(states)], len(states))
        for at in range(MEMORIES):
            gates, news = gated(states @ weights[f"memory{at}"] + weights[f"memory{at}.bias"])
            states = states + remembered(gates, news, along)[0]
        whole: Floats = np.concatenate([states.max(axis=0), states.mean(axis=0)])
        hidden = states @ weights["hidden"] + whole @ weights["whole"] + weights["hidden.bias"]
        questions = _questions(tuple(asked)) @ weights["asked"]
        scores = np.maximum(hidden[None] + questions[:, None], 0) @ weights["out"] + weights["out.bias"]
        chances = _log_softmax(scores)
        return [_marks(pieces, one, path) for one, path in zip(chances, likeliest(chances), strict=True)]


def _marks(pieces: Pieces, chances: Floats, path: Labels) -> tuple[Mark, ...]:
    """The facts along a path of labels."""
    found: list[Mark] = []
    for first, last in _runs(path) if path.any() else ():
        fact = LABELS[path[first]][1:]
        start, end = whole_words(pieces.text, pieces.places[first][0], pieces.places[last][1])
        sure = float(np.exp(chances[np.arange(first, last + 1), path[first : last + 1]].mean()))
        if start < end:
            found.append(Mark(fact, start, end, round(sure, 3)))
    return tuple(found)


@lru_cache(maxsize=64)
def _questions(asked: tuple[tuple[str, ...], ...]) -> Floats:
    return np.stack([question(names) for names in asked])


def shapes(pieces: Pieces) -> Floats:
    """How each piece is written: digits, capitals, an at sign, a currency, the first, after a space."""
    rows = np.zeros((len(pieces.ids), _SHAPES), dtype=np.float32)
    for row, (start, end) in zip(rows, pieces.places, strict=True):
        said = pieces.text[start:end]
        row[:] = (
            any(map(str.isdigit, said)), said.isdigit(), said[:1].isupper(), said.isupper() and said.isascii(),
            "@" in said, not _CURRENCY.isdisjoint(said), start == 0, start > 0 and pieces.text[start - 1].isspace(),
        )  # fmt: skip
    return rows


def question(asked: Sequence[str]) -> Floats:
    """What was asked, as the network is told of it: a one for each thing."""
    return np.array([name in asked for name in ASKED], dtype=np.float32)


def beside(rows: Floats, distance: int) -> Floats:
    """Each row between the one `distance` before it and the one as far behind; noughts beyond the ends."""
    none = np.zeros((distance, rows.shape[1]), dtype=np.float32)
    before, behind = np.concatenate([none, rows])[: len(rows)], np.concatenate([rows, none])[distance:]
    together: Floats = np.concatenate([before, rows, behind], axis=1)
    return together


def gated(turned: Floats) -> tuple[Floats, Floats]:
    """Gates between nought and one, and news between minus one and one."""
    half = turned.shape[1] // 2
    gates: Floats = np.reciprocal(1 + np.exp(-turned[:, :half]))
    news: Floats = np.tanh(turned[:, half:])
    return gates, news


def _log_softmax(scores: Floats) -> Floats:
    lowered = scores - scores.max(axis=-1, keepdims=True)
    chances: Floats = lowered - np.log(np.exp(lowered).sum(axis=-1, keepdims=True))
    return chances


_FOLLOWS = np.array(
    [[_NEVER if after.startswith("-") and before[1:] != after[1:] else 0.0 for after in LABELS] for before in LABELS],
    dtype=np.float32,
)
"""What may come after what: a further piece only after a piece of the same fact."""


def likeliest(chances: Floats) -> Labels:
    """For each question the likeliest sequence of labels: questions x pieces, of the logarithms of their chances.

    Where the likeliest label of each piece may follow the one before, and that is nearly always, these are it.
    """
    paths: Labels = chances.argmax(axis=2)
    barred = (_FOLLOWS[0, paths[:, 0]] < 0) | (_FOLLOWS[paths[:, :-1], paths[:, 1:]] < 0).any(axis=1)
    if barred.any():
        paths[barred] = _likeliest(chances[barred])
    return paths


def _likeliest(chances: Floats) -> Labels:
    best, came_from = chances[:, 0] + _FOLLOWS[0], []
    for at in range(1, chances.shape[1]):
        ways = best[:, :, None] + _FOLLOWS
        came_from.append(ways.argmax(axis=1))
        best = ways.max(axis=1) + chances[:, at]
    paths = np.empty(chances.shape[:2], dtype=np.intp)
    paths[:, -1] = best.argmax(axis=1)
    rows = np.arange(len(paths))
    for at in range(chances.shape[1] - 1, 0, -1):
        paths[:, at - 1] = came_from[at - 1][rows, paths[:, at]]
    return paths


def _runs(path: Labels) -> list[tuple[int, int]]:
    """The first and the last piece of every fact."""
    begins = [at for at, label in enumerate(path.tolist()) if LABELS[label].startswith("+")]
    runs = []
    for begin, limit in pairwise([*begins, len(path)]):
        end = begin
        while end + 1 < limit and LABELS[path[end + 1]].startswith("-"):
            end += 1
        runs.append((begin, end))
    return runs


def save(tagger: Tagger, file: Path) -> None:
    """Write a tagger beside its place and move it there. Nothing in the file can run: arrays and JSON only."""
    said = {"format": FORMAT, "labels": LABELS, "encoder": tagger.encoder, "digest": tagger.digest}
    file.parent.mkdir(parents=True, exist_ok=True)
    waiting = file.with_suffix(".part")
    with waiting.open("wb") as out:
        arrays: dict[str, Any] = {name: array.astype(np.float16) for name, array in tagger.weights.items()}
        np.savez(out, said=np.array(json.dumps(said)), **arrays)
    waiting.replace(file)


def load(file: Path) -> Tagger | None:
    """A tagger from a file; None where there is none that this program can read."""
    try:
        with np.load(file, allow_pickle=False) as stored:
            said = json.loads(str(stored["said"]))
            if said["format"] != FORMAT or tuple(said["labels"]) != LABELS:
                return None
            weights = {name: stored[name].astype(np.float32) for name in stored.files if name != "said"}
            return Tagger(weights, said["encoder"], said["digest"])
    except (OSError, KeyError, ValueError, TypeError, EOFError, BadZipFile):
        return None
