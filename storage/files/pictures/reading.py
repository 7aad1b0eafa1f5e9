"""Reading a file in bounded pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

PIECE = 64 * 1024


def pieces_of(source: BinaryIO) -> Iterator[bytes]:
    """All that is left of it."""
    while piece := source.read(PIECE):
        yield piece


def part(source: BinaryIO, length: int) -> Iterator[bytes]:
    """The next `length` bytes, or as many as there are."""
    while length > 0 and (piece := source.read(min(PIECE, length))):
        length -= len(piece)
        yield piece


def rest_from(source: BinaryIO, place: int) -> Iterator[bytes]:
    """All from this place on: what could not be read is passed on as it is."""
    source.seek(place)
    return pieces_of(source)


def size_of(source: BinaryIO) -> int:
    """How many bytes it has; where it is read next stays the same."""
    here = source.tell()
    size = source.seek(0, 2)
    source.seek(here)
    return size
