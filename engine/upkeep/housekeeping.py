"""Housekeeping: counts what is kept, sweeps what nobody owns, and looks whether anything can still be written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from engine.upkeep.write_probe import Heart
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.files.attachments import FileStore
from storage.files.quotas import forget_days_before
from storage.files.sweeping import sweep
from storage.security.alert_rate import forget_rings
from storage.security.blocked_networks import forget_blocks

MINUTE, HOUR = 60.0, 3600.0

_log = structlog.get_logger("amends.space")


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Looks every `look` seconds, and tidies every `tidy` seconds, at first when it begins."""

    database: Database
    files: FileStore
    heart: Heart
    clock: Callable[[], datetime]
    look: float = MINUTE
    tidy: float = HOUR

    async def run(self) -> None:
        """Until cancelled. What fails is tried again next time."""
        looks = max(1, round(self.tidy / self.look))
        while True:
            await self._tidied()
            for _ in range(looks):
                await self.heart.beat()
                await asyncio.sleep(self.look)

    async def _tidied(self) -> None:
        try:
            await asyncio.to_thread(self._tidy)
        except Unavailable:
            _log.warning("sweeping_waits", reason="the database is not available")
        except OSError as error:
            _log.warning("sweeping_failed", reason=error.strerror)

    def _tidy(self) -> None:
        swept = sweep(self.database, self.files)
        if swept.orphans or swept.leftovers:
            _log.info("files_swept", orphans=swept.orphans, leftovers=swept.leftovers)
        self.files.room.count(self.files.folder)
        with self.database.write() as conn:
            forget_days_before(conn, self.clock())
            forget_rings(conn, self.clock())
            forget_blocks(conn, self.clock())
