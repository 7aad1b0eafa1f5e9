"""The head of dangers with and without what was set right, each measured on texts that it has not learned from."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from dialogs.understanding.desk.verdict import FEWEST, TIMES, Comparison, is_held_back, left_out
from dialogs.understanding.heads.dataset import Example
from dialogs.understanding.heads.features import plain
from dialogs.understanding.heads.fitting import Doubles, Material, fit, material_of, scored
from dialogs.understanding.heads.model import Heads
from dialogs.understanding.model.encoder import Encoder, Floats

HEAD = "dangers"
_ALLOWED = 0.001
Rows = NDArray[np.intp]


def weighed(shipped: Sequence[Example], corrections: Sequence[Example]) -> tuple[Example, ...]:
    """What the head learns from: of what comes along its own examples, and each correction several times. Where a
    correction contradicts an example, the correction counts.
    """
    said = {plain(one.text) for one in corrections}
    along = (one for one in shipped if one.head == HEAD and plain(one.text) not in said)
    return (*along, *(one for one in corrections for _ in range(TIMES)))


def compared(
    heads: Heads,
    shipped: Sequence[Example],
    corrections: Sequence[Example],
    before: Collection[str],
    encoder: Encoder | None,
) -> Comparison | None:
    """How the one in use, which learned from the corrections whose texts are `before`, and one that learns from all
    of them compare; None where there are too few to tell.
    """
    said = {plain(one.text) for one in corrections}
    along = [one for one in shipped if one.head == HEAD and plain(one.text) not in said]
    held = np.array([is_held_back(one.text) for one in corrections], dtype=bool)
    if held.sum() < FEWEST:
        return None
    apart_from = left_out(one.writer for one in along)
    out = np.array([one.writer in apart_from for one in along], dtype=bool)
    material = material_of(heads, HEAD, [*along, *corrections], encoder)
    learnt = len(along) + np.flatnonzero(~held)
    known = [at for at in learnt.tolist() if corrections[at - len(along)].text in before]
    seen = np.flatnonzero(~out)
    unseen, apart = np.flatnonzero(out), len(along) + np.flatnonzero(held)
    reached = [_reached(_taught(material, seen, more), material, unseen, apart) for more in (known, learnt.tolist())]
    return Comparison((reached[0][0], reached[1][0]), (reached[0][1], reached[1][1]), _ALLOWED)


def _taught(material: Material, seen: Rows, more: Sequence[int]) -> Doubles:
    rows = np.concatenate([seen, np.repeat(np.array(more, dtype=np.intp), TIMES)])
    return fit(Material(material.words[rows], material.meaning[rows], material.truth[rows], ()))


def _reached(weights: Doubles, material: Material, unseen: Rows, apart: Rows) -> tuple[float, float]:
    """The mean average precision of the kinds where the corrections count as much as the writers left out, and of the
    latter alone.
    """
    rows = np.concatenate([unseen, apart])
    scores = scored(weights, material.words[rows], material.meaning[rows])
    truth = material.truth[rows]
    equal = np.concatenate([np.ones(len(unseen)), np.full(len(apart), max(1.0, len(unseen) / len(apart)))])
    alone = np.concatenate([np.ones(len(unseen)), np.zeros(len(apart))])
    return mean_precision(scores, truth, equal), mean_precision(scores, truth, alone)


def mean_precision(scores: Doubles, truth: Floats, weight: Doubles) -> float:
    """Average precision, each text counting with its weight, as a mean over the labels that any such text bears."""
    found = [_precision(scores[:, at], truth[:, at] * weight, weight) for at in range(truth.shape[1])]
    told = [one for one in found if one is not None]
    return float(np.mean(told)) if told else 0.0


def _precision(scores: Doubles, true: Doubles, weight: Doubles) -> float | None:
    if not true.sum():
        return None
    order = np.argsort(-scores, kind="stable")
    right, all_of_them = np.cumsum(true[order]), np.cumsum(weight[order])
    return float((true[order] * right / np.maximum(all_of_them, 1e-9)).sum() / true.sum())
