"""What is a customer's can be found, taken along whole, and erased so that nothing of it is left and all is proved."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import insert, inspect, select, text

from dialogs.flows.events import Said
from storage.conversations.search import put
from storage.db.database import Database
from storage.db.metadata import metadata
from storage.db.timestamps import to_micros
from storage.privacy.customer_tables import OF_CUSTOMERS, OF_NOBODY
from storage.privacy.erasing import GONE, NotErasable, erase, remove_files, scrub
from storage.privacy.exporting import export, gathered
from storage.privacy.finding import find_customers
from storage.security.keys import ring_of
from storage.tables.core import conversations
from tests.attack.records import KEY, Records, id_of, in_use
from tests.turn.scenery import NOON

ANN, BOB = id_of("ann"), id_of("bob")
MANY = 100


def word(n: int) -> str:
    """A word that stands nowhere else."""
    return f"zq{n:03d}plantx"


@pytest.fixture
async def records(database: Database, tmp_path: Path) -> Records:
    made = await in_use(database, tmp_path / "files")
    await _plant(made)
    return made


async def _plant(records: Records) -> None:
    """A hundred words of Ann's: said, in files and their names, in every text column of hers that holds words."""
    own = records.files.keep_text(f"contents {word(0)}".encode(), f"{word(1)}.txt")
    await records.say("ann", "p1", Said(f"look {word(2)}", files=(own,)))
    for n in range(3, 60):
        await records.say("ann", f"p{n}", f"I said {word(n)}")
    await records.say("bob", "p9", "Bob's own words stay")
    await records.door.stop()
    at, ids = to_micros(NOON), {"conversation_id": ANN}
    reference = _reference_of(records, ANN)
    rows = {
        "corrections": {**ids, "turn": 1, "n": 9, "at": at, "staff": "mei", "language": "en", "text": word(60),
                        "was": "a", "now": "b"},
        "unsent": {**ids, "staff": "mei", "kind": "reply", "text": word(61), "at": at},
        "quarantine": {**ids, "event_id": word(62), "at": at, "event": word(63), "error": word(64)},
        "identities": {**ids, "number": word(65), "name": word(66), "email": f"{word(67)}@example.org", "at": at},
        "events": {**ids, "event_id": word(68), "turn": 1, "first_seq": 1, "last_seq": 0, "at": at},
        "staff_rooms": {**ids, "chat": 1, "seen": 0, "turn": 1, "part": 0, "seq": 0, "card": 1, "card_shown": word(69),
                        "topic": 1, "since": 0, "title": word(70), "standing": "", "panel": 1, "panel_shown": word(71),
                        "pinned": False, "leaving": "", "doubt": False},
        "staff_questions": {"chat": 1, "topic": 1, "telegram_id": 1, "reference": reference, "outcome": word(72),
                            "answered_by": 0, "open": True, "at": at},
        "webhook_messages": {"webhook_id": "w", "id": "m", "kind": "case.filed", "reference": reference, "at": at,
                             "body": word(73), "state": "waiting", "attempts": 0, "due": at, "lease_until": 0},
        "links": {"digest": "d" * 64, "kind": "resume", "subject": ANN, "created_at": at, "expires_at": at,
                  "used_by": "", "used_at": 0},
        "security_events": {"id": "x", "at": at, "kind": "limited", "actor": "", "subject": ANN,
                            "address": word(74), "detail": json.dumps({"of": word(75)})},
    }  # fmt: skip
    with records.database.write() as conn:
        for name, row in rows.items():
            conn.execute(insert(metadata.tables[name]), row)
        put(conn, records.database.dialect, {ANN: " ".join(map(word, range(76, 100))), BOB: "bob"})


def _reference_of(records: Records, of_id: str) -> str:
    with records.database.read() as conn:
        return str(conn.scalar(text("SELECT reference FROM cases WHERE conversation_id = :id"), {"id": of_id}))


