"""The roll: every conversation, with where it stood when it was looked at last.

Turns only write to their own conversation, so nothing in it would tell that another one is gone. The serving process
tells the roll every few seconds which conversations had turns; those are looked up and entered, with a book like that
of any table. A conversation removed whole, or put back to an earlier copy, no longer agrees with the roll. The roll
enters nothing that does not fit its seal, and nothing that stands behind what it holds already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select

from storage.audit.books import check_ring, held_book, save_book, seal_of
from storage.audit.holdings import conversation_seal, proof_keys
from storage.db.dialect import Dialect
from storage.security.keys import Keyring
from storage.tables.core import conversations
from storage.tables.proof import audit_roll

BOOK = "roll"
TOGETHER = 500

_COLUMNS = ("turn", "messages", "said", "entries", "done")


def enter(conn: Connection, dialect: Dialect, ring: Keyring, ids: Iterable[str]) -> int:
    """Enter where these conversations stand now; returns how many had moved on."""
    entered = 0
    rest = iter(sorted(set(ids)))
    while some := list(islice(rest, TOGETHER)):
        entered += _enter(conn, dialect, ring, some)
    return entered


def _enter(conn: Connection, dialect: Dialect, ring: Keyring, ids: Sequence[str]) -> int:
    book = held_book(conn, dialect, ring, BOOK)
    if not book.sound:
        check_ring(conn, ring)
    keys, bound = proof_keys(ring), {"ids": dialect.texts(ids)}
    kept = {row.conversation_id: row for row in conn.execute(_of(dialect, audit_roll.c.conversation_id), bound)}
    found = conn.execute(_of(dialect, conversations.c.id), bound)
    rows = [_row(ring.current, row) for row in found if _fits(keys, row)]
    fresh = [row for row in rows if _moved_on(kept.get(row["conversation_id"]), row)]
    if fresh:
        gone = [kept[row["conversation_id"]].seal for row in fresh if row["conversation_id"] in kept]
        conn.execute(_writing(dialect), fresh)
        save_book(conn, ring, book.with_seals(gone, [row["seal"] for row in fresh]))
    return len(fresh)


def _of(dialect: Dialect, column: Any) -> Any:
    return select(column.table).where(dialect.among(column, "ids"))


def _fits(keys: Sequence[bytes], row: Any) -> bool:
    return any(row.seal == conversation_seal(key, row._mapping) for key in keys)


def _moved_on(kept: Any, row: dict[str, Any]) -> bool:
    return kept is None or (kept.turn, kept.messages, kept.entries) < (row["turn"], row["messages"], row["entries"])


def _row(key: bytes, of: Any) -> dict[str, Any]:
    row = {
        "conversation_id": of.id, "turn": of.turn, "messages": of.message_count, "said": of.transcript_head,
        "entries": of.audit_count, "done": of.audit_last,
    }  # fmt: skip
    return {**row, "seal": roll_seal(key, row)}


def roll_seal(key: bytes, row: Any) -> str:
    """The seal of one line of the roll."""
    return seal_of(key, BOOK, row["conversation_id"], *(row[name] for name in _COLUMNS))


def _writing(dialect: Dialect) -> Any:
    made = dialect.insert(audit_roll)
    fresh = {name: made.excluded[name] for name in (*_COLUMNS, "seal")}
    return made.on_conflict_do_update(index_elements=["conversation_id"], set_=fresh)
