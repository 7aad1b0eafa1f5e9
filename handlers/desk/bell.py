"""The bell: rings for every open list when any chat has changed, in this process or in another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from storage.db.errors import Unavailable

EVERY = 1.0
"""Seconds between two looks: one indexed row for the whole process, and none while nobody listens."""


class Bell:
    """Looks at one number while somebody listens, and wakes all listeners when it has grown."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def heard(self, wake: asyncio.Event, look: Callable[[], Awaitable[int]]) -> Iterator[None]:
        """While within, `wake` is set whenever what `look` returns has grown."""
        self._listeners.add(wake)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch(look))
        try:
            yield
        finally:
            self._listeners.discard(wake)

    async def _watch(self, look: Callable[[], Awaitable[int]]) -> None:
        seen = 0
        while self._listeners:
            with suppress(Unavailable):
                if (now := await look()) > seen:
                    seen = now
                    for wake in self._listeners:
                        wake.set()
            await asyncio.sleep(EVERY)
