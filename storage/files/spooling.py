"""A place for what is arriving: a little of it in memory, and the rest on the disk that it is meant for, nameless."""

from __future__ import annotations

from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

IN_MEMORY = 64 * 1024
"""Bytes that are held in memory before they go to the disk."""


def spooled(folder: Path) -> BinaryIO:
    """A file without a name below this folder; it goes when it is closed. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    return cast(BinaryIO, SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(folder)))
