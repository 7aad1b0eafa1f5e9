"""Event streams of the desk: what is new, as it comes, for as long as the session lasts.

As everywhere, what is sent is read from where it is stored; what wakes a stream only makes it look. So a
stream that was cut goes on from `Last-Event-ID` without gap or double.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import anyio

from handlers.channels.base.event_stream import PING, EventStream, StreamReader
from handlers.desk.request_context import Visit
from handlers.http.problems import TooMany
from staff.words import later
from storage.db.errors import Unavailable
from storage.staff.sessions import find_digest

STREAMS = 20
"""Open streams that one person may have: a tab has one or two."""
CHECKED = 10.0
"""Seconds after which a session is asked again whether it is good: so long a revoked one may go on reading."""
PINGED = 15.0
SIGNED_OUT = b"event: signed-out\ndata: \n\n"
"""Tells the page that its session has ended; it then loads itself anew, which leads to the sign-in page."""

_LINE_ENDS = re.compile(r"\r\n|\r|\n")
"""What ends a line of a stream. Python knows more of them, and would cut a customer's words, and JSON, in two."""

Look = Callable[[], Awaitable[bytes]]
"""What is new since it was asked last, as encoded events (see `event`); nothing (`b""`) when nothing is."""


@dataclass(slots=True)
class _Told:
    """When the session was found good, and when something was sent, by the monotonic clock."""

    checked: float = field(default_factory=time.monotonic)
    said: float = field(default_factory=time.monotonic)


def event(name: str, data: str, number: int | str = "") -> bytes:
    """One event of these lines; `number` is what a reader who comes back shows as `Last-Event-ID`."""
    lines = [f"event: {name}", *([f"id: {number}"] if number != "" else [])]
    return "\n".join([*lines, *(f"data: {line}" for line in _LINE_ENDS.split(data)), "", ""]).encode()


def live(visit: Visit, look: Look, wake: asyncio.Event) -> EventStream:
    """A stream that looks at once, whenever it is woken, and now and then. Raises `TooMany`."""
    if visit.desk.streams[visit.staff.id] >= STREAMS:
        raise TooMany(later("The desk is open in too many tabs. Please close one."), retry_after=30)
    return EventStream(lambda: _events(visit, look, wake))


async def _events(visit: Visit, look: Look, wake: asyncio.Event) -> AsyncGenerator[bytes]:
    desk, told = visit.desk, _Told()
    desk.streams[visit.staff.id] += 1
    try:
        with desk.closing.told(StreamReader(wake, 0)):
            yield b"retry: 1000\n\n"
            while not desk.closing.begun:
                wake.clear()
                if not await _still(visit, told):
                    yield SIGNED_OUT
                    return
                if said := await _new(look) or _ping(told):
                    told.said = time.monotonic()
                    yield said
                else:
                    await _woken(wake)
    finally:
        desk.streams[visit.staff.id] -= 1
        if not desk.streams[visit.staff.id]:
            del desk.streams[visit.staff.id]


async def _new(look: Look) -> bytes:
    """What is new; nothing while the database is away, for it is looked at again soon."""
    with suppress(Unavailable):
        return await look()
    return b""


async def _still(visit: Visit, told: _Told) -> bool:
    """Whether the session is good, asked now and then. A database that is away revokes nobody."""
    if time.monotonic() - told.checked < CHECKED:
        return True
    told.checked = time.monotonic()
    with suppress(Unavailable):
        return await visit.desk.read(find_digest, visit.session.digest, visit.desk.lifetime, visit.now) is not None
    return True


def _ping(told: _Told) -> bytes:
    return PING if time.monotonic() - told.said >= PINGED else b""


async def _woken(wake: asyncio.Event) -> None:
    with anyio.move_on_after(CHECKED):
        await wake.wait()
