"""What earlier versions stored gets salts and seals while it is served, a few conversations at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from storage.audit import backfill
from storage.audit import trail as trail
from storage.audit.check_books import is_waiting
from storage.audit.trail import MARK, keyed
from storage.db.database import Database
from storage.tables.core import audit, cases, conversations, messages
from tests.attack.records import KEY, Records, id_of, in_use


@pytest.fixture
async def old(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Records]:
    """A database as the version before left it: digests without salts, no seals and no books."""
    with monkeypatch.context() as unsalted:
        unsalted.setattr(trail, "urandom", lambda _count: b"")
        made = await in_use(database, tmp_path / "files")
    with made.intruder.write() as conn:
        conn.execute(text("UPDATE conversations SET seal = '', held = ''"))
        for table in ("attachments", "outbox"):
            conn.execute(text(f"UPDATE {table} SET seal = ''"))
        for name in ("books", "seals", "roll", "heads"):
            conn.execute(text(f"DELETE FROM audit_{name}"))
    yield made
    await made.door.stop()
    made.intruder.close()


def _without_salt(records: Records) -> int:
    with records.database.read() as conn:
        counts = [conn.scalar(select(func.count()).where(table.c.salt == "")) for table in (messages, audit)]
    return sum(count or 0 for count in counts)


async def test_what_an_earlier_version_stored_still_verifies_and_is_brought_over(old: Records) -> None:
    assert _without_salt(old) > 10
    assert old.findings() == []
    await asyncio.to_thread(old.proving.bring_over)
    assert _without_salt(old) == 0
    assert old.findings() == []
    with old.database.read() as conn:
        assert not is_waiting(conn)
        body = conn.scalar(select(cases.c.body).where(cases.c.conversation_id == id_of("ann"))) or ""
        details = "".join(conn.scalars(select(audit.c.detail)))
    assert MARK in details
    assert keyed(KEY, body) not in details, "whoever has the key could otherwise try what a digest was made of"
    await old.say("ann", "later", "hello again")
    assert old.findings() == []
    old.tamper(lambda conn: conn.execute(text("DELETE FROM timers")))
    assert old.findings()


async def test_who_is_killed_on_the_way_goes_on_with_the_rest(old: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "MOST_CONVERSATIONS", 1)
    dialect = old.database.dialect
    with old.database.write() as conn:
        assert backfill.bring_over(conn, dialect, old.proving.ring) == 1
    with old.database.writer.connect() as conn:
        backfill.bring_over(conn, dialect, old.proving.ring)
        conn.rollback()
    assert _without_salt(old) > 0
    assert old.findings() == []
    for chat in ("ann", "bob", "cem"):
        await old.door.take(_hello(chat))
    assert old.findings() == [], "chats go on in the meantime"
    await asyncio.to_thread(old.proving.bring_over)
    assert _without_salt(old) == 0
    assert old.findings() == []


async def test_what_was_altered_before_is_not_made_good(old: Records) -> None:
    old.tamper(lambda conn: conn.execute(text("UPDATE messages SET text = 'x' WHERE text = 'hello'")))
    told = {found.conversation_id for found in old.findings()}
    await asyncio.to_thread(old.proving.bring_over)
    assert {found.conversation_id for found in old.findings()} >= told == {id_of("bob"), id_of("cem")}


async def test_words_that_were_erased_with_their_salt_leave_the_rest_proved(database: Database, tmp_path: Path) -> None:
    from storage.audit.holdings import conversation_seal, proof_keys
    from storage.audit.trail import Chain, TrailEntry, append
    from storage.conversations.transcript import sealing_key, words_digest
    from storage.security.keys import ring_of

    records = await in_use(database, tmp_path / "files")
    await records.door.stop()
    of_cem = conversations.c.id == id_of("cem")
    with records.intruder.write() as conn:
        row = conn.execute(
            select(messages).where(messages.c.conversation_id == id_of("cem"), messages.c.seq == 1)
        ).one()
        gone = {"text": "", "body": "{}", "salt": "", "words": words_digest(sealing_key(KEY), row._mapping)}
        conn.execute(messages.update().where(messages.c.conversation_id == id_of("cem"), messages.c.seq == 1), gone)
    assert [found.what for found in records.findings()] == ["the words of message 1 were taken away"]
    with records.intruder.write() as conn:
        held = conn.execute(select(conversations).where(of_cem)).mappings().one()
        chain = Chain(held["audit_count"], held["audit_last"], held["audit_head"])
        chain, entry = append(KEY, id_of("cem"), chain, TrailEntry(5, "mei", "erased", "", {"messages": "1"}))
        conn.execute(trail.ADD, entry)
        ends = {"audit_count": chain.count, "audit_last": chain.last, "audit_head": chain.head}
        seal = conversation_seal(proof_keys(ring_of(KEY))[0], {**held, **ends})
        conn.execute(conversations.update().where(of_cem), {**ends, "seal": seal})
    assert records.findings() == []
    records.tamper(lambda conn: conn.execute(text("UPDATE messages SET text = 'x' WHERE text = 'good bye'")))
    assert records.findings()
    records.intruder.close()


def _hello(chat: str):  # type: ignore[no-untyped-def]
    from tests.turn.scenery import event

    return event(chat, "meanwhile", "hello")
