"""What a backup says of itself."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from storage.db.errors import StorageError

NAME = "manifest.json"
FORMAT = 1
BLOCK = 1 << 20


class BadBackup(StorageError):
    """A folder that is no backup, or one that is damaged; or a place where none can be made."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`database` is the name of the database's copy in the folder, `kind` what it is of; `digest` is its SHA-256.

    `revision` is that of the schema, `files` how many there are, `made_at` when it was begun (ISO 8601, UTC).
    """

    made_at: str
    kind: str
    database: str
    digest: str
    revision: str
    files: int
    has_key: bool = False
    format: int = FORMAT


def read(folder: Path) -> Manifest:
    """The manifest of a backup, whose database's copy is as it was written. Raises `BadBackup`."""
    try:
        found = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError):
        raise BadBackup(f"{folder} is no backup: it has no {NAME} that can be read") from None
    if found.format != FORMAT:
        raise BadBackup(f"{folder} was made by another version of Amends (format {found.format})")
    if Path(found.database).name != found.database or not (folder / found.database).is_file():
        raise BadBackup(f"{folder} has no {found.database}")
    if digest_of(folder / found.database) != found.digest:
        raise BadBackup(f"{folder / found.database} is not as it was written: the backup is damaged")
    return found


def write(folder: Path, manifest: Manifest) -> None:
    durable(folder / NAME, msgspec.json.format(msgspec.json.encode(manifest), indent=2))


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, a piece at a time."""
    found = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def durable(file: Path, content: bytes) -> None:
    """Write a file that only we may read, and that survives a power cut."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def settled(file: Path) -> None:
    """Make a file, or the names in a folder, survive a power cut."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """A folder to fill, which appears under its name only when all of it is there. Raises `BadBackup`."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadBackup(f"{folder} is there already; name a folder that is not")
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished.mkdir(mode=0o700)
    except FileExistsError:
        raise BadBackup(f"{unfinished} is there already, from a backup that was broken off; remove it") from None
    except OSError as error:
        raise BadBackup(f"{folder} cannot be made: {error.strerror}") from None
    yield unfinished
    settled(unfinished)
    unfinished.rename(folder)
    settled(folder.parent)
