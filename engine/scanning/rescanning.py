"""Files that were held because the scanner was away: looked at again, released, or put into quarantine and told of."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection, select

from dialogs.flows.events import Event, Withheld
from engine.scanning.clamd import Clamd
from engine.turn.outcome import Outcome
from storage.conversations.threads import address_of
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.files.attachments import HELD, FileStore, ScannerAway, move
from storage.tables.core import attachments

_log = structlog.get_logger("amends.scanner")


@dataclass(frozen=True, slots=True)
class Rescanning:
    """Looks every `every` seconds; it ends a look at the first file for which the scanner is still away."""

    scanner: Clamd
    files: FileStore
    database: Database
    take: Callable[[Event], Awaitable[Outcome]]
    clock: Callable[[], datetime]
    every: float = 15.0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except ScannerAway:
                pass  # it was away before, and that was told
            except (Unavailable, OSError) as error:
                _log.warning("rescanning_waits", error=type(error).__name__)
            await asyncio.sleep(self.every)

    async def look(self) -> int:
        """Look at every file that waits; returns how many were harmful. Raises `ScannerAway`, `Unavailable`."""
        harmful = 0
        for path in await asyncio.to_thread(lambda: list(_held(self.files.folder))):
            finding = await asyncio.to_thread(self.scanner.ask, path)
            if finding:
                # Told first: a file that is found again after a crash is told of once, by its event's name.
                await self._tell(path.name, finding)
                harmful += 1
            target = self.files.quarantined(path.name) if finding else self.files.path(path.name)
            await asyncio.to_thread(move, path, target)
        return harmful

    async def _tell(self, digest: str, finding: str) -> None:
        with self.database.read() as conn:
            concerned = list(_owners(conn, digest))
        for name, channel, account, chat in concerned:
            withheld = Withheld(name, finding, tell=True)
            await self.take(Event(f"withheld:{digest}", channel, account, chat, self.clock(), withheld))


def _held(folder: Path) -> Iterator[Path]:
    held = folder / HELD
    yield from sorted(held.iterdir()) if held.is_dir() else ()


def _owners(conn: Connection, digest: str) -> Iterator[tuple[str, str, str, str]]:
    """The file's name in each chat that has it, and the chat's address."""
    query = select(attachments.c.conversation_id, attachments.c.name).where(attachments.c.digest == digest)
    for row in conn.execute(query).all():
        if address := address_of(conn, row.conversation_id):
            yield (row.name, *address)
