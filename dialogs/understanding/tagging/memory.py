"""What each piece of a text is told of all that stand before it, and of all behind it.

A state goes along the text, once from either end; at each piece a gate says how much of it is replaced by something
new. Gate and news depend on the piece alone, so that only sums are left to do one after another (Feng et al., "Were
RNNs All We Needed?", 2024).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dialogs.understanding.model.encoder import Floats

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The ways along some texts, whose pieces lie in `rows` rows one behind the other: for each step the row that is
    come to, of each text forwards and of each backwards; `rows` itself, which holds nothing, beyond a text's end.
    """

    forwards: Places
    backwards: Places
    rows: int


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """What was come by: steps x ways x numbers. `before` is the state that a piece was reached with."""

    gates: Floats
    news: Floats
    before: Floats


def ways(starts: ArrayLike, lengths: ArrayLike, rows: int) -> Ways:
    """The ways along texts that begin in rows `starts` and have so many pieces."""
    begin, count = np.asarray(starts, dtype=np.intp), np.asarray(lengths, dtype=np.intp)
    steps = np.arange(count.max())[:, None]
    inside = steps < count
    return Ways(np.where(inside, begin + steps, rows), np.where(inside, begin + count - 1 - steps, rows), rows)


def remembered(gates: Floats, news: Floats, along: Ways) -> tuple[Floats, Walk]:
    """The state at every piece, rows x numbers, half of them from either end; and the walk, for `forgotten`."""
    gate, new = _by_step(gates, along), _by_step(news, along)
    states = np.empty_like(gate)
    state = np.zeros(gate.shape[1:], dtype=np.float32)
    for at in range(len(gate)):
        state = state + gate[at] * (new[at] - state)
        states[at] = state
    before = np.concatenate([np.zeros((1, *state.shape), dtype=np.float32), states[:-1]])
    return _by_row(states, along), Walk(gate, new, before)


def forgotten(slopes: Floats, walk: Walk, along: Ways) -> tuple[Floats, Floats]:
    """How gates and news are to change, rows x numbers each, where the states are to change by `slopes`."""
    wanted = _by_step(slopes, along)
    of_gates, of_news = np.empty_like(wanted), np.empty_like(wanted)
    carried = np.zeros(wanted.shape[1:], dtype=np.float32)
    for at in range(len(wanted) - 1, -1, -1):
        carried = carried + wanted[at]
        of_gates[at] = carried * (walk.news[at] - walk.before[at])
        of_news[at] = carried * walk.gates[at]
        carried = carried * (1 - walk.gates[at])
    return _by_row(of_gates, along), _by_row(of_news, along)


def _by_step(rows: Floats, along: Ways) -> Floats:
    padded = np.concatenate([rows, np.zeros((1, rows.shape[1]), dtype=np.float32)])
    half = rows.shape[1] // 2
    found: Floats = np.concatenate([padded[:, :half][along.forwards], padded[:, half:][along.backwards]], axis=1)
    return found


def _by_row(steps: Floats, along: Ways) -> Floats:
    texts, half = along.forwards.shape[1], steps.shape[2]
    found = np.zeros((along.rows + 1, 2 * half), dtype=steps.dtype)
    found[along.forwards, :half] = steps[:, :texts]
    found[along.backwards, half:] = steps[:, texts:]
    return found[:-1]
