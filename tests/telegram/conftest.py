"""A server for each test, and bots without a library: plain HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest

from tests.telegram.schema import Schema, read_schema
from tests.telegram.server import TelegramServer
from tests.telegram.world import Bot

Asking = Callable[..., Coroutine[Any, Any, dict[str, Any]]]
"""`await ask("sendMessage", chat_id=1, text="hello")` gives the whole answer, refusals too."""


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
def bot(telegram: TelegramServer) -> Bot:
    return telegram.bot("123:abc")


@pytest.fixture
async def ask(telegram: TelegramServer, bot: Bot) -> AsyncIterator[Asking]:
    async with aiohttp.ClientSession() as session:

        async def asking(method: str, token: str = bot.token, **fields: Any) -> dict[str, Any]:
            async with session.post(f"{telegram.url}/bot{token}/{method}", json=fields) as answer:
                return dict(await answer.json())

        yield asking


@pytest.fixture(scope="session")
def schema() -> Schema:
    return read_schema()
