"""Likeness: how like stories are to one another, by what they mean and by the telling words that they share.

Meaning is a cosine about what all complaints have in common. A shared word adds to it, the more the rarer it is among
the usual stories: two who name the same coupon are like each other, however differently they tell it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from complaints.incidents.stories import Floats, Story, matrix_of, places_of
from complaints.incidents.usual import Usual

A_WORD, COMMON, MOST_WORDS = 0.08, 2.0, 5.0
"""What a shared word adds to a cosine, for each e-fold by which it is rarer than a common one, and the most of these
that count.
"""


@dataclass(frozen=True, slots=True, eq=False)
class StoryLikeness:
    """`among` is stories x stories, `usually` usual stories x stories."""

    among: Floats
    usually: Floats


def likeness(stories: Sequence[Story], usual: Usual) -> StoryLikeness:
    """How like these stories are to one another, and the usual ones to each of them."""
    rows, words = _rows(stories, usual), np.zeros((len(usual.rows), len(stories)), np.float32)
    for token, places in places_of(stories).items():
        words[np.ix_(usual.where.get(token, _NOWHERE), places)] += _weight(token, usual)
    return StoryLikeness(likeness_among(stories, usual), usual.rows @ rows.T + _added(words))


def likeness_among(stories: Sequence[Story], usual: Usual) -> Floats:
    """How like these stories are to one another: stories x stories."""
    rows, words = _rows(stories, usual), np.zeros((len(stories), len(stories)), np.float32)
    for token, places in places_of(stories).items():
        words[np.ix_(places, places)] += _weight(token, usual)
    return np.asarray(rows @ rows.T + _added(words), dtype=np.float32)


def _rows(stories: Sequence[Story], usual: Usual) -> Floats:
    return usual.about_centre(matrix_of(stories, len(usual.centre)))


def _weight(token: str, usual: Usual) -> float:
    return max(0.0, -log(usual.share_with(token)) - COMMON)


def _added(words: Floats) -> Floats:
    return np.asarray(A_WORD * np.minimum(words, MOST_WORDS), dtype=np.float32)


_NOWHERE = np.zeros(0, np.int64)
