"""Repeats: complaints of one chat that are about the same thing: the same order within thirty days, or a like story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from complaints.incidents.stories import Floats

WITHIN = timedelta(days=30)
LIKE = 0.5
"""How like two stories of one customer must be: the cosine of their vectors as they are."""
SAME_ORDER, LIKE_STORY = "same_order", "like_story"


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """One complaint on file. `vector` is of length one or empty, `at` aware."""

    reference: str
    at: datetime
    order_number: str
    vector: Floats


@dataclass(frozen=True, slots=True)
class Repeat:
    """Another complaint about the same, and why we think so: `same_order` or `like_story`."""

    reference: str
    reason: str


def repeats_of(one: Told, others: Sequence[Told]) -> tuple[Repeat, ...]:
    """Which of the same customer's complaints this one repeats, or is repeated by, oldest first. It is mutual."""
    near = (other for other in others if other.reference != one.reference and abs(other.at - one.at) <= WITHIN)
    found = ((other, _reason(one, other)) for other in sorted(near, key=lambda other: other.at))
    return tuple(Repeat(other.reference, reason) for other, reason in found if reason)


def _reason(one: Told, other: Told) -> str:
    if one.order_number and one.order_number == other.order_number:
        return SAME_ORDER
    if len(one.vector) and len(one.vector) == len(other.vector) and float(np.dot(one.vector, other.vector)) >= LIKE:
        return LIKE_STORY
    return ""
