"""How far conversations have come: the number of the last message of each, for many at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from storage.db.dialect import Dialect
from storage.tables.core import conversations


def last_numbers(conn: Connection, dialect: Dialect, conversation_ids: Iterable[str]) -> dict[str, int]:
    """The number of the newest message of each conversation that has begun; one statement for all of them."""
    query = select(conversations.c.id, conversations.c.message_count).where(dialect.among(conversations.c.id, "ids"))
    rows: Any = conn.execute(query, {"ids": dialect.texts(conversation_ids)})
    return {row.id: row.message_count for row in rows}
