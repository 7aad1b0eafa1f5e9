"""Notes: words among colleagues about a chat. They live apart from the transcript, so that no reader of a
customer's messages can come upon one. And corrections, which are kept to learn from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select

from complaints.record import Attachment
from storage.db.timestamps import from_micros
from storage.tables.core import corrections, notes

ADD = insert(notes)
ADD_CORRECTIONS = insert(corrections)

_ENCODE = msgspec.json.Encoder()
_DECODE = msgspec.json.Decoder(tuple[Attachment, ...])


@dataclass(frozen=True, slots=True)
class ChatNote:
    """What `name` (the account `staff`) wrote after the message numbered `after_seq`. `at` is aware, UTC.

    `turn` and `n` tell it from the chat's other notes.
    """

    after_seq: int
    staff: str
    name: str
    at: datetime
    text: str
    files: tuple[Attachment, ...] = ()
    turn: int = 0
    n: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """A text whose category a colleague set right. `at` is aware, UTC."""

    at: datetime
    language: str
    text: str
    was: str
    now: str


def files_text(files: tuple[Attachment, ...]) -> str:
    """Files as the JSON text that is stored."""
    return _ENCODE.encode(files).decode()


def notes_of(conn: Connection, conversation_id: str, after_turn: int = 0) -> list[ChatNote]:
    """The notes on a chat that were made after a turn, oldest first."""
    wanted = (notes.c.conversation_id == conversation_id) & (notes.c.turn > after_turn)
    return [note_of(row) for row in conn.execute(select(notes).where(wanted).order_by(notes.c.turn, notes.c.n))]


def note_of(row: Any) -> ChatNote:
    """A row as a note."""
    return ChatNote(
        row.after_seq, row.staff, row.name, from_micros(row.at), row.text, _DECODE.decode(row.files), row.turn, row.n
    )


def corrections_since(conn: Connection, micros: int = 0) -> list[Correction]:
    """The corrections made after a moment (microseconds), oldest first."""
    query = select(corrections).where(corrections.c.at > micros).order_by(corrections.c.at)
    return [Correction(from_micros(row.at), row.language, row.text, row.was, row.now) for row in conn.execute(query)]
