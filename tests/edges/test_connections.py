"""Nobody holds the server up by what they do not send, send without end, or do not read; and it ends quietly."""

from __future__ import annotations

import asyncio
import logging
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from handlers.http.connection import BoundedConnection, Patience
from handlers.http.fd_limits import connections_within, raised, streams_within
from handlers.http.limits import Limits
from tests.edges.conftest import OpenHouse
from tests.edges.scenery import House

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"


@contextmanager
def line_to(house: House) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", httpx.URL(house.address).port or 0), timeout=10) as line:
        yield line


def _post(house: House) -> bytes:
    """The head of a program's message, so far."""
    token = house.token().encode()
    return b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n" % token


def everything(line: socket.socket) -> bytes:
    """What comes until the other side closes."""
    try:
        return b"".join(iter(lambda: line.recv(65536), b""))
    except ConnectionResetError:
        return b""


def closed_while_dripping(line: socket.socket, drop: bytes, seconds: float = 8) -> bool:
    """Whether the other side closes while we send a drop ten times a second."""
    try:
        for _ in range(int(seconds * 10)):
            time.sleep(0.1)
            line.sendall(drop)
    except OSError:
        return True
    return False


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedConnection, "patience", Patience(head=0.5, pause=0.5, whole=4))


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("sent", [b"", b"GET /hea", GET + b"X-Half: ", None], ids=["nothing", "line", "head", "body"])
def test_a_request_that_is_never_finished_is_closed(house: House, sent: bytes | None) -> None:
    with line_to(house) as line:
        line.sendall(_post(house) + b"Content-Length: 1000\r\n\r\n{" if sent is None else sent)
        assert everything(line) == b""


@pytest.mark.usefixtures("hasty")
def test_a_head_that_drips_is_closed_also_on_a_line_that_was_used(house: House) -> None:
    with line_to(house) as line:
        line.sendall(GET + b"\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert closed_while_dripping(line, b"\r\n")


@pytest.mark.usefixtures("hasty")
def test_a_body_that_moves_slowly_is_taken(house: House) -> None:
    body = b'{"sender": "lee", "message": "slow but sure"}'
    head = _post(house) + b"Content-Length: %d\r\n\r\n" % len(body)
    with line_to(house) as line:
        line.sendall(head)
        for at in range(0, len(body), 5):
            time.sleep(0.2)
            line.sendall(body[at : at + 5])
        assert b"slow but sure" in line.recv(65536)


@pytest.mark.usefixtures("hasty")
def test_a_body_that_drips_for_ever_is_closed(house: House) -> None:
    with line_to(house) as line:
        line.sendall(_post(house) + b"Content-Length: 1000\r\n\r\n{")
        assert closed_while_dripping(line, b" ")


@pytest.mark.usefixtures("hasty")
def test_an_idle_line_and_an_open_stream_are_left_alone(house: House) -> None:
    visitor = house.visitor()
    with visitor.following() as stream, line_to(house) as line:
        line.sendall(GET + b"\r\n")
        line.recv(65536)
        time.sleep(2.5)
        line.sendall(GET + b"\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 200 ")
        house_talk = threading.Thread(target=lambda: type(visitor)(house.client(), visitor.token).say("still here"))
        house_talk.start()
        assert any(next(stream).get("event") == "message" for _ in range(6))
        house_talk.join()


LARGE = {
    "an address without end": b"GET /?" + b"x" * 100_000,
    "a header without end": GET + b"X-Long: " + b"x" * 100_000,
    "headers without end": GET + b"X: y\r\n" * 20_000,
    "a head that ends at last": GET + b"X-Long: " + b"x" * 100_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("sent", LARGE.values(), ids=LARGE.keys())
def test_a_head_too_large_is_refused(house: House, sent: bytes) -> None:
    with line_to(house) as line:
        line.sendall(sent)
        answer = everything(line)
    assert answer.startswith(b"HTTP/1.1 431 ") or not answer  # a reset may overtake the answer


def test_a_head_too_large_is_refused_in_words(house: House) -> None:
    with line_to(house) as line:
        line.sendall(GET + b"X-Long: " + b"x" * 65_536)
        assert everything(line).startswith(b"HTTP/1.1 431 ")


def test_a_large_body_with_its_head_in_one_piece_is_no_large_head(house: House) -> None:
    body = b'{"sender": "lee", "message": "%s"}' % (b"word " * 40_000)
    with line_to(house) as line:
        line.sendall(_post(house) + b"Connection: close\r\n")
        line.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        assert everything(line).startswith(b"HTTP/1.1 200 ")


def test_pipelined_requests_are_answered_in_order(house: House) -> None:
    with line_to(house) as line:
        line.sendall((GET + b"\r\n") * 3 + GET + b"Connection: close\r\n\r\n")
        assert everything(line).count(b"HTTP/1.1 200 ") == 4


def test_more_connections_than_there_may_be_are_turned_away_and_the_door_opens_again(open_house: OpenHouse) -> None:
    house = open_house()
    assert house.server is not None
    house.server.config.limit_concurrency = 5
    with ExitStack() as crowd:
        for _ in range(6):
            crowd.enter_context(line_to(house))
        with house.client() as http:
            assert http.get("/healthz").status_code == 503
    time.sleep(0.2)
    with house.client() as http:
        assert http.get("/healthz").status_code == 200


def test_files_are_left_beside_connections_and_connections_beside_streams() -> None:
    assert raised() == resource.getrlimit(resource.RLIMIT_NOFILE)[0] == raised()
    assert [connections_within(files) for files in (256, 1024, 65_536)] == [192, 768, 8192]
    assert [streams_within(files, 2000) for files in (256, 1024, 65_536)] == [128, 512, 2000]


def test_a_slow_request_at_the_end_is_told_to_come_again_without_noise(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def never(_: object) -> None:
        await asyncio.sleep(60)

    house = open_house(limits=Limits(poll=0.2, rate=0))
    assert house.server is not None
    house.server.config.timeout_graceful_shutdown = 1
    monkeypatch.setattr(house.door, "take", never)
    answers: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: answers.append(house.visitor().post(text="hello")))
    with caplog.at_level(logging.WARNING):
        asking.start()
        time.sleep(0.3)
        house.server.should_exit = True
        asking.join(10)
        time.sleep(0.8)
    assert [(answer.status_code, answer.headers["retry-after"]) for answer in answers] == [(503, "2")]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
