"""The encoder's own sums over many texts at once: what each piece of a text looks like in its context, and the text's
vector.

The multilingual Universal Sentence Encoder (Yang et al., "Multilingual Universal Sentence Encoder for Semantic
Retrieval", 2019) looks up each piece's own vector and lets three convolutions, over two, three and five pieces, read it
beside its neighbours, twice; what comes out is summed up and goes through a small network. The first half of that
depends on a piece alone. So it is done once for all that is the same in a batch, and half of the work is saved.

pieces ──own vector──> 512 ──first──> 3 x 256, and what each adds to its neighbours ──second──> 1280 ──summed──> 512
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

WIDTH, SEEN = 512, 1280
"""Numbers of a text, and of a piece in its context: 512 of its own and 256 from each convolution."""
_BRANCH = 256
_REACH = ((2, 0), (3, 1), (5, 2))
"""Of each convolution, how many pieces it reads and how many of them stand before."""
_LEFT, _RIGHT = 2, 2
_TOGETHER = 384
"""Pieces that go through the second half together: as many as the processor's cache holds."""
MOST_TOGETHER = 16_384
"""Pieces whose first half is done together: the more, the more are the same; a piece of its own takes 13 KB."""


class First(NamedTuple):
    """Of each piece: its own vector, the first layer, and what it adds to its neighbours at each place of each
    convolution, one place after another.
    """

    own: Floats
    narrow: Floats
    two: Floats
    three: Floats
    five: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """The encoder's weights as they are multiplied; `first` has, of each convolution, the weights by place. `done` is
    the first half of the pieces `ids`, which are in order.
    """

    model: Any
    first: tuple[Floats, ...]
    ids: Places
    done: First

    def vectors(self, texts: Sequence[Sequence[int]]) -> Floats:
        """The vectors of texts in pieces, their ends included."""
        found = np.empty((len(texts), WIDTH), dtype=np.float32)
        for some in parted(texts, MOST_TOGETHER):
            found[some] = self._vectors(texts[some])
        return found

    def pieces(self, texts: Sequence[Sequence[int]]) -> list[Floats]:
        """For each text its pieces, ends included, x `SEEN`."""
        found: list[Floats] = []
        for some in parted(texts, MOST_TOGETHER):
            for _, rows, starts in self._seen(texts[some]):
                found += np.split(rows, starts[1:])
        return found

    def _vectors(self, texts: Sequence[Sequence[int]]) -> Floats:
        sums = np.empty((len(texts), SEEN), dtype=np.float32)
        for some, rows, starts in self._seen(texts):
            np.add.reduceat(rows, starts, axis=0, out=sums[some])
        return self._summed(sums, np.array([len(text) for text in texts], dtype=np.float32))

    def _seen(self, texts: Sequence[Sequence[int]]) -> Iterator[tuple[slice, Floats, Places]]:
        """A few texts at a time: which, their pieces one behind the other, and where each text begins."""
        lengths = np.array([len(text) for text in texts])
        ids = np.fromiter(chain.from_iterable(texts), dtype=np.int64, count=int(lengths.sum()))
        alike, place = np.unique(ids, return_inverse=True)
        first, reached = self._first(alike), 0
        for some in parted(texts, _TOGETHER):
            starts = np.cumsum(lengths[some]) - lengths[some]
            count = int(lengths[some].sum())
            yield some, self._second(first, place[reached : reached + count], lengths[some]), starts
            reached += count

    def at_hand(self, ids: Places) -> Layers:
        """The same weights with the first half of these pieces at hand: 13 KB a piece."""
        return replace(self, ids=ids, done=self._done(ids))

    def _first(self, ids: Places) -> First:
        """The first half of some pieces, in order; of those at hand it is done already."""
        if not len(self.ids):
            return self._done(ids)
        place = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        there = self.ids[place] == ids
        ours, others = self.done, self._done(ids[~there])
        found = First(*(np.empty((len(ids), *one.shape[1:]), dtype=np.float32) for one in ours))
        for whole, known, new in zip(found, ours, others, strict=True):
            whole[there] = known[place[there]]
            whole[~there] = new
        return found

    def _done(self, ids: Places) -> First:
        model = self.model
        chunk = ids % len(model.scale)
        own = model.table[ids].astype(np.float32) * model.scale[chunk, None]
        own += model.lo[chunk, None]
        narrow = own @ model.proj_W
        narrow += model.proj_b
        _level(narrow, model.ln_g_all, model.ln_b_all, model.eps)
        adds = [narrow[:, at * _BRANCH : (at + 1) * _BRANCH] @ weights for at, weights in enumerate(self.first)]
        return First(own, narrow, *adds)

    def _second(self, first: First, places: Places, lengths: Places) -> Floats:
        """Pieces of some texts, in their context."""
        model, total = self.model, len(places)
        around = _around(lengths, total)
        beyond = np.append(places, -1)
        found = np.empty((total, SEEN), dtype=np.float32)
        found[:, :WIDTH] = first.own[places]
        padded = np.zeros((total + 1, _BRANCH), dtype=np.float32)
        for at, (count, before) in enumerate(_REACH):
            window = around[:, _LEFT - before : _LEFT - before + count]
            here = padded[:total]
            np.copyto(here, model.b1[at])
            adds = first[2 + at].reshape(-1, _BRANCH)
            for step in range(count):
                source = beyond[window[:, step]]
                added = adds.take(source * count + step, axis=0, mode="wrap")
                added[source < 0] = 0  # beyond a text's ends there is nothing
                here += added
            np.maximum(here, 0, out=here)
            here += first.narrow[places, at * _BRANCH : (at + 1) * _BRANCH]
            turned = padded[window].reshape(total, -1) @ model.w2[at]
            turned += model.b2[at]
            np.maximum(turned, 0, out=turned)
            turned += here
            found[:, WIDTH + at * _BRANCH : WIDTH + (at + 1) * _BRANCH] = turned
        _level(found, model.ln_g, model.ln_b, model.eps)
        return found

    def _summed(self, sums: Floats, lengths: Floats) -> Floats:
        """Texts' vectors from the sums of their pieces, and how many these are."""
        model, lengths = self.model, lengths[:, None]
        mean = (sums @ model.cnn_W + lengths * model.cnn_b) / np.sqrt(lengths)
        inner = mean @ model.p1 + np.maximum(mean @ model.d0, 0) @ model.d1
        np.maximum(inner, 0, out=inner)
        out = np.tanh(inner @ model.p3 + np.maximum(inner @ model.d2, 0) @ model.d3)
        length = np.sqrt(np.maximum(np.einsum("ij,ij->i", out, out), model.eps))
        unit: Floats = out / length[:, None]
        return unit


