"""What the server and its readers say to each other: msgpack behind its length, four bytes.

A reader handles what strangers wrote, so nothing that it sends is ever run: only these shapes are taken from it.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

import msgspec

from complaints.copies import altered
from complaints.record import Moment, Money
from dialogs.understanding.model.explaining import Explanation
from dialogs.understanding.reading import Reading, Span, Utterance

HEAD = 4
"""Bytes of a frame's length."""

MOST_BYTES = 32_000_000
"""Of a frame. A text of 5,000 characters with all that is found in it comes to a hundredth of it."""


class _Moment(msgspec.Struct, array_like=True, tag="moment"):
    value: Moment


class _Money(msgspec.Struct, array_like=True, tag="money"):
    value: Money


class _Number(msgspec.Struct, array_like=True, tag="number"):
    value: Decimal


class _Span(msgspec.Struct, array_like=True):
    slot: str
    text: str
    value: str | _Moment | _Money | _Number
    start: int
    end: int


class _Read(msgspec.Struct, array_like=True):
    """A reading; its spans, whose values are of several types, go beside it."""

    reading: Reading
    spans: list[_Span]


class ReadRequest(msgspec.Struct, array_like=True):
    """A text to read, or whose reading is to be explained."""

    said: Utterance
    explain: bool = False


class ReadAnswer(msgspec.Struct, array_like=True):
    """A reading, or the name of what was raised instead; and what the reader counts."""

    read: _Read | None = None
    explanation: Explanation | None = None
    counters: dict[str, float] = {}
    failed: str = ""

    @property
    def text(self) -> str | None:
        """The text that was read."""
        return self.read.reading.text if self.read else None

    def result(self) -> Reading | Explanation:
        """The reading; or the explanation with its reading, which goes beside it as any reading does."""
        assert self.read is not None
        reading = _reading(self.read)
        return replace(self.explanation, reading=reading) if self.explanation else reading


class Hello(msgspec.Struct, array_like=True):
    """The first word of a template or a reader: who it is, and the version of the model it reads with, or empty."""

    pid: int
    model: str = ""


Frame = ReadRequest | ReadAnswer | Hello
T = TypeVar("T")

_encode = msgspec.msgpack.Encoder(decimal_format="string").encode


def answer(reading: Reading, counters: Mapping[str, float], explanation: Explanation | None = None) -> ReadAnswer:
    """An answer that can be sent."""
    bare = explanation and replace(explanation, reading=altered(explanation.reading, slots=()))
    return ReadAnswer(_read(reading), bare, dict(counters))


def encoded(frame: Frame) -> bytes:
    body = _encode(frame)
    return len(body).to_bytes(HEAD, "big") + body


def decoded(body: bytes, kind: type[T]) -> T:
    """Raises `msgspec.DecodeError` for what is no such frame."""
    return msgspec.msgpack.decode(body, type=kind)


def received(sock: socket.socket) -> bytes | None:
    """The next frame of a blocking socket; None at its end."""
    head = _exactly(sock, HEAD)
    return _exactly(sock, int.from_bytes(head, "big")) if head else None


def _exactly(sock: socket.socket, size: int) -> bytes | None:
    found = bytearray()
    while len(found) < size:
        piece = sock.recv(size - len(found))
        if not piece:
            return None
        found += piece
    return bytes(found)


def _read(reading: Reading) -> _Read:
    spans = [_Span(one.slot, one.text, _sent(one.value), one.start, one.end) for one in reading.slots]
    return _Read(altered(reading, slots=()), spans)


def _sent(value: object) -> str | _Moment | _Money | _Number:
    match value:
        case str():
            return value
        case Moment():
            return _Moment(value)
        case Money():
            return _Money(value)
        case Decimal():
            return _Number(value)
    raise TypeError(f"a reader cannot send a {type(value).__name__}")


def _reading(read: _Read) -> Reading:
    spans = (
        Span(one.slot, one.text, one.value if isinstance(one.value, str) else one.value.value, one.start, one.end)
        for one in read.spans
    )
    return altered(read.reading, slots=tuple(spans))
