"""getUpdates as Telegram does it."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import pytest

from tests.telegram.conftest import Asking
from tests.telegram.server import TelegramServer
from tests.telegram.world import Bot


async def test_a_poll_waits_until_someone_speaks(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    poll = asyncio.create_task(ask("getUpdates", timeout=30))
    await telegram.until(lambda: bot.updates.polling)
    said = await telegram.user("Anna").says(bot, "hello")
    [update] = (await poll)["result"]
    assert update["message"] == said.raw


@pytest.mark.timed
async def test_a_poll_that_hears_nothing_ends_after_its_timeout(ask: Asking) -> None:
    begun = time.monotonic()
    assert (await ask("getUpdates", timeout=1))["result"] == []
    assert 1 <= time.monotonic() - begun < 2


async def test_an_update_comes_again_until_an_offset_above_it_confirms_it(
    telegram: TelegramServer, bot: Bot, ask: Asking
) -> None:
    anna = telegram.user("Anna")
    for text in ("one", "two"):
        await anna.says(bot, text)
    first, second = (await ask("getUpdates"))["result"]
    assert (await ask("getUpdates", offset=first["update_id"]))["result"] == [first, second]
    assert (await ask("getUpdates", offset=second["update_id"]))["result"] == [second]
    assert (await ask("getUpdates"))["result"] == [second]
    assert (await ask("getUpdates", offset=second["update_id"] + 1))["result"] == []


async def test_a_batch_holds_at_most_100(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    anna = telegram.user("Anna")
    for number in range(120):
        await anna.says(bot, f"text {number}")
    assert len((await ask("getUpdates", limit=1000))["result"]) == 100
    assert len((await ask("getUpdates", limit=7))["result"]) == 7


async def test_a_negative_offset_forgets_all_but_the_last(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    anna = telegram.user("Anna")
    for number in range(5):
        await anna.says(bot, f"text {number}")
    texts = [update["message"]["text"] for update in (await ask("getUpdates", offset=-2))["result"]]
    assert texts == ["text 3", "text 4"]
    assert len(bot.updates.waiting) == 2


async def test_a_second_poller_ends_the_first_with_409(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    first = asyncio.create_task(ask("getUpdates", timeout=30))
    await telegram.until(lambda: bot.updates.polling)
    assert (await ask("getUpdates", timeout=0))["ok"]
    assert (await first)["error_code"] == 409


async def test_a_poller_that_died_is_in_nobody_s_way(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    dying = asyncio.create_task(ask("getUpdates", timeout=30))
    await telegram.until(lambda: bot.updates.polling)
    dying.cancel()
    await telegram.user("Anna").says(bot, "hello")
    assert len((await ask("getUpdates"))["result"]) == 1


async def test_ids_rise_and_may_jump(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    anna = telegram.user("Anna")
    await anna.says(bot, "before")
    bot.updates.skip(1000)
    await anna.says(bot, "after a quiet week")
    first, second = (await ask("getUpdates"))["result"]
    assert second["update_id"] == first["update_id"] + 1001


async def test_only_kinds_asked_for_come(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    anna = telegram.user("Anna")
    said = await anna.says(bot, "hello")
    await anna.reacts(said, "👍")
    assert [set(update) - {"update_id"} for update in (await ask("getUpdates"))["result"]] == [{"message"}]
    await ask("getUpdates", allowed_updates=["message_reaction"], offset=-1)
    await anna.reacts(said, "🔥")
    await anna.says(bot, "not heard")
    assert "message_reaction" in (await ask("getUpdates"))["result"][-1]


async def test_a_token_nobody_gave_out_is_refused(telegram: TelegramServer, ask: Asking) -> None:
    assert (await ask("getMe", token="9:z"))["error_code"] == 401


async def test_a_method_is_called_in_any_case_and_by_query_form_or_json(telegram: TelegramServer, bot: Bot) -> None:
    anna = telegram.user("Anna")
    await anna.starts(bot)
    fields = {"chat_id": str(anna.id), "text": "hello", "disable_notification": "true"}
    async with aiohttp.ClientSession(f"{telegram.url}/bot{bot.token}/") as session:
        for asked in (
            session.get("SENDMESSAGE", params=fields),
            session.post("sendmessage", data=fields),
            session.post("sendMessage", json=fields),
            session.post("sendMessage", data=aiohttp.FormData(fields, default_to_multipart=True)),
        ):
            async with asked as answer:
                assert answer.status == 200
    assert len(anna.screen(bot)) == 5


async def test_each_bot_has_its_own_updates(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    other = telegram.bot("456:def", name="Other")
    await telegram.user("Anna").says(other, "hello")
    assert (await ask("getUpdates"))["result"] == []
    assert len((await ask("getUpdates", token="456:def"))["result"]) == 1
