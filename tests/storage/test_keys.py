"""Keys can be replaced: what older ones sealed stays valid, and no process goes on with a key that does not fit."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from engine.turn.processor import TurnProcessor
from handlers.desk.csrf import Marks
from storage.audit.verify import verify
from storage.cases.opt_outs import contacts_of
from storage.db.database import Database
from storage.db.encryption import Seal, Unsealable
from storage.files.attachments import FileStore
from storage.security.key_check import WrongKey, check_keys, is_recorded, record_key
from storage.security.keys import AnyKey, Keyring
from storage.staff.account_log import AccountEntry, note, verify_staff_log
from tests.turn.scenery import NOON, Literal, StandIn, a_case, event, step

FIRST, SECOND, THIRD = b"the first key", b"the second key", b"the third key"
RINGS = (FIRST, Keyring(SECOND, (FIRST,)), Keyring(THIRD, (SECOND, FIRST)))


async def _talk(database: Database, folder: Path, key: AnyKey, *said: str) -> None:
    options: dict[str, Any] = {"step": step, "clock": lambda: NOON, "files": FileStore(folder), "audit_key": key}
    door = TurnProcessor(database, StandIn(), Literal(), **options)  # type: ignore[arg-type]
    door.start()
    for words in said:
        await door.take(event("ann", words, words.split("/")[0]))
    await door.stop()


def _wrong(database: Database, key: AnyKey) -> list[str]:
    with database.read() as conn:
        return [found.what for found in chain(verify(conn, key), verify_staff_log(conn, key))]


async def test_a_chat_that_goes_on_under_new_keys_verifies_with_the_ring_and_with_no_part_of_it(
    database: Database, tmp_path: Path
) -> None:
    for n, key in enumerate(RINGS):
        await _talk(database, tmp_path, key, f"hello/{n}", f"file it/{n}", f"change it/{n}", f"bye/{n}")
        with database.write() as conn:
            current = key.current if isinstance(key, Keyring) else key
            note(conn, database.dialect, current, AccountEntry(NOON, "a", "added", str(n)))
    # A process that was not yet started again still writes with the key before.
    await _talk(database, tmp_path, RINGS[1], "hello/late")
    await _talk(database, tmp_path, RINGS[2], "hello/later")
    assert _wrong(database, RINGS[2]) == []
    assert _wrong(database, Keyring(THIRD, (FIRST, SECOND))) == []
    assert _wrong(database, Keyring(THIRD, (FIRST,)))
    assert _wrong(database, THIRD)
    with database.write() as conn:
        conn.execute(text("UPDATE messages SET text = 'never said' WHERE seq = 1"))
    assert "the messages are not as they were said" in _wrong(database, RINGS[2])


async def test_with_one_key_alone_nothing_is_written_beside_a_message(database: Database, tmp_path: Path) -> None:
    await _talk(database, tmp_path, FIRST, "hello/1")
    with database.read() as conn:
        assert not conn.scalar(text("SELECT count(*) FROM messages WHERE body LIKE '%key%'"))


def test_what_an_older_key_sealed_opens_and_what_a_stranger_sealed_does_not() -> None:
    ring = Keyring(SECOND, (FIRST,))
    assert Seal(ring, "second steps").open(Seal(FIRST, "second steps").close("otp", "mei"), "mei") == "otp"
    assert Seal(SECOND, "second steps").open(Seal(ring, "second steps").close("otp", "mei"), "mei") == "otp"
    for stranger in (Seal(THIRD, "second steps"), Seal(FIRST, "webhooks")):
        with pytest.raises(Unsealable, match="AMENDS_OLDER_KEYS"):
            Seal(ring, "second steps").open(stranger.close("otp", "mei"), "mei")


def test_a_form_that_was_open_while_the_key_was_replaced_is_taken() -> None:
    before, now = Marks((FIRST,)), Marks((SECOND, FIRST))
    assert before.csrf("session") in now.csrf_tokens("session")
    assert now.csrf("session") not in before.csrf_tokens("session")
    assert now.read("flash", before.sign("flash", ["good", "done"])) == ["good", "done"]
    assert now.read("flash", Marks((THIRD,)).sign("flash", ["good", "done"])) is None


def test_who_opted_out_under_an_older_key_is_known_under_the_new_one() -> None:
    cases = [a_case("C-2611-000001")]
    assert contacts_of(FIRST, cases) < contacts_of(Keyring(SECOND, (FIRST,)), cases)


async def test_a_database_from_before_is_judged_by_what_is_sealed_in_it(database: Database, tmp_path: Path) -> None:
    await _talk(database, tmp_path, FIRST, "file it")
    with database.write() as conn:
        for wrong in (SECOND, THIRD):
            with pytest.raises(WrongKey):
                check_keys(conn, Keyring(wrong))
        ring = Keyring(SECOND, (FIRST,))
        check_keys(conn, ring)
        assert not is_recorded(conn, ring)
        record_key(conn, database.dialect, ring, NOON)
        assert is_recorded(conn, ring)
        assert is_recorded(conn, Keyring(FIRST)), "what it was written with until now is known as well"


def test_every_key_that_a_database_was_written_with_must_be_at_hand(database: Database) -> None:
    with database.write() as conn:
        check_keys(conn, Keyring(FIRST))
        record_key(conn, database.dialect, Keyring(FIRST), NOON)
        record_key(conn, database.dialect, Keyring(SECOND, (FIRST,)), NOON + timedelta(days=1))
        check_keys(conn, Keyring(SECOND, (THIRD, FIRST)))
        for wrong in (Keyring(SECOND), Keyring(FIRST), Keyring(THIRD, (SECOND,))):
            with pytest.raises(WrongKey, match="2026-11-2"):
                check_keys(conn, wrong)


def test_a_ring_shows_no_key() -> None:
    assert "key" not in repr(RINGS[2]).lower().replace("keyring", "")
