"""Somebody who can write to the database, and lacks the key, changes what stands there. Verification must tell."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from storage.db.database import Database
from tests.attack.conftest import Tried
from tests.attack.records import KEY, Records, id_of, in_use


@pytest.fixture
async def records(database: Database, tmp_path: Path) -> AsyncIterator[Records]:
    made = await in_use(database, tmp_path / "files")
    yield made
    await made.door.stop()
    made.intruder.close()


def _sql(*statements: str) -> Callable[[Connection], None]:
    def act(conn: Connection) -> None:
        for statement in statements:
            chats = {f"{name}_id": id_of(name) for name in ("ann", "bob", "cem") if f":{name}_id" in statement}
            assert conn.execute(text(statement), chats).rowcount, f"nothing was changed by: {statement}"

    return act


_WHOLE = ("messages", "events", "outbox", "audit_roll")

TAMPERS: dict[str, Callable[[Connection], Any]] = {
    "a message's words edited": _sql("UPDATE messages SET text = 'never mind' WHERE text = 'hello'"),
    "a message removed": _sql("DELETE FROM messages WHERE text = 'hello' AND conversation_id = :cem_id"),
    "two messages exchanged": _sql(
        "UPDATE messages SET seq = 99 WHERE seq = 1 AND conversation_id = :cem_id",
        "UPDATE messages SET seq = 1 WHERE seq = 3 AND conversation_id = :cem_id",
        "UPDATE messages SET seq = 3 WHERE seq = 99 AND conversation_id = :cem_id",
    ),
    "a message's words taken away as if erased": _sql(
        "UPDATE messages SET text = '', body = '{}', salt = '', words = 'x' WHERE text = 'hello'"
    ),
    "a message put in": _sql(
        "INSERT INTO messages SELECT conversation_id, 77, turn, author, at, text, body, salt, words "
        "FROM messages WHERE seq = 1 AND conversation_id = :cem_id"
    ),
    "an entry of the trail edited": _sql("UPDATE audit SET actor = 'nobody' WHERE n = 1"),
    "an entry of the trail removed": _sql("DELETE FROM audit WHERE n = 1 AND conversation_id = :ann_id"),
    "the salt of an entry exchanged": _sql("UPDATE audit SET salt = 'another' WHERE action = 'answered'"),
    "a case's record edited": _sql("UPDATE cases SET body = replace(body, '3.50', '9999')"),
    "a case listed as graver": _sql("UPDATE cases SET priority = 'critical'"),
    "a case removed": _sql("DELETE FROM cases WHERE conversation_id = :bob_id"),
    "a conversation's state edited": _sql(
        "UPDATE conversations SET state = replace(state, 'turn', 'torn') WHERE id = :cem_id"
    ),
    "a conversation given to an agent": _sql("UPDATE conversations SET controller = 'agent' WHERE id = :cem_id"),
    "a conversation's seal taken away": _sql("UPDATE conversations SET seal = '' WHERE id = :cem_id"),
    "a conversation's address exchanged": _sql("UPDATE conversations SET chat = 'eve' WHERE id = :cem_id"),
    "a whole conversation without a case removed": _sql(
        *(f"DELETE FROM {table} WHERE conversation_id = :cem_id" for table in _WHOLE),
        "DELETE FROM conversations WHERE id = :cem_id",
    ),
    "the same, its line of the roll left": _sql(
        "DELETE FROM messages WHERE conversation_id = :cem_id", "DELETE FROM conversations WHERE id = :cem_id"
    ),
    "a line of the roll edited": _sql("UPDATE audit_roll SET turn = 1, messages = 1 WHERE conversation_id = :cem_id"),
    "a timer removed": _sql("DELETE FROM timers WHERE conversation_id = :bob_id"),
    "a timer moved": _sql("UPDATE timers SET due = due + 86400000000"),
    "a timer put in": _sql("INSERT INTO timers VALUES (:ann_id, 'close', 'draft', 5, 0)"),
    "a promise said to be kept": _sql("UPDATE promises SET kept_at = 5, state = 'kept' WHERE kept_at = 0"),
    "a promise removed": _sql("DELETE FROM promises WHERE kind = 'resolution' AND conversation_id = :ann_id"),
    "a promise made longer": _sql("UPDATE promises SET target = target * 9"),
    "a private note edited": _sql("UPDATE notes SET text = 'she was rude'"),
    "a private note removed": _sql("DELETE FROM notes"),
    "a private note put in another's name": _sql("UPDATE notes SET name = 'Omar'"),
    "a file's name edited": _sql("UPDATE attachments SET name = 'bill.txt'"),
    "a file taken off the list": _sql("DELETE FROM attachments"),
    "another chat's file put on the list": _sql(
        "INSERT INTO attachments SELECT CAST(:cem_id AS VARCHAR), digest, name, media_type, size, at, seal "
        "FROM attachments"
    ),
    "a message marked as delivered": _sql("UPDATE outbox SET state = 'sent', receipt = 'r9' WHERE state = 'new'"),
    "a delivered message to be sent again": _sql("UPDATE outbox SET state = 'new' WHERE state = 'sent'"),
    "a delivered message's receipt edited": _sql("UPDATE outbox SET receipt = 'r0' WHERE state = 'sent'"),
    "a message taken off the outbox": _sql("DELETE FROM outbox WHERE conversation_id = :bob_id AND state = 'new'"),
    "an agent made an administrator": _sql("UPDATE staff SET role = 'administrator' WHERE login = 'mei'"),
    "an account put in": _sql(
        "INSERT INTO staff SELECT 'e', 'eve', name, role, password, must_change, totp, totp_step, languages, skills, "
        "capacity, language, timezone, presence, presence_at, seen_at, created_at, disabled_at, telegram_id FROM staff "
        "WHERE login = 'omar'"
    ),
    "an account removed": _sql("DELETE FROM staff WHERE login = 'omar'"),
    "an account put into another team": _sql("UPDATE staff_teams SET team = 'fraud' WHERE team = 'care'"),
    "a password's hash exchanged": _sql("UPDATE staff SET password = '$argon2id$eve' WHERE login = 'omar'"),
    "a second step's secret exchanged": _sql("UPDATE staff SET totp = 's1.eve' WHERE login = 'mei'"),
    "a second step taken away": _sql("UPDATE staff SET totp = '' WHERE login = 'mei'"),
    "a recovery code put in": _sql("INSERT INTO recovery_codes SELECT id, 'eve' FROM staff WHERE login = 'mei'"),
    "a passkey put in": _sql(
        "INSERT INTO passkeys SELECT 'eve', staff_id, 'Phone', 'her key', sign_count, created_at, used_at FROM passkeys"
    ),
    "a passkey given to another": _sql("UPDATE passkeys SET staff_id = (SELECT id FROM staff WHERE login = 'omar')"),
    "a passkey's public key exchanged": _sql("UPDATE passkeys SET public_key = 'her key'"),
    "a passkey's count set back": _sql("UPDATE passkeys SET sign_count = 0"),
    "a passkey removed": _sql("DELETE FROM passkeys"),
    "an issuer's account joined to somebody": _sql(
        "INSERT INTO staff_identities SELECT issuer, 'eve', staff_id, created_at FROM staff_identities"
    ),
    "an issuer's account joined to another": _sql(
        "UPDATE staff_identities SET staff_id = (SELECT id FROM staff WHERE login = 'omar')"
    ),
    "an issuer's account exchanged": _sql("UPDATE staff_identities SET subject = 'eve'"),
    "an issuer's account parted from its own": _sql("DELETE FROM staff_identities"),
    "a session put in": _sql(
        "INSERT INTO sessions SELECT 'eve', staff_id, created_at, seen_at, expires_at, address, browser, revoked_at "
        "FROM sessions"
    ),
    "a session made to last": _sql("UPDATE sessions SET expires_at = expires_at * 2"),
    "a session given to another": _sql("UPDATE sessions SET staff_id = (SELECT id FROM staff WHERE login = 'omar')"),
    "a token put in": _sql("INSERT INTO api_tokens (name, digest, created_at) VALUES ('eve', 'e', 5)"),
    "a token's digest exchanged": _sql("UPDATE api_tokens SET digest = 'eve'"),
    "a token removed": _sql("DELETE FROM api_tokens"),
    "a webhook sent elsewhere": _sql("UPDATE webhooks SET url = 'https://eve.example'"),
    "a playbook version's content edited": _sql("UPDATE playbook_versions SET content = 'another playbook'"),
    "a playbook version removed": _sql("DELETE FROM playbook_versions"),
    "an event of the security log edited": _sql("UPDATE security_events SET actor = 'omar' WHERE kind = 'sign_in'"),
    "an event of the security log removed": _sql("DELETE FROM security_events WHERE kind = 'exported'"),
    "the same, with its seal": _sql(
        "DELETE FROM audit_seals WHERE book = 'security_events'", "DELETE FROM security_events"
    ),
    "the counter of cases set back": _sql("UPDATE counters SET value = value - 1"),
    "a seal removed": _sql("DELETE FROM audit_seals WHERE book = 'api_tokens'"),
    "a book removed with its seals": _sql(
        "DELETE FROM audit_seals WHERE book = 'staff'", "DELETE FROM audit_books WHERE name = 'staff'"
    ),
    "a book's count edited": _sql("UPDATE audit_books SET many = many + 1 WHERE name = 'staff'"),
    "the newest head removed": _sql("DELETE FROM audit_heads WHERE n = (SELECT max(n) FROM audit_heads)"),
    "a head edited": _sql("UPDATE audit_heads SET at = 5 WHERE n = 1"),
    "all heads removed": _sql("DELETE FROM audit_heads", "DELETE FROM audit_books WHERE name = 'heads'"),
}


async def test_honest_use_is_not_taken_for_tampering(records: Records) -> None:
    assert records.findings() == []
    assert records.findings(records.head()) == []


async def test_every_tamper_is_seen(records: Records, tried: Tried) -> None:
    """Somebody edits, removes, adds or moves a row of any table that matters"""
    unseen = [name for name, tamper in TAMPERS.items() if not records.findings_after(tamper)]
    tried(len(TAMPERS))
    assert unseen == []
    assert records.findings() == []


async def test_a_file_exchanged_on_the_disk_is_seen(records: Records, tried: Tried) -> None:
    """Somebody exchanges the content of a customer's file, or removes it, without touching the database"""
    path = records.files.path(records.photo.digest)
    path.write_bytes(b"another cup")
    assert [found.what for found in records.findings()] == [
        f"the file {records.photo.digest[:12]} is not kept as it was sent"
    ]
    path.unlink()
    assert records.findings()
    tried(2)


