"""Priority: how much harm there is times how pressing it is, and what raises it, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Level(IntEnum):
    """One axis of the matrix."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Priority(StrEnum):
    """Four levels, as service desks use them."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


_RANK = {Priority.LOW: 0, Priority.NORMAL: 1, Priority.HIGH: 2, Priority.URGENT: 3}
_BY_PRODUCT = {
    1: Priority.LOW,
    2: Priority.NORMAL,
    3: Priority.NORMAL,
    4: Priority.NORMAL,
    6: Priority.HIGH,
    9: Priority.URGENT,
}


def rank(priority: Priority) -> int:
    """0 for the least pressing, 3 for the most."""
    return _RANK[priority]


def raised_once(priority: Priority) -> Priority:
    """One level more pressing; there is nothing above urgent."""
    return max(Priority, key=lambda one: (_RANK[one] == _RANK[priority] + 1, one is priority))


@dataclass(frozen=True, slots=True)
class Assessment:
    """A priority and the reasons for it, most basic first."""

    priority: Priority
    reasons: tuple[str, ...]


def assess(impact: Level, urgency: Level, signals: Iterable[str], raises: Mapping[str, Priority]) -> Assessment:
    """Weigh impact and urgency, then let each signal raise the result to at least its own level."""
    priority = _BY_PRODUCT[impact * urgency]
    reasons = [f"impact_{impact.name.lower()}", f"urgency_{urgency.name.lower()}"]
    known = [signal for signal in signals if signal in raises]
    return Assessment(raise_by(priority, known, raises), (*reasons, *known))


def raise_by(priority: Priority, signals: Iterable[str], raises: Mapping[str, Priority]) -> Priority:
    """The priority once each signal has raised it to at least its own level; it never falls."""
    return max([priority, *(raises[signal] for signal in signals if signal in raises)], key=_RANK.__getitem__)
