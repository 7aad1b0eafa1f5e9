"""Filling the disk and the memory."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from engine.upkeep.write_probe import Heart
from handlers.http.client_networks import Sources, network_of
from handlers.http.limits import Limits
from handlers.http.problems import Away, TooMany
from handlers.http.request_bodies import Arrivals
from storage.db.database import open_database
from storage.db.errors import NoSpace
from storage.db.timestamps import utc_now
from storage.files.attachments import FileStore, remember
from storage.files.quotas import Quotas
from storage.files.room import StorageRoom
from storage.files.sweeping import Swept, sweep
from storage.migrations.upgrade import bring_up_to_date
from storage.tables.core import attachments
from tests.attack.street import caller, open_house
from tests.conftest import sized
from tests.edges.scenery import JPEG, House

__all__ = ["open_house"]

Open = Callable[..., House]
Tried = Callable[[int], None]
MEGABYTE = 1024 * 1024


def half_sent(house: House) -> socket.socket:
    """An upload of a megabyte that stops a few bytes before its end."""
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + b"s" * (MEGABYTE - 4096)
    head = (
        f"POST /chat/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: {MEGABYTE}\r\n"
        f"Authorization: Bearer {'x' * 43}\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    line = socket.create_connection(("127.0.0.1", httpx.URL(house.address).port or 0), timeout=20)
    with suppress(OSError):  # it may be refused before all of it was sent
        line.sendall(head.encode() + body)
    return line


def memory() -> int:
    """Bytes of memory in use by this process, the server's among them."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


@pytest.mark.prove
def test_half_sent_uploads_fill_no_memory_and_make_room(open_house: Open, tried: Tried) -> None:
    """Hundreds of uploads are begun and never ended, so that they lie in the memory (600 took 600 MB)"""
    house, many = open_house(), sized(150, 600)
    caller(house, "").upload("warm.jpg", JPEG)
    before = memory()
    with ExitStack() as crowd:
        for _ in range(many):
            crowd.callback(half_sent(house).close)
        grown = memory() - before
        time.sleep(5.5)
        assert house.visitor().upload("mine.jpg", JPEG).status_code == 200
    tried(many)
    assert grown < 48 * MEGABYTE, f"{many} half-sent uploads took {grown // MEGABYTE} MB"


def test_one_network_cannot_take_every_place(tried: Tried) -> None:
    """One address begins uploads until nobody else can send any"""
    now = [0.0]
    arrivals = Arrivals(most=10, most_each=4, clock=lambda: now[0])
    for _ in range(4):
        arrivals.admit("198.51.100.7")
    for _ in range(50):
        with pytest.raises(TooMany):
            arrivals.admit("198.51.100.7")
    arrivals.admit("203.0.113.9")
    tried(54)
    assert len(arrivals) == 5


def test_who_hardly_moves_makes_room_and_who_sends_does_not(tried: Tried) -> None:
    """Every place is held by a trickle of one byte a minute"""
    now = [0.0]
    arrivals = Arrivals(most=10, most_each=10, clock=lambda: now[0])
    lazy = [arrivals.admit("198.51.100.7") for _ in range(9)]
    honest = arrivals.admit("203.0.113.9")
    with pytest.raises(Away):
        arrivals.admit("203.0.113.8")
    now[0], honest.size = 20.0, 2 * MEGABYTE
    for address in range(9):
        arrivals.admit(f"192.0.2.{address}")
    tried(9)
    assert all(one.gone.is_set() for one in lazy)
    assert not honest.gone.is_set()


def test_a_slow_one_is_told_why_it_was_ended(open_house: Open, tried: Tried) -> None:
    """Slow uploads hold the places while others wait"""
    house = open_house(limits=Limits(arriving=3, rate=0))
    with ExitStack() as crowd:
        lines = [crowd.enter_context(_trickle(house)) for _ in range(3)]
        assert house.visitor().upload("too-soon.txt", b"x" * 100_000).status_code == 503
        time.sleep(5.2)
        assert house.visitor().upload("mine.txt", b"x" * 100_000).status_code == 200
        told = [line for line in lines if b" 408 " in _answer(line)]
    tried(3)
    assert len(told) == 1


@contextmanager
def _trickle(house: House) -> Iterator[socket.socket]:
    head = (
        "POST /chat/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999\r\n"
        f"Authorization: Bearer {'x' * 43}\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
    )
    with socket.create_connection(("127.0.0.1", httpx.URL(house.address).port or 0), timeout=1) as line:
        line.sendall(head.encode())
        time.sleep(0.05)
        yield line


