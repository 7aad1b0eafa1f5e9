"""Promises: the clocks of a case. When each began, what it may take, where it stands still, and how it ended.

Pure data and what may become of it; nothing here speaks, waits or looks at a clock. All moments are aware, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from complaints.clocks import Office

LEAST_LEFT = 0.2
"""The share of a shorter target that is left at least when a case becomes more pressing: what cannot be done any
more is not promised."""


class Kind(StrEnum):
    """What is promised: that a person answers, and that there is an outcome."""

    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise.

    `target` is the working time it may take, of which `spent` was worked before `since`, when it last began to
    run; it stands still while `since` is None. `told` is the time the customer heard last, and `told_at` when that
    was. `level` says how many were warned: the owner, the lead, a supervisor. `breached_at` and `cause` say when
    and why the target was missed, whatever the customer was told. `began` is when the promise was made (None on file
    for a time when that was not kept).
    """

    kind: Kind
    target: timedelta
    since: datetime | None
    told: datetime
    told_at: datetime
    spent: timedelta = timedelta(0)
    level: int = 0
    kept_at: datetime | None = None
    breached_at: datetime | None = None
    cause: str = ""
    began: datetime | None = None

    @property
    def runs(self) -> bool:
        return self.since is not None and self.kept_at is None

    @property
    def is_missed(self) -> bool:
        """Whether the target was missed, found out in time or not."""
        return self.breached_at is not None or (self.kept_at is not None and self.spent > self.target)


def begun(kind: Kind, target: timedelta, now: datetime, office: Office) -> Clock:
    """A clock that begins to run, its time told to the customer."""
    return Clock(kind, target, now, office.due(now, target), now, began=now)


def due_of(clock: Clock, office: Office) -> datetime | None:
    """When the target will have been worked, if nothing stops the clock; None while it does not run."""
    return office.due(clock.since, clock.target - clock.spent) if clock.since and clock.runs else None


def spent_by(clock: Clock, now: datetime, office: Office) -> timedelta:
    """The working time that counts against this promise so far."""
    return clock.spent + office.worked(clock.since, now) if clock.since else clock.spent


def stopped(clock: Clock, now: datetime, office: Office) -> Clock:
    """It stands still; one that stands still or has ended already is left as it is."""
    return replace(clock, spent=spent_by(clock, now, office), since=None) if clock.runs else clock


def resumed(clock: Clock, now: datetime) -> Clock:
    """It runs on from where it stood."""
    return clock if clock.since or clock.kept_at else replace(clock, since=now)


def kept(clock: Clock, now: datetime, office: Office) -> Clock:
    """The promise is kept, in time or not."""
    return clock if clock.kept_at else replace(stopped(clock, now, office), kept_at=now)


def hastened(clock: Clock, target: timedelta, now: datetime, office: Office) -> Clock:
    """The clock of a case that became more pressing. What was worked so far counts; no time becomes later."""
    if clock.kept_at or target >= clock.target:
        return clock
    spent = min(spent_by(clock, now, office), target * (1 - LEAST_LEFT))
    told = min(clock.told, office.due(now, target - spent))
    since = now if clock.since else None
    return replace(clock, target=target, spent=spent, since=since, told=told, told_at=now, level=0)


def told_anew(clock: Clock, moment: datetime, now: datetime) -> Clock:
    """The customer heard another time."""
    return replace(clock, told=moment, told_at=now)


def breached(clock: Clock, at: datetime, cause: str) -> Clock:
    """The target was missed. What is recorded first stands."""
    return clock if clock.breached_at else replace(clock, breached_at=at, cause=cause)
