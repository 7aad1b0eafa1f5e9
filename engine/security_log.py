"""The security log as the edges write it: noting an event never blocks, never raises, and never fills the memory.

What happens in a request is put into a bounded queue and written a moment later, many at a time. What must not be
lost with the process (an act on an account) is written in its own transaction with `storage.security.events.record`.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.db.timestamps import EPOCH, utc_now
from storage.security.events import SecurityEvent, SecurityEventKind, forget_before, record

MOST_WAITING = 5_000
MOST_TOGETHER = 500
SAME_VIEW = timedelta(minutes=10)
MOST_VIEWS = 20_000
"""Views that are remembered, so that none is noted twice."""
SWEPT_EVERY = timedelta(hours=1)

_log = structlog.get_logger("amends.security")


@dataclass(slots=True)
class SecurityLog:
    """Writes what is noted every `every` seconds. `dropped` counts what found the queue full: the newest are lost,
    for the first of a flood tell what it was. `keeps` is for how long events are kept; None: for ever.
    """

    database: Database
    every: float = 0.5
    dropped: int = 0
    keeps: timedelta | None = None
    clock: Callable[[], datetime] = utc_now
    _waiting: deque[SecurityEvent] = field(default_factory=deque)
    _viewed: OrderedDict[tuple[str, str], datetime] = field(default_factory=OrderedDict)
    _swept: datetime = EPOCH

    def note(self, event: SecurityEvent) -> None:
        """Put an event into the log, and into the program's own log at once."""
        _log.info("security_event", kind=event.kind.value, actor=event.actor, subject=event.subject)
        if len(self._waiting) >= MOST_WAITING:
            self.dropped += 1
            return
        self._waiting.append(event)

    def viewed(self, kind: SecurityEventKind, actor: str, subject: str, address: str = "", **detail: str) -> None:
        """Somebody saw a chat or a case. Seeing it again within some minutes is the same view."""
        now, key = self.clock(), (actor, subject)
        if key in self._viewed and now - self._viewed[key] < SAME_VIEW:
            return
        self._viewed[key] = now
        self._viewed.move_to_end(key)
        while len(self._viewed) > MOST_VIEWS:
            self._viewed.popitem(last=False)
        self.note(SecurityEvent(now, kind, actor, subject, address, detail))

    async def run(self) -> None:
        """Write until cancelled; then what is left is written by `flush`."""
        while True:
            await asyncio.sleep(self.every)
            try:
                await asyncio.to_thread(self.flush)
                await asyncio.to_thread(self.sweep)
            except Unavailable:
                _log.warning("security_log_waits", reason="the database is not available")

    def sweep(self) -> None:
        """Once an hour, forget what was kept long enough, a little at a time."""
        now = self.clock()
        if self.keeps is None or now - self._swept < SWEPT_EVERY:
            return
        removed = MOST_TOGETHER
        while removed == MOST_TOGETHER:
            with self.database.write() as conn:
                removed = forget_before(conn, now - self.keeps, MOST_TOGETHER)
        self._swept = now

    def flush(self) -> None:
        """Write what waits. Raises `Unavailable`, and then it still waits."""
        while self._waiting:
            together = [self._waiting[place] for place in range(min(len(self._waiting), MOST_TOGETHER))]
            with self.database.write() as conn:
                record(conn, together)
            for _ in together:
                self._waiting.popleft()
