"""Whatever is done to the audit trail behind its back is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, delete, insert, select, text, update
from sqlalchemy.pool import StaticPool

from storage.audit.trail import ADD, Chain, TrailEntry, append, head_of, keyed, salted, without_personal
from storage.audit.verify import verify
from storage.conversations.conversations import NEW
from storage.db.database import Database
from storage.tables.core import audit, cases, conversations, metadata

KEY = b"a key for tests only"
CHATS = ("a" * 32, "b" * 32, "c" * 32)


def _write(conn: Connection, lengths: tuple[int, ...] = (5, 3, 4)) -> None:
    """Three conversations with honest trails."""
    for chat, length in zip(CHATS, lengths, strict=True):
        chain = Chain()
        for n in range(length):
            chain, row = append(KEY, chat, chain, TrailEntry(n, "customer", f"did {n}", "", {"n": str(n)}))
            conn.execute(ADD, row)
        address = {"channel": "test", "account": "shop", "chat": chat[0]}
        held = {"audit_count": chain.count, "audit_last": chain.last, "audit_head": chain.head}
        conn.execute(insert(conversations), {"id": chat, **NEW, **address, **held})


def _where(chat: int, n: int) -> Any:
    return (audit.c.conversation_id == CHATS[chat]) & (audit.c.n == n)


def _cut_and_count_down(conn: Connection) -> None:
    conn.execute(delete(audit).where(_where(0, 5)))
    last = conn.scalar(select(audit.c.digest).where(_where(0, 4)))
    mine = conversations.c.id == CHATS[0]
    conn.execute(update(conversations).where(mine).values(audit_count=4, audit_last=last))


def _cut_and_seal_with_another_key(conn: Connection) -> None:
    _cut_and_count_down(conn)
    last = conn.scalar(select(audit.c.digest).where(_where(0, 4))) or ""
    head = head_of(b"guessed", CHATS[0], 4, last)
    conn.execute(update(conversations).where(conversations.c.id == CHATS[0]).values(audit_head=head))


def _swap(conn: Connection) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        conn.execute(update(audit).where(_where(0, old)).values(n=new))


def _add(conn: Connection) -> None:
    row = conn.execute(select(audit).where(_where(0, 5))).mappings().one()
    conn.execute(insert(audit), {**row, "n": 6})


def _move_whole_trail(conn: Connection) -> None:
    for chat, to in ((CHATS[0], "x" * 32), (CHATS[1], CHATS[0]), ("x" * 32, CHATS[1])):
        conn.execute(update(audit).where(audit.c.conversation_id == chat).values(conversation_id=to))


def _wipe(conn: Connection) -> None:
    conn.execute(delete(audit).where(audit.c.conversation_id == CHATS[1]))
    empty = {"audit_count": 0, "audit_last": "", "audit_head": ""}
    conn.execute(update(conversations).where(conversations.c.id == CHATS[1]).values(**empty))
    conn.execute(insert(cases), _case_row(CHATS[1]))


def _case_row(chat: str) -> dict[str, Any]:
    texts = dict.fromkeys(("state", "priority", "category", "team", "body"), "x")
    return {"reference": "C-1", "conversation_id": chat, "partial": False, "opened_at": 0, "changed_at": 0, **texts}


TAMPERINGS: dict[str, Callable[[Connection], Any]] = {
    "an entry edited": lambda conn: conn.execute(update(audit).where(_where(0, 2)).values(action="did nothing")),
    "its time changed": lambda conn: conn.execute(update(audit).where(_where(0, 2)).values(at=77)),
    "its detail changed": lambda conn: conn.execute(update(audit).where(_where(2, 1)).values(detail="{}")),
    "an entry removed": lambda conn: conn.execute(delete(audit).where(_where(0, 2))),
    "the first removed": lambda conn: conn.execute(delete(audit).where(_where(0, 1))),
    "the last removed": lambda conn: conn.execute(delete(audit).where(_where(2, 4))),
    "the last removed and the count corrected": _cut_and_count_down,
    "the trail cut and sealed with a guessed key": _cut_and_seal_with_another_key,
    "two entries swapped": _swap,
    "an entry added": _add,
    "two trails exchanged": _move_whole_trail,
    "a conversation removed": lambda conn: conn.execute(delete(conversations).where(conversations.c.id == CHATS[2])),
    "a case put on file without a trail": lambda conn: conn.execute(insert(cases), _case_row(CHATS[0])),
    "a trail wiped whole, of a chat with a case": _wipe,
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_tampering_is_found(database: Database, kind: str) -> None:
    with database.write() as conn:
        _write(conn)
        assert list(verify(conn, KEY)) == []
        TAMPERINGS[kind](conn)
        assert list(verify(conn, KEY)) != []


def test_the_wrong_key_proves_nothing(database: Database) -> None:
    with database.write() as conn:
        _write(conn)
        assert len(list(verify(conn, b"another"))) >= 3


_FIELDS = ("at", "actor", "action", "subject", "detail", "digest", "n")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2), st.integers(1, 3), st.sampled_from(_FIELDS), st.text("abc123 {}", min_size=1, max_size=8))
def test_any_change_to_any_field_of_any_entry_is_found(chat: int, n: int, field: str, value: str) -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as conn:
        metadata.create_all(conn)
        _write(conn)
        before = conn.scalar(select(audit.c[field]).where(_where(chat, n)))
        changed = 1000 + len(value) if field in ("at", "n") else value
        conn.execute(update(audit).where(_where(chat, n)).values({field: changed}))
        assert bool(list(verify(conn, KEY))) == (before != changed)


def test_personal_values_stand_in_the_trail_only_as_digests() -> None:
    said = {"slot": "contact", "contact": "a@example.org", "new": "Ann", "note": "x" * 100}
    kept = without_personal(KEY, said, "a salt")
    assert kept["slot"] == "contact"
    assert all(kept[name].startswith("hmac:") for name in ("contact", "new", "note"))
    assert kept["new"] == salted(KEY, "a salt", keyed(KEY, "Ann"))
    assert without_personal(KEY, said, "another")["new"] != kept["new"], "without its salt nobody can tell what it was"


def test_a_case_edited_in_the_table_is_found(sqlite_url: str, tmp_path: Any) -> None:
    import asyncio

    from engine.turn.processor import TurnProcessor
    from storage.db.database import open_database
    from storage.files.attachments import FileStore
    from storage.migrations.upgrade import bring_up_to_date
    from tests.turn.scenery import Literal, StandIn, event, step

    async def file_one() -> None:
        door = TurnProcessor(
            database,
            StandIn(),
            Literal(),
            step=step,
            files=FileStore(tmp_path),
            audit_key=KEY,  # type: ignore[arg-type]
        )
        door.start()
        await door.take(event("ann", "e1", "file it"))
        await door.stop()

    database = open_database(sqlite_url)
    bring_up_to_date(database)
    asyncio.run(file_one())
    with database.write() as conn:
        assert list(verify(conn, KEY)) == []
        conn.execute(text("UPDATE cases SET body = replace(body, '3.50', '9999')"))
        assert [finding.what for finding in verify(conn, KEY)] == [
            f"case C-{_month()}-000001 is not as its last entry left it"
        ]
    database.close()


def _month() -> str:
    from storage.db.timestamps import utc_now

    return f"{utc_now():%y%m}"