def layers(model: Any) -> Layers:
    """The weights of the encoder's package, in the order they are needed."""
    by_place = (weights.reshape(-1, _BRANCH, _BRANCH).transpose(1, 0, 2).reshape(_BRANCH, -1) for weights in model.w1)
    nothing = First(*(np.zeros((0, 0), dtype=np.float32) for _ in First._fields))
    return Layers(model, tuple(map(np.ascontiguousarray, by_place)), np.zeros(0, dtype=np.int64), nothing)


def parted(texts: Sequence[Sequence[int]], most: int) -> Iterator[slice]:
    """Texts in a row with no more than so many pieces in all, or one that has more."""
    begin = held = 0
    for at, text in enumerate(texts):
        if at > begin and held + len(text) > most:
            yield slice(begin, at)
            begin, held = at, 0
        held += len(text)
    if len(texts) > begin:
        yield slice(begin, len(texts))


def _around(lengths: Places, total: int) -> Places:
    """For each piece the rows around it; those of another text are the row beyond all."""
    begin = np.cumsum(lengths) - lengths
    rows = np.arange(total)[:, None] + np.arange(-_LEFT, _RIGHT + 1)
    inside = rows >= np.repeat(begin, lengths)[:, None]
    inside &= rows < np.repeat(begin + lengths, lengths)[:, None]
    return np.where(inside, rows, total)


def _level(rows: Floats, gain: Floats, shift: Floats, least: float) -> None:
    """Make rows of mean nought and variance one, scaled and moved, in their place."""
    rows -= rows.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", rows, rows) / rows.shape[1]
    rows *= (1 / np.sqrt(spread + least))[:, None]
    rows *= gain
    rows += shift
