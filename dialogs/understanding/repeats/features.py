"""What is looked at of two texts of one customer: the words and the meaning of the later one, and how far it lies from
the earlier one.

Whether somebody asks again is heard mostly in what they say now ("still", 说好的, "anyone there?"), thanks and new
matters likewise; that it is the same thing is seen in what the two share.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dialogs.understanding.heads.features import plain
from dialogs.understanding.model.encoder import Floats

MOST_READ = 400
"""Characters of a text that are looked at."""
OF_PAIR = 6
"""Features beside those of the meaning and the words."""

_UNIT = re.compile(r"[a-z]+(?:'[a-z]+)?|[0-9]+|[㐀-鿿]|[?!]")
_LONG, _SHORT_WORD = 40.0, 3
_MEANING, _WORDS, _LIKE, _SHARED = 4.0, 4.0, 3.0, 2.0
"""How much each kind of feature weighs before anything is learned."""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """What a customer said once; `vector` as the encoder gives it."""

    said: str
    vector: Floats


def grams(text: str) -> frozenset[str]:
    """Words and characters of a text, with those before them."""
    units = ["^", *_UNIT.findall(plain(text[:MOST_READ]))]
    pairs = (f"{one} {two}" for one, two in pairwise(units))
    threes = (
        one + two + three
        for one, two, three in zip(units, units[1:], units[2:], strict=False)
        if all(_is_han(unit) for unit in (one, two, three))
    )
    return frozenset((*units, *pairs, *threes))


def features(first: Text, second: Text, centre: Floats, index: Mapping[str, int]) -> Floats:
    """One row; the place of each n-gram of the later text is in `index`."""
    before, now = _about(first.vector, centre), _about(second.vector, centre)
    words = np.zeros(len(index), np.float32)
    places = [index[gram] for gram in grams(second.said) if gram in index]
    words[places] = _WORDS / max(1.0, len(places)) ** 0.5
    pair = [1.0, _LIKE * float(before @ now), min(len(second.said) / _LONG, 3.0), *_shared(first.said, second.said)]
    return np.concatenate([pair, _MEANING * now, _MEANING * np.abs(before - now), words]).astype(np.float32)


def _about(vector: Floats, centre: Floats) -> Floats:
    moved = vector - centre
    return np.asarray(moved / max(float(np.linalg.norm(moved)), 1e-6), dtype=np.float32)


def _shared(first: str, second: str) -> tuple[float, float, float]:
    """How many of their words both have, and which shares of each text's these are."""
    before, now = _words(first), _words(second)
    both = len(before & now)
    return (
        _SHARED * min(both, 3) / 2,
        _SHARED * both / max(1, len(before)),
        _SHARED * both / max(1, len(now)),
    )


def _words(text: str) -> set[str]:
    """Words of more than three letters, and pairs of characters."""
    units = _UNIT.findall(plain(text[:MOST_READ]))
    pairs = {one + two for one, two in pairwise(units) if _is_han(one) and _is_han(two)}
    return pairs | {unit for unit in units if len(unit) > _SHORT_WORD}


def _is_han(unit: str) -> bool:
    return len(unit) == 1 and "㐀" <= unit <= "鿿"