def _answer(line: socket.socket) -> bytes:
    try:
        return line.recv(4096)
    except TimeoutError:
        return b""


def test_a_chat_keeps_so_many_files_and_text_goes_on(open_house: Open, tried: Tried) -> None:
    """One chat sends files until the disk is full"""
    house = open_house(quotas=Quotas(chat_files=3))
    one = house.visitor()
    for n in range(3):
        assert one.upload(f"{n}.jpg", JPEG + bytes([n])).status_code == 200
    for n in range(20):
        refused = one.upload("more.jpg", JPEG + bytes([100 + n]), **{"Accept-Language": "en"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "files_enough")
        assert "as many files as it can" in refused.json()["error"]["message"]
    tried(20)
    assert one.say("my kettle is broken")
    assert house.visitor().upload("other.jpg", JPEG).status_code == 200


def test_bytes_count_as_well_as_files(open_house: Open, tried: Tried) -> None:
    """One chat sends few files, and very large ones"""
    one = open_house(quotas=Quotas(chat_bytes=3 * MEGABYTE)).visitor()
    answers = [one.upload(f"{n}.txt", bytes([97 + n]) * MEGABYTE).status_code for n in range(6)]
    tried(6)
    assert answers == [200, 200, 200, 429, 429, 429]


def test_a_new_chat_for_each_file_does_not_help(open_house: Open, tried: Tried) -> None:
    """A chat costs nothing to make, so one address makes a new one for each file"""
    house = open_house(quotas=Quotas(chat_files=3, day_files=5))
    answers = [caller(house, "203.0.113.7").upload(f"{n}.jpg", JPEG + bytes([n])).status_code for n in range(12)]
    tried(12)
    assert answers == [200] * 5 + [429] * 7
    assert caller(house, "203.0.113.8").upload("a.jpg", JPEG).status_code == 200


def test_programs_keep_to_a_chat_s_quota_too(open_house: Open, tried: Tried) -> None:
    """The HTTP door takes files beside a message, past the quota of the page"""
    import base64

    house = open_house(quotas=Quotas(chat_files=2))
    given = [{"name": f"{n}.jpg", "data": base64.b64encode(JPEG + bytes([n])).decode()} for n in range(6)]
    with house.program() as http:
        body = {"sender": "lee", "message": "look", "metadata": {"attachments": given, "language": "en"}}
        answer = http.post("/webhooks/rest/webhook", json=body).json()
    with house.database.read() as conn:
        kept = conn.scalar(select(func.count()).select_from(attachments))
    tried(6)
    assert kept == 2
    assert any("as many files as it can" in one["text"] for one in answer)


def test_a_network_is_named_by_a_digest_and_shared_by_a_household() -> None:
    sources = Sources(b"key")
    of = [sources.of({"client": (address, 1)}) for address in ("2001:db8::1", "2001:db8::2:3", "2001:db8:0:1::1")]
    assert of[0] == of[1] != of[2]
    assert "2001" not in of[0]
    assert sources.of({"client": ("127.0.0.1", 1)}) == network_of("") == network_of("nonsense") == ""
    assert network_of("::ffff:203.0.113.7") == network_of("203.0.113.7")


def test_a_network_has_its_earlier_names_too_after_a_rotation_of_keys() -> None:
    before, after = Sources(b"first"), Sources(b"second", (b"first",))
    assert after.names("2001:db8::1") == (after.named("2001:db8::2"), before.named("2001:db8::3"))
    assert (after.names("nonsense"), after.names(None)) == (("",), ("",))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of six megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], capture_output=True)
    if made.returncode:
        pytest.skip("mount (needs root): a disk that is really full is not tried")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def _fill(folder: Path, leave: int) -> Path:
    filler = folder / "filler"
    with open(filler, "ab") as file:
        while (left := os.statvfs(folder).f_bavail * 4096 - leave) > 0:
            file.write(bytes(min(left, 65536)))
            file.flush()
    return filler


