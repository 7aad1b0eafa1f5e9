"""Reach: whether a channel still lets us write to a customer who has not just written to us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Reach:
    """What a channel declares. Without limits it takes a message at any time, until the customer blocks us.

    `window`: how long after their last word it may be answered. `quota`: how many messages of our own accord it
    takes until they write again.
    """

    window: timedelta | None = None
    quota: int | None = None

    def allows(self, last_at: datetime | None, unasked: int, now: datetime) -> bool:
        """Whether one more message may be sent: they wrote last at `last_at`, and we sent `unasked` ones since."""
        in_window = self.window is None or (last_at is not None and now < last_at + self.window)
        return in_window and (self.quota is None or unasked < self.quota)


@dataclass(frozen=True, slots=True)
class Other:
    """Another chat of the same customer, who has shown by a link of their own that it is theirs.

    `open` says whether we may write there now; `no_surveys` that they do not want to be asked.
    """

    conversation: str
    open: bool
    no_surveys: bool


ALWAYS = Reach()
NEVER = Reach(quota=0)
