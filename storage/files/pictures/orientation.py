"""Which way up a picture is: the one thing of EXIF that is kept, because the picture lies on its side without it."""

from __future__ import annotations

from typing import Literal

_TAG, _SHORT = 0x0112, 3
_MOST_TAGS = 500


def orientation_in(tiff: bytes) -> int:
    """The orientation that EXIF data (from the TIFF header on) name, 2 to 8; 1 where they name none that is known."""
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"
    if tiff[:4] not in (b"II*\x00", b"MM\x00*") or len(tiff) < 10:
        return 1
    start = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[start : start + 2], order)
    for place in range(start + 2, start + 2 + 12 * min(count, _MOST_TAGS), 12):
        entry = tiff[place : place + 12]
        if len(entry) == 12 and int.from_bytes(entry[:2], order) == _TAG:
            value = int.from_bytes(entry[8:10], order)
            return value if 2 <= value <= 8 else 1
    return 1


def only(orientation: int) -> bytes:
    """EXIF data that name an orientation and nothing else."""
    entry = _TAG.to_bytes(2) + _SHORT.to_bytes(2) + (1).to_bytes(4) + orientation.to_bytes(2) + bytes(2)
    return b"MM\x00*" + (8).to_bytes(4) + (1).to_bytes(2) + entry + bytes(4)
