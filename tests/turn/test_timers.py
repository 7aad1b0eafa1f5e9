"""A timer fires once, after a restart and with many workers too, and never for a state that has moved on.

Not before its moment either, whatever becomes of the clock on the wall.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from dialogs.flows.events import Fired
from engine.timers import Timers, event_of
from engine.turn.processor import TurnProcessor, Unavailable
from storage.conversations.transcript import messages_after
from storage.db.database import Database, open_database
from storage.db.timestamps import from_micros
from storage.delivery.timers import DueTimer
from storage.migrations.upgrade import bring_up_to_date
from storage.tables.core import timers
from tests.turn.scenery import NOON, event

DUE = NOON + timedelta(minutes=5)
LATER = NOON + timedelta(minutes=6)
HOUR = timedelta(hours=1)


@dataclass
class Wall:
    """A clock that shows what it is set to."""

    shows: datetime = NOON

    def __call__(self) -> datetime:
        return self.shows


@pytest.fixture
def wall() -> Wall:
    return Wall()


def _left(database: Database) -> int:
    with database.read() as conn:
        return conn.scalar(select(func.count()).select_from(timers)) or 0


def _fired(database: Database, conversation_id: str) -> int:
    with database.read() as conn:
        return sum("fired" in message.text for message in messages_after(conn, conversation_id, 0))


async def _wakes(door: TurnProcessor, chat: str = "ann", name: str = "e1") -> str:
    """A chat that has a timer set, due at `DUE`."""
    return (await door.take(event(chat, name, "wake me"))).conversation_id


async def test_a_timer_fires_when_it_is_due_and_not_before(
    database: Database, open_door: Callable[..., Any], wall: Wall
) -> None:
    async with open_door(database, clock=wall) as door:
        chat, worker = await _wakes(door), Timers(database, door.take, clock=wall)
        wall.shows = DUE - timedelta(microseconds=1)
        assert await worker.fire_due() == 0
        wall.shows = DUE
        assert await worker.fire_due() == 1
    assert (_fired(database, chat), _left(database)) == (1, 0)


async def test_timers_fire_once_with_two_doors_and_many_workers(
    database: Database, open_door: Callable[..., Any], wall: Wall
) -> None:
    async with open_door(database, clock=wall) as one, open_door(database, clock=wall) as other:
        chats = [await _wakes(one, f"c{n}") for n in range(40)]
        wall.shows = LATER
        workers = [Timers(database, door.take, clock=wall) for door in (one, other) for _ in range(3)]
        for _ in range(3):
            await asyncio.gather(*(worker.fire_due() for worker in workers))
    assert [_fired(database, chat) for chat in chats] == [1] * 40


async def test_a_timer_whose_worker_died_is_fired_by_the_next(
    database: Database, open_door: Callable[..., Any], wall: Wall
) -> None:
    async def dies(_event: Any) -> Any:
        raise Unavailable("the process is gone")

    async with open_door(database, clock=wall) as door:
        chat, wall.shows = await _wakes(door), LATER
        with pytest.raises(Unavailable):
            await Timers(database, dies, clock=wall).fire_due()
        assert await Timers(database, door.take, clock=wall).fire_due() == 1
    assert _fired(database, chat) == 1


async def test_a_timer_that_fails_by_itself_rests_and_holds_nobody_up(
    database: Database, open_door: Callable[..., Any], wall: Wall
) -> None:
    async with open_door(database, clock=wall) as door:
        ann, bob = await _wakes(door), await _wakes(door, "bob")

        async def spares_bob(one: Any) -> Any:
            if one.chat == "ann" and wall.shows == LATER:
                raise KeyError("of ann's only")
            return await door.take(one)

        worker, wall.shows = Timers(database, spares_bob, clock=wall), LATER
        assert [await worker.fire_due(), await worker.fire_due()] == [2, 0]
        assert (_fired(database, ann), _fired(database, bob)) == (0, 1)
        wall.shows += timedelta(seconds=30)
        assert await worker.fire_due() == 1
    assert _fired(database, ann) == 1


async def test_a_timer_that_was_found_due_when_the_clock_was_set_back_waits_for_its_moment(
    database: Database, open_door: Callable[..., Any], wall: Wall
) -> None:
    async with open_door(database, clock=wall) as door:
        chat = await _wakes(door)

        async def set_back(one: Any) -> Any:
            wall.shows = LATER - HOUR
            return await door.take(one)

        wall.shows = LATER
        assert await Timers(database, set_back, clock=wall).fire_due() == 1
        worker = Timers(database, door.take, clock=wall)
        assert (await worker.fire_due(), _fired(database, chat), _left(database)) == (0, 0, 1)
        wall.shows = DUE
        assert (await worker.fire_due(), _fired(database, chat)) == (1, 1)


async def test_a_timer_that_has_fired_does_not_fire_again_when_its_moment_comes_a_second_time(
    database: Database, open_door: Callable[..., Any], wall: Wall
) -> None:
    async with open_door(database, clock=wall) as door:
        chat, wall.shows = await _wakes(door), LATER
        worker = Timers(database, door.take, clock=wall)
        assert await worker.fire_due() == 1
        for minutes in range(-60, 10):
            wall.shows = LATER + timedelta(minutes=minutes)
            assert await worker.fire_due() == 0
    assert _fired(database, chat) == 1


async def test_a_timer_that_is_set_anew_under_a_clock_that_was_set_back_fires_at_its_new_moment(
    database: Database, open_door: Callable[..., Any], wall: Wall
) -> None:
    async with open_door(database, clock=wall) as door:
        chat, wall.shows = await _wakes(door), LATER
        worker = Timers(database, door.take, clock=wall)
        await worker.fire_due()
        wall.shows = LATER - HOUR
        await _wakes(door, name="e2")
        with database.read() as conn:
            due = from_micros(conn.scalar(select(timers.c.due)))
        wall.shows = due - timedelta(seconds=1)
        assert (await worker.fire_due(), _fired(database, chat)) == (0, 1)
        wall.shows = due
        assert (await worker.fire_due(), _fired(database, chat)) == (1, 2)


async def test_a_found_timer_that_was_cancelled_meanwhile_does_nothing(
    database: Database, open_door: Callable[..., Any], wall: Wall
) -> None:
    async with open_door(database, clock=wall) as door:
        chat = await _wakes(door)
        await door.take(event("ann", "e2", "hush"))
        wall.shows = LATER
        late = await door.take(event("ann", "timer", Fired("nudge", "draft", DUE)))
    assert (late.messages, _fired(database, chat)) == ((), 0)


async def test_a_timer_cancelled_earlier_in_its_own_batch_does_not_fire(
    database: Database, open_door: Callable[..., Any]
) -> None:
    told = [event("ann", "e1", "wake"), event("ann", "e2", "hush"), event("ann", "t", Fired("nudge", "draft", DUE))]
    async with open_door(database, clock=lambda: LATER) as door:
        assert (await asyncio.gather(*map(door.take, told)))[2].messages == ()


async def test_timers_fire_after_a_restart(database_url: str, open_door: Callable[..., Any], wall: Wall) -> None:
    first = open_database(database_url)
    bring_up_to_date(first)
    async with open_door(first, clock=wall) as door:
        chat = await _wakes(door)
    first.close()
    second, wall.shows = open_database(database_url), LATER
    async with open_door(second, clock=wall) as door:
        assert await Timers(second, door.take, clock=wall).fire_due() == 1
    assert _fired(second, chat) == 1
    second.close()


async def test_a_timer_whose_turn_is_poisoned_is_set_aside_and_does_not_come_back(
    database: Database, open_door: Callable[..., Any], wall: Wall
) -> None:
    from tests.turn.scenery import step

    def choke(conversation, one, setting):  # type: ignore[no-untyped-def]
        assert not isinstance(one.body, Fired)
        return step(conversation, one, setting)

    async with open_door(database, step=choke, clock=wall) as door:
        await _wakes(door)
        wall.shows = LATER
        assert await Timers(database, door.take, clock=wall).fire_due() == 1
        assert door.tally.quarantined == 1
    assert _left(database) == 0


async def test_the_worker_waits_for_a_database_that_is_away(door: TurnProcessor, database: Database) -> None:
    asked = 0

    class Away(Timers):
        async def fire_due(self) -> int:
            nonlocal asked
            asked += 1
            raise Unavailable("away")

    running = asyncio.create_task(Away(database, door.take, every=0.01).run())
    await asyncio.sleep(0.1)
    running.cancel()
    assert asked > 1


async def test_a_worker_that_is_asked_to_leave_brings_to_its_end_what_it_fires(
    database: Database, open_door: Callable[..., Any], wall: Wall
) -> None:
    async with open_door(database, clock=wall) as door:
        chat, begun = await _wakes(door), asyncio.Event()

        async def slowly(one: Any) -> Any:
            begun.set()
            await asyncio.sleep(0.1)
            return await door.take(one)

        wall.shows = LATER
        running = asyncio.create_task(Timers(database, slowly, clock=wall).run())
        await begun.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert _fired(database, chat) == 1


def test_the_event_of_a_timer_has_the_same_id_each_time() -> None:
    timer = DueTimer("ab", "test", "shop", "ann", "nudge", "draft", DUE)
    assert event_of(timer).id == event_of(timer).id == f"timer:nudge:draft:{1795262700000000}"
