"""A server's readers: made from its settings, at work while it serves, and given a model that is trained later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import structlog
from anyio import from_thread

from bot.clock import SystemClock
from bot.learning.stamp import is_learned
from bot.opening import audit_key
from bot.settings import Settings
from bot.wiring.reader_program import program
from bot.workers import ended, unceasing
from dialogs.understanding.model.explaining import Explanation
from dialogs.understanding.reading import Utterance
from engine.providers.fallback import FirstThatWorks
from engine.readers.pool import ReaderPool
from engine.readers.unreadable import Unreadable
from engine.security_log import SecurityLog
from storage.db.database import Database
from storage.security.events import SecurityEvent, SecurityEventKind

LOOKS = 10.0
"""Seconds between two looks for something learned, while the model is lacking."""

_log = structlog.get_logger("amends.readers")


def readers(settings: Settings, database: Database, clock: SystemClock, security: SecurityLog) -> ReaderPool:
    """Processes that read the customers' words, not yet started."""

    def note(chat: str) -> None:
        security.note(SecurityEvent(clock(), SecurityEventKind.NOT_READ, subject=chat))

    unreadable = Unreadable(database, audit_key(settings).current, clock)
    return ReaderPool(program(settings), settings.readers, unreadable, note)


def explaining(reader: FirstThatWorks | ReaderPool) -> Callable[[Utterance], Explanation]:
    """Why a text is read as it is, asked in a thread of its own."""
    if isinstance(reader, FirstThatWorks):
        return reader.explain
    pool = reader
    return lambda said: from_thread.run(pool.explain, said)


@asynccontextmanager
async def reading_while(reader: FirstThatWorks | ReaderPool, settings: Settings) -> AsyncIterator[None]:
    """Somebody reads for as long as there are turns."""
    if isinstance(reader, FirstThatWorks):
        try:
            yield
        finally:
            await asyncio.to_thread(reader.close)
        return
    keeping = (unceasing("readers", reader.run), unceasing("model", partial(take_up, settings, reader)))
    tasks = [asyncio.create_task(worker) for worker in keeping]
    try:
        yield
    finally:
        await ended(tasks)


async def take_up(settings: Settings, pool: ReaderPool) -> None:
    """Say so where the model is lacking; and have the readers take up what is learned, as soon as it is."""
    await pool.ready.wait()
    lacks = settings.understanding != "rules" and not pool.model
    if lacks and not await asyncio.to_thread(is_learned, settings):
        _log.warning("model_lacking", remedy="amends nlu train")
        await _learned(settings)
        pool.renew()
    await asyncio.Event().wait()


async def _learned(settings: Settings) -> None:
    """Wait until somebody has trained."""
    while True:
        await asyncio.sleep(LOOKS)
        if await asyncio.to_thread(is_learned, settings):
            return