@pytest.mark.parametrize("chat", ["ann", "cem"])
async def test_a_conversation_put_back_to_an_earlier_copy_is_seen(records: Records, chat: str, tried: Tried) -> None:
    """Somebody puts a conversation back to what an older copy of the database held, in all tables at once"""
    older = records.rows(chat)
    await records.say(chat, "later", "hello again")
    newer = records.rows(chat)
    records.put_back({**older, "audit_roll": newer["audit_roll"]}, chat)
    assert records.findings()
    records.put_back(older, chat)
    assert [found.what for found in records.findings()] == [
        "the roll of conversations is not as it was written: lines were removed, or added"
    ]
    tried(2)


async def test_accounts_put_back_to_an_earlier_copy_are_seen(records: Records, tried: Tried) -> None:
    """Somebody puts the table of sessions back, with its seals and its book, so that an ended session is good again"""
    from storage.staff.sessions import revoke_sessions
    from tests.turn.scenery import NOON

    older = records.rows()
    with records.database.write() as conn:
        assert revoke_sessions(conn, records.staff, NOON) == 1
    await records.say("cem", "later", "hello again")
    newer = records.rows()
    records.put_back({**newer, **{name: older[name] for name in ("sessions", "audit_seals", "audit_books")}})
    assert "the book of sessions was put back to what it had been earlier" in [one.what for one in records.findings()]
    tried(1)


