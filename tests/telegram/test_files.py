"""Files up and down, albums, keyboards and deep links."""

from __future__ import annotations

import aiohttp
import pytest

from tests.telegram.conftest import Asking
from tests.telegram.server import TelegramServer
from tests.telegram.world import Bot


async def test_a_file_is_fetched_by_its_path_and_only_with_a_token(
    telegram: TelegramServer, bot: Bot, ask: Asking
) -> None:
    sent = await telegram.user("Anna").sends_document(bot, b"%PDF-1.7 receipt", name="receipt.pdf")
    file = (await ask("getFile", file_id=sent.raw["document"]["file_id"]))["result"]
    assert file["file_size"] == 16
    async with aiohttp.ClientSession(telegram.url) as session:
        async with session.get(f"/file/bot{bot.token}/{file['file_path']}") as answer:
            assert await answer.read() == b"%PDF-1.7 receipt"
        async with session.get(f"/file/bot9:z/{file['file_path']}") as answer:
            assert answer.status == 404


async def test_more_than_20_mb_is_too_big_to_fetch(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    sent = await telegram.user("Anna").sends_document(bot, name="film.mov", size=(20 << 20) + 1)
    answer = await ask("getFile", file_id=sent.raw["document"]["file_id"])
    assert answer["description"] == "Bad Request: file is too big"


async def test_an_album_is_one_message_for_each_part_with_one_id(
    telegram: TelegramServer, bot: Bot, ask: Asking
) -> None:
    await telegram.user("Anna").sends_album(bot, [None, None, None], "three cups")
    parts = [update["message"] for update in (await ask("getUpdates"))["result"]]
    assert len({part["media_group_id"] for part in parts}) == 1
    assert [part.get("caption") for part in parts] == ["three cups", None, None]


async def test_an_album_goes_up_in_parts(telegram: TelegramServer, bot: Bot) -> None:
    anna = telegram.user("Anna")
    await anna.starts(bot)
    form = aiohttp.FormData({"chat_id": str(anna.id)})
    media = '[{"type":"photo","media":"attach://one","caption":"1"},{"type":"document","media":"attach://two"}]'
    form.add_field("media", media)
    form.add_field("one", b"first", filename="one.jpg")
    form.add_field("two", b"second", filename="two.pdf")
    address = f"{telegram.url}/bot{bot.token}/sendMediaGroup"
    async with aiohttp.ClientSession() as session, session.post(address, data=form) as answer:
        assert answer.status == 200
    seen = [await anna.sees(bot), await anna.sees(bot)]
    assert [telegram.file(message).data for message in seen] == [b"first", b"second"]


async def test_a_deep_link_starts_the_bot_with_its_payload(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    anna = telegram.user("Anna")
    await anna.opens(f"https://t.me/{bot.username}?start=resume-abc_1")
    [update] = (await ask("getUpdates"))["result"]
    assert update["message"]["text"] == "/start resume-abc_1"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    with pytest.raises(AssertionError, match="no deep link"):
        await anna.opens(f"https://t.me/{bot.username}?start=not allowed")


async def test_the_reply_keyboard_shares_the_contact_it_asks_for(
    telegram: TelegramServer, bot: Bot, ask: Asking
) -> None:
    anna = telegram.user("Anna")
    await anna.starts(bot)
    keyboard = {"keyboard": [[{"text": "Share my number", "request_contact": True}], [{"text": "No"}]]}
    await ask("sendMessage", chat_id=anna.id, text="How may we call you?", reply_markup=keyboard)
    await anna.sees(bot, "call you")
    shared = await anna.chooses("Share my number")
    assert shared.raw["contact"]["user_id"] == anna.id
    assert (await anna.chooses("No")).text == "No"


async def test_a_deleted_message_is_seen_to_go(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    anna = telegram.user("Anna")
    await anna.starts(bot)
    await ask("sendMessage", chat_id=anna.id, text="a secret")
    seen = await anna.sees(bot, "a secret")
    await ask("deleteMessage", chat_id=anna.id, message_id=seen.id)
    await anna.sees_gone(seen)
    await anna.sees_nothing(bot, within=0.05)
