"""How much one client may ask for: requests per second, bytes per request, and for whom it is counted."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handlers.http.problems import BadRequest, TooLarge, TooMany, answer

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What the edges allow. Sizes in bytes, rates in requests per second, times in seconds."""

    body: int = 2 * MEGABYTE
    upload: int = 21 * MEGABYTE
    burst: int = 120
    rate: float = 20.0
    peer_burst: int = 600
    peer_rate: float = 100.0
    remembered: int = 10_000
    streams_per_chat: int = 8
    streams_per_peer: int = 50
    streams: int = 2_000
    uploads_at_once: int = 8
    arriving: int = 64
    arriving_per_peer: int = 24
    upload_seconds: float = 300.0
    ping: float = 15.0
    poll: float = 0.2
    """How soon a stream hears of what another process did: messages are to arrive within 0.3 s."""


@dataclass(slots=True)
class Buckets:
    """A token bucket for each key; a rate of 0 is no limit.

    The longest unused are forgotten, so that memory stays bounded, and start full again.
    """

    burst: int
    rate: float
    remembered: int = 10_000
    clock: Callable[[], float] = time.monotonic
    _levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, key: str) -> None:
        """Use one token. Raises `TooMany`, with the seconds until the next one, when there is none."""
        if self.rate <= 0:
            return
        now = self.clock()
        level, since = self._levels.pop(key, (float(self.burst), now))
        level = min(float(self.burst), level + (now - since) * self.rate)
        if level < 1:
            self._levels[key] = (level, now)
            wait = max(1, ceil((1 - level) / self.rate))
            raise TooMany("That was a little too fast. Please wait a moment and send it again.", retry_after=wait)
        self._levels[key] = (level - 1, now)
        if len(self._levels) > self.remembered:
            self._levels.popitem(last=False)

    def __len__(self) -> int:
        return len(self._levels)


def peer(scope: Scope) -> str:
    """Whom to count a request for: the client's address; of IPv6 the /64, which is one customer's line.

    Empty where it is not known: on a Unix socket, and from a proxy of ours that does not say for whom it asks.
    """
    client = scope.get("client")
    host = str(client[0]) if client else ""
    return _line_of(host) if ":" in host else host


@lru_cache(maxsize=4096)
def _line_of(host: str) -> str:
    try:
        address = IPv6Address(host.partition("%")[0])
    except ValueError:
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return host if address.is_loopback else str(IPv6Network((address, 64), strict=False))


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    if host == "127.0.0.1":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


class SizeGuard:
    """Every request's body is counted against its path's limit; more is answered 413 and read no further."""

    def __init__(self, app: ASGIApp, usual: int, by_path: Mapping[str, int]) -> None:
        self.app = app
        self.usual = usual
        self.by_path = by_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "GET":
            return await self.app(scope, receive, send)
        limit = self.by_path.get(scope["path"]) or self._below(scope["path"])
        try:
            receive = _sized(scope, receive, limit)
        except (TooLarge, BadRequest) as refused:
            return await answer(refused, scope["path"])(scope, receive, send)
        return await self.app(scope, receive, send)

    def _below(self, path: str) -> int:
        """The limit of the folder that a path lies in, written with a slash at its end."""
        found = (limit for folder, limit in self.by_path.items() if folder.endswith("/") and path.startswith(folder))
        return next(found, self.usual)


def _sized(scope: Scope, receive: Receive, limit: int) -> Receive:
    """The server enforces a declared length; only an undeclared one has to be counted."""
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), None)
    if declared is None:
        return _counted(receive, limit)
    if not declared.isdigit():
        raise BadRequest("Content-Length must be a whole number of bytes.")
    if int(declared) > limit:
        raise _too_large(limit)
    return receive


def _counted(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counting() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise _too_large(limit)
        return message

    return counting


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"This is more than we can take at once ({limit // MEGABYTE} MB). Please send less, or in parts.")
