"""Workers end when they are told to, whatever comes at the same moment."""

from __future__ import annotations

import asyncio

from engine.delivery import Delivery
from storage.db.database import Database


async def test_a_delivery_that_is_woken_and_ended_in_the_same_moment_ends(database: Database) -> None:
    delivery = Delivery(database, {}, every=30)
    running = asyncio.create_task(delivery.run())
    await asyncio.sleep(0.05)
    delivery.wake()
    await asyncio.sleep(0)
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=5)
    running.cancel()
    assert done
