"""A timer fires once, after a restart and with many workers too, and never for a state that has moved on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from dialogs.flows.events import Fired
from handlers.timers import Timers
from handlers.turn import TurnDoor
from storage.database import Database, open_database
from storage.tables import timers
from storage.transcript import messages_after
from tests.turn.scenery import NOON, event

LATER = NOON + timedelta(minutes=6)


def _left(database: Database) -> int:
    with database.read() as conn:
        return conn.scalar(select(func.count()).select_from(timers)) or 0


def _fired(database: Database, conversation_id: str) -> int:
    with database.read() as conn:
        return sum("fired" in message.text for message in messages_after(conn, conversation_id, 0))


async def test_a_timer_fires_when_it_is_due_and_not_before(door: TurnDoor, database: Database) -> None:
    outcome = await door.take(event("ann", "e1", "wake me"))
    assert await Timers(database, door.take, clock=lambda: NOON).fire_due() == 0
    assert await Timers(database, door.take, clock=lambda: LATER).fire_due() == 1
    assert _fired(database, outcome.conversation_id) == 1
    assert _left(database) == 0


async def test_timers_fire_once_with_two_doors_and_many_workers(
    database: Database, open_door: Callable[..., Any]
) -> None:
    async with open_door(database) as one, open_door(database) as other:
        chats = [(await one.take(event(f"c{n}", "e1", "wake me"))).conversation_id for n in range(40)]
        workers = [Timers(database, door.take, clock=lambda: LATER) for door in (one, other) for _ in range(3)]
        for _ in range(3):
            await asyncio.gather(*(worker.fire_due() for worker in workers))
    assert [_fired(database, chat) for chat in chats] == [1] * 40


async def test_a_timer_claimed_by_a_worker_that_died_fires_after_its_lease(door: TurnDoor, database: Database) -> None:
    outcome = await door.take(event("ann", "e1", "wake me"))
    Timers(database, door.take, clock=lambda: LATER)._claim()
    assert await Timers(database, door.take, clock=lambda: LATER).fire_due() == 0
    assert await Timers(database, door.take, clock=lambda: LATER + timedelta(minutes=1)).fire_due() == 1
    assert _fired(database, outcome.conversation_id) == 1


async def test_a_claimed_timer_that_was_cancelled_meanwhile_does_nothing(door: TurnDoor, database: Database) -> None:
    outcome = await door.take(event("ann", "e1", "wake me"))
    due = NOON + timedelta(minutes=5)
    await door.take(event("ann", "e2", "hush"))
    late = await door.take(event("ann", "timer", Fired("nudge", "draft", due)))
    assert late.messages == ()
    assert _fired(database, outcome.conversation_id) == 0


async def test_a_timer_cancelled_earlier_in_its_own_batch_does_not_fire(door: TurnDoor) -> None:
    due = NOON + timedelta(minutes=5)
    told = [event("ann", "e1", "wake"), event("ann", "e2", "hush"), event("ann", "t", Fired("nudge", "draft", due))]
    assert (await asyncio.gather(*map(door.take, told)))[2].messages == ()


async def test_timers_fire_after_a_restart(database_url: str, open_door: Callable[..., Any]) -> None:
    from storage.migrate import bring_up_to_date

    first = open_database(database_url)
    bring_up_to_date(first)
    async with open_door(first) as door:
        chat = (await door.take(event("ann", "e1", "wake me"))).conversation_id
    first.close()
    second = open_database(database_url)
    async with open_door(second) as door:
        assert await Timers(second, door.take, clock=lambda: LATER).fire_due() == 1
    assert _fired(second, chat) == 1
    second.close()


async def test_a_timer_whose_turn_is_poisoned_is_set_aside_and_does_not_come_back(
    database: Database, open_door: Callable[..., Any]
) -> None:
    from tests.turn.scenery import step

    def choke(conversation, one, setting):  # type: ignore[no-untyped-def]
        assert not isinstance(one.body, Fired)
        return step(conversation, one, setting)

    async with open_door(database, step=choke) as door:
        await door.take(event("ann", "e1", "wake me"))
        assert await Timers(database, door.take, clock=lambda: LATER).fire_due() == 1
        assert door.tally.quarantined == 1
    assert _left(database) == 0


async def test_the_worker_waits_for_a_database_that_is_away(door: TurnDoor, database: Database) -> None:
    from handlers.turn import Unavailable

    asked = 0

    class Away(Timers):
        def _claim(self) -> list[Any]:
            nonlocal asked
            asked += 1
            raise Unavailable("away")

    running = asyncio.create_task(Away(database, door.take, every=0.01).run())
    await asyncio.sleep(0.1)
    running.cancel()
    assert asked > 1


def test_the_event_of_a_timer_has_the_same_id_each_time() -> None:
    from handlers.timers import event_of
    from storage.timers import DueTimer

    due: datetime = NOON
    timer = DueTimer("ab", "test", "shop", "ann", "nudge", "draft", due)
    assert event_of(timer).id == event_of(timer).id == f"timer:nudge:draft:{1795262400000000}"
