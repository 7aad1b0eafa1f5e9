"""Albums that a colleague sent to the staff chat as a note: only the first picture says so, and the others must not go
to the customer, whoever serves when they come.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from storage.db.dialect import Dialect
from storage.db.timestamps import to_micros
from storage.tables.staff_chat import staff_asides

FORGOTTEN = timedelta(days=2)
"""Telegram keeps what it could not bring for a day."""


def put_aside(conn: Connection, dialect: Dialect, chat: int, album: str, now: datetime) -> None:
    """All of this album is a note. `chat` and `album` are Telegram's."""
    conn.execute(delete(staff_asides).where(staff_asides.c.at < to_micros(now - FORGOTTEN)))
    made = dialect.insert(staff_asides).values(chat=chat, album=album, at=to_micros(now))
    conn.execute(made.on_conflict_do_nothing())


def is_aside(conn: Connection, chat: int, album: str) -> bool:
    """Whether this album is a note."""
    wanted = (staff_asides.c.chat == chat) & (staff_asides.c.album == album)
    return conn.scalar(select(staff_asides.c.album).where(wanted)) is not None
