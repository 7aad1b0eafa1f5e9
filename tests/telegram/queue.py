"""A bot's updates from the moment they happen until the bot confirms them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from tests.telegram.bell import Bell
from tests.telegram.checks import Checks
from tests.telegram.things import Conflict, Raw

BATCH = 100
ASKED_FOR = frozenset(("chat_member", "message_reaction", "message_reaction_count"))
"""Kinds of update that come only to who names them in `allowed_updates`."""
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update not yet confirmed; `body` is its JSON."""

    id: int
    lane: int
    body: bytes


class Updates:
    """One bot's queue. Ids rise by one, but may jump (`skip`)."""

    def __init__(self, first: int, checks: Checks, stirred: Bell) -> None:
        self.waiting: dict[int, Waiting] = {}
        self.allowed: frozenset[str] | None = None
        self.arrived = Bell()
        self.webhook_active = False
        self.confirmed = 0
        """How many were confirmed in all."""
        self._next = first
        self._checks, self._stirred = checks, stirred
        self.polling = 0
        """How many polls wait now."""
        self._poll = 0
        self._ended = OTHER_POLLER

    def put(self, kind: str, lane: int, raw: Raw) -> Waiting | None:
        """None when the bot did not ask for this kind."""
        if not (kind in self.allowed if self.allowed else kind not in ASKED_FOR):
            return None
        update = {"update_id": self._next, kind: raw}
        self._checks.made("Update", update)
        waiting = Waiting(self._next, lane, msgspec.json.encode(update))
        self._next += 1
        self.waiting[waiting.id] = waiting
        self.arrived.ring()
        return waiting

    def skip(self, ids: int) -> None:
        """The next id is not the next number, as after a quiet week."""
        self._next += ids

    def allow(self, kinds: Iterable[str] | None) -> None:
        """An empty list is the default again; None leaves what was."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def drop(self) -> None:
        self.waiting.clear()
        self._stirred.ring()

    def confirm(self, id: int) -> None:
        if self.waiting.pop(id, None):
            self._confirmed(1)

    def end_polls(self, reason: str) -> None:
        self._poll += 1
        self._ended = reason
        self.arrived.ring()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[bytes]:
        """A batch of updates, after a wait of up to `seconds` for the first; a poll begun earlier ends in 409."""
        if self.webhook_active:
            raise Conflict(WEBHOOK_ACTIVE)
        self.end_polls(OTHER_POLLER)
        mine = self._poll
        self._confirm_below(offset)
        await self._first(seconds, mine)
        limit = limit if 1 <= limit <= BATCH else BATCH
        return [each.body for _, each in zip(range(limit), self.waiting.values(), strict=False)]

    async def _first(self, seconds: float, mine: int) -> None:
        """Until there is an update, or the time is over."""
        self.polling += 1
        self._stirred.ring()
        try:
            async with asyncio.timeout(seconds):
                while not self.waiting:
                    await self.arrived.heard()
                    if mine != self._poll:
                        raise Conflict(self._ended)
        except TimeoutError:
            pass
        finally:
            self.polling -= 1

    def _confirm_below(self, offset: int) -> None:
        ids = list(self.waiting)
        gone = ids[:offset] if offset < 0 else [id for id in ids if id < offset]
        for id in gone:
            del self.waiting[id]
        self._confirmed(len(gone))

    def _confirmed(self, updates: int) -> None:
        self.confirmed += updates
        if updates:
            self.arrived.ring()
            self._stirred.ring()

    @staticmethod
    def decode(body: bytes) -> Any:
        return msgspec.json.decode(body)