async def test_an_older_copy_of_the_whole_database_is_seen_by_a_head_kept_elsewhere(
    records: Records, tried: Tried
) -> None:
    """Somebody puts the whole database back to an older copy"""
    older = records.rows()
    await records.say("cem", "later", "hello again")
    kept = records.head()
    assert records.findings(kept) == []
    records.put_back(older)
    assert records.findings() == [], "by itself an older copy is as it was written"
    (found,) = records.findings(kept)
    assert "older copy" in found.what
    records.tamper(_sql(*(f"DELETE FROM audit_{name}" for name in ("books", "seals", "roll", "heads"))))
    assert records.findings(kept), "without a head kept elsewhere it would look like one that has no seals yet"
    records.put_back(older)
    await records.say("cem", "another", "something else")
    await records.say("cem", "and more", "something else")
    (found,) = records.findings(kept)
    assert "another one" in found.what, "going on from the older copy makes other heads"
    tried(3)


async def test_what_was_altered_is_not_blessed_by_what_is_written_later(records: Records, tried: Tried) -> None:
    """Somebody alters a row and waits until honest use writes it again"""
    from storage.staff.accounts import change_staff

    for tamper in ("an agent made an administrator", "a conversation's state edited"):
        records.tamper(TAMPERS[tamper])
    with records.database.write() as conn:
        change_staff(conn, records.staff, {"capacity": 3})
    records.tamper(_sql("UPDATE conversations SET state = replace(state, 'torn', 'turn') WHERE id = :cem_id"))
    records.tamper(_sql("UPDATE conversations SET language = 'zh' WHERE id = :cem_id"))
    await records.say("cem", "later", "hello again")
    found = [one.what for one in records.findings()]
    assert any("staff: the row" in what for what in found)
    assert "the conversation was not as its last turn had left it when another turn began" in found
    tried(2)


async def test_rows_written_with_a_guessed_key_are_seen(records: Records, tried: Tried) -> None:
    """Somebody who knows how Amends seals writes a row, its seal and its book with a key of their own"""
    from sqlalchemy import update

    from storage.db.database import open_database
    from storage.tables.core import staff

    other = open_database(records.database.url)
    other.seal_with(b"a guessed key, as long as any")
    with other.write() as conn:
        conn.execute(update(staff).where(staff.c.login == "mei").values(role="administrator"))
    other.close()
    assert records.findings()
    assert KEY != b"a guessed key, as long as any"
    tried(1)


async def test_timers_that_are_set_right_after_a_wrong_clock_are_no_tampering(records: Records) -> None:
    from sqlalchemy import func, select

    from storage.delivery.clock_correction import set_right
    from storage.tables.core import timers
    from tests.turn.scenery import NOON

    with records.database.write() as conn:
        before = NOON - timedelta(days=400)
        righted = set_right(
            conn, records.database.dialect, before, {"nudge": timedelta(days=1)}, ["nudge"], "righted", "clock"
        )
        assert righted.timers == 1
        assert (conn.scalar(select(func.count()).select_from(timers)) or 0) > 1
    assert records.findings() == []
