"""What processes tell each other in passing, over PostgreSQL's NOTIFY: heard at once or never, and kept nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog
from psycopg import AsyncConnection, Error
from sqlalchemy import URL

CHANNEL = "amends_gossip"
MOST_WAITING = 1000
REST = 2.0
"""Seconds until a database that was away is tried again."""

_log = structlog.get_logger("amends.gossip")


class Gossip:
    """One process's ear and mouth. `heard` is called on the loop with every text, our own among them."""

    def __init__(self, url: URL, heard: Callable[[str], None]) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._heard = heard
        self._said: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)

    def tell(self, text: str) -> None:
        """Say it to whoever listens; up to 8,000 bytes. What nobody can be told now is dropped."""
        with suppress(asyncio.QueueFull):
            self._said.put_nowait(text)

    async def run(self) -> None:
        """Listen and tell until cancelled. A database that is away is waited for."""
        while True:
            try:
                async with await self._connected() as ear, await self._connected() as mouth:
                    await ear.execute(f"LISTEN {CHANNEL}")
                    async with asyncio.TaskGroup() as both:
                        both.create_task(self._listen(ear))
                        both.create_task(self._speak(mouth))
            except* Error:
                _log.warning("gossip_waits", reason="the database is not available")
            await asyncio.sleep(REST)

    async def _connected(self) -> AsyncConnection:
        return await AsyncConnection.connect(self._url, autocommit=True)

    async def _listen(self, ear: AsyncConnection) -> None:
        async for notice in ear.notifies():
            self._heard(notice.payload)

    async def _speak(self, mouth: AsyncConnection) -> None:
        while True:
            await mouth.execute("SELECT pg_notify(%s, %s)", (CHANNEL, await self._said.get()))
