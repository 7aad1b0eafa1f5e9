"""The database goes away under a real server and comes back: only 503 meanwhile, and then everything arrives."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest

from tests.crash.line import Line
from tests.real.postgres import NoPostgres, new_database, running_postgres
from tests.real.server import Server

pytestmark = [pytest.mark.alone, pytest.mark.timeout(240)]

AWAY = float(os.environ.get("AMENDS_TEST_AWAY_SECONDS", "8"))
CHATS = 6


@dataclass
class House:
    """A server whose line to its database can be cut, and the database's own address."""

    server: Server
    line: Line
    database: str
    program: dict[str, str]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    try:
        with running_postgres() as postgres:
            yield from _house(tmp_path, new_database(postgres))
    except NoPostgres as reason:
        pytest.skip(f"PostgreSQL: {reason}")


def _house(folder: Path, database: str) -> Iterator[House]:
    parts = urlsplit(database)
    line = Line(f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432")
    server = Server(folder, f"postgresql://postgres@127.0.0.1:{line.port}{parts.path}", data=folder)
    server.migrate()
    server.start()
    try:
        yield House(server, line, database, server.program("chat"))
    finally:
        server.kill()
        line.close()


def says(house: House, chat: int, number: int) -> httpx.Response:
    body = {
        "sender": f"chat-{chat}",
        "message": f"My parcel is late, part {number}",
        "metadata": {"message_id": str(number)},
    }
    return httpx.post(f"{house.server.address}/webhooks/rest/webhook", json=body, timeout=20, headers=house.program)


def test_a_database_that_goes_away_costs_nobody_a_word(house: House) -> None:
    assert [says(house, chat, 0).status_code for chat in range(CHATS)] == [200] * CHATS
    house.line.cut()
    until, asked = time.monotonic() + AWAY, 0
    while time.monotonic() < until or asked < CHATS:
        refused = says(house, asked % CHATS, 1)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        asked += 1
    assert httpx.get(f"{house.server.address}/healthz").status_code == 200
    assert httpx.get(f"{house.server.address}/readyz").status_code == 503
    house.line.mend()
    answers = [_until_taken(house, chat, number) for number in (1, 2) for chat in range(CHATS)]
    assert all(answers)
    assert _stored(house) == {
        f"chat-{chat}": [f"My parcel is late, part {n}" for n in range(3)] for chat in range(CHATS)
    }


def _until_taken(house: House, chat: int, number: int) -> list[object]:
    """What a customer's app does: the same message again until it is taken."""
    for _ in range(100):
        answer = says(house, chat, number)
        if answer.status_code == 200:
            return list(answer.json())
        time.sleep(0.1)
    raise AssertionError("the message was never taken")


def _stored(house: House) -> dict[str, list[str]]:
    query = (
        "SELECT c.chat, array_agg(m.text ORDER BY m.seq) FROM messages m"
        " JOIN conversations c ON c.id = m.conversation_id WHERE m.author = 'customer' GROUP BY c.chat"
    )
    with psycopg.connect(house.database) as connection:
        return dict(connection.execute(query).fetchall())
