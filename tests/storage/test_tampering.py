"""What somebody changes in the tables of a database that was in use is found; what honest use leaves is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, text, update

from engine.turn.processor import TurnProcessor
from storage.audit.verify import verify
from storage.cases.references import seal_of
from storage.db.database import Database
from storage.files.attachments import FileStore
from storage.tables.core import audit, cases, conversations, messages
from tests.turn.scenery import KEY, NOON, Literal, StandIn, event, step

CHATS = {
    "ann": ["hello", "file it", "change it"],
    "bob": ["file it", "poison", "file another"],
    "cem": ["hello", "good bye"],
}


@pytest.fixture
async def used(database: Database, tmp_path: Path) -> Database:
    """Ann has the first case, Bob the second and third, Cem none; one turn of Bob's was set aside."""
    options: dict[str, Any] = {"step": step, "clock": lambda: NOON, "files": FileStore(tmp_path), "audit_key": KEY}
    door = TurnProcessor(database, StandIn(), Literal(), **options)  # type: ignore[arg-type]
    door.start()
    for chat, texts in CHATS.items():
        await asyncio.gather(*(door.take(event(chat, f"e{n}", text)) for n, text in enumerate(texts)))
    await door.stop()
    return database


def _findings(conn: Connection) -> list[str]:
    return [found.what for found in verify(conn, KEY)]


async def test_honest_use_leaves_nothing_to_find(used: Database) -> None:
    with used.read() as conn:
        assert _findings(conn) == []


_LISTED = {
    "state": "closed", "priority": "low", "category": "other", "team": "nobody", "partial": True,
    "opened_at": 5, "changed_at": 5,
}  # fmt: skip


@pytest.mark.parametrize("column", _LISTED)
async def test_a_column_edited_beside_an_intact_body_is_found(used: Database, column: str) -> None:
    with used.write() as conn:
        first = cases.c.reference == "C-2611-000001"
        conn.execute(update(cases).where(first).values({column: _LISTED[column]}))
        assert _findings(conn) == [f"case C-2611-000001 is listed as something else than it is: {column}"]


def _chat(name: str) -> Any:
    return select(conversations.c.id).where(conversations.c.chat == name).scalar_subquery()


def _of(table: Any, name: str) -> Any:
    return table.c.conversation_id == _chat(name)


def _wipe(conn: Connection, name: str) -> None:
    """Every trace of a chat, its conversation last."""
    for table in (messages, audit, cases):
        conn.execute(delete(table).where(_of(table, name)))
    conn.execute(delete(conversations).where(conversations.c.chat == name))


def _empty_the_transcript(conn: Connection) -> None:
    conn.execute(delete(messages).where(_of(messages, "ann")))
    conn.execute(update(conversations).where(conversations.c.chat == "ann").values(message_count=0, transcript_head=""))


def _swap_texts(conn: Connection) -> None:
    conn.execute(update(messages).where(_of(messages, "cem"), messages.c.seq == 1).values(text="good bye"))
    conn.execute(update(messages).where(_of(messages, "cem"), messages.c.seq == 3).values(text="hello"))


def _say_in_anothers_name(conn: Connection) -> None:
    conn.execute(update(messages).where(_of(messages, "cem"), messages.c.seq == 2).values(author="customer"))


def _take_bobs_last_case_and_count_down(conn: Connection) -> None:
    _wipe(conn, "bob")
    conn.execute(text("UPDATE counters SET value = 1"))


def _count_down_and_seal_with_a_guessed_key(conn: Connection) -> None:
    _wipe(conn, "bob")
    seal = seal_of(b"guessed", "case:2611", 1)
    conn.execute(text("UPDATE counters SET value = 1, seal = :seal"), {"seal": seal})


TAMPERINGS: dict[str, Callable[[Connection], Any]] = {
    "a message's text edited": lambda conn: conn.execute(text("UPDATE messages SET text = 'x' WHERE text = 'hello'")),
    "its time": lambda conn: conn.execute(update(messages).where(_of(messages, "cem")).values(at=1)),
    "its buttons": lambda conn: conn.execute(update(messages).where(_of(messages, "cem")).values(body="{ }")),
    "its author": _say_in_anothers_name,
    "two texts exchanged": _swap_texts,
    "a message removed": lambda conn: conn.execute(delete(messages).where(messages.c.text == "hello")),
    "the last message removed": lambda conn: conn.execute(delete(messages).where(messages.c.text == "2 good bye")),
    "a whole transcript removed": _empty_the_transcript,
    "a chat without a case removed, its messages left": lambda conn: conn.execute(
        delete(conversations).where(conversations.c.chat == "cem")
    ),
    "a chat with a case removed whole": lambda conn: _wipe(conn, "ann"),
    "the newest cases removed whole and the counter set back": _take_bobs_last_case_and_count_down,
    "the same, sealed with a guessed key": _count_down_and_seal_with_a_guessed_key,
    "the counter removed": lambda conn: conn.execute(text("DELETE FROM counters")),
    "the counter set forward": lambda conn: conn.execute(text("UPDATE counters SET value = 9")),
}


@pytest.mark.parametrize("kind", TAMPERINGS)
async def test_tampering_with_a_database_in_use_is_found(used: Database, kind: str) -> None:
    with used.write() as conn:
        TAMPERINGS[kind](conn)
        assert _findings(conn)


async def test_a_case_that_vanished_without_a_trace_is_named(used: Database) -> None:
    with used.write() as conn:
        _wipe(conn, "ann")
        assert _findings(conn) == ["case C-2611-000001 was handed out and is not on file"]


async def test_a_transcript_cut_back_to_what_it_once_was_is_found_when_something_was_done_since(
    used: Database, tmp_path: Path
) -> None:
    """Even a digest that was right once does not fit the trail's later entries."""
    options: dict[str, Any] = {"step": step, "clock": lambda: NOON, "files": FileStore(tmp_path), "audit_key": KEY}
    door = TurnProcessor(used, StandIn(), Literal(), **options)  # type: ignore[arg-type]
    dan = conversations.c.chat == "dan"
    door.start()
    await door.take(event("dan", "e1", "hello"))
    with used.read() as conn:
        once = conn.execute(select(conversations.c.message_count, conversations.c.transcript_head).where(dan)).one()
    await door.take(event("dan", "e2", "file it"))
    await door.stop()
    with used.write() as conn:
        conn.execute(delete(messages).where(_of(messages, "dan"), messages.c.seq > once.message_count))
        conn.execute(update(conversations).where(dan).values(once._asdict()))
        assert "the messages are not those that this entry followed" in _findings(conn)


async def test_what_the_pages_say_is_not_found_is_not_promised(used: Database) -> None:
    with used.write() as conn:
        _wipe(conn, "cem")
        assert _findings(conn) == []
