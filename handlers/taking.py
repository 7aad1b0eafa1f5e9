"""Handing an event to the turn, and reading beside it: what every HTTP edge does the same way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import anyio
import anyio.to_thread
from sqlalchemy import Connection

from dialogs.flows.events import Event
from handlers.problems import Away
from storage.database import Database
from storage.errors import Unavailable

if TYPE_CHECKING:
    from handlers.turn import Outcome, TurnDoor

T = TypeVar("T")
P = ParamSpec("P")


async def take(door: TurnDoor, event: Event) -> Outcome:
    """What came of the event, once it is stored. Raises `Away` when it could not be stored: nothing was kept."""
    try:
        return await door.take(event)
    except Unavailable:
        raise Away() from None


@dataclass(frozen=True, slots=True)
class Reads:
    """Blocking look-ups, in a few threads of their own, so that reading never holds up the turns."""

    database: Database
    threads: anyio.CapacityLimiter

    async def run(self, look_up: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`look_up(connection, …)` in a thread. Raises `Away` when the database is away."""

        def reading() -> T:
            with self.database.read() as connection:
                return look_up(connection, *args, **kwargs)

        return await self.blocking(reading)

    async def blocking(self, work: Callable[[], T]) -> T:
        """Anything else that blocks (files, writes), in the same threads."""
        try:
            return await anyio.to_thread.run_sync(work, limiter=self.threads)
        except Unavailable:
            raise Away() from None
