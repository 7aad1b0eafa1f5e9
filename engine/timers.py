"""Timers come due here and go through the door like any other event.

A timer that is found twice fires once: its event has the same id each time, and its row is removed
in the transaction of its turn, and only if it is still set for that very moment and that moment has come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from dialogs.flows.events import Event, Fired
from engine.turn.outcome import Outcome
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.db.timestamps import to_micros, utc_now
from storage.delivery.timers import DueTimer, hold_due, put_off

TOGETHER = 64
GRACE = 5.0
"""Seconds for what is being fired when the end comes."""

_log = structlog.get_logger("amends.timers")


class Timers:
    """Fires what is due, looking every `every` seconds. Any number of processes may run one, each only one."""

    def __init__(
        self,
        database: Database,
        take: Callable[[Event], Awaitable[Outcome]],
        *,
        clock: Callable[[], datetime] = utc_now,
        every: float = 0.25,
    ) -> None:
        self._database = database
        self._take = take
        self._clock = clock
        self._every = every

    async def run(self) -> None:
        """Fire timers until cancelled; those that are being fired then are brought to their end. A database that is
        away is waited for.
        """
        while True:
            try:
                fired = await self._undisturbed()
            except Unavailable:
                _log.warning("timers_wait", reason="no turns are taken just now")
                fired = 0
            if fired < TOGETHER:
                await asyncio.sleep(self._every)

    async def _undisturbed(self) -> int:
        firing = asyncio.create_task(self.fire_due())
        try:
            return await asyncio.shield(firing)
        except asyncio.CancelledError:
            await asyncio.wait([firing], timeout=GRACE)
            raise

    async def fire_due(self) -> int:
        """Fire what is due now, at most `TOGETHER` timers; returns how many there were."""
        return await asyncio.to_thread(self._hold_and_fire, asyncio.get_running_loop())

    def _hold_and_fire(self, loop: asyncio.AbstractEventLoop) -> int:
        """What is due is held by this thread's transaction until it was fired: other processes pass it by.

        Were this one killed, the others would find it free at once.
        """
        with self._database.read() as conn:
            due = hold_due(conn, self._database.dialect, self._clock(), limit=TOGETHER)
            troubles = asyncio.run_coroutine_threadsafe(self._fire(due), loop).result() if due else []
        self._settle(troubles)
        return len(due)

    async def _fire(self, due: list[DueTimer]) -> list[tuple[DueTimer, BaseException]]:
        """Fire them together; returns those that failed."""
        outcomes = await asyncio.gather(*(self._take(event_of(timer)) for timer in due), return_exceptions=True)
        return [(timer, got) for timer, got in zip(due, outcomes, strict=True) if isinstance(got, BaseException)]

    def _settle(self, troubles: list[tuple[DueTimer, BaseException]]) -> None:
        """One timer's trouble is not the others': it rests, and is tried again. Raises `Unavailable` where that was
        the trouble, which is nobody's own.
        """
        own = [(timer, error) for timer, error in troubles if not isinstance(error, Unavailable)]
        for timer, error in own:
            _log.error("timer_failed", kind=timer.kind, error=type(error).__name__)
        if own:
            with self._database.write() as conn:
                put_off(conn, [timer for timer, _ in own], self._clock())
        if len(own) < len(troubles):
            raise Unavailable("no turns are taken just now")


def event_of(timer: DueTimer) -> Event:
    """A due timer as an event, with an id that is the same however often it is found."""
    body = Fired(timer.kind, timer.subject, timer.due)
    name = f"timer:{timer.kind}:{timer.subject}:{to_micros(timer.due)}"
    return Event(name, timer.channel, timer.account, timer.chat, timer.due, body)
