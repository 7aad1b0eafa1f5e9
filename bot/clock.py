"""The clock that a process goes by: the world's, or for a demonstration one that runs faster."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from storage.db.timestamps import utc_now


@dataclass(frozen=True, slots=True)
class SystemClock:
    """Tells the time (aware, UTC). It showed the right one when it was made, and runs `speed` times as fast since."""

    speed: float = 1.0
    began: datetime = field(default_factory=utc_now)

    def __call__(self) -> datetime:
        now = utc_now()
        return now if self.speed == 1.0 else self.began + (now - self.began) * self.speed
