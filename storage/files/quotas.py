"""How much one chat may keep, and one address may send in a day. What is kept in all is `storage.files.room`'s."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from complaints.record import Attachment
from storage.conversations.conversations import load_state
from storage.db.dialect import Dialect
from storage.db.errors import ChatFull, EnoughForToday, NotHeard
from storage.files.attachments import remember
from storage.tables.core import attachments
from storage.tables.space import upload_tallies


@dataclass(frozen=True, slots=True)
class Quotas:
    """0 is no limit. A chat's count all of its files, whoever sent them; they bind customers alone.

    `day_bytes` and `day_files` are for one address and one day (UTC). Two uploads that come at the very same time may
    pass a limit together on PostgreSQL: by no more than they are.
    """

    chat_bytes: int = 0
    chat_files: int = 0
    day_bytes: int = 0
    day_files: int = 0


def check_chat(conn: Connection, conversation_id: str, quotas: Quotas, size: int = 0, more: int = 1) -> None:
    """Raise `NotHeard` or `ChatFull` unless the chat may have so many files more, of so many bytes together."""
    state = load_state(conn, conversation_id)
    if state and state.handoff.barred:
        raise NotHeard("the visitor is blocked, or the chat is spam")
    query = select(func.count(), func.coalesce(func.sum(attachments.c.size), 0))
    files, kept = conn.execute(query.where(attachments.c.conversation_id == conversation_id)).one()
    if _beyond(files + more, quotas.chat_files) or _beyond(kept + size, quotas.chat_bytes):
        raise ChatFull(f"the chat has {files} files of {kept} bytes")


def check_day(conn: Connection, source: str, quotas: Quotas, now: datetime, size: int = 0) -> None:
    """Raise `EnoughForToday` unless this source (empty: nobody in particular) may send one file more today."""
    key = (upload_tallies.c.source == source) & (upload_tallies.c.day == now.toordinal())
    row = conn.execute(select(upload_tallies).where(key)).first() if source else None
    if row and (_beyond(row.files + 1, quotas.day_files) or _beyond(row.bytes + size, quotas.day_bytes)):
        raise EnoughForToday("this address has sent as much as it may in a day")


def note_upload(
    conn: Connection, dialect: Dialect, conversation_id: str, source: str, file: Attachment, quotas: Quotas,
    now: datetime,
) -> None:  # fmt: skip
    """Note whose a customer's file is, and count it. Raises `ChatFull`, `EnoughForToday`: nothing was noted."""
    check_chat(conn, conversation_id, quotas, file.size)
    check_day(conn, source, quotas, now, file.size)
    remember(conn, dialect, conversation_id, file, now)
    if source:
        _tally(conn, dialect, source, file.size, now)


def _tally(conn: Connection, dialect: Dialect, source: str, size: int, now: datetime) -> None:
    made = dialect.insert(upload_tallies).values(source=source, day=now.toordinal(), files=1, bytes=size)
    more = {"files": upload_tallies.c.files + 1, "bytes": upload_tallies.c.bytes + size}
    conn.execute(made.on_conflict_do_update(index_elements=["source", "day"], set_=more))


def forget_days_before(conn: Connection, now: datetime) -> None:
    """Yesterday's tallies are nobody's any more."""
    conn.execute(delete(upload_tallies).where(upload_tallies.c.day < now.toordinal()))


def _beyond(amount: int, most: int) -> bool:
    return bool(most) and amount > most
