"""Sending what is harmful to colleagues."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dialogs.flows.events import Event, Said
from dialogs.playbooks.playbook import Playbook
from engine.scanning.clamd import Clamd
from engine.scanning.rescanning import Rescanning
from storage.backup.files import copy as copied
from storage.backup.files import kept_in
from storage.conversations.conversations import conversation_id
from storage.conversations.notes import notes_of
from storage.conversations.transcript import last_messages
from storage.db.database import Database
from storage.db.errors import FileHarmful
from storage.db.timestamps import utc_now
from storage.files.attachments import FileStore, ScannerAway
from tests.attack.scanner import EICAR, StandIn, clamd
from tests.desk.scenery import Office, office
from tests.desk.shop import id_of
from tests.edges.scenery import JPEG, Visitor
from tests.staff.conftest import Office as Turns
from tests.staff.conftest import opened, shop

__all__ = ["shop"]

Tried = Callable[[int], None]
HARMFUL = b"please open this\n" + EICAR


@pytest.fixture
def scanner() -> Iterator[StandIn]:
    with clamd() as stand_in:
        yield stand_in


@pytest.fixture
def nowhere() -> str:
    """An address at which nobody listens."""
    with clamd() as gone:
        return gone.address


def test_what_the_scanner_finds_is_kept_from_everybody(tmp_path: Path, scanner: StandIn, tried: Tried) -> None:
    """A harmful file is sent to an agent"""
    store = FileStore(tmp_path, scan=Clamd(scanner.address).scan)
    with pytest.raises(FileHarmful, match="Eicar-Signature"):
        store.put(HARMFUL, "invoice.txt")
    tried(1)
    kept = [path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*") if path.is_file()]
    assert kept == ["quarantine"]
    assert store.put(b"just words", "note.txt").size == 10
    assert scanner.seen == [HARMFUL, b"just words"]


def test_a_large_file_goes_there_in_pieces(tmp_path: Path, scanner: StandIn, tried: Tried) -> None:
    """Something harmful hides behind megabytes of nothing"""
    store = FileStore(tmp_path, scan=Clamd(scanner.address).scan)
    with pytest.raises(FileHarmful):
        store.put(b"x" * 3_000_000 + EICAR, "long.txt")
    tried(1)


@pytest.mark.parametrize(
    "says", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"stream: OK FOUND OK\0", b"x" * 9000]
)
def test_whatever_it_says_besides_is_no_all_clear(tmp_path: Path, scanner: StandIn, says: bytes, tried: Tried) -> None:
    """The scanner is brought to say something that is no answer"""
    scanner.says = says
    file = FileStore(tmp_path, scan=Clamd(scanner.address).scan).put(b"just words", "a.txt")
    tried(1)
    assert FileStore(tmp_path).standing(file.digest) == "held"


def test_a_scanner_that_hangs_is_not_waited_for(tmp_path: Path, scanner: StandIn, tried: Tried) -> None:
    """The scanner is kept busy, so that uploads wait for ever"""
    scanner.waits = 3
    with pytest.raises(ScannerAway):
        Clamd(scanner.address, deadline=0.3).scan(_file(tmp_path))
    tried(1)


def _file(folder: Path) -> Path:
    path = folder / "some"
    path.write_bytes(b"words")
    return path


def test_while_it_is_away_files_are_held_or_pass(tmp_path: Path, nowhere: str, tried: Tried) -> None:
    """The scanner is brought down, and then the harmful file is sent"""
    held = FileStore(tmp_path / "hold", scan=Clamd(nowhere).scan)
    file = held.put(HARMFUL, "a.txt")
    assert (held.standing(file.digest), held.get(file.digest)) == ("held", None)
    passing = FileStore(tmp_path / "pass", scan=Clamd(nowhere, passes=True).scan)
    assert passing.standing(passing.put(HARMFUL, "a.txt").digest) == "kept"
    tried(2)


async def test_what_was_held_is_looked_at_later(
    turns_office: Turns, tmp_path: Path, scanner: StandIn, nowhere: str, tried: Tried
) -> None:
    """A harmful file waits until the scanner is back"""
    turns = turns_office
    away = FileStore(tmp_path / "files", scan=Clamd(nowhere).scan)
    bad, good = away.put(HARMFUL, "invoice.txt"), away.put(b"just words", "note.txt")
    said = Event("m1", "web", "default", "c", turns.now, Said("a person please", (bad, good)), "en")
    await turns.door.take(said)
    rescanning = Rescanning(Clamd(nowhere), away, turns.database, turns.door.take, utc_now)
    with pytest.raises(ScannerAway):
        await rescanning.look()
    assert await replace(rescanning, scanner=Clamd(scanner.address)).look() == 1
    assert (away.standing(bad.digest), away.standing(good.digest)) == ("harmful", "kept")
    tried(1)
    chat = conversation_id("web", "default", "c")
    with turns.database.read() as conn:
        notes = [note.text for note in notes_of(conn, chat)]
        told = [message.text for message in last_messages(conn, chat)]
    assert any("Eicar-Signature" in note for note in notes)
    assert any("could do harm" in text for text in told)
    assert not any("Eicar" in text for text in told)


def test_what_is_held_back_is_held_back_in_a_backup_too(tmp_path: Path, nowhere: str, tried: Tried) -> None:
    """A file that no scanner has seen is brought back from a backup."""
    tried(1)
    held = FileStore(tmp_path / "files", scan=Clamd(nowhere).scan)
    digest = held.put(HARMFUL, "a.txt").digest
    store, copy = FileStore(tmp_path / "files"), FileStore(tmp_path / "backup")
    assert kept_in(store) == {digest}
    assert (copied(kept_in(store), store, copy).lost, copy.standing(digest), kept_in(copy)) == ([], "held", {digest})


@pytest.fixture
async def turns_office(database: Database, shop: Playbook, tmp_path: Path) -> AsyncIterator[Turns]:
    async with opened(database, shop, tmp_path / "texts") as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path, scanner: StandIn, shop: Playbook) -> Iterator[Office]:
    with office(tmp_path, shop, scan=Clamd(scanner.address).scan) as opened:
        opened.hire("mei")
        yield opened


def test_the_customer_is_told_kindly_and_the_agent_what_it_was(desk: Office, tried: Tried) -> None:
    """A harmful file is sent on the page, by a program, and by a colleague"""
    visitor = Visitor(desk.house.client())
    visitor.say("a person please", language="en")
    refused = visitor.upload("invoice.txt", HARMFUL, **{"Accept-Language": "en"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (415, "file_held_back")
    assert "without anybody meaning to" in refused.json()["error"]["message"]
    mei = desk.at_work("mei")
    page = mei.get(f"/desk/chats/{id_of(visitor)}").text
    assert "Eicar-Signature" in page
    assert visitor.upload("a.jpg", JPEG).status_code == 200
    with desk.house.program() as http:
        given = [{"name": "bad.txt", "data": base64.b64encode(HARMFUL).decode()}]
        body = {"sender": "lee", "message": "a person please", "metadata": {"attachments": given, "language": "en"}}
        answer = http.post("/webhooks/rest/webhook", json=body).json()
    assert any("could do harm" in one["text"] for one in answer)
    assert "Eicar-Signature" in mei.get(f"/desk/chats/{conversation_id('rest', 'default', 'lee')}").text
    tried(2)
