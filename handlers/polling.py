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

from handlers.delivery import DeliveryError, RetryAfter
from storage.errors import Unavailable
from storage.leadership import Leadership

WAIT = 30
"""Seconds that a call is held for the first update."""
LONGEST_REST = 30.0
FIRST_REST = 0.5
TRIES = 5

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
        """Ask once and take what came. Raises `Unavailable` when something was not kept."""
        raw = await self._ask(self._offset, wait)
        updates = self._readable(raw)
        self._kept |= {each["update_id"] for each in raw} - {update.number for update in updates}
        failed = await self._take_all(updates)
        self._confirm(raw)
        if failed is not None:
            raise failed

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

    async def _take_all(self, updates: Sequence[U]) -> Exception | None:
        """Take them all; returns what kept some of them from being taken, if anything did."""
        lanes: dict[Hashable, list[U]] = {}
        for update in updates:
            lanes.setdefault(update.lane, []).append(update)
        results = await asyncio.gather(*(self._in_order(lane) for lane in lanes.values()))
        return next((error for error in results if error is not None), None)

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
