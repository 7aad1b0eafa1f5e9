"""Looking things up beside the turns: blocking, in a few threads of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import anyio
import anyio.to_thread
from sqlalchemy import Connection

if TYPE_CHECKING:
    from storage.db.database import Database

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Reads:
    """Blocking look-ups, in a few threads of their own, so that reading never holds up the turns."""

    database: Database
    threads: anyio.CapacityLimiter

    async def run(self, look_up: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`look_up(connection, …)` in a thread. Raises `Unavailable` when the database is away."""

        def reading() -> T:
            with self.database.read() as connection:
                return look_up(connection, *args, **kwargs)

        return await self.blocking(reading)

    async def blocking(self, work: Callable[[], T]) -> T:
        """Anything else that blocks (files, writes), in the same threads."""
        return await anyio.to_thread.run_sync(work, limiter=self.threads)
