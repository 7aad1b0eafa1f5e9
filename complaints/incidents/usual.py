"""What is usual: how many stories a stretch of the day brings, and how many of them are like a given one.

Learnt from the stories of the last weeks; until there are enough, from a modest guess that loses its weight with time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from complaints.incidents.stories import Floats, Places, Story, matrix_of, places_of

WEEKS = timedelta(days=28)
"""How far back what is usual reaches."""
MOST_KEPT = 1_500
"""Stories of these weeks that are compared; of more, every second, third, … one."""

ENOUGH = 300
"""Stories by which it is known what complaints are like; where there are fewer, those of other shops stand in."""
_UNKNOWN = 60
"""So many stories more might have been told that nobody has told yet."""

_GUESS_A_DAY, _GUESSED_DAYS = 40.0, 3.0
_RECENT = timedelta(days=5)
_HOUR = timedelta(hours=1)
_NEIGHBOURS = (0.25, 0.5, 0.25)
"""How much the hour before, the hour and the hour after weigh: a day's shape is smooth."""


@dataclass(frozen=True, eq=False)
class Usual:
    """`hourly` stories in each hour of the day (UTC); `centre` the mean of all vectors, `rows` the vectors about it, of
    length one; `where` the places, in `rows`, of the stories in which each token stands.
    """

    hourly: tuple[float, ...]
    centre: Floats
    rows: Floats
    where: Mapping[str, Places]

    def expected(self, until: datetime, span: timedelta) -> float:
        """How many stories these hours usually bring."""
        at, total = until - span, 0.0
        while at < until:
            step = min(until - at, _HOUR)
            total += self.hourly[(at + step / 2).hour] * (step / _HOUR)
            at += step
        return total

    def share_of(self, alike: int, *, nothing: bool = False) -> float:
        """The share of usual stories that are like a story, where so many of those compared are; `nothing`: what is
        compared is not like it at all, as any story may be of which nothing is known.
        """
        unknown = max(0, _UNKNOWN - len(self.rows)) if nothing else 0
        return (alike + unknown + 1.0) / (len(self.rows) + _UNKNOWN)

    def share_with(self, token: str) -> float:
        """The share of usual stories in which a token stands."""
        return (len(self.where.get(token, ())) + 1.0) / (len(self.rows) + _UNKNOWN)

    def about_centre(self, vectors: Floats) -> Floats:
        """Vectors as directions from what all complaints have in common; noughts stay noughts."""
        moved = np.where(vectors.any(axis=1, keepdims=True), vectors - self.centre, 0.0)
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved / np.where(lengths == 0.0, 1.0, lengths), dtype=np.float32)


def learnt(stories: Sequence[Story], now: datetime, width: int, elsewhere: Floats | None = None) -> Usual:
    """What is usual, from the stories of the last weeks, those of incidents left out. While these are few, vectors of
    complaints from `elsewhere` stand beside them.
    """
    known = [one for one in stories if now - WEEKS <= one.at < now]
    some = known[:: max(1, -(-len(known) // MOST_KEPT))]
    vectors = matrix_of(some, width)
    if elsewhere is not None and elsewhere.shape[1] == width:
        vectors = np.concatenate([vectors, elsewhere[: max(0, ENOUGH - len(some))]])
    centre = vectors.mean(axis=0) if len(vectors) else np.zeros(width, np.float32)
    bare = Usual(_hourly(known, now), centre, vectors, places_of(some))
    return replace(bare, rows=bare.about_centre(vectors))


def _hourly(known: Sequence[Story], now: datetime) -> tuple[float, ...]:
    days = min(WEEKS, now - known[0].at) / timedelta(days=1) if known else 0.0
    counts = Counter(one.at.hour for one in known)
    mean = (len(known) + _GUESS_A_DAY * _GUESSED_DAYS) / (days + _GUESSED_DAYS)
    lately = sum(one.at >= now - _RECENT for one in known) / max(1.0, min(_RECENT / timedelta(days=1), days))
    level = max(1.0, lately / mean)
    plain = [(counts[hour] + mean / 24 * _GUESSED_DAYS) / (days + _GUESSED_DAYS) for hour in range(24)]
    return tuple(
        level * sum(weight * plain[(hour + by) % 24] for by, weight in zip((-1, 0, 1), _NEIGHBOURS, strict=True))
        for hour in range(24)
    )
