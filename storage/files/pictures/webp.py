"""WebP: chunks in a RIFF file. EXIF and XMP go, and the flags that speak of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from storage.files.pictures.orientation import only, orientation_in
from storage.files.pictures.reading import part, rest_from, size_of

_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_HAS_EXIF, _HAS_XMP = 0x08, 0x04
_LARGEST_EXIF = 1024 * 1024
_MOST_CHUNKS = 100_000


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Where a chunk lies; `length` without its head and its padding."""

    kind: bytes
    place: int
    length: int

    @property
    def whole(self) -> int:
        return 8 + self.length + self.length % 2


def cleaned(source: BinaryIO) -> Iterator[bytes]:
    """The picture without its notes."""
    size = size_of(source)
    chunks = _chunks(source, size)
    if chunks is None:
        yield from rest_from(source, 0)
        return
    kept = [chunk for chunk in chunks if chunk.kind in _KEPT]
    turned = _turned(source, chunks)
    exif = b"EXIF" + len(turned).to_bytes(4, "little") + turned + bytes(len(turned) % 2) if turned else b""
    yield b"RIFF" + (4 + sum(chunk.whole for chunk in kept) + len(exif)).to_bytes(4, "little") + b"WEBP"
    for chunk in kept:
        source.seek(chunk.place)
        if chunk.kind == b"VP8X":
            head = source.read(9)
            yield head[:8] + bytes((head[8] & ~(_HAS_XMP | (0 if turned else _HAS_EXIF)),))
            yield from part(source, chunk.length - 1)
        else:
            yield from part(source, 8 + chunk.length)
        yield bytes(chunk.length % 2)
    yield exif


def _chunks(source: BinaryIO, size: int) -> list[_Chunk] | None:
    """All chunks in their order; None where the file is not what it says."""
    end = 8 + int.from_bytes(source.read(8)[4:], "little")
    found: list[_Chunk] = []
    place = 12
    while place + 8 <= min(end, size):
        source.seek(place)
        head = source.read(8)
        chunk = _Chunk(head[:4], place, int.from_bytes(head[4:], "little"))
        if (
            place + 8 + chunk.length > size
            or len(found) >= _MOST_CHUNKS
            or (chunk.kind == b"VP8X" and not chunk.length)
        ):
            return None
        found.append(chunk)
        place += chunk.whole
    return found or None


def _turned(source: BinaryIO, chunks: list[_Chunk]) -> bytes:
    """EXIF data with nothing but which way up it is, where that is not the usual one and may be said at all."""
    exif = next((chunk for chunk in chunks if chunk.kind == b"EXIF" and chunk.length <= _LARGEST_EXIF), None)
    if exif is None or all(chunk.kind != b"VP8X" for chunk in chunks):
        return b""
    source.seek(exif.place + 8)
    turned = orientation_in(source.read(exif.length).removeprefix(b"Exif\x00\x00"))
    return only(turned) if turned != 1 else b""
