"""Looking for something to send costs no more for all that was ever sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, insert

from storage import outbox
from storage.conversations import NEW
from storage.database import Database
from storage.tables import conversations, messages
from storage.tables import outbox as table
from storage.transcript import Message
from storage.transcript import row_of as said

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


def _plans(database: Database) -> list[str]:
    """How the database goes about each statement that reads the outbox at large, while one message is claimed."""
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
        assert len(outbox.claim(conn, database.dialect, NOON, "test")) == 1
    return list(found.values())


def test_a_claim_reads_only_what_it_is_about(database: Database) -> None:
    _fill(database, 2000)
    plans = _plans(database)
    looks = [*plans[: len(LOOKS) - 1], plans[-1]]
    assert [index for plan, index in zip(looks, LOOKS, strict=True) if index not in plan] == []
