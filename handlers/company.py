"""Who is at a chat just now, in this process: colleagues who look at it, and whoever is writing.

Kept in memory only: it is a courtesy, and what a crash loses of it is true again a few seconds later.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

LINGERS = 6.0
"""Seconds for which somebody counts as writing after a sign of it; a page gives one every three."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account's id and name. The customer has neither."""

    id: str = ""
    name: str = ""


CUSTOMER = Person()


@dataclass(eq=False, slots=True)
class Onlooker:
    """One open page: how it is woken, who looks (nobody, on the customer's own page), the last message it was told."""

    wake: asyncio.Event
    person: Person | None = None
    after: int = 0


@dataclass(slots=True)
class _Room:
    onlookers: list[Onlooker] = field(default_factory=list)
    writing: dict[Person, float] = field(default_factory=dict)


class Company:
    """Who is where. Use it on the loop's thread only."""

    def __init__(self) -> None:
        self._rooms: dict[str, _Room] = {}

    @contextmanager
    def present(self, conversation: str, onlooker: Onlooker) -> Iterator[None]:
        """While this page is open it is woken by whatever changes in the company."""
        room = self._rooms.setdefault(conversation, _Room())
        room.onlookers.append(onlooker)
        if onlooker.person:
            self._wake(conversation)
        try:
            yield
        finally:
            room.onlookers.remove(onlooker)
            if room.onlookers:
                self._wake(conversation)
            else:
                del self._rooms[conversation]

    def writes(self, conversation: str, person: Person) -> None:
        """Somebody is writing. Where no page is open there is nobody to see it."""
        room = self._rooms.get(conversation)
        if room is None:
            return
        begins = person not in self.writers(conversation)
        room.writing[person] = time.monotonic() + LINGERS
        asyncio.get_running_loop().call_later(LINGERS + 0.1, self._wake, conversation)
        if begins:
            self._wake(conversation)

    def stops(self, conversation: str, person: Person) -> None:
        """Somebody has sent what they wrote, or put it away."""
        room = self._rooms.get(conversation)
        if room and room.writing.pop(person, None) is not None:
            self._wake(conversation)

    def writers(self, conversation: str) -> tuple[Person, ...]:
        """Whoever is writing there now."""
        room, now = self._rooms.get(conversation), time.monotonic()
        return tuple(who for who, until in room.writing.items() if until > now) if room else ()

    def lookers(self, conversation: str) -> tuple[Person, ...]:
        """The colleagues who have the chat open, each once."""
        room = self._rooms.get(conversation, _Room())
        return tuple(dict.fromkeys(each.person for each in room.onlookers if each.person))

    def conversations(self) -> list[str]:
        """The chats that some page has open."""
        return list(self._rooms)

    def wake_behind(self, numbers: Mapping[str, int]) -> None:
        """Wake every page that has not been told all there is."""
        for conversation, number in numbers.items():
            for each in self._rooms.get(conversation, _Room()).onlookers:
                if each.after < number:
                    each.wake.set()

    def _wake(self, conversation: str) -> None:
        for each in self._rooms.get(conversation, _Room()).onlookers:
            each.wake.set()