def _everywhere(records: Records) -> str:
    """All columns of all tables, also those that no metadata knows."""
    with records.database.read() as conn:
        names = inspect(conn).get_table_names()
        rows = [row for name in names for row in conn.execute(text(f'SELECT * FROM "{name}"'))]
        # A row as text leaves out the middle of what is long.
        return "\n".join(str(value) for row in rows for value in row)


def _bytes(records: Records) -> bytes:
    """The database file, its WAL, and every file kept."""
    file = records.database.file
    places = (
        [*file.parent.glob(f"{file.name}*"), *records.files.folder.rglob("*")]
        if file
        else records.files.folder.rglob("*")
    )
    return b"".join(place.read_bytes() for place in places if place.is_file())


def _left(records: Records) -> list[str]:
    rows, raw = _everywhere(records), _bytes(records)
    return [word(n) for n in range(MANY) if word(n) in rows or word(n).encode() in raw]


def _erase(records: Records) -> None:
    done = erase(records.database, ring_of(KEY), ANN, "omar", "GDPR Art. 17", NOON)
    remove_files(records.files, done.files)
    records.intruder.close()
    assert scrub(records.database)


async def test_every_table_is_a_customers_or_says_why_not() -> None:
    named = {*OF_CUSTOMERS, *OF_NOBODY}
    assert named == set(metadata.tables)
    assert not OF_CUSTOMERS.keys() & OF_NOBODY.keys()
    with_chats = {name for name, table in metadata.tables.items() if "conversation_id" in table.c}
    assert with_chats <= {*OF_CUSTOMERS, "audit_roll"}
    assert OF_CUSTOMERS.keys() >= set(GONE)


async def test_of_a_hundred_planted_words_none_is_left(records: Records) -> None:
    assert _left(records) == [word(n) for n in range(MANY)]
    before = _everywhere(records)
    assert "Bob's own words stay" in before
    _erase(records)
    assert _left(records) == []
    assert "Bob's own words stay" in _everywhere(records)
    assert "ann" not in [row.chat for row in _rows(records)]


def _rows(records: Records):  # type: ignore[no-untyped-def]
    with records.database.read() as conn:
        return conn.execute(select(conversations)).all()


async def test_after_an_erasure_the_trail_is_whole_and_altering_it_is_still_found(records: Records) -> None:
    assert records.findings() == []
    _erase(records)
    assert records.findings() == []
    records.tamper(lambda conn: conn.execute(text("UPDATE messages SET text = 'x' WHERE seq = 1")))
    assert records.findings()


async def test_whoever_was_erased_may_begin_anew(records: Records) -> None:
    _erase(records)
    records.door.start()
    await records.say("ann", "again", "hello again")
    await records.door.stop()
    assert "ann" in [row.chat for row in _rows(records)]
    assert records.findings() == []


async def test_nobody_is_erased_by_a_wrong_id(records: Records) -> None:
    with pytest.raises(NotErasable):
        erase(records.database, ring_of(KEY), "f" * 32, "omar", "", NOON)


async def test_the_export_has_every_row_and_every_file_and_nothing_of_others(records: Records, tmp_path: Path) -> None:
    to = tmp_path / "ann.zip"
    with records.database.read() as conn:
        assert export(conn, records.files, ANN, to, NOON)
        told = gathered(conn, ANN)
    with ZipFile(to) as held:
        everything = b"".join(held.read(name) for name in held.namelist()) + " ".join(held.namelist()).encode()
        assert json.loads(held.read("data.json")) == json.loads(json.dumps(told))
    shown = [n for n in range(76) if word(n).encode() not in everything]
    assert shown == []
    assert b"Bob's own words" not in everything
    assert to.stat().st_mode & 0o077 == 0


async def test_a_customer_is_found_by_chat_mail_and_words(records: Records) -> None:
    with records.database.read() as conn:
        for asked in ("test:ann", ANN, f"{word(67)}@example.org", word(30), word(80)):
            assert find_customers(conn, records.database.dialect, asked) == [ANN]
        assert find_customers(conn, records.database.dialect, "nobody at all") == []
        assert find_customers(conn, records.database.dialect, " ") == []
