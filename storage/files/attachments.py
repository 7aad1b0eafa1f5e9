"""Files kept beside the database, named by the SHA-256 of their content, and whose they are."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Row, bindparam, select

from complaints.record import Attachment
from storage.audit.holdings import attachment_seal
from storage.audit.witness import proof_key_in
from storage.db.dialect import Dialect
from storage.db.errors import FileEmpty, FileHarmful, FileTooLarge, NoSpace, StorageError
from storage.db.timestamps import to_micros
from storage.files.filetypes import ending_as, media_type_in
from storage.files.pictures import cleaned
from storage.files.room import FULL, StorageRoom
from storage.tables.core import attachments

MEGABYTE = 1024 * 1024
ARRIVING, HELD, QUARANTINE = ".new-", "held", "quarantine"
"""How a file is called while it is written; and the folders of those that nobody is given."""


class ScannerAway(Exception):
    """The scanner did not answer, or not in time."""


Scan = Callable[[Path], str]
"""What is harmful in a file, or nothing. Raises `ScannerAway`."""


@dataclass(frozen=True, slots=True)
class FileStore:
    """A folder of files by content: `ab/cdef…`. `largest` is in bytes; `room` says whether there is space for more.

    `scan` looks for what is harmful. A file that it could not look at yet waits in the folder `held`, where nobody
    is given it (see `storage.space.holding`); what is harmful lies in `quarantine`.
    """

    folder: Path
    largest: int = 20 * MEGABYTE
    room: StorageRoom = field(default_factory=StorageRoom)
    scan: Scan | None = None

    def put(self, content: bytes, name: str) -> Attachment:
        """Keep a file, durably, and say what it is. Raises as `receive` does."""
        return self.receive(BytesIO(content), name)

    def receive(self, source: BinaryIO, name: str) -> Attachment:
        """Keep a file, durably, and say what it is: read in pieces of 64 KB, without what tells of its maker.

        Raises:
            FileEmpty, FileTooLarge, FileTypeRefused, FileHarmful, NoSpace: it is not taken.
            OSError: the disk would not take it.
        """
        size = source.seek(0, 2)
        if not size:
            raise FileEmpty("the file is empty")
        if size > self.largest:
            raise FileTooLarge(f"the file has {size} bytes; at most {self.largest} are taken")
        media_type = media_type_in(source, name)
        self.room.check(self.folder, size)
        with telling_full():
            digest, size = self._keep(cleaned(media_type, source), self.scan)
        return Attachment(digest, ending_as(media_type, tidy_name(name)), media_type, size)

    def keep_text(self, content: bytes, name: str) -> Attachment:
        """Keep a customer's own words, whatever they look like, as `text/plain`. Raises OSError."""
        digest, size = self._keep((content,))
        return Attachment(digest, tidy_name(name), "text/plain", size)

    def path(self, digest: str) -> Path:
        """Where the file with this digest lies, if it is here. Raises `StorageError` for what is no digest."""
        return self.folder / digest[:2] / _digest(digest)[2:]

    def held(self, digest: str) -> Path:
        """Where it lies until the scanner has looked at it."""
        return self.folder / HELD / _digest(digest)

    def quarantined(self, digest: str) -> Path:
        """Where it lies if it is harmful: for an operator to look at, or to delete."""
        return self.folder / QUARANTINE / _digest(digest)

    def standing(self, digest: str) -> str:
        """`kept`, `held`, `harmful` (in quarantine) or `gone`."""
        known = (("kept", self.path(digest)), ("held", self.held(digest)), ("harmful", self.quarantined(digest)))
        return next((standing for standing, path in known if path.exists()), "gone")

    def get(self, digest: str) -> bytes | None:
        """The content with this digest, or None."""
        try:
            return self.path(digest).read_bytes()
        except FileNotFoundError:
            return None

    def holds(self, digest: str) -> bool:
        """Whether the file with this digest is here, be it held back, and its content is what it was."""
        try:
            places = self.held(digest), self.path(digest), self.quarantined(digest)
            with next(place for place in places if place.exists()).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == digest
        except (StopIteration, FileNotFoundError, StorageError):
            return False

    def _keep(self, pieces: Iterable[bytes], scan: Scan | None = None) -> tuple[str, int]:
        """Write, then move to where the digest says; returns that, and how many bytes they were."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self.folder, prefix=ARRIVING)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                digest, size = _written(pieces, file)
            self._settle(temporary, digest, size, scan)
        finally:
            temporary.unlink(missing_ok=True)
        return digest, size

    def _settle(self, temporary: Path, digest: str, size: int, scan: Scan | None) -> None:
        """Move a written file to its place. What is here already is younger from now on, lest it be swept."""
        target = self.path(digest)
        with suppress(FileNotFoundError):
            os.utime(target)
            return
        try:
            finding = scan(temporary) if scan else ""
        except ScannerAway:
            target, finding = self.held(digest), ""
        if finding:
            move(temporary, self.quarantined(digest))
            raise FileHarmful(finding)
        move(temporary, target)
        self.room.taken(size)


def _digest(digest: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise StorageError("a digest is 64 hex digits")
    return digest


def _written(pieces: Iterable[bytes], file: BinaryIO) -> tuple[str, int]:
    """Write all pieces durably; the digest of what was written, and how many bytes."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        file.write(piece)
        digest.update(piece)
        size += len(piece)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest(), size


