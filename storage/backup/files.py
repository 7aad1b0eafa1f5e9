"""The files of a backup: each is kept by the digest of its content, so each can be checked by its name."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, select

from storage.backup.manifest import BLOCK
from storage.files.attachments import HELD, QUARANTINE, FileStore
from storage.tables.core import attachments

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class Copied:
    """How many files were copied, and the digests of those that were not there or not as they were."""

    files: int = 0
    lost: list[str] = field(default_factory=list)


def referred_to(conn: Connection) -> set[str]:
    """The files that a database speaks of."""
    return set(conn.scalars(select(attachments.c.digest).distinct()))


def kept_in(store: FileStore) -> set[str]:
    """The files that lie in the store, spoken of or not: one that was just uploaded belongs to a message to come."""
    names = {f"{file.parent.name}{file.name}" for file in store.folder.glob("??/*")}
    names |= {file.name for folder in (HELD, QUARANTINE) for file in (store.folder / folder).glob("*")}
    return {name for name in names if _DIGEST.fullmatch(name)}


def copy(wanted: Iterable[str], source: FileStore, target: FileStore) -> Copied:
    """Copy these files, each checked by its content as it is read; those in place already are left. Raises OSError.

    What the scanner holds back is held back in the copy too.
    """
    copied = Copied()
    for digest in sorted(wanted):
        there = _places(target, digest)
        pairs = zip(_places(source, digest), there, strict=True)
        if any(place.exists() for place in there) or any(_copied(*pair, digest) for pair in pairs):
            copied.files += 1
        else:
            copied.lost.append(digest)
    return copied


def _places(store: FileStore, digest: str) -> tuple[Path, Path, Path]:
    """Where a file may lie, in the order in which it may be moved meanwhile."""
    return store.held(digest), store.path(digest), store.quarantined(digest)


def _copied(source: Path, target: Path, digest: str) -> bool:
    found = hashlib.sha256()
    try:
        read = source.open("rb")
    except FileNotFoundError:
        return False
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = target.with_name(f".new-{target.name}")
    private = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with read, os.fdopen(private, "wb") as written:
        while block := read.read(BLOCK):
            found.update(block)
            written.write(block)
        written.flush()
        os.fsync(written.fileno())
    if found.hexdigest() != digest:
        unfinished.unlink()
        return False
    unfinished.rename(target)
    return True
