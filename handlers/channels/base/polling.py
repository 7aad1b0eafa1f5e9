"""Asking for updates: one is confirmed, by the next call's offset, only after what it caused is committed.

Lanes are taken side by side, the updates of one lane in order. What could not be kept is asked for again;
what was kept already is known by its number and changes nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar

import structlog

from engine.delivery import DeliveryError, RetryAfter
from storage.db.errors import Unavailable
from storage.db.leadership import Leadership

WAIT = 30
"""Seconds that a call is held for the first update."""
LONGEST_REST = 30.0
FIRST_REST = 0.5
TRIES = 5
GLANCE = 0.5
"""Seconds after which it is asked whether more has come, while something is still being taken."""

_log = structlog.get_logger("amends.polling")


class Update(Protocol):
    """What is asked of an update: its number, and what it must not overtake."""

    @property
    def number(self) -> int: ...

    @property
    def lane(self) -> Hashable: ...


U = TypeVar("U", bound=Update)


class Polling(Generic[U]):
    """Polls while it leads. Any number of processes may run one.

    `ask(offset, wait)` gives the updates as they came, each with its `update_id`; `read` one of them, or None where
    there is nothing to be done about it; `take` returns when what it caused is committed.
    """

    def __init__(
        self,
        ask: Callable[[int | None, int], Awaitable[list[dict[str, Any]]]],
        read: Callable[[dict[str, Any]], U | None],
        take: Callable[[U], Awaitable[None]],
        leadership: Leadership,
    ) -> None:
        self._ask = ask
        self._read = read
        self._take = take
        self._leadership = leadership
        self._offset: int | None = None
        self._kept: set[int] = set()
        self._failures: Counter[int] = Counter()
        self._rest = FIRST_REST

    async def run(self) -> None:
        """Poll until cancelled or no longer leading, resting longer each time that something is away."""
        while True:
            try:
                if not await asyncio.to_thread(self._leadership.held):
                    break
                await self._take_waiting(WAIT)
                self._rest = FIRST_REST
            except (Unavailable, DeliveryError) as error:
                self._rest = min(self._rest * 2, LONGEST_REST)
                _log.warning("updates_wait", error=type(error).__name__)
                await asyncio.sleep(error.seconds if isinstance(error, RetryAfter) else self._rest)
        # Whoever leads now may have come further.
        self._offset = None

    async def _take_waiting(self, wait: int) -> None:
        """Ask, and take what came; ask again for what comes while some of it takes long, for nobody waits for another.

        Raises `Unavailable` when something was not kept.
        """
        under_way = _UnderWay(self._in_order)
        try:
            raw = await self._ask(self._offset, wait)
            self._begin(under_way, raw)
            while not await under_way.done_within(GLANCE):
                raw = await self._ask(self._offset, 0)
                self._begin(under_way, raw)
        except asyncio.CancelledError:
            under_way.cancel()
            raise
        finally:
            failed = await under_way.ended()
        self._confirm(raw)
        if failed is not None:
            raise failed

    def _begin(self, under_way: _UnderWay[U], raw: Sequence[dict[str, Any]]) -> None:
        """Begin with what was not begun yet; what there is nothing to do about is kept as it is."""
        new = [each for each in raw if each["update_id"] not in under_way.begun]
        updates = self._readable(new)
        self._kept |= {each["update_id"] for each in new} - {update.number for update in updates}
        under_way.begin(updates)

    def _readable(self, raw: Sequence[dict[str, Any]]) -> list[U]:
        """The updates still to be taken; one that cannot be read is named in the log, and passed by."""
        found = []
        for each in raw:
            if each["update_id"] in self._kept:
                continue
            try:
                update = self._read(each)
            except Exception as error:
                # Its words may be a customer's.
                _log.error("update_not_readable", update=each["update_id"], error=type(error).__name__)
                continue
            if update is not None:
                found.append(update)
        return found

    async def _in_order(self, updates: Sequence[U]) -> Exception | None:
        """One lane: after one that could not be kept, nothing of it is taken."""
        for update in updates:
            try:
                await self._take(update)
            except Unavailable as away:
                return away
            except Exception as error:
                if not self._is_hopeless(update, error):
                    return Unavailable(f"an update failed: {type(error).__name__}")
            self._kept.add(update.number)
        return None

    def _is_hopeless(self, update: U, error: Exception) -> bool:
        """What fails before or beside its turn is tried a few times, no more."""
        self._failures[update.number] += 1
        _log.error("update_failed", update=update.number, error=type(error).__name__)
        return self._failures[update.number] >= TRIES

    def _confirm(self, raw: Sequence[dict[str, Any]]) -> None:
        """Everything before the first update that is not kept may be forgotten by whoever brings them."""
        numbers = sorted(each["update_id"] for each in raw)
        missing = [number for number in numbers if number not in self._kept]
        if numbers:
            self._offset = missing[0] if missing else numbers[-1] + 1
        if self._offset is not None:
            self._kept = {number for number in self._kept if number >= self._offset}
            self._failures = Counter({n: count for n, count in self._failures.items() if n >= self._offset})


class _UnderWay(Generic[U]):
    """The updates that are being taken, lane by lane. `take` takes some of one lane, in order."""

    def __init__(self, take: Callable[[Sequence[U]], Awaitable[Exception | None]]) -> None:
        self.begun: set[int] = set()
        self._take = take
        self._lanes: dict[Hashable, asyncio.Task[Exception | None]] = {}

    def begin(self, updates: Sequence[U]) -> None:
        """Take these too, each after what was begun in its lane."""
        lanes: dict[Hashable, list[U]] = {}
        for update in updates:
            lanes.setdefault(update.lane, []).append(update)
        for lane, some in lanes.items():
            self.begun |= {update.number for update in some}
            self._lanes[lane] = asyncio.create_task(self._after(self._lanes.get(lane), some))

    async def done_within(self, seconds: float) -> bool:
        """Wait for as long; whether all is done."""
        if self._lanes:
            await asyncio.wait(self._lanes.values(), timeout=seconds)
        return all(task.done() for task in self._lanes.values())

    def cancel(self) -> None:
        """Whoever takes them is to end."""
        for task in self._lanes.values():
            task.cancel()

    async def ended(self) -> Exception | None:
        """Wait for all; returns what kept some from being taken, if anything did."""
        results = await asyncio.gather(*self._lanes.values(), return_exceptions=True)
        return next((error for error in results if isinstance(error, Exception)), None)

    async def _after(self, before: asyncio.Task[Exception | None] | None, some: Sequence[U]) -> Exception | None:
        failed = await before if before else None
        return failed or await self._take(some)
