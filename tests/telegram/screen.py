"""What one user sees of one chat, and waiting for it. A wait ends when the thing happens, or fails at a deadline."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.telegram.room import Room
from tests.telegram.things import Glimpse, Message

Wanted = str | re.Pattern[str] | Callable[[Message], bool] | None
"""A text it holds, a pattern found in it, a question to it, or anything at all."""


class NotSeen(AssertionError):
    """What was waited for did not show in time."""


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, or one topic of it."""

    room: Room
    thread: int | None = None


class Screen:
    """Reads a chat's history once, forwards: what was seen is not seen again."""

    def __init__(self, place: Place, reader: int) -> None:
        self.place = place
        self._reader = reader
        self._read = 0

    async def until(self, found: Callable[[Glimpse], bool], within: float, wanted: str) -> Glimpse:
        """The next glimpse of another's doing for which `found` holds; what came before it counts as seen."""
        history, at = self.place.room.history, self._read
        try:
            async with asyncio.timeout(within):
                while True:
                    while at < len(history):
                        at += 1
                        if self._concerns(history[at - 1]) and found(history[at - 1]):
                            self._read = at
                            return history[at - 1]
                    await self.place.room.changed.heard()
        except TimeoutError:
            raise NotSeen(f"no {wanted} within {within} s; since the last look: {self._recent()}") from None

    async def message(self, wanted: Wanted, within: float) -> Message:
        def found(glimpse: Glimpse) -> bool:
            shown = glimpse.kind in ("sent", "edited") and glimpse.message
            return bool(shown) and fits(shown, wanted)  # type: ignore[arg-type]

        glimpse = await self.until(found, within, f"message with {wanted!r}")
        assert glimpse.message
        return glimpse.message

    def unread(self) -> Iterator[Glimpse]:
        return (each for each in self.place.room.history[self._read :] if self._concerns(each))

    def messages(self) -> list[Message]:
        """As they stand now, oldest first, everyone's."""
        thread = self.place.thread
        return [each for each in self.place.room.messages.values() if thread is None or each.thread == thread]

    def _concerns(self, glimpse: Glimpse) -> bool:
        thread = glimpse.message.thread if glimpse.message else glimpse.thread
        return glimpse.by != self._reader and (self.place.thread is None or thread == self.place.thread)

    def _recent(self) -> str:
        told = [f"{each.kind} {each.message.text if each.message else each.what!r}" for each in self.unread()]
        return "; ".join(told[-10:]) or "nothing"


def fits(message: Message, wanted: Wanted) -> bool:
    match wanted:
        case None:
            return True
        case str():
            return wanted in message.text
        case re.Pattern():
            return bool(wanted.search(message.text))
        case _:
            return wanted(message)
