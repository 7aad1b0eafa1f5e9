"""PNG: chunks. Those that say how it looks stay; texts, times, EXIF and all that nobody knows go."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from storage.files.pictures.orientation import only, orientation_in
from storage.files.pictures.reading import part, pieces_of, rest_from, size_of

_LOOKS = frozenset(b"tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs hIST sPLT cICP mDCV mDCv cLLI cLLi acTL fcTL fdAT".split())
_LARGEST_EXIF, _MOST_CHUNKS = 1024 * 1024, 100_000


def cleaned(source: BinaryIO) -> Iterator[bytes]:
    """The picture without its notes, and without what lies behind its end."""
    size = size_of(source)
    yield source.read(8)
    for _ in range(_MOST_CHUNKS):
        place = source.tell()
        head = source.read(8)
        length, kind = int.from_bytes(head[:4]), head[4:]
        if len(kind) < 4 or place + 12 + length > size:
            yield from rest_from(source, place)
            return
        if _is_kept(kind):
            yield head
            yield from part(source, length + 4)
        elif kind == b"eXIf" and length <= _LARGEST_EXIF:
            yield from _turned(source.read(length))
            source.seek(4, 1)
        else:
            source.seek(length + 4, 1)
        if kind == b"IEND":
            return
    yield from pieces_of(source)


def _is_kept(kind: bytes) -> bool:
    """Chunks with a capital letter are needed to show the picture at all."""
    return not kind[0] & 0x20 or kind in _LOOKS


def _turned(exif: bytes) -> Iterator[bytes]:
    if (turned := orientation_in(exif)) != 1:
        body = b"eXIf" + only(turned)
        yield (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
