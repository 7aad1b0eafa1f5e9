"""The web page has no outbox: it shows the transcript as it grows. So silence there is a matter of order, and what
the bot was still composing while somebody took the chat over must not come after it.

The bot takes its time within its turn, and on PostgreSQL somebody else's process takes the chat over meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from dialogs.flows.events import Said
from dialogs.flows.staff import Claimed, HandedBack, Replied
from dialogs.playbooks.playbook import Playbook
from engine.reads import Reads
from handlers.channels.base.event_stream import Chats, Closing, Follow, LookOut
from handlers.http.limits import Limits
from storage.db.database import Database, open_database
from storage.staff.accounts import Staff
from tests.staff.conftest import Office, opened
from tests.step import step

ROUNDS = 10
LONGEST = 0.02
WORDS = ("my parcel is late", "AM2611180042", "hello?", "status", "start over", "yes")


class Slowly:
    """Steps as ever, but thinks for a while over what a customer said."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def __call__(self, conversation: Any, event: Any, setting: Any) -> Any:
        if isinstance(event.body, Said):
            time.sleep(self._dice.random() * LONGEST)
        return step(conversation, event, setting)


@asynccontextmanager
async def two_offices(
    database: Database, url: str, shop: Playbook, folder: Path
) -> AsyncIterator[tuple[Office, Office]]:
    """The customer's process, and the colleague's: another one where a database can be shared."""
    async with AsyncExitStack() as stack:
        slowly = Slowly(random.Random(6))
        customers = await stack.enter_async_context(opened(database, shop, folder, step=slowly))
        if database.dialect.name == "sqlite":
            yield customers, customers
            return
        other = open_database(url)
        stack.callback(other.close)
        yield customers, await stack.enter_async_context(opened(other, shop, folder, step=slowly))


async def _customer(office: Office, chat: str, dice: random.Random) -> None:
    for words in WORDS:
        await asyncio.sleep(dice.random() * LONGEST)
        await office.says(chat, words)


async def _agent(office: Office, li: Staff, chat: str, dice: random.Random) -> list[tuple[int, int]]:
    """Takes the chat over and gives it back, twice; the numbers between which the chat was theirs."""
    held = []
    for n in range(2):
        await asyncio.sleep(dice.random() * LONGEST)
        taken = await office.acts(li, chat, Claimed(), f"claim {n}")
        assert taken.refused is None
        await asyncio.sleep(dice.random() * LONGEST)
        await office.acts(li, chat, Replied("I am here"), f"reply {n}")
        back = await office.acts(li, chat, HandedBack(), f"back {n}")
        held.append((taken.messages[0].seq, back.messages[0].seq))
    return held


async def _read(follow: Follow, conversation: str, told: list[dict[str, Any]]) -> None:
    async for chunk in follow.events(conversation, 0):
        for block in chunk.decode().split("\n\n"):
            fields = dict(line.partition(": ")[::2] for line in block.split("\n"))
            if fields.get("event") == "message":
                told.append({**json.loads(fields["data"]), "seq": int(fields["id"])})


@pytest.mark.timeout(120)
async def test_what_the_bot_still_composes_while_somebody_takes_over_never_comes_after_it(
    database: Database, database_url: str, shop: Playbook, tmp_path: Path
) -> None:
    dice, spoken = random.Random(5), 0
    chats = Chats(Limits(poll=0.02), Closing())
    async with two_offices(database, database_url, shop, tmp_path / "files") as (customers, colleagues):
        li = await customers.hires("Li", capacity=1000)
        reads = Reads(database, anyio.CapacityLimiter(4))
        looking_out = asyncio.create_task(LookOut(reads, chats).keep())
        for chat in (f"c{n}" for n in range(ROUNDS)):
            await customers.says(chat, "a person please")
            told: list[dict[str, Any]] = []
            reading = asyncio.create_task(_read(Follow(customers.door, reads, chats), customers.id_of(chat), told))
            held, _ = await asyncio.gather(_agent(colleagues, li, chat, dice), _customer(customers, chat, dice))
            last = (await customers.says(chat, "goodbye")).messages[-1].seq
            async with asyncio.timeout(10):
                while not told or told[-1]["seq"] < last:  # noqa: ASYNC110 - the reader rings no bell
                    await asyncio.sleep(0.01)
            reading.cancel()
            assert [each["seq"] for each in told] == list(range(1, last + 1))
            by_bot = [each["seq"] for each in told if each["author"] == "bot"]
            assert not [seq for seq in by_bot for taken, back in held if taken < seq < back]
            spoken += len(by_bot)
        looking_out.cancel()
    assert spoken > ROUNDS, "the bot did speak"
