"""One message may never stop the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.wire import Wire, bearer
from engine.turn.admission import clean
from tests.attack.conftest import Tried
from tests.conftest import sized
from tests.real.server import Server

DOOR = "/webhooks/rest/webhook"
OTHERS = 4
SLACK = 100.0
"""Milliseconds by which a customer may wait longer for what somebody else posts."""

POISONS = ("quite " * 33 + "#", "@" * 5_000, "冒烟" * 2_500, "X" * 5_000, "AM" * 2_500)


@contextmanager
def served(folder: Path, module: str = "bot") -> Iterator[Server]:
    server = Server(folder, f"sqlite:///{folder / 'amends.db'}", module=module)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def wire_to(server: Server, token: str, patience: float = 30.0) -> Wire:
    return Wire("127.0.0.1", server.port, patience, bearer(token))


async def say(wire: Wire, sender: str, words: str) -> list[dict[str, Any]]:
    status, answers = await wire.post(DOOR, {"sender": sender, "message": words, "metadata": {"language": "en"}})
    assert status == 200, (status, answers)
    return list(answers)


def test_a_message_that_takes_for_ever_to_read(tmp_path: Path, tried: Tried) -> None:
    """Messages that no pattern comes to an end with, sent to stop the server for everybody."""

    async def attacked(server: Server, token: str) -> None:
        attackers = [say(wire_to(server, token), f"attacker-{n}", words) for n, words in enumerate(POISONS)]
        poisoned = [asyncio.create_task(each) for each in attackers]
        await asyncio.sleep(0.2)
        assert await say(wire_to(server, token, 10), "honest", "My parcel never came")
        assert all(await asyncio.gather(*poisoned))

    with served(tmp_path) as server:
        asyncio.run(attacked(server, server.token("chat")))
    tried(len(POISONS))


def test_a_message_that_hangs_its_reader_is_kept_and_a_person_is_told(tmp_path: Path, tried: Tried) -> None:
    """A message that hangs whatever reads it, sent so that its chat hears nothing more."""

    async def attacked(server: Server, token: str) -> None:
        wire = wire_to(server, token)
        assert "couldn't read" in (await say(wire, "attacker", "hang for ever, please"))[-1]["text"]
        began = time.monotonic()
        assert "kept that" in (await say(wire, "attacker", "hang for ever, please"))[-1]["text"]
        assert time.monotonic() - began < 5
        assert await say(wire, "attacker", "My parcel never came")

    with served(tmp_path, "tests.readers.served") as server:
        asyncio.run(attacked(server, server.token("chat")))
    tried(2)


@pytest.mark.timed
@pytest.mark.prove
@pytest.mark.timeout(300)
def test_twenty_hanging_messages_a_second_from_one_sender(tmp_path: Path, tried: Tried) -> None:
    """Twenty messages a second that hang their reader, so that everybody else waits."""
    seconds = float(sized(6, 40))
    with served(tmp_path, "tests.readers.served") as server:
        token = server.token("chat")
        quiet = asyncio.run(_waited(server, token, seconds, attack=False))
        loud = asyncio.run(_waited(server, token, seconds, attack=True))
    tried(int(20 * seconds))
    assert p99(loud) <= p99(quiet) + SLACK, (p99(quiet), p99(loud), len(quiet), len(loud))


async def _waited(server: Server, token: str, seconds: float, *, attack: bool) -> list[float]:
    """How long each message of some customers took, in milliseconds, while another posts."""
    until = time.monotonic() + seconds
    attacking = asyncio.create_task(_attack(server, token, until)) if attack else None
    waited: list[float] = []
    await asyncio.gather(*(_customer(server, token, f"honest-{attack}-{n}", until, waited) for n in range(OTHERS)))
    if attacking:
        await attacking
    return waited


async def _customer(server: Server, token: str, name: str, until: float, waited: list[float]) -> None:
    wire, number = wire_to(server, token), 0
    while time.monotonic() < until:
        number += 1
        begun = time.perf_counter()
        await say(wire, f"{name}-{number // 5}", "My parcel never came, I ordered it last week")
        waited.append(1000 * (time.perf_counter() - begun))
        await asyncio.sleep(0.1)


async def _attack(server: Server, token: str, until: float) -> None:
    posting = set()
    number = 0
    while time.monotonic() < until:
        number += 1
        body = {"sender": "attacker", "message": f"hang in C, number {number}"}
        posting.add(asyncio.create_task(wire_to(server, token).post(DOOR, body)))
        await asyncio.sleep(0.05)
    answers = await asyncio.gather(*posting, return_exceptions=True)
    assert {answer[0] for answer in answers if not isinstance(answer, BaseException)} <= {200, 429, 503}


def p99(waited: list[float]) -> float:
    return sorted(waited)[int(0.99 * len(waited))]


def test_accents_that_pile_up_on_one_letter(tried: Tried) -> None:
    """Two hundred thousand accents on one letter, which sorting them took most of a minute for."""
    piled = "a" + "\u0301\u0316" * 100_000
    began = time.process_time()
    cleaned = clean(piled)
    assert time.process_time() - began < 2
    assert cleaned.count("\u0316") == 100_000
    tried(1)
