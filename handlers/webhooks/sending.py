"""Sending webhooks: claim, sign, post, note what came of it. At least once, after the commit, and beside all turns.

Anything but 2xx is tried again, later and later, for about a day; 410 says that the receiver wants no more.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from handlers.webhooks.posting import Posting, PostResult
from handlers.webhooks.signing import headers
from storage.db.database import Database
from storage.db.errors import StorageError, Unavailable
from storage.db.timestamps import utc_now
from storage.delivery.webhooks import Attempt, ClaimedDelivery, claim_due, end_webhook, forget, has_due, settle

if TYPE_CHECKING:
    from storage.db.encryption import Seal

TOGETHER = 16
WAITS = tuple(timedelta(seconds=each) for each in (5, 300, 1800, 2 * 3600, 5 * 3600, 8 * 3600, 10 * 3600))
"""How long after each failed attempt the next one is made: over a day in all, and then no more."""
JITTER = 0.2
"""The share by which each wait is longer or shorter, so that what failed together does not come back together."""
KEPT = timedelta(days=30)
"""How long the log reaches back."""
_GONE = 410

_log = structlog.get_logger("amends.webhooks")


class Webhooks:
    """Sends what waits, looking every `every` seconds. Any number of processes may run one."""

    def __init__(
        self,
        database: Database,
        seal: Callable[[], Seal],
        posting: Posting,
        *,
        clock: Callable[[], datetime] = utc_now,
        every: float = 1.0,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._seal = seal
        self._posting = posting
        self._clock = clock
        self._every = every
        self._dice = dice
        self._forgot: datetime | None = None

    async def run(self) -> None:
        """Send until cancelled; what is cut off is sent again when its lease has run out."""
        try:
            while True:
                if not await self._round():
                    await asyncio.sleep(self._every)
        finally:
            await self._posting.close()

    async def _round(self) -> int:
        try:
            await asyncio.to_thread(self._forget)
            return await self.send_due()
        except Unavailable:
            _log.warning("webhooks_wait", reason="the database is not available")
            return 0

    async def send_due(self) -> int:
        """Send what may be sent now, at most `TOGETHER` messages; returns how many were claimed."""
        claimed = await asyncio.to_thread(self._claim)
        await asyncio.gather(*(self._send(one) for one in claimed))
        return len(claimed)

    def _claim(self) -> list[ClaimedDelivery]:
        now = self._clock()
        # Looking costs no write transaction; most of the time there is nothing to claim.
        with self._database.read() as conn:
            if not has_due(conn, now):
                return []
        with self._database.write() as conn:
            return claim_due(conn, self._database.dialect, now, TOGETHER)

    async def _send(self, claimed: ClaimedDelivery) -> None:
        at, begun, body = self._clock(), time.monotonic(), claimed.body.encode()
        try:
            secret = self._seal().open(claimed.secret, claimed.webhook_id)
            answer = await self._posting.post(claimed.url, headers([secret], claimed.id, at, body), body)
        except StorageError as error:
            answer = PostResult(0, type(error).__name__)
        came = Attempt(at, answer.status, round(1000 * (time.monotonic() - begun)), answer.trouble)
        if came.trouble:
            _log.warning("webhook_failed", webhook=claimed.webhook_id, message=claimed.id, trouble=came.trouble)
        await asyncio.to_thread(self._settle, claimed, came, answer)

    def _settle(self, claimed: ClaimedDelivery, came: Attempt, answer: PostResult) -> None:
        """Write it down. Where that fails the lease runs out, and it is sent once more."""
        again = None if answer.status == _GONE else self._again(claimed.attempt, answer.after)
        try:
            with self._database.write() as conn:
                settle(conn, claimed, came, again)
                if answer.status == _GONE:
                    end_webhook(conn, claimed.webhook_id, came.at, "the receiver answered 410, Gone")
        except Unavailable:
            _log.warning("webhook_receipt_lost", webhook=claimed.webhook_id, message=claimed.id)

    def _again(self, attempt: int, asked: float) -> datetime | None:
        """When it is tried next; None when it was tried often enough."""
        if attempt > len(WAITS):
            return None
        wait = WAITS[attempt - 1] * (1 - JITTER + 2 * JITTER * self._dice())
        return self._clock() + max(wait, timedelta(seconds=asked))

    def _forget(self) -> None:
        """Once a day what is settled and old leaves the log."""
        now = self._clock()
        if self._forgot and now - self._forgot < timedelta(days=1):
            return
        self._forgot = now
        with self._database.write() as conn:
            forget(conn, now - KEPT)
