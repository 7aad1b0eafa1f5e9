"""What goes on by itself beside the requests: timers that come due, messages that the bot starts.

A worker owns nothing: what it does next stands in the database, so it may die at any line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from dialogs.flows.events import Event, Fired
from storage.database import Database
from storage.errors import Unavailable
from storage.timers import DueTimer, claim_due, next_due

if TYPE_CHECKING:
    from handlers.callback import Callback
    from handlers.turn import TurnDoor

LONGEST_NAP = 5.0
SHORTEST_NAP = 0.2
AFTER_TROUBLE = 2.0

Clock = Callable[[], datetime]
Round = Callable[[], Awaitable[float]]
"""Does what there is to do and says how many seconds to wait before looking again."""


async def repeat(name: str, once: Round) -> None:
    """Do it again and again until cancelled. Trouble is logged and waited out, never the end of the worker."""
    log = structlog.get_logger("amends.workers")
    while True:
        try:
            nap = await once()
        except Unavailable:
            nap = AFTER_TROUBLE
        except Exception:
            log.exception("worker_failed", worker=name)
            nap = AFTER_TROUBLE
        await asyncio.sleep(nap)


@dataclass(frozen=True, slots=True)
class Alarms:
    """Gives timers that are due to the turn, as events."""

    database: Database
    door: TurnDoor
    clock: Clock

    async def once(self) -> float:
        """Look first, and claim only what is due: a claim writes."""
        due = await asyncio.to_thread(self._next_due)
        if due is None:
            return LONGEST_NAP
        if due > self.clock():
            return min(LONGEST_NAP, max(SHORTEST_NAP, (due - self.clock()).total_seconds()))
        claimed = await asyncio.to_thread(self._claim)
        await asyncio.gather(*(self.door.take(fired(timer, self.clock())) for timer in claimed))
        return SHORTEST_NAP if claimed else LONGEST_NAP

    def _next_due(self) -> datetime | None:
        with self.database.read() as connection:
            return next_due(connection)

    def _claim(self) -> list[DueTimer]:
        with self.database.write() as connection:
            return claim_due(connection, self.database.dialect, self.clock())


def fired(timer: DueTimer, now: datetime) -> Event:
    """A timer as an event. Its id holds the moment, so that firing twice is one event."""
    name = f"timer:{timer.kind}:{timer.subject}:{timer.due.isoformat()}"
    body = Fired(timer.kind, timer.subject, timer.due)
    return Event(name, timer.channel, timer.account, timer.chat, now, body)


@dataclass(frozen=True, slots=True)
class Sender:
    """Delivers what the bot says of its own accord in REST chats."""

    callback: Callback
    clock: Clock

    async def once(self) -> float:
        claimed = await asyncio.to_thread(self.callback.claim, self.clock())
        for outgoing in claimed:
            if await asyncio.to_thread(self.callback.still_mine, outgoing):
                ending = await self.callback.send(outgoing)
                await asyncio.to_thread(self.callback.settle, outgoing, ending, self.clock())
        return SHORTEST_NAP if claimed else LONGEST_NAP
