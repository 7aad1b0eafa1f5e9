"""Files: taken for what they are, given back to their own chat alone."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from handlers.http.limits import Limits
from tests.edges.conftest import OpenHouse
from tests.edges.scenery import JPEG, PROGRAM, House, Visitor


def test_a_photo_is_kept_said_and_given_back(visitor: Visitor) -> None:
    kept = visitor.upload("破损 1.jpg", JPEG).json()
    assert kept == {"digest": kept["digest"], "name": "破损 1.jpg", "media_type": "image/jpeg", "size": len(JPEG)}
    own = visitor.say("look", files=[kept["digest"]])[0]
    assert own["files"] == [kept]
    back = visitor.http.get(f"/chat/files/{kept['digest']}", headers=visitor.headers)
    assert (back.content, back.headers["content-type"]) == (JPEG, "image/jpeg")
    assert back.headers["content-disposition"].startswith("inline")


def test_files_can_be_sent_without_a_word(visitor: Visitor) -> None:
    digest = visitor.upload("a.jpg", JPEG).json()["digest"]
    assert visitor.post(files=[digest, digest]).json()["messages"][0]["files"][0]["digest"] == digest


def test_another_chat_can_neither_read_nor_send_a_file(house: House, visitor: Visitor) -> None:
    digest, stranger = visitor.upload("a.jpg", JPEG).json()["digest"], house.visitor()
    assert stranger.http.get(f"/chat/files/{digest}", headers=stranger.headers).status_code == 404
    assert stranger.post(text="mine", files=[digest]).json()["error"]["code"] == "unknown_file"


@pytest.mark.parametrize("digest", ["0" * 64, "%2e%2e", "..%2f..%2fetc%2fpasswd", "x" * 5000])
def test_a_digest_that_is_none_finds_nothing(visitor: Visitor, digest: str) -> None:
    assert visitor.http.get(f"/chat/files/{digest}", headers=visitor.headers).status_code == 404


def test_what_is_no_safe_picture_is_only_ever_saved(visitor: Visitor) -> None:
    digest = visitor.upload("note.txt", b"just <b>words</b>").json()["digest"]
    back = visitor.http.get(f"/chat/files/{digest}", headers=visitor.headers)
    assert back.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in back.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("photo.jpg", PROGRAM, 415, "file_type"),
        ("page.jpg", b"<html><script>alert(1)</script>", 415, "file_type"),
        ("empty.jpg", b"", 400, "file_empty"),
        ("large.txt", b"x" * (2 * 1024 * 1024 + 1), 413, "file_too_large"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_kindly(
    visitor: Visitor, name: str, content: bytes, status: int, code: str
) -> None:
    chinese = visitor.upload(name, content, **{"Accept-Language": "zh-CN,zh;q=0.9"})
    english = visitor.upload(name, content, **{"Accept-Language": "en"})
    assert (chinese.status_code, chinese.json()["error"]["code"]) == (status, code)
    assert any(ord(letter) > 0x3000 for letter in chinese.json()["error"]["message"])
    assert english.json()["error"]["message"].isascii()
    assert name in english.json()["error"]["message"]


def test_a_body_far_beyond_the_limit_is_not_read(visitor: Visitor) -> None:
    def endless() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(1000):
            yield b"x" * 65536

    headers = {**visitor.headers, "Content-Type": "multipart/form-data; boundary=x"}
    answer = visitor.http.post("/chat/files", content=endless(), headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
        ("multipart/form-data; boundary=x", b"garbage"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nwords\r\n--x--\r\n',
        ),
    ],
)
def test_a_form_without_a_file_is_told_so(visitor: Visitor, kind: str, body: bytes) -> None:
    answer = visitor.http.post("/chat/files", content=body, headers={**visitor.headers, "Content-Type": kind})
    assert answer.status_code == 400, answer.text


def test_forty_uploads_are_all_kept(visitor: Visitor) -> None:
    digests = [visitor.upload(f"{n}.jpg", JPEG + bytes([n])).json()["digest"] for n in range(40)]
    assert len(visitor.say("look", files=digests)[0]["files"]) == 40


def test_a_full_disk_is_told_and_nothing_is_lost(
    house: House, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("storage.files.attachments.FileStore._keep", full)
        answer = visitor.upload("a.jpg", JPEG)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "no_space")
    assert visitor.upload("a.jpg", JPEG).status_code == 200


@contextmanager
def slowly_uploading(house: House) -> Iterator[socket.socket]:
    """Somebody whose upload has begun and does not go on."""
    head = (
        "POST /chat/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n"
        f"Authorization: Bearer {'x' * 43}\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nslow'
    )
    with socket.create_connection(("127.0.0.1", httpx.URL(house.address).port or 0), timeout=10) as line:
        line.sendall(head.encode())
        yield line


def test_slow_uploads_do_not_stop_the_others(open_house: OpenHouse) -> None:
    house = open_house(limits=Limits(uploads_at_once=2))
    with ExitStack() as crowd:
        for _ in range(6):
            crowd.enter_context(slowly_uploading(house))
        time.sleep(0.2)
        assert house.visitor().upload("a.jpg", JPEG).status_code == 200


def test_an_upload_that_takes_for_ever_is_told_and_ended(open_house: OpenHouse) -> None:
    house = open_house(limits=Limits(upload_seconds=0.3))
    with slowly_uploading(house) as line:
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"too_slow" in answer
