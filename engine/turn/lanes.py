"""Lanes: within a chat what a customer does is taken in order, also while a text of theirs is still being read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dialogs.flows.events import Event, Fired
from dialogs.flows.staff import Acted
from engine.turn.admission import fitting
from storage.conversations.conversations import conversation_id
from storage.db.errors import Unavailable

MOST_IN_A_LANE = 200
"""Events of one chat that wait for one another: twice what Telegram gives at once. More are sent again later."""


class Lanes:
    """A lane for each chat in which something waits. A clock's or a colleague's events pass by it."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}

    async def empty(self) -> None:
        """Wait until nothing waits in any."""
        for lane in list(self._lanes.values()):
            async with lane.lock:
                continue  # first come, first served: whoever was in it has been here, and nobody comes any more

    @asynccontextmanager
    async def turn_of(self, event: Event) -> AsyncIterator[str]:
        """Wait until all that came before in this chat has been here. Yields the conversation's id.

        Raises `Unavailable` when too much of this chat waits.
        """
        chat = conversation_id(event.channel, event.account, fitting(event.chat))
        if isinstance(event.body, Fired | Acted):
            yield chat
            return
        lane = self._lanes.setdefault(chat, _Lane())
        if lane.waiting >= MOST_IN_A_LANE:
            raise Unavailable("too many messages of this chat are waiting; send it again later")
        lane.waiting += 1
        try:
            async with lane.lock:
                yield chat
        finally:
            lane.waiting -= 1
            if not lane.waiting:
                del self._lanes[chat]


class _Lane:
    __slots__ = ("lock", "waiting")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0
