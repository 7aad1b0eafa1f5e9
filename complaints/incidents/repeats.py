"""Repeats: what one customer complains of again: the same order within thirty days, or the same matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from complaints.incidents.stories import Floats

WITHIN, LONGEST = timedelta(days=30), timedelta(days=60)
"""How far apart two complaints about one order may be; and about the same matter, for what was repaired fails later."""
LIKELY, LIKE = 0.5, 0.5
"""How likely it must be that two stories are about the same; where nothing tells that, how like they must be: the
cosine of their vectors as they are.
"""
SAME_ORDER, LIKE_STORY = "same_order", "like_story"


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """One complaint on file. `vector` is of length one or empty, `at` aware, `said` the beginning of the story."""

    reference: str
    at: datetime
    order_number: str
    vector: Floats
    said: str = ""


Likely = Callable[[Told, Told], float]
"""How likely the later of two complaints of one customer is about the same matter as the earlier, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Another complaint about the same, and why we think so: `same_order` or `like_story`."""

    reference: str
    reason: str


def repeats_of(one: Told, others: Sequence[Told], likely: Likely | None = None) -> tuple[Repeat, ...]:
    """Which of the same customer's complaints this one repeats, or is repeated by, oldest first. It is mutual."""
    near = (other for other in others if other.reference != one.reference and abs(other.at - one.at) <= LONGEST)
    found = ((other, _reason(one, other, likely)) for other in sorted(near, key=lambda other: other.at))
    return tuple(Repeat(other.reference, reason) for other, reason in found if reason)


def _reason(one: Told, other: Told, likely: Likely | None) -> str:
    if one.order_number and one.order_number == other.order_number and abs(other.at - one.at) <= WITHIN:
        return SAME_ORDER
    if not len(one.vector) or len(one.vector) != len(other.vector):
        return ""
    earlier, later = sorted((one, other), key=lambda told: (told.at, told.reference))
    if likely is not None:
        return LIKE_STORY if likely(earlier, later) >= LIKELY else ""
    is_like = abs(other.at - one.at) <= WITHIN and float(np.dot(one.vector, other.vector)) >= LIKE
    return LIKE_STORY if is_like else ""
