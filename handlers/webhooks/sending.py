"""Sending webhooks: claim, sign, post, note what came of it. At least once, after the commit, and beside all turns.

Anything but 2xx is tried again, later and later, for about a day; 410 says that the receiver wants no more. No
redirect is followed, no proxy of the environment asked, and nothing of the answer read but its status.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import structlog

from handlers.webhooks.places import NotAllowed, Places
from handlers.webhooks.signing import headers
from storage.database import Database
from storage.errors import Unavailable
from storage.instants import utc_now
from storage.sealing import Seal, Unsealable
from storage.webhooks import Attempt, Claimed, claim_due, end_webhook, forget, has_due, settle

TOGETHER = 16
PATIENCE = 15.0
"""Seconds that one attempt may take, from looking the name up to the receiver's status."""
WAITS = tuple(timedelta(seconds=each) for each in (5, 300, 1800, 2 * 3600, 5 * 3600, 8 * 3600, 10 * 3600))
"""How long after each failed attempt the next one is made: over a day in all, and then no more."""
JITTER = 0.2
"""The share by which each wait is longer or shorter, so that what failed together does not come back together."""
KEPT = timedelta(days=30)
"""How long the log reaches back."""
_GONE = 410

_log = structlog.get_logger("amends.webhooks")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one try. `status` is 0 where there was no answer; `after` is how long they ask us to wait."""

    status: int
    trouble: str = ""
    after: float = 0.0


class Webhooks:
    """Sends what waits, looking every `every` seconds. Any number of processes may run one."""

    def __init__(
        self,
        database: Database,
        seal: Seal,
        places: Places,
        *,
        clock: Callable[[], datetime] = utc_now,
        every: float = 1.0,
        patience: float = PATIENCE,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._seal = seal
        self._places = places
        self._clock = clock
        self._every = every
        self._patience = patience
        self._dice = dice
        self._forgot: datetime | None = None

    async def run(self) -> None:
        """Send until cancelled; what is cut off is sent again when its lease has run out."""
        async with httpx.AsyncClient(trust_env=False, follow_redirects=False) as client:
            while True:
                try:
                    sent = await self.send_due(client)
                    await asyncio.to_thread(self._forget)
                except Unavailable:
                    _log.warning("webhooks_wait", reason="the database is not available")
                    sent = 0
                if not sent:
                    await asyncio.sleep(self._every)

    async def send_due(self, client: httpx.AsyncClient) -> int:
        """Send what may be sent now, at most `TOGETHER` messages; returns how many were claimed."""
        claimed = await asyncio.to_thread(self._claim)
        await asyncio.gather(*(self._send(client, one) for one in claimed))
        return len(claimed)

    def _claim(self) -> list[Claimed]:
        now = self._clock()
        # Looking costs no write transaction; most of the time there is nothing to claim.
        with self._database.read() as conn:
            if not has_due(conn, now):
                return []
        with self._database.write() as conn:
            return claim_due(conn, self._database.dialect, now, TOGETHER)

    async def _send(self, client: httpx.AsyncClient, claimed: Claimed) -> None:
        at, begun = self._clock(), time.monotonic()
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._post(client, claimed, at)
        except (TimeoutError, NotAllowed, Unsealable, OSError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            # An error's own words may hold the address, and that a token.
            answer = Answer(0, type(error).__name__)
        came = Attempt(at, answer.status, round(1000 * (time.monotonic() - begun)), answer.trouble)
        if came.trouble:
            _log.warning("webhook_failed", webhook=claimed.webhook_id, message=claimed.id, trouble=came.trouble)
        await asyncio.to_thread(self._settle, claimed, came, answer)

    async def _post(self, client: httpx.AsyncClient, claimed: Claimed, at: datetime) -> Answer:
        self._places.check(claimed.url)
        url, body = httpx.URL(claimed.url), claimed.body.encode()
        address = await self._places.find(url.host, url.port or (443 if url.scheme == "https" else 80))
        secret = self._seal.open(claimed.secret, claimed.webhook_id)
        named = {"host": url.netloc.decode(), **headers(secret, claimed.id, at, body)}
        # The address that was judged is the one we connect to; the certificate is still the name's.
        request = client.build_request(
            "POST", url.copy_with(host=address), content=body, headers=named, timeout=self._patience,
            extensions={"sni_hostname": url.host},
        )  # fmt: skip
        response = await client.send(request, stream=True)
        await response.aclose()
        return _judged(response)

    def _settle(self, claimed: Claimed, came: Attempt, answer: Answer) -> None:
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


_LONGEST_ASKED = 3600.0


def _judged(response: httpx.Response) -> Answer:
    if response.is_success:
        return Answer(response.status_code)
    asked = response.headers.get("retry-after", "")
    after = min(float(asked), _LONGEST_ASKED) if asked.isascii() and asked.isdecimal() else 0.0
    return Answer(response.status_code, f"status {response.status_code}", after)
