"""Telegram at its worst, by seeded chance: limits, pauses, lost and late answers, over many chats at once.

Short here; `make soak` goes on for some thousand messages.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from handlers.channels.telegram import CHANNEL
from storage.conversations.conversations import conversation_id
from storage.db.database import Database
from storage.tables.core import messages, outbox
from tests.crash.telegram import is_within
from tests.telegram.limits import Limits
from tests.telegram.server import TelegramServer
from tests.telegram.users import User
from tests.telegram.webhook import Backoff
from tests.telegram.world import Bot
from tests.telegram_channel.conftest import TOKEN, Open, Shop
from tests.telegram_channel.serving import served

pytestmark = pytest.mark.timeout(1800)
FORCED = 3
"""Seconds of a pause that no limit of Telegram's own asks for here."""
SEED = 20261122


@pytest.fixture
def longer() -> int:
    """How many times as long as in `make test`."""
    return int(os.environ.get("SOAK", "1"))


@dataclass
class Crowd:
    """People who each say the next thing without waiting for an answer."""

    bot: Bot
    database: Database
    people: Sequence[User]
    said: int = 0

    async def speak(self, times: int) -> None:
        for _ in range(times):
            self.said += 1
            for number, person in enumerate(self.people):
                await person.says(self.bot, words(number, self.said))
                await asyncio.sleep(0.005)

    def check(self) -> Counter[str]:
        """Everything said was taken once and in order, and what was sent is shown so; returns the outbox's states.

        An answer whose outcome is not known may be on the screen or not, but is there once at most.
        """
        states: Counter[str] = Counter()
        for number, person in enumerate(self.people):
            lines = self._lines(person)
            heard = [text for text, author, _ in lines if author == "customer"]
            assert heard == [words(number, share) for share in range(1, self.said + 1)]
            answers = [(text, state) for text, author, state in lines if author != "customer"]
            shown = [said.text for said in person.screen(self.bot) if said.sender == self.bot.id]
            assert not Counter(shown) - Counter(text for text, _ in answers), "an answer came twice"
            assert is_within(shown, [text for text, _ in answers]), "answers came out of order"
            assert is_within([text for text, state in answers if state == "sent"], shown), "an answer was lost"
            states.update(state for _, state in answers)
        return states

    def _lines(self, person: User) -> list[tuple[str, str, str]]:
        """The chat in order: each text, its author, and what became of it where it was to be sent."""
        of_id = conversation_id(CHANNEL, str(self.bot.id), str(person.id))
        same = (outbox.c.conversation_id == messages.c.conversation_id) & (outbox.c.seq == messages.c.seq)
        query = select(messages.c.text, messages.c.author, outbox.c.state).outerjoin(outbox, same)
        with self.database.read() as conn:
            found = conn.execute(query.where(messages.c.conversation_id == of_id).order_by(messages.c.seq)).all()
        return [(text, author, state) for text, author, state in found]


def words(person: int, share: int) -> str:
    return f"My parcel {person:03} is late, part {share}"


def crowd(shop: Shop, people: int) -> Crowd:
    return Crowd(shop.bot, shop.database, [shop.telegram.user(f"P{number}", language="en") for number in range(people)])


async def test_under_telegram_s_limits_only_forced_pauses_are_told_and_all_are_kept_to_the_second(
    open_shop: Open, telegram: TelegramServer, longer: int
) -> None:
    telegram.limits(Limits())
    async with open_shop(pace=1.0) as shop:
        everyone = crowd(shop, 50)
        telegram.refuses(429, method="sendMessage", times=2 * longer, rate=0.02, retry_after=FORCED)
        await everyone.speak(2 * longer)
        await shop.settled(60 * longer)
        assert telegram.early == []
        told = [request.retry_after for request in telegram.log if request.status == 429]
        assert told.count(FORCED) == 2 * longer
        # Both ends share one event loop here: a stall of it bunches what left well apart, as a network may.
        assert len(told) <= 4 * longer
        states = everyone.check()
        assert set(states) == {"sent"}
        assert states["sent"] >= 100 * longer


async def test_a_bad_network_loses_nothing_repeats_nothing_and_hides_nothing(
    open_shop: Open, telegram: TelegramServer, longer: int
) -> None:
    async with open_shop() as shop:
        everyone = crowd(shop, 20)
        for method in ("sendMessage", "getUpdates"):
            telegram.disturbs("drop", method=method, rate=0.04, seed=SEED)
            telegram.disturbs("reset", method=method, rate=0.04, seed=SEED)
            telegram.disturbs("delay", method=method, rate=0.04, seconds=0.3, seed=SEED)
        telegram.refuses(502, method="sendMessage", times=None, rate=0.02)
        await everyone.speak(4 * longer)
        await shop.settled(60 * longer)
        troubled = [request for request in telegram.calls("sendMessage") if request.status != 200]
        states = everyone.check()
        assert set(states) == {"sent", "unknown"}
        assert troubled
        assert states["unknown"] >= len(troubled)


async def test_updates_that_are_brought_again_and_again_are_taken_once(
    telegram: TelegramServer, tmp_path: Path, longer: int
) -> None:
    bot = telegram.bot(TOKEN, "Amends")
    telegram.retries(Backoff(first=0.02, most=0.2))
    telegram.loses_answers(times=None, rate=0.3)
    async with served(tmp_path, webhook=True, telegram_token=TOKEN, telegram_api_url=telegram.url) as here:
        people = [telegram.user(f"P{number}", language="en") for number in range(20)]
        everyone = Crowd(bot, here.app.database, people)
        await everyone.speak(2 * longer)
        await telegram.until(lambda: not bot.updates.waiting, within=60 * longer)
        async with asyncio.timeout(60 * longer):
            while set(everyone.check()) != {"sent"}:  # noqa: ASYNC110 - a database rings no bell
                await asyncio.sleep(0.1)
    assert max(push.attempt for push in telegram.pushes) > 1
