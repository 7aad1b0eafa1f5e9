"""Room for files: so many in all, and never the last of the disk, which the database needs."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from storage.db.errors import NoSpace

FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
"""What an operating system says when nothing more fits."""


def free_bytes(folder: Path) -> int:
    """Bytes that are free on the disk of a folder, or of the nearest one above it that is there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


@dataclass(slots=True)
class StorageRoom:
    """Whether another file may be kept. 0 is no limit.

    Attributes:
        reserve: bytes of the disk that files must leave free.
        most_bytes, most_files: of all files together.
        bytes, files: how much there is, counted by `count` and kept up with in between. Each process counts what
            it takes itself; what others take it learns at the next count.
    """

    reserve: int = 0
    most_bytes: int = 0
    most_files: int = 0
    free: Callable[[Path], int] = free_bytes
    bytes: int = 0
    files: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, folder: Path, size: int) -> None:
        """Raise `NoSpace` unless so many bytes more may be kept."""
        if self.reserve and self.free(folder) - size < self.reserve:
            raise NoSpace("less is free on the disk than must be left free")
        if self.most_bytes and self.bytes + size > self.most_bytes:
            raise NoSpace("as many bytes of files are kept as may be")
        if self.most_files and self.files >= self.most_files:
            raise NoSpace("as many files are kept as may be")

    def taken(self, size: int) -> None:
        """One file more."""
        with self._lock:
            self.bytes += size
            self.files += 1

    def count(self, folder: Path) -> None:
        """Count all files anew."""
        sizes = list(sizes_in(folder))
        with self._lock:
            self.bytes, self.files = sum(sizes), len(sizes)


def sizes_in(folder: Path) -> Iterator[int]:
    """The size of every file below a folder; one that goes meanwhile is passed over."""
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                yield os.stat(os.path.join(path, name)).st_size
            except FileNotFoundError:
                continue
