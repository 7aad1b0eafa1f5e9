"""A shop with two bots: customers on one side, colleagues in their group on the other, over a real Bot API server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import pytest
from sqlalchemy import select

from dialogs.flows.events import Event, Said
from dialogs.flows.staff import Acted, StaffAct
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from engine.delivery import Delivery
from engine.reads import Reads
from engine.turn.outcome import Outcome
from engine.turn.processor import TurnProcessor
from handlers.channels.telegram import CHANNEL
from handlers.channels.telegram.channel import TelegramChannel
from handlers.channels.telegram.manifest import BotAddress as CustomersPlace
from handlers.staff_telegram.api import Pace
from handlers.staff_telegram.channel import Bureau, StaffChannel
from handlers.staff_telegram.incoming import StaffUpdate
from staff.actions import Acting
from storage.conversations.conversations import conversation_id
from storage.conversations.threads import Thread, find_thread
from storage.conversations.transcript import Message, last_messages
from storage.db.database import Database
from storage.db.timestamps import utc_now
from storage.files.attachments import FileStore
from storage.staff.accounts import NewStaff, Role, Staff, add_staff, get_staff, link_telegram
from storage.staff.topics import StaffTopic, look
from storage.tables.core import outbox
from tests.real.tables import with_tables
from tests.step import step
from tests.telegram.groups import Group
from tests.telegram.screen import Place
from tests.telegram.server import TelegramServer
from tests.telegram.things import Message as Sent
from tests.telegram.users import User
from tests.telegram.world import Bot

CUSTOMERS, STAFF = "123456:test-token-of-the-customers", "654321:test-token-of-the-staff"


@dataclass
class Shop:
    """What is at work, and how to look behind it."""

    telegram: TelegramServer
    bot: Bot
    staff_bot: Bot
    group: Group
    door: TurnProcessor
    database: Database
    channel: StaffChannel
    playbook: Playbook
    numbers: count[int] = field(default_factory=count)

    def hires(self, name: str, user: User | None = None, role: Role = Role.AGENT, **known: Any) -> Staff:
        """An account, linked to a user of Telegram if there is one."""
        with self.database.write() as conn:
            somebody = add_staff(conn, NewStaff(name.lower(), name, role, "-", **known), utc_now())
            if user:
                link_telegram(conn, somebody.id, user.id)
            return get_staff(conn, somebody.id)

    async def web_says(self, chat: str, text: str) -> Outcome:
        """A customer on the page."""
        event = Event(f"m{next(self.numbers)}", "web", "default", chat, utc_now(), Said(text), "en")
        return await self.door.take(event)

    async def acts(self, staff: Staff, who: User | str, act: StaffAct) -> Outcome:
        """Something a colleague does at the desk."""
        acting = Acting(self.door, Reads(self.database, anyio.CapacityLimiter(2)))
        return await acting.act(self.id_of(who), Acted(staff.id, staff.name, act), f"desk{next(self.numbers)}")

    async def hears_again(self, said: Sent, user: User, place: Place) -> None:
        """Telegram brings a message a second time, as it does when we were killed before we confirmed it."""
        update = StaffUpdate(0, self.group.id, user.id, said.id, topic=place.thread or 0, text=said.text, at=utc_now())
        await self.channel.reception().take(update)

    def id_of(self, who: User | str) -> str:
        if isinstance(who, User):
            return conversation_id(CHANNEL, str(self.bot.id), str(who.id))
        return conversation_id("web", "default", who)

    def thread(self, who: User | str) -> Thread:
        with self.database.read() as conn:
            found = find_thread(conn, self.id_of(who))
        assert found is not None
        return found

    def room(self, who: User | str) -> StaffTopic:
        with self.database.read() as conn:
            found = look(conn, self.group.id, self.id_of(who))
        return found.room if found else StaffTopic(self.id_of(who), self.group.id)

    def transcript(self, who: User | str) -> list[Message]:
        with self.database.read() as conn:
            return last_messages(conn, self.id_of(who), 200)

    def states(self) -> list[str]:
        with self.database.read() as conn:
            return sorted(conn.scalars(select(outbox.c.state)))

    async def topic(self, who: User | str, within: float = 8) -> Place:
        """The topic of a customer's chat, once it is there and holds its summary."""
        await self.until(lambda: self.room(who).pinned, within)
        return Place(self.group.room, self.room(who).topic)

    async def shown(self, who: User | str, within: float = 8) -> None:
        """Until everything of this chat is shown."""
        await self.until(lambda: self.room(who).seen == self.thread(who).turn, within)

    async def until(self, holds: Callable[[], bool], within: float = 8) -> None:
        end = time.monotonic() + within
        while not holds():
            assert time.monotonic() < end, "it did not come about in time"
            await asyncio.sleep(0.02)


@pytest.fixture(scope="session")
def shop_playbook() -> Playbook:
    return load_playbook("shop")


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(within=8) as server:
        yield server


Open = Callable[..., AbstractAsyncContextManager[Shop]]


@pytest.fixture
def open_shop(telegram: TelegramServer, sqlite_url: str, tmp_path: Path, shop_playbook: Playbook) -> Open:
    """Opens the shop, as often as one likes, on the same database and the same bots."""
    bot, staff_bot = telegram.bot(CUSTOMERS, "Amends"), telegram.bot(STAFF, "Amends Staff")

    @asynccontextmanager
    async def opened(
        group: Group, *, language: str = "en", pace: Pace | None = None, **chosen: Any
    ) -> AsyncIterator[Shop]:
        database = await asyncio.to_thread(with_tables, chosen.get("url", sqlite_url))
        files = FileStore(tmp_path / "files")
        pushed = frozenset({CHANNEL})
        door = TurnProcessor(
            database, shop_playbook, RulesUnderstanding(shop_playbook), step=step, files=files, audit_key=b"staff",
            push_channels=pushed,
        )  # fmt: skip
        customers = TelegramChannel(CustomersPlace(CUSTOMERS, telegram.url), door, database, shop_playbook, files)
        bureau = Bureau(STAFF, group.id, telegram.url, chosen.get("desk_url", ""), language)
        channel = StaffChannel(bureau, door, database, shop_playbook, files, pace=pace or Pace(10_000, 0))
        delivery = Delivery(database, {CHANNEL: customers.send})
        customers.committed = channel.committed = delivery.wake
        door.start()
        running = [asyncio.create_task(each()) for each in (customers.run, channel.run, delivery.run)]
        try:
            yield Shop(telegram, bot, staff_bot, group, door, database, channel, shop_playbook)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await door.stop()
            await customers.close()
            await channel.close()
            database.close()

    return opened


@pytest.fixture
def anna(telegram: TelegramServer) -> User:
    return telegram.user("Anna", language="en")


@pytest.fixture
def li(telegram: TelegramServer) -> User:
    return telegram.user("Li")


@pytest.fixture
def wang(telegram: TelegramServer) -> User:
    return telegram.user("Wang")


@pytest.fixture
def group(telegram: TelegramServer, open_shop: Open, li: User, wang: User) -> Group:
    return telegram.group("Staff", li, wang, telegram.world.bots[STAFF], forum=True)
