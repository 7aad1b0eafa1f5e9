"""Which networks are not heard just now, as this process knows it: looked up every few seconds, not in every turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.db.timestamps import utc_now
from storage.security.blocked_networks import blocked_networks

_log = structlog.get_logger("amends.space")


@dataclass(slots=True)
class Bars:
    """`every`: seconds after which a block of another process is known here."""

    database: Database | None = None
    clock: Callable[[], datetime] = utc_now
    every: float = 2.0
    _until: Mapping[str, datetime] = field(default_factory=dict)

    def holds(self, *names: str) -> bool:
        """Whether a network with one of these names is not heard now."""
        ends = [self._until[name] for name in names if name in self._until] if self._until else []
        return bool(ends) and max(ends) > self.clock()

    def look(self) -> None:
        """Learn anew. Raises `Unavailable`."""
        if self.database:
            with self.database.read() as conn:
                self._until = blocked_networks(conn, self.clock())

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await asyncio.to_thread(self.look)
            except Unavailable:
                _log.debug("blocks_wait", reason="the database is not available")
            await asyncio.sleep(self.every)
