"""How the tagger learns: gradient descent by Adam (Kingma and Ba, 2015), by hand in numpy, on all examples at once.

The encoder's 1280 numbers a piece are first turned to their principal directions, of which `DIRECTIONS` are kept: the
network learns as well from them, in a quarter of the time. The turn is folded into the first layer when it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dialogs.understanding.model.encoder import Floats
from dialogs.understanding.tagging.dataset import ASKED, Marked
from dialogs.understanding.tagging.lessons import Batch, Lesson, laid_out
from dialogs.understanding.tagging.network import DISTANCES, LABELS, MEMORIES, Tagger, question, shapes
from dialogs.understanding.tagging.recipe import (
    CONTINUES,
    DECAY,
    DIRECTIONS,
    EPOCHS,
    HIDDEN,
    PACE,
    STATES,
    TOGETHER,
    digest,
)
from dialogs.understanding.tagging.slopes import Weights, slopes
from dialogs.understanding.tagging.tokens import Pieces
from dialogs.understanding.tagging.vectors import TokenEncoder

_WARM_UP, _STEADY, _MOST_MOVED = 0.25, (0.9, 0.999), 5.0
_FLATTEST = 1e-3
"""Directions that spread less than this share of the widest are not stretched further: they are noise."""
_SHOWN, _AT_ONCE = 1_500, 256
"""Examples that show the principal directions, and those that are turned together."""
_LOOKED, _TOLD = 0.3, 200
"""The share of the work that is done before the first lesson, and the lessons between two tellings."""


def learn_tagger(
    examples: Sequence[Marked], encoder: TokenEncoder, tell: Callable[[float], None] = lambda _share: None
) -> Tagger:
    """A tagger of all that the examples mark. `tell` is told, now and then, the share of the work that is done."""
    turn, centre = _directions(examples, encoder)
    lessons = list(_lessons(examples, encoder, turn, centre))
    weights = _taught(lessons, np.random.default_rng(0), lambda share: tell(_LOOKED + (1 - _LOOKED) * share))
    return Tagger(_folded(weights, turn, centre), encoder.name, digest(examples, encoder.name))


def _taught(lessons: Sequence[Lesson], chance: np.random.Generator, tell: Callable[[float], None]) -> Weights:
    """The network's weights, when it has gone through the lessons."""
    weights = _began(chance, lessons[0].features.shape[1])
    search = _begun_search(weights)
    steps = EPOCHS * -(-len(lessons) // TOGETHER)
    for step, batch in enumerate(_batches(lessons, chance), 1):
        _improve(search, slopes(weights, batch, chance), step, _pace(step / steps))
        if step % _TOLD == 0:
            tell(step / steps)
    return weights


def _lessons(examples: Sequence[Marked], encoder: TokenEncoder, turn: Floats, centre: Floats) -> Iterator[Lesson]:
    """The examples as numbers, in half precision and turned to the principal directions: there are many pieces."""
    for at in range(0, len(examples), _AT_ONCE):
        some = examples[at : at + _AT_ONCE]
        pieces = [encoder.split(one.text) for one in some]
        for one, split, row in zip(some, pieces, encoder.vectors(pieces), strict=True):
            if split.ids:
                seen = np.concatenate([(row - centre) @ turn, shapes(split)], axis=1)
                yield Lesson(seen.astype(np.float16), _labels(one, split), question(one.asked))


def _directions(examples: Sequence[Marked], encoder: TokenEncoder) -> tuple[Floats, Floats]:
    """The principal directions, each scaled by the root of its spread, so that the lesser ones are seen too; and the
    centre they go out from. An even choice of the examples shows them well enough.
    """
    some = examples[:: max(1, len(examples) // _SHOWN)]
    rows = np.concatenate(encoder.vectors([encoder.split(one.text) for one in some]))
    centre = rows.mean(axis=0)
    spread, directions = np.linalg.eigh(np.cov(rows.T, dtype=np.float32))
    kept = np.argsort(spread)[::-1][:DIRECTIONS]
    turn = directions[:, kept] / np.maximum(spread[kept], _FLATTEST * spread.max()) ** 0.25
    scale = np.sqrt((((rows[:4000] - centre) @ turn) ** 2).mean())
    return (turn / scale).astype(np.float32), centre.astype(np.float32)


def _labels(example: Marked, pieces: Pieces) -> np.ndarray:
    labels = np.zeros(len(pieces.ids), dtype=np.intp)
    for fact, start, end in example.facts:
        inside = [at for at, (first, last) in enumerate(pieces.places) if first < last and first < end and last > start]
        labels[inside] = LABELS.index(f"-{fact}")
        labels[inside[:1]] = LABELS.index(f"+{fact}")
    return labels


def _began(chance: np.random.Generator, width: int) -> Weights:
    def drawn(rows: int, columns: int) -> Floats:
        numbers: Floats = (chance.standard_normal((rows, columns)) * np.sqrt(2 / rows)).astype(np.float32)
        return numbers

    return {
        "in": drawn(width, STATES), "in.bias": np.zeros(STATES, np.float32),
        **{f"conv{at}": drawn(3 * STATES, STATES) * np.float32(0.5) for at in range(len(DISTANCES))},
        **{f"conv{at}.bias": np.zeros(STATES, np.float32) for at in range(len(DISTANCES))},
        **{f"memory{at}": drawn(STATES, 2 * STATES) * np.float32(0.5) for at in range(MEMORIES)},
        **{f"memory{at}.bias": np.zeros(2 * STATES, np.float32) for at in range(MEMORIES)},
        "hidden": drawn(STATES, HIDDEN), "hidden.bias": np.zeros(HIDDEN, np.float32),
        "whole": drawn(2 * STATES, HIDDEN) * np.float32(0.5),
        "asked": drawn(len(ASKED), HIDDEN) * np.float32(0.3),
        "out": drawn(HIDDEN, len(LABELS)) * np.float32(0.5), "out.bias": np.zeros(len(LABELS), np.float32),
    }  # fmt: skip


def _batches(lessons: Sequence[Lesson], chance: np.random.Generator) -> Iterator[Batch]:
    """Lessons of about the same length together, in another order each time."""
    lengths = np.array([len(one.labels) for one in lessons])
    for _ in range(EPOCHS):
        order = np.argsort(lengths * chance.uniform(0.7, 1.4, len(lessons)))
        for at in (chance.permutation(-(-len(order) // TOGETHER)) * TOGETHER).tolist():
            yield laid_out([lessons[one] for one in order[at : at + TOGETHER]])


def _pace(done: float) -> float:
    """How fast to learn: slowly at first, then fast, then ever more slowly."""
    warming = done / _WARM_UP
    return PACE * (warming if warming < 1 else (1 + np.cos(np.pi * (done - _WARM_UP) / (1 - _WARM_UP))) / 2)


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """All weights in one row, how they moved and how much that varied, and which of them fade."""

    names: tuple[str, ...]
    weights: Floats
    moved: Floats
    spread: Floats
    fading: Floats


def _begun_search(weights: Weights) -> Search:
    """From here on these weights are stretches of one row: a step is a few sums over that."""
    row = np.concatenate([array.ravel() for array in weights.values()])
    fading = np.concatenate(
        [np.full(array.size, 0 if name.endswith(".bias") else DECAY, np.float32) for name, array in weights.items()]
    )
    reached = 0
    for name, array in weights.items():
        weights[name] = row[reached : reached + array.size].reshape(array.shape)
        reached += array.size
    return Search(tuple(weights), row, np.zeros_like(row), np.zeros_like(row), fading)


def _improve(search: Search, slopes: Weights, step: int, pace: float) -> None:
    """One step of Adam, with weights that fade (Loshchilov and Hutter, "Decoupled Weight Decay", 2019)."""
    slope = np.concatenate([slopes[name].ravel() for name in search.names])
    slope *= np.float32(min(1.0, _MOST_MOVED / max(float(np.linalg.norm(slope)), 1e-9)))
    first, second = (np.float32(steady) for steady in _STEADY)
    moved, spread = search.moved, search.spread
    moved *= first
    moved += (1 - first) * slope
    spread *= second
    spread += (1 - second) * slope**2
    around = np.sqrt(spread / np.float32(1 - _STEADY[1] ** step)) + np.float32(1e-8)
    change = moved / around
    change /= np.float32(1 - _STEADY[0] ** step)
    change += search.fading * search.weights
    search.weights[:] -= np.float32(pace) * change


def _folded(weights: Weights, turn: Floats, centre: Floats) -> Weights:
    """The first layer as it takes the encoder's own numbers."""
    directions, written = weights["in"][: turn.shape[1]], weights["in"][turn.shape[1] :]
    whole = np.concatenate([turn @ directions, written])
    goes_on = np.array([CONTINUES if label.startswith("-") else 0.0 for label in LABELS], dtype=np.float32)
    bias = {"in.bias": weights["in.bias"] - centre @ turn @ directions, "out.bias": weights["out.bias"] + goes_on}
    return weights | {"in": whole} | bias
