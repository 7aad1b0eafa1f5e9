"""Playing a written journey with another understanding than the one it was written with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dialogs.understanding.reading import Understanding
from tests.journeys.player import Chat
from tests.journeys.transcript import HERE, read

JOURNEYS = {"zh": HERE / "zh" / "01-straight.chat", "en": HERE / "en" / "02-drop-off.chat"}


async def filed(path: Path, folder: Path, understanding: Understanding, spoil: Callable[[], None]) -> list[str]:
    """Play a journey, spoil something half way, and return the cases that were filed, checking every answer."""
    heading, moves = read(path)
    cases: list[str] = []
    async with Chat(heading, f"sqlite:///{folder / 'amends.db'}", folder, understanding=understanding) as chat:
        apology = chat.playbook.words(heading.language).say("notice.quarantined").strip()
        for place, move in enumerate(moves):
            if place == len(moves) // 2:
                spoil()
            lines = await chat.plays(move)
            assert any(line.startswith("<") for line in lines) or not move.expected, f"no answer to {move.line}"
            assert apology not in "\n".join(lines)
            cases += [line for line in lines if line.startswith("=")]
        assert chat.door.tally.quarantined == 0
    return cases


def expected(path: Path) -> list[str]:
    return [line for move in read(path)[1] for line in move.expected if line.startswith("=")]
