"""Looking for something to send costs no more for all that was ever sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, insert

from storage.conversations.conversations import NEW
from storage.conversations.transcript import Message
from storage.conversations.transcript import row_of as said
from storage.db.database import Database
from storage.delivery import outbox
from storage.tables.core import conversations, messages
from storage.tables.core import outbox as table

LOOKS = (
    "ix_outbox_unfinished",
    "ix_outbox_sending",
    "ix_outbox_sending",
    "ix_conversations_agents",
    "ix_outbox_unfinished",
    "ix_outbox_sending",
)
"""By what is found: whether there is anything, two kinds of leases that ran out, what a takeover silences, what may
be sent, and what was claimed. Only the last but one ever meets what waits, and of that no more than it takes.
"""

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _fill(database: Database, sent: int) -> None:
    """A chat with one message to send, after so many that were sent."""
    rows = [outbox.row_of("ann", seq, "test", "bot", 0) for seq in range(1, sent + 2)]
    with database.write() as conn:
        conn.execute(insert(conversations).values(id="ann", channel="test", account="shop", chat="ann", **NEW))
        conn.execute(insert(messages), [said("ann", 1, Message(sent + 1, "bot", "hello"))])
        conn.execute(insert(table), [{**row, "state": "sent"} for row in rows[:-1]] + rows[-1:])


def _fill_chats(database: Database, chats: int, each: int) -> None:
    """So many chats with so many messages to send, of which no statistics know yet."""
    names = [f"chat{number}" for number in range(chats)]
    with database.write() as conn:
        known = [{"id": name, "channel": "test", "account": "shop", "chat": name, **NEW} for name in names]
        conn.execute(insert(conversations), known)
        conn.execute(insert(messages), [said(name, 1, Message(1, "bot", "hello")) for name in names])
        waiting = [outbox.row_of(name, seq, "test", "bot", seq) for name in names for seq in range(1, each + 1)]
        conn.execute(insert(table), waiting)


def _plans(database: Database) -> list[str]:
    """How the database goes about each statement that reads the outbox at large, while messages are claimed."""
    found: dict[str, str] = {}
    explain = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[database.dialect.name]

    def look(conn: Any, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if "outbox" in statement and not statement.startswith("EXPLAIN") and not many:
            cursor.execute(explain + statement, parameters)
            found[statement] = "\n".join(str(row) for row in cursor.fetchall())

    for engine in {database.reader, database.writer}:
        event.listen(engine, "before_cursor_execute", look)
    with database.read() as conn:
        assert outbox.has_unfinished(conn, "test", NOON)
    with database.write() as conn:
        assert outbox.claim(conn, database.dialect, NOON, "test")
    return list(found.values())


def test_a_claim_reads_only_what_it_is_about(database: Database) -> None:
    _fill(database, 2000)
    plans = _plans(database)
    looks = [*plans[: len(LOOKS) - 1], plans[-1]]
    assert [index for plan, index in zip(looks, LOOKS, strict=True) if index not in plan] == []


def test_a_queue_that_grew_within_a_minute_is_not_gone_through_for_the_few_that_come_first(database: Database) -> None:
    """PostgreSQL knew of 25 messages, sorted the 12,000 that there were, and for each went through all the others:
    1.5 seconds, for eight messages.
    """
    _fill_chats(database, 300, 10)
    plans = [plan for plan in _plans(database) if "earlier" in plan]
    assert len(plans) == 1
    for wasteful in ("Sort", "Bitmap", "TEMP B-TREE"):
        assert wasteful not in plans[0]
    assert "ix_outbox_unfinished" in plans[0]
    assert ("ix_outbox_chats" if database.dialect.name == "postgresql" else "PRIMARY KEY") in plans[0]
