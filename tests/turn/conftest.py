"""Doors to knock on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.turn.processor import TurnProcessor
from storage.db.database import Database
from storage.files.attachments import FileStore
from tests.turn.scenery import KEY, NOON, Literal, StandIn, step

OpenDoor = Callable[..., Any]


@pytest.fixture
def open_door(tmp_path: Path) -> OpenDoor:
    @asynccontextmanager
    async def opened(database: Database, **options: Any) -> AsyncIterator[TurnProcessor]:
        chosen = {"step": step, "clock": lambda: NOON, "files": FileStore(tmp_path / "files"), "audit_key": KEY}
        door = TurnProcessor(database, StandIn(), Literal(), **{**chosen, **options})  # type: ignore[arg-type]
        door.start()
        try:
            yield door
        finally:
            await door.stop()

    return opened


@pytest.fixture
async def door(database: Database, open_door: OpenDoor) -> AsyncIterator[TurnProcessor]:
    async with open_door(database) as opened:
        yield opened
