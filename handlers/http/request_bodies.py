"""Bodies that are still arriving: so many at once in all and from one network, and none that hardly moves while
others wait.

A small body is not counted: what bounds the connections bounds those. Who has a slow line is not in anybody's way
while there are places left; only when all are taken does whoever moves least make room.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handlers.http.client_networks import network_of
from handlers.http.limits import peer
from handlers.http.problems import Away, RequestRefused, TooMany, TooSlow, answer

SMALL = 64 * 1024
"""Bytes: a body that says it is no larger needs no place."""

_SLOW = "This took too long to arrive, and others were waiting. Please try again on a better line."
_FULL = "Very much is arriving just now. Nothing was lost: please send it again in a moment."
_OWN = "A lot is arriving from where you are. Please wait until some of it is through, and send this again."


@dataclass(eq=False, slots=True)
class ArrivingBody:
    """One body on its way. `gone` is set when it has to make room."""

    network: str
    since: float
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    size: int = 0

    def speed(self, now: float) -> float:
        """Bytes a second so far."""
        return self.size / max(now - self.since, 0.001)


@dataclass(slots=True)
class Arrivals:
    """The places. `slow`: fewer bytes a second than that, after `grace` seconds, and a body may have to make room."""

    most: int = 64
    most_each: int = 24
    slow: float = 8 * 1024
    grace: float = 5.0
    clock: Callable[[], float] = time.monotonic
    refused: int = 0
    ended: int = 0
    _here: set[ArrivingBody] = field(default_factory=set)
    _each: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self._here)

    def admit(self, network: str) -> ArrivingBody:
        """A place for one body. Raises `TooMany` or `Away` while there is none. Without a network it counts only in
        all.
        """
        if network and self._each[network] >= self.most_each and not self._make_room(network):
            self.refused += 1
            raise TooMany(_OWN, "arriving", retry_after=5)
        if len(self._here) >= self.most and not self._make_room(""):
            self.refused += 1
            raise Away(_FULL, "arriving", retry_after=5)
        arrival = ArrivingBody(network, self.clock())
        self._here.add(arrival)
        self._each[network] += 1
        return arrival

    def leave(self, arrival: ArrivingBody) -> None:
        """The body is here, or will not come."""
        if arrival in self._here:
            self._here.discard(arrival)
            self._each[arrival.network] -= 1
            self._each += Counter()

    def _make_room(self, network: str) -> bool:
        """End the body that moves least: of this network, or of any. Whether one was slow enough for that."""
        now = self.clock()
        lazy = [
            one
            for one in self._here
            if network in ("", one.network) and now - one.since >= self.grace and one.speed(now) < self.slow
        ]
        if not lazy:
            return False
        last = max(lazy, key=lambda one: (self._each[one.network], -one.speed(now)))
        self.leave(last)
        last.gone.set()
        self.ended += 1
        return True


class ArrivalGuard:
    """Every body that is not small takes a place until all of it is here."""

    def __init__(self, app: ASGIApp, arrivals: Arrivals) -> None:
        self.app = app
        self.arrivals = arrivals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD") or _is_small(scope):
            return await self.app(scope, receive, send)
        try:
            arrival = self.arrivals.admit(network_of(peer(scope)))
        except RequestRefused as refused:
            # What is still on its way is not waited for: hundreds of such lines would fill the memory with it.
            refused.extra = {"Connection": "close"}
            return await answer(refused, scope["path"])(scope, receive, send)
        try:
            await self.app(scope, _watched(receive, arrival, self.arrivals), send)
        finally:
            self.arrivals.leave(arrival)


def _is_small(scope: Scope) -> bool:
    """Whether the body says that it is small; one that says nothing may come in endless pieces."""
    said = {name: value for name, value in scope["headers"] if name in (b"content-length", b"transfer-encoding")}
    length = said.get(b"content-length", b"")
    if b"transfer-encoding" in said:
        return False
    return not length or (length.isdigit() and len(length) < 10 and int(length) <= SMALL)


def _watched(receive: Receive, arrival: ArrivingBody, arrivals: Arrivals) -> Receive:
    done = False

    async def watched() -> Message:
        nonlocal done
        if done:
            return await receive()
        message = await _or_gone(receive, arrival)
        arrival.size += len(message.get("body", b""))
        if not message.get("more_body", False):
            done = True
            arrivals.leave(arrival)
        return message

    return watched


async def _or_gone(receive: Receive, arrival: ArrivingBody) -> Message:
    """The next piece. Raises `TooSlow` when this body has to make room meanwhile."""
    piece, gone = asyncio.ensure_future(receive()), asyncio.ensure_future(arrival.gone.wait())
    try:
        await asyncio.wait((piece, gone), return_when=asyncio.FIRST_COMPLETED)
        if not piece.done():
            raise TooSlow(_SLOW)
        return piece.result()
    finally:
        piece.cancel()
        gone.cancel()
