"""How the tagger's loss changes with its weights: the network forwards, layer by layer, and back again.

Each layer says what it makes of its rows and gives the way back: from how its results should change to how its rows
should, putting down on the way what that asks of its own weights.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dialogs.understanding.model.encoder import Floats
from dialogs.understanding.tagging.lessons import Batch
from dialogs.understanding.tagging.memory import forgotten, remembered, ways
from dialogs.understanding.tagging.network import DISTANCES, LABELS, MEMORIES, beside, gated
from dialogs.understanding.tagging.recipe import DROPPED, RARE

Weights = dict[str, Floats]
Back = Callable[[Floats], Floats]
"""From how results should change to how the rows should that they were made of."""
Keep = Callable[[tuple[int, ...]], Floats]
"""Which numbers of a layer are kept while it learns."""
_HEEDED = np.array([RARE if "other_" in label or "unwanted" in label else 1.0 for label in LABELS], dtype=np.float32)


def slopes(weights: Weights, batch: Batch, chance: np.random.Generator) -> Weights:
    """How the loss of a batch changes with every weight, some numbers of each layer being dropped by chance."""
    found: Weights = {}
    scores, back = passed(weights, batch, lambda size: _kept(chance, size), found)
    back(_off(scores, batch))
    return found


def loss(scores: Floats, batch: Batch) -> float:
    """What the scores of a batch cost: rows x labels, by how much each piece is heeded."""
    lowered = scores - scores.max(axis=1, keepdims=True)
    chances = lowered - np.log(np.exp(lowered).sum(axis=1, keepdims=True))
    heed = batch.real[:, 0] * _HEEDED[batch.labels]
    return float(-(heed * chances[np.arange(len(chances)), batch.labels]).sum() / heed.sum())


def passed(weights: Weights, batch: Batch, keep: Keep, found: Weights) -> tuple[Floats, Back]:
    """The scores of a batch, rows x labels, and the way back, which puts the slopes of all weights into `found`."""
    states, first = _first(weights, batch, keep, found)
    ways_back: list[Back] = [first]
    for at in range(len(DISTANCES)):
        states, back = _convolved(weights, at, states, batch, keep, found)
        ways_back.append(back)
    for at in range(MEMORIES):
        states, back = _carried(weights, at, states, batch, keep, found)
        ways_back.append(back)
    scores, back = _scored(weights, states, batch, keep, found)
    ways_back.append(back)

    def all_back(slope: Floats) -> Floats:
        for way in reversed(ways_back):
            slope = way(slope)
        return slope

    return scores, all_back


def _first(weights: Weights, batch: Batch, keep: Keep, found: Weights) -> tuple[Floats, Back]:
    inputs = batch.features * keep(batch.features.shape)
    seen = inputs @ weights["in"] + weights["in.bias"]

    def back(slope: Floats) -> Floats:
        bent = slope * batch.real * (seen > 0)
        return _put(found, "in", inputs, bent)

    return np.maximum(seen, 0) * batch.real, back


def _convolved(
    weights: Weights, at: int, states: Floats, batch: Batch, keep: Keep, found: Weights
) -> tuple[Floats, Back]:
    kept, name = keep(states.shape), f"conv{at}"
    window = beside(states * kept, DISTANCES[at])
    turned = window @ weights[name] + weights[f"{name}.bias"]

    def back(slope: Floats) -> Floats:
        slope = slope * batch.real
        bent = slope * (turned > 0)
        _put(found, name, window, bent)
        return slope + _gathered(bent @ weights[name].T, DISTANCES[at]) * kept

    return (states + np.maximum(turned, 0)) * batch.real, back


def _carried(
    weights: Weights, at: int, states: Floats, batch: Batch, keep: Keep, found: Weights
) -> tuple[Floats, Back]:
    kept, name = keep(states.shape), f"memory{at}"
    looked: Floats = states * kept
    gates, news = gated(looked @ weights[name] + weights[f"{name}.bias"])
    along = ways(batch.begins, batch.lengths, len(states))
    carried, walk = remembered(gates, news, along)

    def back(slope: Floats) -> Floats:
        of_gates, of_news = forgotten(slope, walk, along)
        bent = np.concatenate([of_gates * gates * (1 - gates), of_news * (1 - news**2)], axis=1)
        _put(found, name, looked, bent)
        return slope + (bent @ weights[name].T) * kept

    return states + carried, back


def _scored(weights: Weights, states: Floats, batch: Batch, keep: Keep, found: Weights) -> tuple[Floats, Back]:
    """The last layers, which know the text as a whole, and what was asked, beside each piece."""
    texts, lengths = batch.texts, batch.lengths[:, None].astype(np.float32)
    most, mean = _of_the_whole(states, batch)
    kept, kept_of_whole = keep(states.shape), keep((len(most), 2 * states.shape[1]))
    last, whole = states * kept, np.concatenate([most, mean], axis=1) * kept_of_whole
    hidden = last @ weights["hidden"] + (whole @ weights["whole"])[texts] + batch.asked @ weights["asked"]
    hidden = hidden + weights["hidden.bias"]
    kept_of_hidden = keep(hidden.shape)
    shown = np.maximum(hidden, 0) * kept_of_hidden

    def back(slope: Floats) -> Floats:
        _put(found, "out", shown, slope)
        bent = (slope @ weights["out"].T) * kept_of_hidden * (hidden > 0)
        _put(found, "hidden", last, bent)
        of_whole = np.add.reduceat(bent, batch.begins, axis=0)
        found["asked"], found["whole"] = batch.asked.T @ bent, whole.T @ of_whole
        of_most, of_mean = np.split((of_whole @ weights["whole"].T) * kept_of_whole, 2, axis=1)
        spread = (states == most[texts]) * of_most[texts] + (of_mean / lengths)[texts]
        below: Floats = (bent @ weights["hidden"].T) * kept + spread * batch.real
        return below

    return shown @ weights["out"] + weights["out.bias"], back


def _of_the_whole(states: Floats, batch: Batch) -> tuple[Floats, Floats]:
    """Of each text the most that any of its pieces has of a number, and the mean."""
    bounds = np.stack([batch.begins, batch.begins + batch.lengths], axis=1).ravel()
    most: Floats = np.maximum.reduceat(states, bounds, axis=0)[::2]
    mean: Floats = np.add.reduceat(states * batch.real, batch.begins, axis=0)
    mean /= batch.lengths[:, None]
    return most, mean


def _off(scores: Floats, batch: Batch) -> Floats:
    """How far the chances of each label are off, by how much a piece is heeded."""
    off: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
    off /= off.sum(axis=1, keepdims=True)
    off[np.arange(len(batch.labels)), batch.labels] -= 1
    heed = batch.real * _HEEDED[batch.labels][:, None]
    off *= heed / heed.sum()
    return off


def _put(found: Weights, name: str, rows: Floats, bent: Floats) -> Floats:
    found[name], found[f"{name}.bias"] = rows.T @ bent, bent.sum(axis=0)
    return bent


def _kept(chance: np.random.Generator, size: tuple[int, ...]) -> Floats:
    """What is kept of a layer while it learns (Srivastava et al., "Dropout", 2014), made up for what is dropped."""
    drawn = np.frombuffer(chance.bytes(size[0] * size[1]), dtype=np.uint8).reshape(size)
    return (drawn >= round(256 * DROPPED)).astype(np.float32) / np.float32(1 - DROPPED)


def _gathered(slope: Floats, distance: int) -> Floats:
    """The opposite of `beside`: what each row is to change by, from the three places it was looked at."""
    before, here, behind = np.split(slope, 3, axis=1)
    found = here.copy()
    found[:-distance] += before[distance:]
    found[distance:] += behind[:-distance]
    return found
