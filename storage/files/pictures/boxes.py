"""HEIC, AVIF, MP4 and QuickTime: boxes within boxes. Places in them are told by number, so nothing may move: what
goes is blanked where it stands.

Timed metadata (a track of its own, as of some action cameras) stays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from storage.files.pictures.reading import pieces_of, size_of

_TOLD = frozenset((b"udta", b"uuid", b"meta", b"\xa9xyz", b"XMP_"))
"""Boxes that only tell; at the very top `meta` is the picture itself."""
_WITHIN = frozenset((b"moov", b"trak"))
_LARGEST_META, _MOST_BOXES, _MOST_ITEMS, _DEPTH = 4 * 1024 * 1024, 20_000, 10_000, 3
_EMPTY = bytes(4) + b"MM\x00*" + (8).to_bytes(4) + bytes(6)
"""EXIF as an item holds it, with nothing in it."""


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class _Patch:
    """What stands from here on instead: these bytes, and then `fill` up to `end`."""

    start: int
    end: int
    with_: bytes = b""
    fill: bytes = b"\x00"


def cleaned(source: BinaryIO) -> Iterator[bytes]:
    """The file, as long as it was."""
    patches = _apart(_patches(source))
    source.seek(0)
    place = 0
    for piece in pieces_of(source):
        changed, end = bytearray(piece), place + len(piece)
        for patch in patches[bisect_right(patches, place, key=lambda one: one.end) :]:
            if patch.start >= end:
                break
            _lay(changed, place, patch)
        place = end
        yield bytes(changed)


def _apart(patches: Iterable[_Patch]) -> list[_Patch]:
    """In their order, and none over another: files may say that all of their items lie in the same place."""
    found: list[_Patch] = []
    for patch in sorted(patches, key=lambda one: one.start):
        if not found or patch.start >= found[-1].end:
            found.append(patch)
        elif patch.end > found[-1].end:
            found.append(_Patch(found[-1].end, patch.end))
    return found


def _lay(piece: bytearray, place: int, patch: _Patch) -> None:
    start, end = max(patch.start, place), min(patch.end, place + len(piece))
    new = patch.with_[start - patch.start : end - patch.start]
    piece[start - place : end - place] = new + patch.fill * (end - start - len(new))


def _patches(source: BinaryIO) -> Iterator[_Patch]:
    size, budget = size_of(source), iter(range(_MOST_BOXES))
    for box in _boxes(source, 0, size, budget):
        if box.kind == b"meta":
            yield from _items(source, box, size, budget)
        elif box.kind == b"uuid":
            yield _freed(box)
        elif box.kind in _WITHIN:
            yield from _film(source, box, budget, _DEPTH)


def _film(source: BinaryIO, outer: _Box, budget: Iterator[int], depth: int) -> Iterator[_Patch]:
    for box in _boxes(source, outer.body, outer.end, budget):
        if box.kind in _TOLD:
            yield _freed(box)
        elif box.kind in _WITHIN and depth:
            yield from _film(source, box, budget, depth - 1)


def _freed(box: _Box) -> _Patch:
    """From its name on it is a box of nothing; its length stays."""
    return _Patch(box.start + 4, box.end, b"free" if box.body == box.start + 8 else _long_free(box))


def _long_free(box: _Box) -> bytes:
    return b"free" + (box.end - box.start).to_bytes(8)


def _boxes(source: BinaryIO, start: int, end: int, budget: Iterator[int]) -> Iterator[_Box]:
    for _ in budget:
        source.seek(start)
        head = source.read(16)
        if len(head) < 8 or start + 8 > end:
            return
        length, body = int.from_bytes(head[:4]), 8
        if length == 1:
            length, body = int.from_bytes(head[8:16]), 16
        length = end - start if length == 0 else length
        if length < body or start + length > end:
            return
        yield _Box(head[4:8], start, start + body, start + length)
        start += length


def _items(source: BinaryIO, meta: _Box, size: int, budget: Iterator[int]) -> Iterator[_Patch]:
    """The items of a still picture that are EXIF or XMP, blanked where they lie."""
    if meta.end - meta.start > _LARGEST_META:
        return
    inner = {box.kind: box for box in _boxes(source, meta.body + 4, meta.end, budget)}
    if b"iinf" not in inner or b"iloc" not in inner:
        return
    told = _told(source, inner[b"iinf"], budget)
    data = inner[b"idat"].body if b"idat" in inner else 0
    for item, start, length in _places(_content(source, inner[b"iloc"]), data):
        if item in told and start > 0 and start + length <= size:
            is_exif = told[item] == b"Exif"
            yield _Patch(start, start + length, _EMPTY if is_exif else b"<x/>", b"\x00" if is_exif else b" ")


def _content(source: BinaryIO, box: _Box) -> bytes:
    source.seek(box.body)
    return source.read(box.end - box.body)


def _told(source: BinaryIO, iinf: _Box, budget: Iterator[int]) -> dict[int, bytes]:
    """The numbers of the items that only tell, with their kinds."""
    source.seek(iinf.body)
    wide = source.read(1) != b"\x00"
    found: dict[int, bytes] = {}
    for box in _boxes(source, iinf.body + (8 if wide else 6), iinf.end, budget):
        entry = _content(source, box)
        at = 8 if entry[:1] == b"\x03" else 6
        kind = entry[at + 2 : at + 6]
        if kind in (b"Exif", b"mime"):
            found[int.from_bytes(entry[4:at])] = kind
    return found


def _places(iloc: bytes, data: int) -> Iterator[tuple[int, int, int]]:
    """Item, place and length of each extent; `data` is where the box of small items begins."""
    version, sizes, budget = iloc[0], int.from_bytes(iloc[4:6]), iter(range(_MOST_ITEMS))
    offset_size, length_size, base_size, index_size = (sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15)
    take = _Taking(iloc, 6)
    for _ in zip(range(take.number(2 if version < 2 else 4)), budget, strict=False):
        item = take.number(2 if version < 2 else 4)
        method = take.number(2) & 15 if version in (1, 2) else 0
        take.number(2)
        base = take.number(base_size)
        for _ in zip(range(take.number(2)), budget, strict=False):
            if version in (1, 2):
                take.number(index_size)
            start, length = base + take.number(offset_size), take.number(length_size)
            yield item, start + (data if method == 1 else 0), length if method < 2 else 0


@dataclass(slots=True)
class _Taking:
    content: bytes
    place: int

    def number(self, size: int) -> int:
        """The next number of so many bytes; 0 for none."""
        taken = self.content[self.place : self.place + size]
        self.place += size
        return int.from_bytes(taken)