def test_below_the_reserve_files_are_refused_and_text_goes_on(open_house: Open, small_disk: Path, tried: Tried) -> None:
    """Uploads take the last of the disk, which the database needs"""
    house = open_house(folder=small_disk)
    room = _room_of(house)
    room.reserve = 2 * MEGABYTE
    one = house.visitor()
    assert one.upload("a.jpg", JPEG).status_code == 200
    filler = _fill(small_disk, MEGABYTE)
    for n in range(10):
        refused = one.upload(f"{n}.jpg", JPEG + bytes([n]), **{"Accept-Language": "en"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "no_space")
        assert "go on writing" in refused.json()["error"]["message"]
        assert one.say("my kettle is broken")
    tried(10)
    with house.client() as http:
        ready = http.get("/readyz")
        assert (ready.status_code, "MB are free" in ready.json()["notes"]["space"]) == (200, True)
    filler.unlink()
    assert one.upload("b.jpg", JPEG + b"b").status_code == 200


def _room_of(house: House) -> StorageRoom:
    found: StorageRoom = house.door._files.room
    return found


def test_a_disk_that_is_really_full_is_seen_and_named(open_house: Open, small_disk: Path, tried: Tried) -> None:
    """The disk is full and /readyz says that all is well, because it only reads"""
    house = open_house(folder=small_disk)
    house.visitor().say("before")
    filler = _fill(small_disk, 0)
    with house.client() as http:
        time.sleep(0.1)
        full = http.get("/readyz")
        tried(1)
        assert full.status_code == 503
        assert full.json()["checks"]["files"] == "full"
        filler.unlink()
        time.sleep(1.1)
        assert http.get("/readyz").status_code == 200


def test_a_full_disk_is_named_wherever_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tried: Tried) -> None:
    """A disk that says ENOSPC to the folder of files"""
    from storage.files import write_probe

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write_probe.os, "fsync", full)
    tried(1)
    assert write_probe.beat_folder(tmp_path) == "full"


async def test_probing_is_cheap_however_often_it_is_asked(tmp_path: Path, tried: Tried) -> None:
    """/readyz writes, so somebody asks for it until the disk does nothing else"""
    database = open_database(f"sqlite:///{tmp_path / 'amends.db'}")
    bring_up_to_date(database)
    heart = Heart(database, FileStore(tmp_path / "files"))
    for _ in range(500):
        assert not any((await heart.beat()).values())
    tried(500)
    database.close()
    assert heart.beats == 1


def test_what_is_kept_in_all_is_bounded(tmp_path: Path, tried: Tried) -> None:
    """Many addresses together fill what is kept"""
    store = FileStore(tmp_path, room=StorageRoom(most_files=3, most_bytes=10_000))
    kept = [store.put(JPEG + bytes([n]), "a.jpg") for n in range(3)]
    for n in range(10):
        with pytest.raises(NoSpace):
            store.put(JPEG + bytes([50 + n]), "a.jpg")
    tried(10)
    counted = StorageRoom()
    counted.count(tmp_path)
    assert (counted.files, counted.bytes) == (3, sum(file.size for file in kept))


def test_what_nobody_owns_is_swept_and_nothing_else(tmp_path: Path, tried: Tried) -> None:
    """Files are uploaded beside messages that are never sent, and uploads are cut off, to be kept for ever"""
    database = open_database(f"sqlite:///{tmp_path / 'amends.db'}")
    bring_up_to_date(database)
    store, old = FileStore(tmp_path / "files"), time.time() - 48 * 3600
    owned, orphan, young = (store.put(JPEG + bytes([n]), "a.jpg") for n in range(3))
    with database.write() as conn:
        remember(conn, database.dialect, "a" * 32, owned, utc_now())
    leftover = store.folder / ".new-cut-off"
    leftover.write_bytes(b"half")
    for path in (store.path(owned.digest), store.path(orphan.digest), leftover):
        os.utime(path, (old, old))
    assert sweep(database, store) == Swept(orphans=1, leftovers=1)
    tried(2)
    database.close()
    left = {path.parent.name + path.name for path in store.folder.rglob("*") if path.is_file()}
    assert left == {owned.digest, young.digest}


@pytest.mark.prove
def test_a_file_whose_turn_is_under_way_is_never_swept(tmp_path: Path, tried: Tried) -> None:
    """A file is sent again in the very moment in which its old copy is swept"""
    database = open_database(f"sqlite:///{tmp_path / 'amends.db'}")
    bring_up_to_date(database)
    store, rounds = FileStore(tmp_path / "files"), sized(40, 200)
    for n in range(rounds):
        content = JPEG + n.to_bytes(4)
        digest = store.put(content, "a.jpg").digest
        os.utime(store.path(digest), (1, 1))
        sweeping = threading.Thread(target=sweep, args=(database, store))
        sweeping.start()
        store.put(content, "a.jpg")
        sweeping.join()
        assert store.path(digest).exists()
        store.path(digest).unlink()
    tried(rounds)
    database.close()
