"""Detection: are there more like stories just now than is usual for the hour?

Around a story that was just told others are gathered, the likest to all gathered so far first: within a quarter of an
hour, half an hour, … six hours, of different customers. Of each one it is known which share of the usual stories is as
like the rest. So many usual stories so like the rest come together in such a time once in so many times: if that is
seldom enough, it is a suspicion. Rarely does one story look much like one other of the same failure; it looks a little
like all of them, and that is what is counted. Many at once are none, unless each is liker the rest than most are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import exp, lgamma, log

import numpy as np

from complaints.incidents.likeness import StoryLikeness, likeness, likeness_among
from complaints.incidents.stories import Floats, Story
from complaints.incidents.usual import Usual

SPAN = timedelta(hours=6)
SPANS = (timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2), SPAN)
FEWEST, ENOUGH = 3, 6
"""Customers that it takes; stories that are gathered, for what belongs to them besides is found by `belonging`."""
LIKE_THE_REST = 0.3
"""The share of usual stories that may be as like the rest as one that is gathered."""
SURE = 4.75
"""How seldom it must be: once in that many tens times each other."""
CANDIDATES, MOST = 30, 400
"""Stories among which those are chosen that are gathered; stories of the last hours that are looked at, the newest."""

_BUSY, _LEAST_EXPECTED = 1.5, 0.1
"""By how much more than expected an hour may bring without anything being amiss; the least that is expected."""
_CHOSEN = exp(1)
"""Each one is chosen as the likest of several: what is best of some is seldom by less than its own share."""


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
    if len(by_customer) + 1 < FEWEST:
        return None
    stories = [*_candidates(story, list(by_customer.values())[-MOST:], usual), story]
    found = max(_gathered(stories, usual), key=lambda one: one.surprise, default=None)
    if found is None or found.surprise < SURE:
        return None
    members = tuple(stories[at] for at in sorted(found.places))
    return Suspicion(members, found.surprise, shared_tokens(members, usual))


def shared_tokens(stories: Sequence[Story], usual: Usual) -> tuple[str, ...]:
    """Telling words that several share and that are not usual."""
    counts = {token: sum(token in one.tokens for one in stories) for token in {t for s in stories for t in s.tokens}}
    telling = [token for token, count in counts.items() if count > 1 and usual.share_with(token) < _RARE]
    return tuple(sorted(telling, key=lambda token: (-counts[token], token)))


_RARE = 0.05


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Stories at these places, and how surprising it is that there are so many so like one another."""

    places: tuple[int, ...]
    surprise: float


def _candidates(story: Story, others: Sequence[Story], usual: Usual) -> list[Story]:
    """Those that may be gathered, oldest first: of many the likest."""
    if len(others) <= CANDIDATES:
        return sorted(others, key=lambda one: one.at)
    like = likeness_among([*others, story], usual)[-1, :-1]
    return sorted((others[at] for at in np.argsort(-like)[:CANDIDATES]), key=lambda one: one.at)


def _gathered(stories: Sequence[Story], usual: Usual) -> Iterator[_Gathered]:
    """What may be gathered around the last of these within each span."""
    like, last, before = likeness(stories, usual), stories[-1], 0
    ages = [last.at - one.at for one in stories[:-1]]
    for span in SPANS:
        near = [at for at, age in enumerate(ages) if age <= span]
        if len(near) == before:  # the same in a longer time is less surprising
            continue
        before, usually = len(near), max(usual.expected(last.at, span) * _BUSY, _LEAST_EXPECTED)
        for places in _growing(like.among, near):
            shares = _shares(like, places, usual)
            if shares.max() <= LIKE_THE_REST:
                rush = _at_least(len(near) + 1 - len(places))
                yield _Gathered(tuple(places), _surprise(shares, max(usually, rush)))


def _growing(among: Floats, near: Sequence[int]) -> Iterator[list[int]]:
    """The last story with two others, three, …: always the one that is likest to those gathered so far."""
    places, left = [len(among) - 1], np.full(len(among), -np.inf, np.float32)
    left[near] = 0
    while len(places) < min(ENOUGH, len(near) + 1):
        nearest = int(np.argmax(left + among[:, places].sum(axis=1)))
        left[nearest] = -np.inf
        places.append(nearest)
        if len(places) >= FEWEST:
            yield list(places)


def _shares(like: StoryLikeness, places: Sequence[int], usual: Usual) -> Floats:
    """For each of these which share of usual stories is as like the others of them."""
    among, usually = like.among[np.ix_(places, places)], like.usually[:, places]
    own = among.sum(axis=0) - among.diagonal()
    alike = (usually.sum(axis=1, keepdims=True) - usually >= own - _ROUNDING).sum(axis=0)
    return np.array([usual.share_of(count, nothing=one <= _ROUNDING) for count, one in zip(alike, own, strict=True)])


_ROUNDING = 1e-6


def _at_least(count: int) -> float:
    """How many were to be expected at least, where so many others came: on a busy day more are alike by chance."""
    return float(count - 2 * count**0.5)


def _surprise(shares: Floats, expected: float) -> float:
    """The negative decimal logarithm of how likely it is that, beside one story, so many others come that are so like
    the rest: the first term of Poisson's, each with its own share of what is expected.
    """
    others = len(shares) - 1
    of_shares = -float(np.log(shares).mean()) * others
    return (of_shares - others * log(expected * _CHOSEN) + lgamma(others + 1)) / log(10)
