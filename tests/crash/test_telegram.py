"""The Telegram door under `kill -9` and SIGTERM: no update lost, none taken twice, no answer twice or out of order."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage.conversations import conversation_id
from tests.real.server import Server
from tests.telegram.server import TelegramServer
from tests.telegram.users import User
from tests.telegram.world import Bot

pytestmark = [pytest.mark.alone, pytest.mark.timeout(280)]

TOKEN = "123456:crash"
PEOPLE, WORDS, KILLS = 30, 6, 5


@dataclass
class Storm:
    """Customers who go on talking while the server dies and comes back."""

    telegram: TelegramServer
    bot: Bot
    server: Server
    people: list[User] = field(default_factory=list)

    async def speaks(self, share: int) -> None:
        """Everyone says one thing more."""
        for number, person in enumerate(self.people):
            await person.says(self.bot, f"My parcel {number:03} is late, part {share}")
            await asyncio.sleep(0.002)

    async def settles(self) -> None:
        """Until Telegram holds no update for us and nothing waits in the outbox."""
        async with asyncio.timeout(150):
            while self.bot.updates.waiting or self._count("'new', 'retry', 'sending'"):  # noqa: ASYNC110 - a database rings no bell
                await asyncio.sleep(0.2)

    def _count(self, states: str) -> int:
        return len(self.rows(f"SELECT seq FROM outbox WHERE state IN ({states})"))

    def rows(self, query: str, **bound: object) -> list[tuple[object, ...]]:
        engine = create_engine(self.server.database_url)
        with engine.connect() as conn:
            found = [tuple(row) for row in conn.execute(text(query), bound)]
        engine.dispose()
        return found


def check(storm: Storm, kills: int) -> None:
    """Everything said is stored once and in order, and what was answered stands on the screen once and in order."""
    unknown = storm.rows("SELECT seq FROM outbox WHERE state = 'unknown'")
    assert len(unknown) <= kills, f"{len(unknown)} unknown after {kills} kills"
    assert not storm.rows("SELECT seq FROM outbox WHERE state = 'dead'")
    assert not storm.rows("SELECT event_id FROM quarantine")
    for number, person in enumerate(storm.people):
        of_id = conversation_id("telegram", str(storm.bot.id), str(person.id))
        kept = storm.rows("SELECT text, author FROM messages WHERE conversation_id = :of_id ORDER BY seq", of_id=of_id)
        said = [words for words, author in kept if author == "customer"]
        assert said == [f"My parcel {number:03} is late, part {share}" for share in range(WORDS)]
        answered = [words for words, author in kept if author != "customer"]
        shown = [message.text for message in person.screen(storm.bot) if message.sender == storm.bot.id]
        assert not Counter(shown) - Counter(answered), "an answer was shown twice"
        assert is_within(shown, answered), "answers out of order"
        assert len(answered) - len(shown) <= len(unknown)


def is_within(part: list[str], whole: list[object]) -> bool:
    """Whether the texts of `part` come in `whole`, in their order."""
    left = iter(whole)
    return all(any(one == other for other in left) for one in part)


@pytest.mark.parametrize("how", ["kill", "term"])
async def test_no_update_is_lost_or_taken_twice_when_the_server_dies(tmp_path: Path, how: str) -> None:
    async with TelegramServer(models=False) as telegram:
        bot = telegram.bot(TOKEN, "Amends")
        extra = {"AMENDS_TELEGRAM_TOKEN": TOKEN, "AMENDS_TELEGRAM_API_URL": telegram.url}
        server = Server(
            tmp_path, f"sqlite:///{tmp_path / 'amends.db'}", extra={**extra, "AMENDS_UNDERSTANDING": "rules"}
        )
        storm = Storm(telegram, bot, server, [telegram.user(f"P{n}", language="en") for n in range(PEOPLE)])
        try:
            await asyncio.to_thread(server.start)
            await storm.speaks(0)
            for share in range(1, KILLS + 1):
                speaking = asyncio.create_task(storm.speaks(share))
                await asyncio.sleep(0.35 + 0.17 * share)
                await asyncio.to_thread(server.kill if how == "kill" else server.terminate)
                await speaking
                await asyncio.to_thread(server.start)
            await storm.settles()
            check(storm, KILLS if how == "kill" else 0)
            assert TOKEN not in server.log.read_text()
        finally:
            await asyncio.to_thread(server.kill)
