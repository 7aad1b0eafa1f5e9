"""Files kept beside the database, named by the SHA-256 of their content, and whose they are."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from complaints.record import Attachment
from storage.dialect import Dialect
from storage.errors import FileEmpty, FileTooLarge, StorageError
from storage.filetypes import ending_as, media_type_of
from storage.instants import to_micros
from storage.tables import attachments

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileStore:
    """A folder of files by content: `ab/cdef…`. `largest` is in bytes."""

    folder: Path
    largest: int = 20 * MEGABYTE

    def put(self, content: bytes, name: str) -> Attachment:
        """Keep a file, durably, and say what it is.

        Raises:
            FileEmpty, FileTooLarge, FileTypeRefused: it is not taken, and nothing was kept.
            OSError: the disk would not take it.
        """
        if not content:
            raise FileEmpty("the file is empty")
        if len(content) > self.largest:
            raise FileTooLarge(f"the file has {len(content)} bytes; at most {self.largest} are taken")
        media_type = media_type_of(content, name)
        digest = hashlib.sha256(content).hexdigest()
        self._keep(digest, content)
        return Attachment(digest, ending_as(media_type, tidy_name(name)), media_type, len(content))

    def keep_text(self, content: bytes, name: str) -> Attachment:
        """Keep a customer's own words, whatever they look like, as `text/plain`. Raises OSError."""
        digest = hashlib.sha256(content).hexdigest()
        self._keep(digest, content)
        return Attachment(digest, tidy_name(name), "text/plain", len(content))

    def path(self, digest: str) -> Path:
        """Where the file with this digest lies, if it is here. Raises `StorageError` for what is no digest."""
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise StorageError("a digest is 64 hex digits")
        return self.folder / digest[:2] / digest[2:]

    def get(self, digest: str) -> bytes | None:
        """The content with this digest, or None."""
        try:
            return self.path(digest).read_bytes()
        except FileNotFoundError:
            return None

    def _keep(self, digest: str, content: bytes) -> None:
        target = self.path(digest)
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the file's name durable too, not only its content."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def tidy_name(name: str) -> str:
    """A file name that is safe to show and to save: no folders, no control or direction marks, 120 characters."""
    last = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode()).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    tidy = re.sub(r'[<>:"|?*\s]+', " ", shown).strip(" .")
    stem, dot, ending = tidy.rpartition(".")
    if dot and len(tidy) > 120:
        tidy = f"{stem[: 119 - len(ending[:10])]}.{ending[:10]}"
    return tidy[:120] or "file"


def remembering(dialect: Dialect) -> Any:
    """The statement that notes whose a file is; noting it twice does nothing."""
    return dialect.insert(attachments).on_conflict_do_nothing()


def row_of(conversation_id: str, file: Attachment, now: int) -> dict[str, Any]:
    """A file of a conversation as a row; `now` in microseconds."""
    return {
        "conversation_id": conversation_id,
        "digest": file.digest,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "at": now,
    }


def remember(conn: Connection, dialect: Dialect, conversation_id: str, file: Attachment, now: datetime) -> None:
    """Note that the conversation owns this file. The conversation itself may come later."""
    conn.execute(remembering(dialect), row_of(conversation_id, file, to_micros(now)))


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
