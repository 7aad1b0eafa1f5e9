"""What colleagues have begun to write in a chat and not sent yet, so that it is there at any of their screens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.db.dialect import Dialect
from storage.db.timestamps import to_micros
from storage.tables.core import unsent

KINDS = ("reply", "note")


def keep_unsent(
    conn: Connection, dialect: Dialect, conversation_id: str, staff: str, kind: str, text: str, now: datetime
) -> None:
    """Keep what somebody has written so far of a reply or a note; nothing forgets it."""
    key = {"conversation_id": conversation_id, "staff": staff, "kind": kind}
    if not text.strip():
        gone = (unsent.c.conversation_id == conversation_id) & (unsent.c.staff == staff) & (unsent.c.kind == kind)
        conn.execute(delete(unsent).where(gone))
        return
    made = dialect.insert(unsent)
    latest = {"text": made.excluded.text, "at": made.excluded.at}
    conn.execute(
        made.on_conflict_do_update(index_elements=list(key), set_=latest), {**key, "text": text, "at": to_micros(now)}
    )


def unsent_by(conn: Connection, conversation_id: str, staff: str) -> dict[str, str]:
    """What somebody has written so far in a chat, by kind; empty for what they have not begun."""
    mine = (unsent.c.conversation_id == conversation_id) & (unsent.c.staff == staff)
    found = {row.kind: row.text for row in conn.execute(select(unsent.c.kind, unsent.c.text).where(mine))}
    return {kind: found.get(kind, "") for kind in KINDS}