def move(source: Path, target: Path) -> None:
    """Move a file within the store, durably."""
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, target)
    _sync_folder(target.parent)


@contextmanager
def telling_full() -> Iterator[None]:
    """A disk that is full is told apart from one that fails. Raises `NoSpace` for it."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NoSpace("the disk is full") from error
        raise


def _sync_folder(folder: Path) -> None:
    """Make the file's name durable too, not only its content."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def tidy_name(name: str) -> str:
    """A file name that is safe to show and to save: no folders, no control or direction marks, 120 characters."""
    last = (
        unicodedata.normalize("NFC", name[-1_000:].encode("utf-8", "replace").decode())
        .replace("\\", "/")
        .rsplit("/", 1)[-1]
    )
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    tidy = re.sub(r'[<>:"|?*\s]+', " ", shown).strip(" .")
    stem, dot, ending = tidy.rpartition(".")
    if dot and len(tidy) > 120:
        tidy = f"{stem[: 119 - len(ending[:10])]}.{ending[:10]}"
    return tidy[:120] or "file"


def remembering(dialect: Dialect) -> Any:
    """The statement that notes whose a file is; noting it twice does nothing."""
    return dialect.insert(attachments).on_conflict_do_nothing()


def row_of(conversation_id: str, file: Attachment, now: int, key: bytes) -> dict[str, Any]:
    """A file of a conversation as a row; `now` in microseconds, `key` that of the seals, empty for none."""
    row = {
        "conversation_id": conversation_id,
        "digest": file.digest,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "at": now,
    }
    return {**row, "seal": attachment_seal(key, row) if key else ""}


def remember(conn: Connection, dialect: Dialect, conversation_id: str, file: Attachment, now: datetime) -> None:
    """Note that the conversation owns this file. The conversation itself may come later."""
    conn.execute(remembering(dialect), row_of(conversation_id, file, to_micros(now), proof_key_in(conn)))


_ONE = select(attachments).where(
    attachments.c.conversation_id == bindparam("conversation_id"), attachments.c.digest == bindparam("digest")
)


def find_attachment(conn: Connection, conversation_id: str, digest: str) -> Attachment | None:
    """The file with this digest if it is this conversation's, else None."""
    row = conn.execute(_ONE, {"conversation_id": conversation_id, "digest": digest}).first()
    return None if row is None else _attachment(row)


def attachments_of(conn: Connection, conversation_id: str) -> list[Attachment]:
    """The conversation's files, oldest first."""
    query = select(attachments).where(attachments.c.conversation_id == conversation_id)
    return [_attachment(row) for row in conn.execute(query.order_by(attachments.c.at, attachments.c.digest))]


def _attachment(row: Row[Any]) -> Attachment:
    return Attachment(row.digest, row.name, row.media_type, row.size)
