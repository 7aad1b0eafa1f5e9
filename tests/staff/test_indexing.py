"""What is found by searching catches up by itself, and stands back while customers wait."""

from __future__ import annotations

import asyncio

import pytest

from engine.upkeep.search_indexing import LONGER, Indexing
from storage.db.database import Database


async def test_indexing_rests_longer_while_turns_wait(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, rests = [True, True, False], []

    async def resting(seconds: float) -> None:
        rests.append(seconds)
        if not waiting:
            raise asyncio.CancelledError

    monkeypatch.setattr("engine.upkeep.search_indexing.asyncio.sleep", resting)
    with pytest.raises(asyncio.CancelledError):
        await Indexing(database, every=2.0, busy=lambda: waiting.pop(0)).run()
    assert rests == [2.0 * LONGER, 2.0 * LONGER, 2.0]
