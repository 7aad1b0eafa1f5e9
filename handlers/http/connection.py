"""One HTTP connection with bounds: a head of limited size that arrives in time, a body and a reader that move.

uvicorn's own protocol with httptools has none of these. Nothing is timed per request: what a connection
waits for is noted as it goes, and `overdue` is asked of all of them once a second.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

SPARE = 64
"""Connections beyond the limit that are still told so (503); those after them are closed unheard."""

HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
TOO_LARGE = b"The request's address and headers are too long."


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a connection is waited for, in seconds; `largest_head` in bytes.

    `whole` is for one request's body together, `pause` for no byte of it, or for a reader who takes nothing.
    """

    largest_head: int = 64 * 1024
    head: float = 20.0
    pause: float = 60.0
    whole: float = 360.0


class _HeadTooLarge(Exception):
    """Stops the parser."""


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's connection, knowing what it waits for."""

    patience = Patience()

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.in_head = True
        self.in_body = False
        self.head_size = 0
        self.since = self.moved = time.monotonic()
        self.stuck: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.limit_concurrency is not None and len(self.connections) > self.limit_concurrency + SPARE:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.in_body:
            self.moved = time.monotonic()
        else:
            self._expect_head(len(data))
        super().data_received(data)
        if self.in_head and self.head_size > self.patience.largest_head and not self.transport.is_closing():
            self._refuse_head()

    def on_headers_complete(self) -> None:
        if self.head_size > self.patience.largest_head and self._exact_head() > self.patience.largest_head:
            raise _HeadTooLarge
        self.in_head, self.in_body, self.head_size = False, True, 0
        self.since = self.moved = time.monotonic()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.in_body = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """What uvicorn calls when the parser stops."""
        if self.in_head and self.head_size > self.patience.largest_head:
            self._refuse_head()
        else:
            super().send_400_response(msg)

    def pause_writing(self) -> None:
        self.stuck = time.monotonic()
        super().pause_writing()

    def resume_writing(self) -> None:
        self.stuck = None
        super().resume_writing()

    @property
    def half_answered(self) -> bool:
        """Whether an answer was begun and is not complete."""
        return self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete

    def overdue(self, now: float) -> bool:
        """Whether the other side has kept us waiting too long; `now` by the monotonic clock."""
        patience = self.patience
        if self.stuck is not None and now - self.stuck > patience.pause:
            return True
        if self.in_head:
            return now - self.since > patience.head
        if not self.in_body:
            return False
        if self.flow.read_paused:  # we are the slow ones
            self.moved = now
            return False
        return now - self.moved > patience.pause or now - self.since > patience.whole

    def _expect_head(self, size: int) -> None:
        if not self.in_head:
            self.in_head, self.head_size = True, 0
        if not self.head_size:
            self.since = time.monotonic()
        self.head_size += size

    def _exact_head(self) -> int:
        """The head alone, where what came with it was more than a head may be."""
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _refuse_head(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()  # an earlier answer is under way; ours would land in it
            return
        head = HEAD_TOO_LARGE, b"content-type: text/plain\r\ncontent-length: %d\r\n" % len(TOO_LARGE)
        self.transport.write(b"".join((*head, b"connection: close\r\n\r\n", TOO_LARGE)))
        self.transport.close()
