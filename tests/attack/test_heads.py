"""The head of the audit goes where an intruder cannot follow it, and tells an older copy there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.commands.upkeep import TrailBroken, audit_head, migrate, verify_audit
from bot.refusal import Refusal
from bot.settings import Settings, load_settings
from engine.upkeep.proof import Proving, sending
from storage.audit.head_chain import Head, parsed
from storage.db.database import open_database
from storage.security.keys import ring_of
from tests.attack.conftest import Tried

KEY = "a secret key for tests only"


@dataclass
class Receiver:
    """Takes heads at an address; `answers` is the status that it gives."""

    address: str = ""
    answers: int = 204
    taken: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    known = Receiver()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            known.taken.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(known.answers)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = HTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    known.address = f"http://127.0.0.1:{server.server_port}/heads"
    yield known
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    made = load_settings(data_dir=tmp_path / "var", secret_key=KEY)
    migrate(made)
    return made


@dataclass
class Worker:
    """The worker of a served database, on a clock of its own."""

    settings: Settings
    now: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def run(self, file: Path | None = None, url: str = "", days: int = 1) -> None:
        database = open_database(self.settings.database)
        database.seal_with(KEY.encode())
        sends = sending(file, url)
        proving = Proving(database, ring_of(KEY.encode()), set(), lambda: self.now, sends)
        proving.bring_over()
        for _ in range(days):
            for _ in range(3):
                proving.tell()
            self.now += timedelta(days=1)
        database.close()


def test_a_head_goes_to_a_file_and_to_an_address_once_a_day(
    settings: Settings, tmp_path: Path, receiver: Receiver
) -> None:
    file = tmp_path / "heads.txt"
    Worker(settings).run(file, receiver.address, days=3)
    lines = file.read_text().splitlines()
    assert len(lines) == len(receiver.taken) == 3
    assert {line.split()[0] for line in lines} == {taken["head"] for taken in receiver.taken}
    assert audit_head(settings) == lines[-1]
    assert verify_audit(settings, lines[-1]) == verify_audit(settings, str(file)) == "The audit trail is whole."


def test_a_head_that_was_not_taken_is_sent_again(settings: Settings, receiver: Receiver) -> None:
    receiver.answers = 503
    Worker(settings).run(url=receiver.address)
    assert len(receiver.taken) == 3


def test_without_a_server_there_is_no_head_yet(settings: Settings) -> None:
    with pytest.raises(Refusal, match="amends serve"):
        audit_head(settings)
    with pytest.raises(Refusal, match="NUMBER:DIGEST"):
        verify_audit(settings, "yesterday's")


def test_an_older_copy_of_the_file_is_told_by_the_heads_kept_elsewhere(
    settings: Settings, tmp_path: Path, tried: Tried
) -> None:
    """Somebody puts the database's file back to yesterday's backup"""
    from bot.commands.tokens import create

    worker, kept = Worker(settings), tmp_path / "heads.txt"
    worker.run(kept)
    file = settings.data_dir / "amends.db"
    yesterday = file.read_bytes()
    create(settings, "reports", ("read",), "")
    worker.run(kept)
    assert verify_audit(settings, str(kept)) == "The audit trail is whole."
    for beside in settings.data_dir.glob("amends.db-*"):
        beside.unlink()
    file.write_bytes(yesterday)
    assert verify_audit(settings) == "The audit trail is whole."
    with pytest.raises(TrailBroken, match="older copy"):
        verify_audit(settings, str(kept))
    tried(1)


@pytest.mark.parametrize("text", ["", "1", "1:", "x:" + "0" * 64, "1:" + "0" * 63])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="NUMBER:DIGEST"):
        parsed(text)


def test_a_head_is_read_as_it_was_printed() -> None:
    head = Head(7, "ab" * 32, datetime(2026, 11, 21, tzinfo=UTC))
    assert parsed(f"{head}\n") == (7, "ab" * 32)
