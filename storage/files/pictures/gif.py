"""GIF: blocks up to the trailer. Comments, XMP and programs' own blocks go; what makes it move stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from storage.files.pictures.reading import part, pieces_of, rest_from

_IMAGE, _EXTENSION, _TRAILER = b"\x2c", b"\x21", b"\x3b"
_CONTROL, _APPLICATION, _TEXT = b"\xf9", b"\xff", b"\x01"
_MOST_BLOCKS = 400_000
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def cleaned(source: BinaryIO) -> Iterator[bytes]:
    """The picture without what is only read."""
    head = source.read(13)
    yield head
    if len(head) < 13:
        return
    yield from part(source, _table(head[10]))
    budget = iter(range(_MOST_BLOCKS))
    for _ in budget:
        place = source.tell()
        kind = source.read(1)
        if kind == _TRAILER:
            yield kind
            return
        if kind == _IMAGE:
            yield from _image(source, budget)
        elif kind == _EXTENSION:
            yield from _extension(source, budget)
        else:
            yield from rest_from(source, place)
            return
    yield from pieces_of(source)


def _table(flags: int) -> int:
    """The bytes of the colour table that follows."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _image(source: BinaryIO, budget: Iterator[int]) -> Iterator[bytes]:
    about = source.read(9)
    yield _IMAGE + about
    if len(about) == 9:
        yield from part(source, _table(about[8]) + 1)
        yield from _blocks(source, budget)


def _extension(source: BinaryIO, budget: Iterator[int]) -> Iterator[bytes]:
    label, size = source.read(1), source.read(1)
    name = source.read(size[0]) if size else b""
    kept = label in (_CONTROL, _TEXT) or (label == _APPLICATION and name in _LOOPS)
    whole = _EXTENSION + label + size + name
    if kept:
        yield whole
    for block in _blocks(source, budget) if size and size[0] else ():
        if kept:
            yield block


def _blocks(source: BinaryIO, budget: Iterator[int]) -> Iterator[bytes]:
    """Sub-blocks up to the empty one that ends them."""
    for _ in budget:
        if not (size := source.read(1)):
            return
        yield size + source.read(size[0])
        if size == b"\x00":
            return
