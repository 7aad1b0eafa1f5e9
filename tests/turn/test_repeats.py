"""An event delivered any number of times has the effect of one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from engine.turn.processor import TurnProcessor
from storage.conversations.transcript import messages_after
from storage.db.database import Database
from tests.turn.scenery import event


async def test_an_event_delivered_eight_times_at_once_has_the_effect_of_one(
    door: TurnProcessor, database: Database
) -> None:
    outcomes = await asyncio.gather(*(door.take(event("ann", "e1", "file my complaint")) for _ in range(8)))
    assert {outcome.messages for outcome in outcomes} == {outcomes[0].messages}
    assert [outcome.repeated for outcome in outcomes] == [False] + [True] * 7
    with database.read() as conn:
        assert tuple(messages_after(conn, outcomes[0].conversation_id, 0)) == outcomes[0].messages


async def test_two_doors_given_the_same_events_at_once_take_each_once(
    database: Database, open_door: Callable[..., Any]
) -> None:
    async with open_door(database) as one, open_door(database) as other:
        events = [event(f"chat{n % 7}", f"e{n}", f"word {n}") for n in range(70)]
        outcomes = await asyncio.gather(*(door.take(each) for each in events for door in (one, other)))
    pairs = [outcomes[place : place + 2] for place in range(0, len(outcomes), 2)]
    assert all(sorted(outcome.repeated for outcome in pair) == [False, True] for pair in pairs)
    assert all(pair[0].messages == pair[1].messages for pair in pairs)


async def test_a_later_repeat_gets_the_stored_answer(door: TurnProcessor) -> None:
    first = await door.take(event("ann", "e1", "hello"))
    await door.take(event("ann", "e2", "again"))
    later = await door.take(event("ann", "e1", "hello"))
    assert later.repeated
    assert later.messages == first.messages
