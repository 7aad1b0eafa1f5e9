"""Whether anything can still be written: asked by `/readyz`, and every minute besides, so that a full disk is seen.

A look costs a small file and a small commit, so it is made at most every few seconds, however often it is asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import anyio
import anyio.to_thread
import structlog

from storage.db.database import Database
from storage.db.timestamps import utc_now
from storage.files.attachments import MEGABYTE, FileStore
from storage.files.write_probe import beat_database, beat_folder

_log = structlog.get_logger("amends.space")


@dataclass(slots=True)
class Heart:
    """`every`: seconds for which a look that found all well is good; one that did not is made anew each second."""

    database: Database
    files: FileStore
    clock: Callable[[], datetime] = utc_now
    every: float = 5.0
    name: str = "serve"
    beats: int = 0
    low: str = ""
    """What is to be said of the space that is left; empty while there is enough."""
    _found: Mapping[str, str] | None = None
    _looked: float = 0.0
    _looking: anyio.Lock = field(default_factory=anyio.Lock)
    _threads: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(2))
    """A disk that hangs takes no more threads than these."""

    async def beat(self) -> Mapping[str, str]:
        """What is wrong, or nothing, by what was written to: `files` (their folder) and `database`."""
        async with self._looking:
            good_for = self.every if self._found and not any(self._found.values()) else min(1.0, self.every)
            if self._found is None or time.monotonic() - self._looked > good_for:
                found = await anyio.to_thread.run_sync(self._look, abandon_on_cancel=True, limiter=self._threads)
                self._tell(found)
                self._found, self._looked = found, time.monotonic()
            return self._found

    def _look(self) -> Mapping[str, str]:
        self.beats += 1
        self._measure()
        return {
            "files": beat_folder(self.files.folder),
            "database": beat_database(self.database, self.name, self.clock()),
        }

    def _measure(self) -> None:
        """Say once when space for files becomes low, and once when it no longer is."""
        room = self.files.room
        free = room.free(self.files.folder)
        was, self.low = self.low, ""
        if free < room.reserve:
            self.low = f"{free // MEGABYTE} MB are free, files are refused below {room.reserve // MEGABYTE} MB"
        if self.low and not was:
            _log.error("space_low", free_mb=free // MEGABYTE, reserve_mb=room.reserve // MEGABYTE)
        elif was and not self.low:
            _log.info("space_back", free_mb=free // MEGABYTE)

    def _tell(self, found: Mapping[str, str]) -> None:
        before = self._found or {}
        for name, wrong in found.items():
            if wrong and wrong != before.get(name):
                _log.error("cannot_write", where=name, reason=wrong)
            elif not wrong and before.get(name):
                _log.info("can_write_again", where=name)

    def counters(self) -> dict[str, float]:
        """For `/metrics`."""
        room = self.files.room
        return {
            "disk_free_bytes": float(room.free(self.files.folder)),
            "files_kept": float(room.files),
            "files_kept_bytes": float(room.bytes),
        }
