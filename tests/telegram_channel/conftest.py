"""A whole customers' bot: the shop's real flow, a real database, and a Bot API server of our own over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Understanding
from engine.delivery import Delivery
from engine.timers import Timers
from engine.turn.processor import TurnProcessor
from handlers.channels.telegram import CHANNEL
from handlers.channels.telegram.channel import TelegramChannel
from handlers.channels.telegram.manifest import BotAddress
from storage.conversations.conversations import conversation_id
from storage.conversations.transcript import Message, last_messages
from storage.db.database import Database
from storage.files.attachments import FileStore
from storage.tables.core import outbox
from tests.real.tables import with_tables
from tests.step import step
from tests.telegram.server import TelegramServer
from tests.telegram.users import User
from tests.telegram.world import Bot

TOKEN = "123456:test-token-that-nobody-may-see"


@dataclass
class Shop:
    """The bot as customers meet it, and what is behind it."""

    telegram: TelegramServer
    bot: Bot
    door: TurnProcessor
    database: Database
    channel: TelegramChannel
    delivery: Delivery
    playbook: Playbook

    def words(self, language: str, key: str, **facts: object) -> str:
        return self.playbook.words(language).say(key, **facts)

    def transcript_id(self, user: User) -> str:
        return conversation_id(CHANNEL, str(self.bot.id), str(user.id))

    def transcript(self, user: User) -> list[Message]:
        with self.database.read() as conn:
            return last_messages(conn, self.transcript_id(user), 200)

    def states(self) -> list[str]:
        with self.database.read() as conn:
            return sorted(conn.scalars(select(outbox.c.state)))

    async def settled(self, within: float = 10) -> None:
        """Until Telegram has nothing for us and the outbox nothing for Telegram."""
        end = time.monotonic() + within
        unfinished = {"new", "retry", "sending"}
        while self.bot.updates.waiting or unfinished & set(self.states()):
            assert time.monotonic() < end, (list(self.bot.updates.waiting), self.states())
            await asyncio.sleep(0.02)


@pytest.fixture(scope="session")
def shop_playbook() -> Playbook:
    return load_playbook("shop")


@pytest.fixture(scope="session")
def understanding(shop_playbook: Playbook) -> Understanding:
    return LocalUnderstanding(shop_playbook)


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(within=8) as server:
        yield server


Open = Callable[..., AbstractAsyncContextManager[Shop]]


@pytest.fixture
def open_shop(
    telegram: TelegramServer, sqlite_url: str, tmp_path: Path, shop_playbook: Playbook, understanding: Understanding
) -> Open:
    """Opens the shop, as often as one likes, on the same database and the same bot."""
    bot = telegram.bot(TOKEN, "Amends")

    @asynccontextmanager
    async def opened(
        url: str = sqlite_url, pace: float = 0.0, folder: Path | None = None, **door: Any
    ) -> AsyncIterator[Shop]:
        database = await asyncio.to_thread(with_tables, url)
        database.seal_with(b"telegram")
        files = FileStore(tmp_path / "files")
        chosen = {"understanding": understanding, "step": step, **door}
        turns = TurnProcessor(
            database,
            shop_playbook,
            files=files,
            audit_key=b"telegram",
            push_channels=frozenset({CHANNEL}),
            **chosen,
        )
        channel = TelegramChannel(BotAddress(TOKEN, telegram.url, folder=folder), turns, database, shop_playbook, files)
        delivery = Delivery(
            database,
            {CHANNEL: channel.send},
            paces={CHANNEL: pace},
            leads={CHANNEL: channel.leads} if channel.leads else {},
            rooms={CHANNEL: channel.room},
        )
        channel.committed = delivery.wake
        turns.start()
        timers = Timers(database, turns.take, every=0.05)
        running = [asyncio.create_task(each()) for each in (channel.run, delivery.run, timers.run)]
        try:
            yield Shop(telegram, bot, turns, database, channel, delivery, shop_playbook)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await turns.stop()
            await channel.close()
            database.close()

    return partial(opened)


@pytest.fixture
async def shop(open_shop: Open) -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop
