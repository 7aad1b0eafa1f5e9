"""The same journeys with the model that is trained behind a running server: they go as they do without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.understanding.reading import Understanding
from tests.journeys.player import Chat
from tests.journeys.transcript import journeys, read

pytestmark = pytest.mark.timeout(600)  # a busy machine takes its time to learn


@pytest.mark.parametrize("path", journeys(), ids=lambda path: f"{path.parent.name}-{path.stem}")
async def test_the_trained_model_goes_the_same_way(path: Path, trained: Understanding, tmp_path: Path) -> None:
    heading, moves = read(path)
    async with Chat(heading, f"sqlite:///{tmp_path / 'journey.db'}", tmp_path, understanding=trained) as chat:
        for move in moves:
            assert await chat.plays(move) == move.expected, f"{path.name}, after {move.line!r}"
