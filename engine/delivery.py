"""Delivering the outbox: claim, look once more who controls the chat, send, record what came of it.

What a sender may raise:

DeliveryError
├── NotSent      it certainly did not leave (no connection): sent again later
├── RetryAfter   the channel asks us to wait; all its messages do
├── Refused      the channel will never take it (blocked, deleted): given up
└── Unknown      it may have arrived: shown to people, never sent again

Anything else it raises counts as Unknown, for a repeat may be worse than a gap that is shown.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from engine.in_flight import UnderWay
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.db.timestamps import utc_now
from storage.delivery import outbox
from storage.delivery.outbox import Outgoing

TOGETHER = 32
LONGEST_WAIT = timedelta(minutes=5)
GRACE = 5.0
SETTLING = timedelta(seconds=1)
"""How long a process that begins to send on a channel waits, for the one before it may have just sent."""

_log = structlog.get_logger("amends.delivery")

Sender = Callable[[Outgoing], Awaitable[str]]
"""Sends a message and returns the channel's receipt."""


class DeliveryError(Exception):
    """A message was not delivered as it should be."""


class NotSent(DeliveryError):
    """The request never left."""


class ChannelRefused(DeliveryError):
    """The channel will not take this message, now or later."""


class OutcomeUnknown(DeliveryError):
    """The request left, and no answer came."""


