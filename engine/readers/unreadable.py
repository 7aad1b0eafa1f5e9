"""Texts that could not be read: remembered, so that none of them is tried again when it is delivered again.

Kept in the database as keyed digests, so that this holds also when everything was killed meanwhile; looked up in
memory, so that a turn costs no statement more.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from storage.audit.trail import keyed
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.security import unreadable_texts

EXPIRES_AFTER = timedelta(hours=24)
"""As long as Telegram keeps an update that it could not deliver."""

MOST = 10_000
"""Of them that are remembered; then the oldest are forgotten."""

_log = structlog.get_logger("amends.readers")


class Unreadable:
    """What could not be read by this database's readers. Never raises for a database that is away."""

    def __init__(self, database: Database, key: bytes, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._key = key
        self._clock = clock
        self._known: OrderedDict[str, datetime] = OrderedDict()

    async def load(self) -> None:
        """Recall what was kept before this process began."""
        try:
            self._known.update(await asyncio.to_thread(self._kept))
        except Unavailable:
            _log.warning("unread_texts_not_recalled", reason="the database is away")

    def knows(self, text: str) -> bool:
        """Whether this very text could not be read lately."""
        expires = self._known.get(self._digest(text)) if self._known else None
        return expires is not None and self._clock() < expires

    async def remember(self, text: str) -> None:
        """Keep it. It is in the database when this returns, unless that is away."""
        digest, expires = self._digest(text), self._clock() + EXPIRES_AFTER
        self._known[digest] = expires
        gone = [self._known.popitem(last=False)[0] for _ in range(len(self._known) - MOST)]
        try:
            await asyncio.to_thread(self._keep, digest, expires, gone)
        except Unavailable:
            _log.warning("unread_text_not_kept", reason="the database is away")

    def _digest(self, text: str) -> str:
        return keyed(self._key, f"unread:{text}")

    def _kept(self) -> dict[str, datetime]:
        with self._database.read() as conn:
            return unreadable_texts.kept(conn, self._clock(), MOST)

    def _keep(self, digest: str, expires: datetime, gone: list[str]) -> None:
        with self._database.write() as conn:
            unreadable_texts.keep(conn, self._database.dialect, digest, expires, self._clock())
            unreadable_texts.forget(conn, self._database.dialect, gone)
