"""Who is at a chat just now: colleagues who look at it, and whoever is writing.

Kept in memory only: it is a courtesy, and what a crash loses of it is true again a few seconds later. Where several
processes serve, each tells the others in passing what happens in its own company.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from uuid import uuid4

import msgspec

LINGERS = 6.0
"""Seconds for which somebody counts as writing after a sign of it; a page gives one every three."""


REMINDED, FAR = 10.0, 25.0
"""Seconds after which a process says again who looks on there, and for which the others believe it."""


@dataclass(frozen=True, slots=True)
class Participant:
    """An account's id and name. The customer has neither."""

    id: str = ""
    name: str = ""


CUSTOMER = Participant()


class PresenceNews(msgspec.Struct, frozen=True):
    """What somebody does at a chat, and in which process."""

    does: Literal["looks", "left", "writes", "stops"]
    conversation: str
    person: Participant
    process: str


@dataclass(eq=False, slots=True)
class Onlooker:
    """One open page: how it is woken, who looks (nobody, on the customer's own page), the last message it was told."""

    wake: asyncio.Event
    person: Participant | None = None
    after: int = 0


@dataclass(slots=True)
class _Room:
    onlookers: list[Onlooker] = field(default_factory=list)
    writing: dict[Participant, float] = field(default_factory=dict)
    far: dict[tuple[str, Participant], float] = field(default_factory=dict)
    """Who looks on in another process, and until when that is believed."""

    def here(self) -> list[Participant]:
        """The colleagues who look on in this process."""
        return [each.person for each in self.onlookers if each.person]


class Company:
    """Who is where. Use it on the loop's thread only. `tell` is given what other processes are to `hear`."""

    def __init__(self) -> None:
        self.tell: Callable[[str], None] = lambda _news: None
        self._rooms: dict[str, _Room] = {}
        self._process = uuid4().hex

    @contextmanager
    def present(self, conversation: str, onlooker: Onlooker) -> Iterator[None]:
        """While this page is open it is woken by whatever changes in the company."""
        room = self._rooms.setdefault(conversation, _Room())
        room.onlookers.append(onlooker)
        if onlooker.person:
            self._wake(conversation)
            self._tell("looks", conversation, onlooker.person)
        try:
            yield
        finally:
            room.onlookers.remove(onlooker)
            if onlooker.person and onlooker.person not in room.here():
                self._tell("left", conversation, onlooker.person)
            if room.onlookers:
                self._wake(conversation)
            else:
                del self._rooms[conversation]

    def writes(self, conversation: str, person: Participant) -> None:
        """Somebody is writing. Where no page is open there is nobody to see it."""
        self._tell("writes", conversation, person)
        self._writes(conversation, person)

    def stops(self, conversation: str, person: Participant) -> None:
        """Somebody has sent what they wrote, or put it away."""
        self._tell("stops", conversation, person)
        self._stops(conversation, person)

    def hear(self, told: str) -> None:
        """What any process told, this one too."""
        news = msgspec.json.decode(told, type=PresenceNews)
        if news.process == self._process:
            return
        match news.does:
            case "looks":
                self._looks(news)
            case "left":
                self._left(news)
            case "writes":
                self._writes(news.conversation, news.person)
            case "stops":
                self._stops(news.conversation, news.person)

    async def remind(self) -> None:
        """Tell the others now and then who looks on here, until cancelled."""
        while True:
            for conversation, room in self._rooms.items():
                for person in room.here():
                    self._tell("looks", conversation, person)
            await asyncio.sleep(REMINDED)

    def _tell(self, does: Literal["looks", "left", "writes", "stops"], conversation: str, person: Participant) -> None:
        self.tell(msgspec.json.encode(PresenceNews(does, conversation, person, self._process)).decode())

    def _looks(self, news: PresenceNews) -> None:
        """Somebody new elsewhere is told in turn who is here."""
        room = self._rooms.get(news.conversation)
        if room is None:
            return
        far, now = (news.process, news.person), time.monotonic()
        known, room.far[far] = room.far.get(far, 0.0) > now, now + FAR
        asyncio.get_running_loop().call_later(FAR + 0.1, self._wake, news.conversation)
        if not known:
            self._wake(news.conversation)
            for person in room.here():
                self._tell("looks", news.conversation, person)

    def _left(self, news: PresenceNews) -> None:
        room = self._rooms.get(news.conversation)
        if room and room.far.pop((news.process, news.person), None):
            self._wake(news.conversation)

    def _writes(self, conversation: str, person: Participant) -> None:
        room = self._rooms.get(conversation)
        if room is None:
            return
        begins = person not in self.writers(conversation)
        room.writing[person] = time.monotonic() + LINGERS
        asyncio.get_running_loop().call_later(LINGERS + 0.1, self._wake, conversation)
        if begins:
            self._wake(conversation)

    def _stops(self, conversation: str, person: Participant) -> None:
        room = self._rooms.get(conversation)
        if room and room.writing.pop(person, None) is not None:
            self._wake(conversation)

    def writers(self, conversation: str) -> tuple[Participant, ...]:
        """Whoever is writing there now."""
        room, now = self._rooms.get(conversation), time.monotonic()
        return tuple(who for who, until in room.writing.items() if until > now) if room else ()

    def lookers(self, conversation: str) -> tuple[Participant, ...]:
        """The colleagues who have the chat open, each once."""
        room, now = self._rooms.get(conversation, _Room()), time.monotonic()
        far = (person for (_, person), until in room.far.items() if until > now)
        return tuple(dict.fromkeys((*room.here(), *far)))

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
