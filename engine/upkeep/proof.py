"""What keeps the proof up to date beside the turns: bringing over, the roll, the chain of heads, and sending a head.

No turn waits for it. Every few seconds the conversations that had turns are entered in the roll and the chain of
heads gets a link, so what somebody removes or puts back later than that is found.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from storage.audit import backfill
from storage.audit.head_chain import Head, advance
from storage.audit.roll import enter
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.security.keys import Keyring

EVERY = 10.0
"""Seconds between two entries in the roll."""
REST = 0.02
"""Seconds that turns have for themselves between two transactions that bring something over."""
PARTS = 256

_log = structlog.get_logger("amends.proof")


@dataclass(slots=True)
class Proving:
    """The worker. `moved` is where turns leave the ids of the conversations that they wrote.

    `send` is given the head once a day; it may raise OSError, and then it is tried again a little later.
    """

    database: Database
    ring: Keyring
    moved: set[str]
    clock: Callable[[], datetime]
    send: Callable[[Head], None] | None = None
    every: float = EVERY
    _entering: set[str] = field(default_factory=set)
    _sent: date | None = None

    async def run(self) -> None:
        """Bring over what there is, then go on until cancelled. A database that is away is waited for."""
        await self._patiently(self.bring_over)
        while True:
            await self._patiently(self.enter)
            await self._patiently(self.tell)
            await asyncio.sleep(self.every)

    async def _patiently(self, act: Callable[[], Any]) -> None:
        while True:
            try:
                await asyncio.to_thread(act)
                return
            except Unavailable:
                _log.warning("proof_waits", reason="the database is not available")
                await asyncio.sleep(self.every)

    def bring_over(self) -> None:
        """Give everything that earlier versions stored its seals, and enter what the roll has missed."""
        import time

        while self._brought():
            time.sleep(REST)
        for part in range(PARTS):
            with self.database.read() as conn:
                ids = backfill.behind(conn, part)
            if ids:
                self._enter(ids)
        with self.database.write() as conn:
            backfill.finish(conn, self.database.dialect, self.ring)
            advance(conn, self.database.dialect, self.ring, self.clock())

    def _brought(self) -> int:
        with self.database.write() as conn:
            return backfill.bring_over(conn, self.database.dialect, self.ring)

    def enter(self) -> None:
        """Enter what had turns until the time before: by now their transactions have ended."""
        due, self._entering = self._entering, set()
        while self.moved:
            self._entering.add(self.moved.pop())
        try:
            self._enter(due)
        except Unavailable:
            self._entering |= due
            raise

    def _enter(self, ids: set[str] | list[str]) -> None:
        with self.database.write() as conn:
            enter(conn, self.database.dialect, self.ring, ids)
            advance(conn, self.database.dialect, self.ring, self.clock())

    def settle(self) -> None:
        """Enter everything at once: no turn is taken any more."""
        self.enter()
        self.enter()

    def tell(self) -> None:
        """Send the head away, once a day."""
        today = self.clock().date()
        if self.send is None or self._sent == today:
            return
        with self.database.write() as conn:
            head = advance(conn, self.database.dialect, self.ring, self.clock())
        try:
            if head:
                self.send(head)
            self._sent = today
        except OSError as error:
            _log.error("audit_head_not_sent", error=type(error).__name__)


def sending(file: Path | None, url: str) -> Callable[[Head], None] | None:
    """What takes a head away: a line at the end of a file, a POST to an address, or both; None for neither."""
    if not file and not url:
        return None

    def send(head: Head) -> None:
        if file:
            with file.open("a", encoding="utf-8") as lines:
                lines.write(f"{head}\n")
        if url:
            _post(url, head)

    return send


def _post(url: str, head: Head) -> None:
    """Raises OSError when it did not arrive."""
    import httpx

    told = {"head": f"{head.n}:{head.digest}", "at": head.at.isoformat().replace("+00:00", "Z")}
    try:
        httpx.post(url, json=told, timeout=timedelta(seconds=10).total_seconds()).raise_for_status()
    except httpx.HTTPError as error:
        raise OSError(f"the head was not taken: {type(error).__name__}") from None
