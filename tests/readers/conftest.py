"""Pools of odd readers, and a way to see what processes there are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from dialogs.understanding.reading import Utterance
from engine.readers.pool import ReaderPool
from engine.readers.unreadable import Unreadable
from storage.db.database import Database
from tests.readers.odd import odd
from tests.real.tables import with_tables
from tests.turn.scenery import KEY, NOON

OpenPool = Callable[..., Any]


def said(text: str) -> Utterance:
    return Utterance(text, NOON)


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """Readers know no database; that what they could not read is kept on each kind is tested with the storage."""
    opened = with_tables(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def open_pool(database: Database) -> OpenPool:
    """A running pool of odd readers; `working` are at work."""

    @asynccontextmanager
    async def opened(working: int = 1, **chosen: Any) -> AsyncIterator[ReaderPool]:
        noted: list[str] = []
        pool = ReaderPool(odd(**chosen), working, Unreadable(database, KEY, lambda: NOON), noted.append)
        pool.noted = noted  # type: ignore[attr-defined]
        running = asyncio.create_task(pool.run())
        try:
            await pool.ready.wait()
            await full(pool, working + 1)
            yield pool
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    return opened


async def full(pool: ReaderPool, size: int = 2) -> None:
    """Wait until so many readers are there and idle."""
    async with asyncio.timeout(60):
        while sum(reader.idle for reader in pool._crew.readers) < size:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def is_there(pid: int) -> bool:
    """Whether a process lives, or is a zombie that nobody has buried."""
    return Path(f"/proc/{pid}").exists()


async def gone(*pids: int) -> None:
    """Wait until none of them is there, not even as a zombie."""
    async with asyncio.timeout(20):
        while any(map(is_there, pids)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
