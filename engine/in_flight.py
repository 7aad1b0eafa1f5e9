"""Messages that are under way: how many may be at once, and which are.

One leaves after the other while the channel answers quickly, so that a process that is killed leaves
no more than one behind that may have arrived. Where its answers usually take longer than the rate leaves
for them, as many are under way as the rate needs, and no more.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Coroutine
from statistics import median
from typing import Any

REMEMBERED = 15
"""Answers that the usual time is the median of: one slow answer, or one of a long message, changes nothing."""


class UnderWay:
    """The messages of one channel that are leaving.

    `rate` is how many a second there shall be; one that has taken longer than `hangs` seconds is not
    waited for any more.
    """

    def __init__(self, rate: float, most: int, hangs: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._most = most
        self._hangs = hangs
        self._clock = clock
        self._sending: dict[asyncio.Task[None], float] = {}
        self._answers: deque[float] = deque(maxlen=REMEMBERED)

    def __len__(self) -> int:
        return len(self._sending)

    @property
    def width(self) -> int:
        """How many may be under way at once."""
        usual = median(self._answers) if self._answers else 0.0
        return max(1, min(self._most, math.ceil(usual * self._rate)))

    def answered(self, seconds: float) -> None:
        """The channel took so long to answer."""
        self._answers.append(seconds)

    async def begin(self, sending: Coroutine[Any, Any, None]) -> None:
        """Begin to send as soon as there is room."""
        while len(fresh := self._fresh()) >= self.width:
            patience = self._hangs - (self._clock() - min(self._sending[task] for task in fresh))
            await asyncio.wait(fresh, timeout=max(patience, 0.001), return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(sending)
        self._sending[task] = self._clock()
        task.add_done_callback(self._sending.pop)

    def _fresh(self) -> list[asyncio.Task[None]]:
        """Those that have not taken too long yet."""
        since = self._clock() - self._hangs
        return [task for task, begun in self._sending.items() if begun > since and not task.done()]

    async def ended(self, within: float | None = None) -> None:
        """Wait for all of them, `within` seconds if given; then end the rest."""
        if self._sending:
            _, late = await asyncio.wait(list(self._sending), timeout=within)
            for task in late:
                task.cancel()
