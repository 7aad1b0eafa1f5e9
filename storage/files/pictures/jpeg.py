"""JPEG: segments up to the picture's end. EXIF, XMP, IPTC, makers' notes, comments and all behind the end go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from storage.files.pictures.orientation import only, orientation_in
from storage.files.pictures.reading import PIECE, part, pieces_of, rest_from

_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_APP0, _APP1, _APP2, _APP14, _APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
_ALONE = (0x01, *range(0xD0, 0xD8))
"""Markers without a length."""
_MOST_SEGMENTS, _FIRST = 20_000, 1024
"""Segments that are told apart, and bytes that are looked at first: a file may be made of nothing but beginnings."""
_EXIF, _COLOURS = b"Exif\x00\x00", b"ICC_PROFILE\x00"
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""Within the compressed data: a marker that is neither a stuffed byte nor a restart."""


def cleaned(source: BinaryIO) -> Iterator[bytes]:
    """The picture without what is not needed to show it."""
    yield source.read(2)
    for _ in range(_MOST_SEGMENTS):
        place = source.tell()
        marker = _next_marker(source)
        if marker is None:
            yield from rest_from(source, place)
            return
        if marker == _EOI:
            yield b"\xff\xd9"
            return
        if marker in _ALONE:
            yield bytes((0xFF, marker))
            continue
        length = int.from_bytes(source.read(2))
        if length < 2:
            yield from rest_from(source, place)
            return
        yield from _segment(source, marker, length)
        if marker == _SOS:
            yield from _compressed(source)
    yield from pieces_of(source)


def _next_marker(source: BinaryIO) -> int | None:
    """The marker that stands here, whatever it is padded with; None where none does."""
    if source.read(1) != b"\xff":
        return None
    while (found := source.read(1)) == b"\xff":
        pass
    return found[0] if found and found != b"\x00" else None


def _segment(source: BinaryIO, marker: int, length: int) -> Iterator[bytes]:
    head = bytes((0xFF, marker)) + length.to_bytes(2)
    if not (_APP0 <= marker <= _APP15 or marker == _COM):
        yield head
        yield from part(source, length - 2)
        return
    body = source.read(length - 2)
    if marker in (_APP0, _APP14) or (marker == _APP2 and body.startswith(_COLOURS)):
        yield head + body
    elif marker == _APP1 and body.startswith(_EXIF) and (turned := orientation_in(body[len(_EXIF) :])) != 1:
        kept = _EXIF + only(turned)
        yield bytes((0xFF, _APP1)) + (len(kept) + 2).to_bytes(2) + kept


def _compressed(source: BinaryIO) -> Iterator[bytes]:
    """The data up to the next marker, which is read next."""
    held, size = b"", _FIRST
    while piece := held + source.read(size - len(held)):
        size = min(PIECE, size * 2)
        if found := _MARKER.search(piece):
            source.seek(found.start() - len(piece), 1)
            yield piece[: found.start()]
            return
        held = b"\xff" if piece.endswith(b"\xff") and piece != held else b""
        yield piece[: len(piece) - len(held)]
