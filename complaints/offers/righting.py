"""Setting offers right after a clock that had run ahead: what has happened cannot lie in the future."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from complaints.offers.limits import LONGEST_DUE, LONGEST_VALID
from complaints.offers.offer import Line, Offer

_HAPPENED = (
    "made_at", "put_at", "approved_at", "decided_at", "reminded_at", "warned_at", "failed_at", "fulfilled_at",
)  # fmt: skip


def righted_offer(offer: Offer, now: datetime) -> Offer:
    """The offer as it stands now: its end and its days lie no further ahead than they may."""
    happened: dict[str, Any] = {name: _past(getattr(offer, name), now) for name in _HAPPENED}
    until = min(offer.valid_until, now + LONGEST_VALID)
    return replace(offer, **happened, valid_until=until, lines=tuple(_line(line, now) for line in offer.lines))


def _line(line: Line, now: datetime) -> Line:
    due = line.due and min(line.due, now + LONGEST_DUE)
    return replace(line, due=due, done_at=_past(line.done_at, now))


def _past(moment: datetime | None, now: datetime) -> datetime | None:
    return moment and min(moment, now)
