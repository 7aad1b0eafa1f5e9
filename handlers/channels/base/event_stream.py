"""Server-sent events: a chat's messages as they come, from where the reader left off, without gap or double.

What is sent is always read from the transcript, in its order and after the last number sent; whatever
wakes a stream (a turn taken here, the look-out for turns taken elsewhere) only makes it look.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio
import msgspec
from starlette.types import Receive, Scope, Send

from engine.reads import Reads
from handlers.channels.base.message_json import shown_json
from handlers.http.limits import Limits
from handlers.http.problems import TooMany
from staff.presence import Company, Onlooker
from storage.conversations.last_seq import last_numbers
from storage.conversations.transcript import last_messages, messages_after
from storage.db.errors import Unavailable

if TYPE_CHECKING:
    from engine.turn.processor import TurnProcessor
    from storage.conversations.transcript import Message

PAGE = 200
HISTORY = 500
"""How much of a long chat a reader gets who has seen none of it."""

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
PING = b": ping\n\n"
_NEVER_BEHIND = 2**62
_SILENT = b'event: typing\ndata: {"on":false}\n\n'


@dataclass(eq=False, slots=True)
class StreamReader:
    """One open stream: how it is woken, the number of the last message it was told, whether somebody is writing."""

    wake: asyncio.Event
    after: int
    typing: bool = False


@dataclass(slots=True)
class StreamState:
    """What one reader was told last: whether somebody is writing; and when."""

    typing: bytes = _SILENT
    at: float = field(default_factory=time.monotonic)


class Closing:
    """Tells every open stream that the process is about to end, so that it ends cleanly and at once."""

    def __init__(self) -> None:
        self.begun = False
        self._readers: set[StreamReader] = set()

    def begin(self) -> None:
        """From now on streams end. Call it on the loop's thread."""
        self.begun = True
        for reader in self._readers:
            reader.wake.set()

    @contextmanager
    def told(self, reader: StreamReader) -> Iterator[None]:
        self._readers.add(reader)
        try:
            yield
        finally:
            self._readers.discard(reader)


class Chats:
    """The open streams of this process, by conversation, and how many of them there may be."""

    def __init__(self, limits: Limits, closing: Closing, company: Company | None = None) -> None:
        self.limits = limits
        self.closing = closing
        self.company = company or Company()
        self._readers: dict[str, list[StreamReader]] = {}
        self._working: dict[str, int] = {}
        self._peers: Counter[str] = Counter()
        self.open = 0

    def admit(self, conversation: str, address: str = "") -> None:
        """Raises `TooMany` when the chat, the address (empty: one that speaks for many) or the process has enough."""
        if len(self._readers.get(conversation, ())) >= self.limits.streams_per_chat:
            raise TooMany("This chat is open in too many tabs. Please close one.", "too_many_tabs", retry_after=30)
        full = address and self._peers[address] >= self.limits.streams_per_peer
        if full or self.open >= self.limits.streams:
            raise TooMany("Very many people are here right now. Please try again soon.", "too_busy", retry_after=15)

    @contextmanager
    def reading(self, conversation: str, after: int, wake: asyncio.Event, address: str = "") -> Iterator[StreamReader]:
        """A place for one stream, which `admit` allowed."""
        reader = StreamReader(wake, after, typing=conversation in self._working)
        self._readers.setdefault(conversation, []).append(reader)
        self.open += 1
        self._peers[address] += 1
        try:
            with self.closing.told(reader):
                yield reader
        finally:
            self.open -= 1
            self._leave(conversation, reader, address)

    @contextmanager
    def working(self, conversation: str) -> Iterator[None]:
        """While a turn of this chat is being taken, its readers see that somebody is writing."""
        self._working[conversation] = self._working.get(conversation, 0) + 1
        self._show(conversation)
        try:
            yield
        finally:
            self._working[conversation] -= 1
            if not self._working[conversation]:
                del self._working[conversation]
            self._show(conversation)

    def conversations(self) -> list[str]:
        """Those that somebody is reading."""
        return list(self._readers)

    def wake_behind(self, numbers: Mapping[str, int]) -> None:
        """Wake every reader who has not been told all there is."""
        for conversation, number in numbers.items():
            for reader in self._readers.get(conversation, ()):
                if reader.after < number:
                    reader.wake.set()

    def _leave(self, conversation: str, reader: StreamReader, address: str) -> None:
        self._peers[address] -= 1
        if not self._peers[address]:
            del self._peers[address]
        readers = self._readers[conversation]
        readers.remove(reader)
        if not readers:
            del self._readers[conversation]

    def _show(self, conversation: str) -> None:
        for reader in self._readers.get(conversation, ()):
            reader.typing = conversation in self._working
            reader.wake.set()


