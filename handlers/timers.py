"""Timers come due here and go through the door like any other event.

A timer that is claimed twice fires once: its event has the same id each time, and its row is removed
in the transaction of its turn, and only if it is still set for that very moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from dialogs.flows.events import Event, Fired
from handlers.turns.outcome import Outcome
from storage.database import Database
from storage.errors import Unavailable
from storage.instants import to_micros, utc_now
from storage.timers import DueTimer, claim_due, next_due

TOGETHER = 64

_log = structlog.get_logger("amends.timers")


class Timers:
    """Fires what is due, looking every `every` seconds. Any number of processes may run one."""

    def __init__(
        self,
        database: Database,
        take: Callable[[Event], Awaitable[Outcome]],
        *,
        clock: Callable[[], datetime] = utc_now,
        every: float = 1.0,
    ) -> None:
        self._database = database
        self._take = take
        self._clock = clock
        self._every = every

    async def run(self) -> None:
        """Fire timers until cancelled. A database that is away is waited for."""
        while True:
            try:
                fired = await self.fire_due()
            except Unavailable:
                _log.warning("timers_wait", reason="the database is not available")
                fired = 0
            if fired < TOGETHER:
                await asyncio.sleep(self._every)

    async def fire_due(self) -> int:
        """Fire what is due now, at most `TOGETHER` timers; returns how many were claimed."""
        due = await asyncio.to_thread(self._claim)
        await asyncio.gather(*(self._fire(timer) for timer in due))
        return len(due)

    def _claim(self) -> list[DueTimer]:
        now = self._clock()
        # Looking costs no write transaction; most of the time there is nothing to claim.
        with self._database.read() as conn:
            earliest = next_due(conn)
        if earliest is None or earliest > now:
            return []
        with self._database.write() as conn:
            return claim_due(conn, self._database.dialect, now, limit=TOGETHER)

    async def _fire(self, timer: DueTimer) -> None:
        try:
            await self._take(event_of(timer))
        except Unavailable:
            _log.warning("timer_waits", kind=timer.kind)
        except Exception as error:
            # One timer's trouble is not the others'; its lease runs out and it is tried again.
            _log.error("timer_failed", kind=timer.kind, error=type(error).__name__)


def event_of(timer: DueTimer) -> Event:
    """A due timer as an event, with an id that is the same however often it is claimed."""
    body = Fired(timer.kind, timer.subject, timer.due)
    name = f"timer:{timer.kind}:{timer.subject}:{to_micros(timer.due)}"
    return Event(name, timer.channel, timer.account, timer.chat, timer.due, body)
