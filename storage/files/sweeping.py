"""Sweeping: files that belong to no chat, and what was left half-written, once they are old enough.

A file is written before the row that says whose it is. So nothing young is touched, and what is written once more
counts as young from then on, in the one instant at which either the sweeper or the writer has it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from storage.db.database import Database
from storage.files.attachments import ARRIVING, HELD, FileStore
from storage.tables.core import attachments, quarantine

SAFE_AGE = 24 * 3600.0
"""Seconds: a turn takes at most fifteen, and whoever was told to send it again does so within the day."""
_TOGETHER = 500
_GOING = ".swept-"
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Swept:
    """How many files nobody owned, and how many were left half-written."""

    orphans: int = 0
    leftovers: int = 0


def sweep(database: Database, store: FileStore, safe_age: float = SAFE_AGE) -> Swept:
    """Remove what nobody needs. Raises `Unavailable`: without the database nothing is removed."""
    before = time.time() - safe_age
    orphans = leftovers = 0
    for together in _batches(_old(store.folder, before)):
        known = {_digest_at(path): path for path in together if _digest_at(path)}
        for path in together:
            leftovers += not _digest_at(path) and _gone(path)
        with database.read() as conn:
            owned = _owned(conn, database, known)
        orphans += sum(_removed(path, before) for digest, path in known.items() if digest not in owned)
    return Swept(orphans, leftovers)


def _batches(paths: Iterable[Path]) -> Iterator[Sequence[Path]]:
    held: list[Path] = []
    for path in paths:
        held.append(path)
        if len(held) == _TOGETHER:
            yield held
            held = []
    if held:
        yield held


def _old(folder: Path, before: float) -> Iterator[Path]:
    """Files that were last written before then: kept ones, held ones, and half-written ones."""
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if len(name) == 2 or name == HELD]
        for name in names:
            path = Path(where, name)
            if (_digest_at(path) or name.startswith((ARRIVING, _GOING))) and _written(path) < before:
                yield path


def _digest_at(path: Path) -> str:
    """The digest of the file that lies here; empty for what is none of ours."""
    name = path.name if path.parent.name == HELD else path.parent.name + path.name
    return name if _DIGEST.fullmatch(name) else ""


def _owned(conn: Connection, database: Database, digests: Iterable[str]) -> set[str]:
    """Those that some chat has, or that a turn which was set aside speaks of."""
    query = select(attachments.c.digest).where(database.dialect.among(attachments.c.digest, "digests")).distinct()
    owned = set(conn.scalars(query, {"digests": database.dialect.texts(digests)}))
    for content in conn.scalars(select(quarantine.c.event)):
        owned |= set(_DIGEST.findall(content))
    return owned


def _removed(path: Path, before: float) -> bool:
    """Remove it, unless it was written once more since it was looked at."""
    going = path.with_name(f"{_GOING}{path.name}")
    try:
        os.rename(path, going)
    except FileNotFoundError:
        return False
    if _written(going) >= before:
        os.rename(going, path)
        return False
    return _gone(going)


def _gone(path: Path) -> bool:
    path.unlink(missing_ok=True)
    return True


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
