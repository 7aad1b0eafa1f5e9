"""Twelve journeys, word for word. Run with `--rewrite-journeys` to put down what the bot says now."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.player import Chat
from tests.journeys.transcript import Move, journeys, read, write


@pytest.mark.parametrize("path", journeys(), ids=lambda path: f"{path.parent.name}-{path.stem}")
async def test_the_journey_goes_as_written(
    path: Path, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    heading, moves = read(path)
    seen: list[tuple[Move, list[str]]] = []
    async with Chat(heading, database_url, tmp_path) as chat:
        for move in moves:
            seen.append((move, await chat.plays(move)))
    if request.config.getoption("--rewrite-journeys"):
        write(path, seen)
        return
    for move, lines in seen:
        assert lines == move.expected, f"{path.name}, after {move.line!r}"
