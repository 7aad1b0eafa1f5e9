"""Webhooks as Telegram does them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from tests.telegram.conftest import Asking
from tests.telegram.server import TelegramServer
from tests.telegram.webhook import SECRET_HEADER, Backoff
from tests.telegram.world import Bot


@dataclass
class Receiver:
    """A bot's own web server; it answers 200 but where `answers` holds something else for a text."""

    url: str = ""
    answers: dict[str, list[web.Response]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        update: dict[str, Any] = await request.json()
        text = update["message"]["text"]
        self.texts.append(text)
        self.secrets.append(request.headers.get(SECRET_HEADER))
        self.came.set()
        waiting = self.answers.get(text)
        return waiting.pop(0) if waiting else web.Response()

    async def until(self, *texts: str) -> None:
        async with asyncio.timeout(5):
            while not set(texts) <= set(self.texts):
                self.came.clear()
                await self.came.wait()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made, app = Receiver(), web.Application()
    app.router.add_post("/hook", made.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


@pytest.fixture
def hasty(telegram: TelegramServer) -> None:
    telegram.retries(Backoff(first=0.02, most=0.1))


async def test_updates_come_with_the_secret(
    telegram: TelegramServer, bot: Bot, ask: Asking, receiver: Receiver
) -> None:
    await telegram.user("Anna").says(bot, "before")
    assert (await ask("setWebhook", url=receiver.url, secret_token="s3cret_-"))["ok"]
    await telegram.user("Ben").says(bot, "after")
    await receiver.until("before", "after")
    assert receiver.secrets == ["s3cret_-"] * 2


@pytest.mark.usefixtures("hasty")
async def test_only_the_head_of_a_chat_s_queue_is_tried_again_and_other_chats_go_on(
    telegram: TelegramServer, bot: Bot, ask: Asking, receiver: Receiver
) -> None:
    receiver.answers["poison"] = [web.Response(status=500) for _ in range(4)]
    await ask("setWebhook", url=receiver.url)
    anna, ben = telegram.user("Anna"), telegram.user("Ben")
    for text in ("poison", "behind it"):
        await anna.says(bot, text)
    await ben.says(bot, "elsewhere")
    await receiver.until("behind it", "elsewhere")
    assert [text for text in receiver.texts if text != "elsewhere"] == ["poison"] * 5 + ["behind it"]
    assert receiver.texts.index("elsewhere") < 5
    pauses = [push.at for push in telegram.pushes if push.lane == anna.id]
    assert pauses[3] - pauses[2] >= 0.08, "the pause doubles"


@pytest.mark.usefixtures("hasty")
async def test_retry_after_is_kept(telegram: TelegramServer, bot: Bot, ask: Asking, receiver: Receiver) -> None:
    receiver.answers["busy"] = [web.Response(status=503, headers={"Retry-After": "1"})]
    await ask("setWebhook", url=receiver.url)
    await telegram.user("Anna").says(bot, "busy")
    await telegram.until(lambda: len(telegram.pushes) == 2)
    assert telegram.pushes[1].at - telegram.pushes[0].at >= 1


@pytest.mark.usefixtures("hasty")
async def test_what_is_not_accepted_stays_and_its_error_is_told(
    telegram: TelegramServer, bot: Bot, ask: Asking
) -> None:
    await ask("setWebhook", url="http://127.0.0.1:9/nobody", max_connections=3)
    await telegram.user("Anna").says(bot, "hello")
    await telegram.until(lambda: len(telegram.pushes) >= 2)
    info = (await ask("getWebhookInfo"))["result"]
    assert (info["pending_update_count"], info["max_connections"]) == (1, 3)
    assert "Connect" in info["last_error_message"]
    assert (await ask("deleteWebhook"))["ok"]
    assert len((await ask("getUpdates"))["result"]) == 1, "what waited is polled now"


async def test_polling_beside_a_webhook_is_refused(ask: Asking, receiver: Receiver) -> None:
    await ask("setWebhook", url=receiver.url)
    assert (await ask("getUpdates"))["error_code"] == 409


async def test_a_bad_secret_or_address_is_refused(ask: Asking) -> None:
    assert (await ask("setWebhook", url="http://example.org/hook"))["error_code"] == 400
    assert (await ask("setWebhook", url="https://example.org/hook", secret_token="so secret!"))["error_code"] == 400
    assert (await ask("setWebhook", url="https://example.org/hook", max_connections=101))["error_code"] == 400


async def test_pending_updates_are_dropped_when_asked(
    telegram: TelegramServer, bot: Bot, ask: Asking, receiver: Receiver
) -> None:
    anna = telegram.user("Anna")
    await anna.says(bot, "dropped")
    await ask("setWebhook", url=receiver.url, drop_pending_updates=True)
    await anna.says(bot, "kept")
    await receiver.until("kept")
    assert receiver.texts == ["kept"]


@pytest.mark.usefixtures("hasty")
async def test_an_accepted_update_whose_answer_was_lost_comes_again(
    telegram: TelegramServer, bot: Bot, ask: Asking, receiver: Receiver
) -> None:
    await ask("setWebhook", url=receiver.url)
    telegram.loses_answers(times=2)
    anna = telegram.user("Anna")
    await anna.says(bot, "one")
    await anna.says(bot, "two")
    await telegram.until(lambda: bot.updates.confirmed == 2)
    assert receiver.texts == ["one", "one", "one", "two"]


async def test_an_answer_may_be_a_call_itself(
    telegram: TelegramServer, bot: Bot, ask: Asking, receiver: Receiver
) -> None:
    anna = telegram.user("Anna")
    reply = {"method": "sendMessage", "chat_id": anna.id, "text": "at once"}
    receiver.answers["hello"] = [web.json_response(reply)]
    await ask("setWebhook", url=receiver.url)
    await anna.says(bot, "hello")
    await anna.sees(bot, "at once")
