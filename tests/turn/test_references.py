"""References are unique and without gaps, whoever files and whatever fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from sqlalchemy import select

from engine.turn.processor import TurnProcessor
from storage.db.database import Database, open_database
from storage.tables.core import cases
from tests.turn.scenery import event


async def test_references_of_four_doors_are_unique_and_without_gaps(
    database: Database, open_door: Callable[..., Any]
) -> None:
    async with AsyncExitStack() as stack:
        kept = [open_database(database.url) if database.dialect.name == "postgresql" else database for _ in range(4)]
        doors = [await stack.enter_async_context(open_door(one)) for one in kept]
        words = ["file this", "hello", "poison", "file that"]
        await asyncio.gather(
            *(doors[(n + k) % 4].take(event(f"chat{n}", f"e{k}", words[k])) for n in range(40) for k in range(4))
        )
    with database.read() as conn:
        found = sorted(conn.scalars(select(cases.c.reference)))
    assert found == [f"C-2611-{n:06d}" for n in range(1, 81)]
    for one in kept:
        one.close()


async def test_two_cases_filed_in_one_batch_by_one_chat_get_two_references(door: TurnProcessor) -> None:
    outcomes = await asyncio.gather(*(door.take(event("ann", f"e{n}", "file it")) for n in range(3)))
    assert [outcome.answers[0].case for outcome in outcomes] == [f"C-2611-00000{n}" for n in (1, 2, 3)]
