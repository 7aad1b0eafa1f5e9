"""From the commit of a takeover on, not one message of the bot's leaves: not one that was composed before,
not one that was claimed for sending, whatever comes between any two steps of either side.

Twenty chats at a time are talked in, taken over and given back while one delivery sends for all of them. A draw
decides before every step who goes on. A send takes a while and leaves at its end, which is the worst it can do;
at that very moment the database is asked who has the chat.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dialogs.flows.staff import Claimed, HandedBack, Replied
from dialogs.playbooks.playbook import Playbook
from engine.delivery import Bucket, Delivery, NotSent
from storage.db.database import Database
from storage.delivery.outbox import UNFINISHED, Outgoing
from storage.staff.accounts import Staff
from storage.tables.core import conversations, outbox
from tests.staff.conftest import Office, opened

TOGETHER = 20
LONGEST = 0.05
"""Seconds that a send takes at the most: long beside a turn, so that a claim often falls into one."""

CONTROLLER = select(conversations.c.controller)


@dataclass
class Channel:
    """Sends, and notes what of the bot's left a chat that a person had."""

    database: Database
    dice: random.Random
    left: int = 0
    leaked: list[str] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> str:
        await asyncio.sleep(self.dice.random() * LONGEST)
        if self.dice.random() < 0.1:
            raise NotSent("the line was busy")
        with self.database.read() as conn:
            holder = conn.scalar(CONTROLLER.where(conversations.c.id == outgoing.conversation_id))
        if outgoing.message.author == "bot" and holder == "agent":
            self.leaked.append(outgoing.message.text)
        self.left += 1
        return "sent"


async def _some(dice: random.Random) -> None:
    """Let others go first, for a while that nobody can foresee."""
    for _ in range(dice.randrange(5)):
        await asyncio.sleep(dice.choice((0, 0, 0.001)))


async def _customer(office: Office, chat: str, dice: random.Random) -> None:
    for words in ("my parcel is late", "a person please", "AM2611180042", "hello?", "status", "start over"):
        await _some(dice)
        await office.says(chat, words)


async def _agent(office: Office, li: Staff, chat: str, dice: random.Random) -> None:
    """Takes the chat over and gives it back, twice, at any moment."""
    for _ in range(2):
        await _some(dice)
        outcome = await office.acts(li, chat, Claimed(pull=dice.random() < 0.5))
        assert outcome.refused is None
        await _some(dice)
        await office.acts(li, chat, Replied("I am here"))
        await office.acts(li, chat, HandedBack())


@asynccontextmanager
async def _delivering(delivery: Delivery) -> AsyncIterator[None]:
    running = asyncio.create_task(delivery.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _settled(office: Office) -> None:
    """Until everything has left or will not leave; what did not leave at once is tried again later."""
    while True:
        office.waits(minutes=1)
        with office.database.read() as conn:
            if conn.scalar(select(func.count()).where(outbox.c.state.in_(UNFINISHED))) == 0:
                return
        await asyncio.sleep(0.02)


@pytest.fixture
def runs(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--silence-runs"))


@pytest.mark.prove
@pytest.mark.timeout(1800)
async def test_no_word_of_the_bot_leaves_a_chat_that_a_person_has(
    database: Database, shop: Playbook, tmp_path: Path, runs: int
) -> None:
    dice, numbers = random.Random(4), count()
    channel = Channel(database, dice)
    async with opened(database, shop, tmp_path / "files", push_channels=frozenset({"web"})) as office:
        li = await office.hires("Li", capacity=1000)
        bucket = {"web": Bucket(1e6, 1e6)}
        delivery = Delivery(database, {"web": channel.send}, buckets=bucket, clock=lambda: office.now, every=0.001)
        async with _delivering(delivery):
            for _ in range(0, runs, TOGETHER):
                chats = [f"c{next(numbers)}" for _ in range(TOGETHER)]
                for chat in chats:
                    await office.says(chat, "hello")
                talks = (_customer(office, chat, dice) for chat in chats)
                acts = (_agent(office, li, chat, dice) for chat in chats)
                await asyncio.gather(*talks, *acts)
                office.waits(minutes=10)
                await _settled(office)
    assert channel.leaked == []
    assert channel.left > runs, "messages did leave"
    with database.read() as conn:
        reasons = conn.execute(select(outbox.c.state, outbox.c.reason).distinct()).all()
    assert any(state == "dead" for state, _ in reasons), "and some were silenced"
