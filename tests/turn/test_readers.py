"""Texts that are read elsewhere before their turn: in order within a chat, and nobody waits for another chat's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from dialogs.flows.events import Fired, Said, Tapped
from dialogs.flows.staff import Acted, Claimed
from dialogs.understanding.reading import Reading, Utterance
from engine.readers.pool import ReaderPool
from engine.turn import lanes
from engine.turn.processor import TurnProcessor, Unavailable
from storage.db.database import Database
from storage.files.attachments import FileStore
from tests.turn.scenery import KEY, NOON, StandIn, event, step


class Held(ReaderPool):
    """A pool whose readings come when the test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.let_go: dict[str, asyncio.Event] = {}

    async def read(self, chat: str, said: Utterance) -> Reading:
        self.asked.append((chat, said.text))
        if said.text.startswith("slow"):
            await self.let_go.setdefault(said.text, asyncio.Event()).wait()
        return Reading(said.text, unread=said.text == "unread")


@pytest.fixture
async def held(database: Database, tmp_path: Path) -> AsyncIterator[tuple[TurnProcessor, Held]]:
    pool = Held()
    door = TurnProcessor(
        database, StandIn(), pool, step=step, clock=lambda: NOON, files=FileStore(tmp_path), audit_key=KEY, patience=2
    )  # type: ignore[arg-type]
    door.start()
    yield door, pool
    for held_back in pool.let_go.values():
        held_back.set()
    await door.stop()


async def test_what_comes_behind_a_text_of_the_same_chat_waits_for_it(held: tuple[TurnProcessor, Held]) -> None:
    door, pool = held
    bodies = ["slow", Tapped("b1"), "word", Tapped("b2")]
    taking = [asyncio.create_task(door.take(event("ann", f"e{n}", body))) for n, body in enumerate(bodies)]
    assert (await door.take(event("bob", "e1", "hello"))).answers[0].text == "1 hello"
    assert not any(task.done() for task in taking)
    pool.let_go["slow"].set()
    said = [(await task).answers[0].text for task in taking]
    assert said == ["1 slow", "2 tapped b1", "3 word", "4 tapped b2"]


async def test_a_clock_and_a_colleague_do_not_wait_for_what_the_customer_wrote() -> None:
    queue = lanes.Lanes()
    by_a_colleague = replace(event("ann", "e2", "x"), body=Acted("mei", "Mei", Claimed()))
    by_a_clock = event("ann", "e3", Fired("nudge", "draft", NOON))
    async with queue.turn_of(event("ann", "e1", "slow")) as chat, asyncio.timeout(1):
        for beside in (by_a_colleague, by_a_clock):
            async with queue.turn_of(beside) as same:
                assert same == chat


async def test_a_text_is_read_as_it_is_admitted(held: tuple[TurnProcessor, Held]) -> None:
    door, pool = held
    await door.take(event("ann", "e1", "be\x00fore " + "long " * 2_000))
    await door.take(event("ann", "e2", Said("/new my kettle", act="new_case")))
    await door.take(event("ann", "e3", "\x00"))
    (first, second) = [text for _, text in pool.asked]
    assert first.startswith("before long")
    assert len(first) <= 5_000
    assert second == "my kettle"


async def test_who_waits_too_long_is_told_and_the_chat_goes_on(held: tuple[TurnProcessor, Held]) -> None:
    door, _ = held
    with pytest.raises(Unavailable):
        await door.take(event("ann", "e1", "slow"))
    assert (await door.take(event("ann", "e2", "hello"))).turn == 1


async def test_one_chat_cannot_fill_the_door(held: tuple[TurnProcessor, Held], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "MOST_IN_A_LANE", 3)
    door, _ = held
    waiting = [asyncio.create_task(door.take(event("ann", f"e{n}", f"slow {n}"))) for n in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="this chat"):
        await door.take(event("ann", "e9", "word"))
    assert (await door.take(event("bob", "e1", "hello"))).turn == 1
    for task in waiting:
        task.cancel()


async def test_a_door_that_closes_waits_for_what_is_being_read(held: tuple[TurnProcessor, Held]) -> None:
    door, pool = held
    taking = [asyncio.create_task(door.take(event("ann", f"e{n}", words))) for n, words in enumerate(("slow", "word"))]
    await asyncio.sleep(0)
    stopping = asyncio.create_task(door.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    pool.let_go["slow"].set()
    await stopping
    assert [(await task).turn for task in taking] == [1, 2]