@dataclass(frozen=True, slots=True)
class Follow:
    """How a stream is fed: from the transcript, looked at when woken."""

    door: TurnProcessor
    reads: Reads
    chats: Chats

    async def events(self, conversation: str, after: int, address: str = "") -> AsyncGenerator[bytes]:
        """Everything after the message numbered `after`, for ever, as encoded events."""
        told = StreamState()
        async with self.door.watch(conversation) as wake:
            here = self.chats.company.present(conversation, Onlooker(wake, after=_NEVER_BEHIND))
            with here, self.chats.reading(conversation, after, wake, address) as reader:
                yield b"retry: 1000\n\n"
                while not self.chats.closing.begun:
                    wake.clear()
                    if said := await self._say(conversation, told, reader):
                        yield said
                    else:
                        await _woken(wake, self.chats.limits.ping)

    async def _say(self, conversation: str, told: StreamState, reader: StreamReader) -> bytes:
        """What the reader has not been told yet, or a ping when there was long nothing to tell."""
        said = b""
        for message in await self._news(conversation, reader.after):
            reader.after = message.seq
            said += event(message)
        typing = self._typing(conversation, reader)
        if typing != told.typing:
            told.typing = typing
            said += typing
        if not said and time.monotonic() - told.at >= self.chats.limits.ping:
            said = PING
        if said:
            told.at = time.monotonic()
        return said

    def _typing(self, conversation: str, reader: StreamReader) -> bytes:
        """Who is writing to the customer: a colleague, by name, or the bot."""
        names = [each.name for each in self.chats.company.writers(conversation) if each.name]
        if names:
            return b"event: typing\ndata: %s\n\n" % msgspec.json.encode({"on": True, "by": names[0]})
        return b'event: typing\ndata: {"on":true}\n\n' if reader.typing else _SILENT

    async def _news(self, conversation: str, after: int) -> list[Message]:
        """What was said since; nothing while the database is away, for the look-out will wake us again."""
        try:
            return await self._read(conversation, after)
        except Unavailable:
            return []

    async def _read(self, conversation: str, after: int) -> list[Message]:
        if after <= 0:
            return await self.reads.run(last_messages, conversation, HISTORY)
        return await self.reads.run(messages_after, conversation, after, PAGE)


@dataclass(frozen=True, slots=True)
class LookOut:
    """Finds turns that other processes took: one statement for all open streams, every `limits.poll` seconds."""

    reads: Reads
    chats: Chats

    async def keep(self) -> None:
        """Look until cancelled."""
        while True:
            await anyio.sleep(self.chats.limits.poll)
            if watched := {*self.chats.conversations(), *self.chats.company.conversations()}:
                with suppress(Unavailable):
                    numbers = await self.reads.run(last_numbers, self.reads.database.dialect, watched)
                    self.chats.wake_behind(numbers)
                    self.chats.company.wake_behind(numbers)


def event(message: Message) -> bytes:
    """One message as an event; its number is the id to go on from."""
    return b"event: message\nid: %d\ndata: %s\n\n" % (message.seq, shown_json(message))


async def _woken(wake: asyncio.Event, seconds: float) -> None:
    with anyio.move_on_after(seconds):
        await wake.wait()


@dataclass(frozen=True, slots=True)
class EventStream:
    """An answer that never ends by itself: it stops when its reader goes away, at once and not at the next ping."""

    begin: Callable[[], AsyncGenerator[bytes]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        async with anyio.create_task_group() as both:
            both.start_soon(_stop_when_gone, receive, both.cancel_scope)
            await self._send_all(send)
            both.cancel_scope.cancel()

    async def _send_all(self, send: Send) -> None:
        async with aclosing(self.begin()) as chunks:
            async for chunk in chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _stop_when_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
