"""Detection: are there more like stories just now than is usual for the hour?

A story, and each of those closest to it, is taken for the middle of something. Around it the customers are counted
whose stories are at least so like it, or have a telling word in common with it, within half an hour, an hour, …, six
hours; how many that usually would be is known; and how unlikely so many are is Poisson's. The least likely count
decides. What is usual is a topic's own: delays are complained of every day, so more of them are needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import lgamma, log

import numpy as np
from numpy.typing import NDArray

from complaints.incidents.stories import Floats, Story, matrix_of
from complaints.incidents.usual import Usual

SPAN = timedelta(hours=6)
SPANS = (timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2), SPAN)
LIKE = (0.07, 0.12, 0.18, 0.25, 0.32, 0.4)
"""How like a story must be to be counted, from hardly to very."""
FEWEST = 3
"""Customers that it takes."""
SURE = 5.2
"""How unlikely a count must be: that many tens times each other to one."""
MIDDLES, MOST = 6, 400
"""Stories that are taken for the middle; stories of the last hours that are looked at, the newest."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Like stories, oldest first; `surprise` is the negative decimal logarithm of how likely so many are, `tokens`
    are the telling words that several of them share, the commonest first.
    """

    stories: tuple[Story, ...]
    surprise: float
    tokens: tuple[str, ...]


def suspicion(story: Story, others: Sequence[Story], usual: Usual) -> Suspicion | None:
    """What this story and like ones of the last six hours give rise to, if anything. Of one customer only the newest
    story counts.
    """
    near = sorted((one for one in others if timedelta() <= story.at - one.at <= SPAN), key=lambda one: one.at)
    by_customer = {one.customer: one for one in near if one.customer != story.customer}
    stories = [*sorted(by_customer.values(), key=lambda one: one.at)[-MOST:], story]
    if len(stories) < FEWEST:
        return None
    found = max(_counted(stories, usual), key=lambda one: one.surprise, default=None)
    if found is None or found.surprise < SURE:
        return None
    members = tuple(stories[at] for at in np.flatnonzero(found.chosen))
    return Suspicion(members, found.surprise, shared_tokens(members, usual))


def shared_tokens(stories: Sequence[Story], usual: Usual) -> tuple[str, ...]:
    """Telling words that several share and that are not usual."""
    counts = {token: sum(token in one.tokens for one in stories) for token in {t for s in stories for t in s.tokens}}
    telling = [token for token, count in counts.items() if count > 1 and usual.share_with(token) < _RARE]
    return tuple(sorted(telling, key=lambda token: (-counts[token], token)))


_RARE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class _Count:
    """So surprisingly many stories are chosen."""

    surprise: float
    chosen: NDArray[np.bool_]


def _counted(stories: Sequence[Story], usual: Usual) -> Iterator[_Count]:
    """For each way of counting that counts the last story in: how surprising, and which are chosen."""
    within = np.array([[stories[-1].at - one.at <= span for span in SPANS] for one in stories])
    expected = np.array([usual.expected(stories[-1].at, span) for span in SPANS])
    alike, shares = _by_meaning(stories, usual)
    for token in stories[-1].tokens:
        alike.append(np.array([token in one.tokens for one in stories]))
        shares.append(usual.share_with(token))
    if not alike:
        return
    together = np.stack(alike, axis=1)
    counts = together.T.astype(np.float32) @ within - 1.0
    usually = np.outer(shares, expected)
    for way, span in np.argwhere((counts >= FEWEST - 1) & (_bound(counts, usually) >= SURE - _SLACK)):
        surprised = surprise(int(counts[way, span]), float(usually[way, span]))
        yield _Count(surprised, together[:, way] & within[:, span])


def _by_meaning(stories: Sequence[Story], usual: Usual) -> tuple[list[NDArray[np.bool_]], list[float]]:
    """Which stories are as like each middle as it takes, and which share of the usual ones is."""
    rows = usual.about_centre(matrix_of(stories, len(usual.centre)))
    if not rows[-1].any():
        return [], []
    nearest = np.argsort(-(rows @ rows[-1]), kind="stable")[: MIDDLES + 1]
    middles = rows[np.union1d(nearest, [len(stories) - 1])]
    near, far = rows @ middles.T, np.sort(usual.rows @ middles.T, axis=0)
    alike, shares = [], []
    for middle, likeness in enumerate(near.T):
        for least in LIKE:
            if likeness[-1] >= least:
                alike.append(likeness >= least)
                shares.append(usual.share_of(len(far) - int(np.searchsorted(far[:, middle], least))))
    return alike, shares


def _bound(counts: Floats, usually: Floats) -> Floats:
    """What the surprise comes to at least (Chernoff), so that only the promising counts are worked out."""
    more = np.maximum(counts, usually)
    return np.asarray((more * np.log(more / usually) - more + usually) / log(10))


_SLACK = 2.0


def surprise(count: int, expected: float) -> float:
    """The negative decimal logarithm of how likely at least `count` are where `expected` are usual (Poisson)."""
    if count <= 0 or count <= expected:
        return 0.0
    first, term, total = -expected + count * log(expected) - lgamma(count + 1), 1.0, 1.0
    for further in range(count + 1, count + 60):
        term *= expected / further
        total += term
    return max(0.0, -(first + log(total)) / log(10))