class RetryAfter(DeliveryError):
    """The channel asks for a pause of so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the channel asks to wait {seconds} s")
        self.seconds = seconds


@dataclass(slots=True)
class Bucket:
    """How many messages a channel may be sent: `rate` a second, `burst` at once."""

    rate: float = 30.0
    burst: float = 30.0
    _level: float = field(default=0.0, init=False)
    _since: datetime | None = field(default=None, init=False)

    def room(self, now: datetime) -> int:
        """How many may be sent now."""
        passed = (now - self._since).total_seconds() if self._since else self.burst / self.rate
        self._level = min(self.burst, self._level + max(passed, 0.0) * self.rate)
        self._since = now
        return int(self._level)

    def take(self, count: int) -> None:
        """So many were sent."""
        self._level -= count


class Delivery:
    """Delivers to each channel by its sender. Any number of processes may run one."""

    def __init__(
        self,
        database: Database,
        senders: Mapping[str, Sender],
        *,
        buckets: Mapping[str, Bucket] | None = None,
        paces: Mapping[str, float] | None = None,
        leads: Mapping[str, Callable[[], bool]] | None = None,
        rooms: Mapping[str, Callable[[], Awaitable[None]]] | None = None,
        clock: Callable[[], datetime] = utc_now,
        every: float = 0.25,
        apart: float = 0.5,
    ) -> None:
        """`paces`: seconds that a channel wants between two messages of one conversation.

        `leads`: where only one process may send on a channel, whether it is this one; so that its rate and
        paces hold for all. `rooms` wait until a channel takes a message at once. `apart`: seconds after which
        a message need not wait for the answer to another.
        """
        self._leads = leads or {}
        self._rooms = rooms or {}
        self._leading: set[str] = set()
        self._database = database
        self._senders = senders
        self._paces = {channel: timedelta(seconds=pace) for channel, pace in (paces or {}).items()}
        self._resting: dict[str, dict[str, datetime]] = {channel: {} for channel in senders}
        self._awake = asyncio.Event()
        self._buckets = {channel: (buckets or {}).get(channel) or Bucket() for channel in senders}
        self._under_way = {channel: UnderWay(bucket.rate, TOGETHER, apart) for channel, bucket in self._buckets.items()}
        self._paused: dict[str, datetime] = {}
        self._clock = clock
        self._every = every

    async def run(self) -> None:
        """Deliver until cancelled; what has been claimed by then is still brought to its end, for `GRACE` seconds.

        A database that is away is waited for.
        """
        try:
            while True:
                try:
                    begun = await self._undisturbed()
                except Unavailable:
                    _log.warning("delivery_waits", reason="the database is not available")
                    begun = 0
                if not begun:
                    await self._rest()
        finally:
            await asyncio.gather(*(each.ended(GRACE) for each in self._under_way.values()))

    async def _undisturbed(self) -> int:
        """One round. Cut off in the middle, its messages would wait for their leases though nothing went wrong."""
        working = asyncio.create_task(self._begin())
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            await asyncio.wait([working], timeout=GRACE)
            working.cancel()
            raise

    def wake(self) -> None:
        """Something was put into the outbox: look at once."""
        self._awake.set()

    async def _rest(self) -> None:
        # Not `wait_for`, which on Python 3.11 loses a cancellation that comes together with what it waits for.
        with suppress(TimeoutError):
            async with asyncio.timeout(self._every):
                await self._awake.wait()
        self._awake.clear()

    async def deliver_due(self) -> int:
        """Send what may be sent now, at most one message of each conversation; returns how many were claimed."""
        begun = await self._begin()
        await asyncio.gather(*(each.ended() for each in self._under_way.values()))
        return begun

    async def _begin(self) -> int:
        """Begin to send what may be sent now. What hangs in one chat holds nobody else up."""
        return sum(await asyncio.gather(*(self._deliver(channel) for channel in self._senders)))

    async def _deliver(self, channel: str) -> int:
        now = self._clock()
        room = min(TOGETHER - len(self._under_way[channel]), self._buckets[channel].room(now))
        if room < 1 or self._paused.get(channel, now) > now:
            return 0
        resting = self._still_resting(channel, now)
        claimed = await asyncio.to_thread(self._claim, channel, now, room, resting)
        self._buckets[channel].take(len(claimed))
        for outgoing in claimed:
            await self._under_way[channel].begin(self._send(channel, outgoing))
        return len(claimed)

    def _still_resting(self, channel: str, now: datetime) -> tuple[str, ...]:
        """The conversations that were given a message too short a time ago."""
        resting = {chat: until for chat, until in self._resting[channel].items() if until > now}
        self._resting[channel] = resting
        return tuple(resting)

    def _claim(self, channel: str, now: datetime, room: int, resting: tuple[str, ...] = ()) -> list[Outgoing]:
        # Looking costs no write transaction; most of the time there is nothing to claim.
        with self._database.read() as conn:
            if not outbox.has_unfinished(conn, channel, now):
                return []
        if not self._may_send(channel, now):
            return []
        with self._database.write() as conn:
            return outbox.claim(conn, self._database.dialect, now, channel, limit=room, resting=resting)

    def _may_send(self, channel: str, now: datetime) -> bool:
        """Whether this process sends on the channel. One that begins to may not know what another sent just now."""
        if channel not in self._leads:
            return True
        if not self._leads[channel]():
            self._leading.discard(channel)
        elif channel not in self._leading:
            self._leading.add(channel)
            self._paused[channel] = now + SETTLING
        else:
            return True
        return False

    async def _send(self, channel: str, outgoing: Outgoing) -> None:
        if room := self._rooms.get(channel):
            # Waited for now and not later: from the next step on the message counts as leaving.
            await room()
        if not await asyncio.to_thread(self._may_leave, outgoing):
            return
        if (until := self._paused.get(channel)) and until > self._clock():
            # Its neighbour in the same round was told to wait.
            await self._record(outbox.postpone, outgoing, until, "the channel asked to wait", counted=False)
            return
        try:
            receipt = await self._sent(channel, outgoing)
        except RetryAfter as pause:
            until = self._clock() + timedelta(seconds=pause.seconds)
            self._paused[channel] = until
            await self._record(outbox.postpone, outgoing, until, str(pause), counted=False)
        except NotSent as error:
            wait = min(timedelta(seconds=2**outgoing.attempt), LONGEST_WAIT)
            await self._record(outbox.postpone, outgoing, self._clock() + wait, _reason(error))
        except ChannelRefused as error:
            await self._record(outbox.finish, outgoing, outbox.DeliveryState.DEAD, reason=_reason(error))
        except Exception as error:
            _log.warning("delivery_unknown", conversation=outgoing.conversation_id, error=type(error).__name__)
            await self._record(outbox.finish, outgoing, outbox.DeliveryState.UNKNOWN, reason=_reason(error))
        else:
            await self._record(outbox.finish, outgoing, outbox.DeliveryState.SENT, receipt=receipt, at=self._clock())

    async def _sent(self, channel: str, outgoing: Outgoing) -> str:
        """Send it; whatever comes of it, the next message of this conversation keeps its distance."""
        begun = time.monotonic()
        try:
            return await self._senders[channel](outgoing)
        finally:
            self._under_way[channel].answered(time.monotonic() - begun)
            if pace := self._paces.get(channel):
                self._resting[channel][outgoing.conversation_id] = self._clock() + pace

    def _may_leave(self, outgoing: Outgoing) -> bool:
        """Nobody took the chat over since the claim; else the message is dead, for it has not left."""
        with self._database.write() as conn:
            if outbox.still_mine(conn, self._database.dialect, outgoing):
                return True
            outbox.finish(conn, outgoing, outbox.DeliveryState.DEAD, reason=outbox.TAKEN_OVER)
        return False

    async def _record(self, settle: Callable[..., bool], outgoing: Outgoing, *args: object, **more: object) -> None:
        """Write the outcome down. Where that fails the lease runs out, and the message becomes `unknown`."""

        def write() -> None:
            with self._database.write() as conn:
                settle(conn, outgoing, *args, **more)

        try:
            await asyncio.to_thread(write)
        except Unavailable:
            _log.warning("receipt_lost", conversation=outgoing.conversation_id)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
