"""An update is confirmed only after its turn is committed; whatever goes wrong, it is neither lost nor taken twice."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from aiogram.types import Update
from structlog.testing import capture_logs

from dialogs.understanding.reading import Understanding
from handlers.channels.telegram.polling import NO_BOT
from handlers.channels.telegram.reception import TRIES
from storage.db.errors import Unavailable
from storage.delivery.dead_letters import SetAside, set_aside_turns
from tests.telegram.server import TelegramServer
from tests.telegram_channel.conftest import TOKEN, Open, Shop


def customers_words(shop: Shop, user: Any) -> list[str]:
    return [message.text for message in shop.transcript(user) if message.author == "customer"]


def set_aside(shop: Shop) -> list[SetAside]:
    with shop.database.read() as conn:
        return set_aside_turns(conn, 10)


async def refusing(event: Any) -> Any:
    raise RuntimeError(f"a fault of ours, before the turn of {event.id}")


class Held:
    """An understanding that waits until it is let go."""

    def __init__(self, inner: Understanding) -> None:
        self.inner = inner
        self.asked = threading.Event()
        self.free = threading.Event()

    def read(self, utterances: Any) -> Any:
        self.asked.set()
        assert self.free.wait(20)
        return self.inner.read(utterances)


async def test_nothing_is_confirmed_before_the_commit(
    open_shop: Open, telegram: TelegramServer, understanding: Understanding
) -> None:
    held = Held(understanding)
    async with open_shop(understanding=held) as shop:
        anna = telegram.user("Anna", language="en")
        await anna.says(shop.bot, "My parcel is late")
        await asyncio.to_thread(held.asked.wait, 10)
        await asyncio.sleep(0.3)
        assert shop.bot.updates.waiting
        assert shop.bot.updates.confirmed == 0
        held.free.set()
        await anna.sees(shop.bot, "delivery that is late")
        await shop.settled()
        assert shop.bot.updates.confirmed == 1


async def test_a_database_that_is_away_confirms_nothing_and_loses_nothing(shop: Shop, telegram: TelegramServer) -> None:
    take, down = shop.door.take, asyncio.Event()

    async def away(event: Any) -> Any:
        if down.is_set():
            raise Unavailable("gone for a while")
        return await take(event)

    shop.door.take = away  # type: ignore[method-assign]
    anna = telegram.user("Anna", language="en")
    down.set()
    await anna.says(shop.bot, "My parcel is late")
    await anna.says(shop.bot, "AM2611180042")
    await asyncio.sleep(1)
    assert len(shop.bot.updates.waiting) == 2
    down.clear()
    await shop.settled()
    assert customers_words(shop, anna) == ["My parcel is late", "AM2611180042"]


async def test_chats_run_side_by_side_and_each_in_order(shop: Shop, telegram: TelegramServer) -> None:
    people = [telegram.user(f"P{n}", language="en") for n in range(12)]
    for n in range(6):
        for person in people:
            await person.says(shop.bot, f"word {n}")
    await shop.settled(30)
    for person in people:
        assert customers_words(shop, person) == [f"word {n}" for n in range(6)]
    assert set(shop.states()) == {"sent"}


async def test_who_writes_while_another_s_turn_takes_long_does_not_wait_for_it(
    shop: Shop, telegram: TelegramServer
) -> None:
    take, free, tried = shop.door.take, asyncio.Event(), Counter[str]()
    anna, ben = telegram.user("Anna", language="en"), telegram.user("Ben", language="en")

    async def slow(event: Any) -> Any:
        tried[event.id] += 1
        if event.chat == str(anna.id):
            await free.wait()
        return await take(event)

    shop.door.take = slow  # type: ignore[method-assign]
    await anna.says(shop.bot, "My parcel is late")
    await telegram.until(lambda: bool(tried))
    await ben.says(shop.bot, "My blender broke")
    await ben.sees(shop.bot, "faulty")
    await anna.says(shop.bot, "AM2611180042")
    assert customers_words(shop, anna) == []
    assert shop.bot.updates.confirmed == 0
    free.set()
    await shop.settled()
    assert customers_words(shop, anna) == ["My parcel is late", "AM2611180042"]
    assert set(tried.values()) == {1}


async def test_one_chat_s_trouble_is_not_another_s(shop: Shop, telegram: TelegramServer) -> None:
    take, tried = shop.door.take, Counter[str]()
    anna, ben = telegram.user("Anna", language="en"), telegram.user("Ben", language="en")

    async def failing(event: Any) -> Any:
        tried[event.chat] += 1
        if event.chat == str(anna.id) and tried[event.chat] <= 2:
            raise Unavailable("only for Anna")
        return await take(event)

    shop.door.take = failing  # type: ignore[method-assign]
    await anna.says(shop.bot, "My parcel is late")
    await ben.says(shop.bot, "My blender broke")
    await ben.sees(shop.bot, "faulty")
    await shop.settled()
    assert customers_words(shop, anna) == ["My parcel is late"]
    assert tried[str(ben.id)] == 1


async def test_what_fails_again_and_again_is_kept_whole_its_customer_told_and_nobody_held_up(
    open_shop: Open, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.channels.base.polling.FIRST_REST", 0.01)
    async with open_shop() as shop:
        take, tried = shop.door.take, Counter[str]()
        anna, ben = telegram.user("Anna", language="en"), telegram.user("Ben", language="en")

        async def failing(event: Any) -> Any:
            tried[event.chat] += 1
            if event.chat == str(anna.id) and tried[event.chat] <= TRIES:
                raise RuntimeError(f"a fault of ours, before the turn, at https://localhost/bot{TOKEN}/getFile")
            return await take(event)

        shop.door.take = failing  # type: ignore[method-assign]
        with capture_logs() as logged:
            for person in (anna, ben):
                await person.says(shop.bot, "My blender broke")
                await person.says(shop.bot, "My parcel is late")
            await shop.settled()
        assert tried[str(anna.id)] == TRIES + 1
        assert customers_words(shop, anna) == customers_words(shop, ben) == ["My blender broke", "My parcel is late"]
        assert [entry["event"] for entry in logged].count("update_failed") == TRIES
        await anna.sees(shop.bot, shop.words("en", "notice.quarantined"))
        [kept] = set_aside(shop)
        assert kept.conversation_id == shop.transcript_id(anna)
        assert json.loads(kept.event)["message"]["text"] == "My blender broke"
        assert "a fault of ours, before the turn" in kept.error
        assert TOKEN not in kept.error


async def test_words_in_a_message_of_an_unheard_of_kind_are_heard_and_a_message_without_words_is_kept(
    open_shop: Open, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram may send tomorrow what no library of today can read."""
    async with open_shop() as shop:
        anna = telegram.user("Anna", language="en")
        validate = Update.model_validate

        def unread(_: Any) -> Update:
            return validate({"hologram": 1})

        monkeypatch.setattr("handlers.channels.telegram.reading.Update", SimpleNamespace(model_validate=unread))
        await anna.says(shop.bot, "/new")
        await anna.sends_voice(shop.bot)
        await anna.sees(shop.bot, shop.words("en", "notice.quarantined"))
        await shop.settled()
        assert customers_words(shop, anna) == ["/new"]
        [kept] = set_aside(shop)
        assert kept.conversation_id == shop.transcript_id(anna)
        assert "voice" in json.loads(kept.event)["message"]


async def test_the_secret_of_a_link_that_cannot_be_opened_is_not_kept(
    open_shop: Open, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.channels.base.polling.FIRST_REST", 0.01)
    async with open_shop() as shop:
        anna = telegram.user("Anna", language="en")
        shop.door.take = refusing  # type: ignore[method-assign]
        await anna.says(shop.bot, "/start a-token-that-opens-a-chat")
        await anna.sees(shop.bot, shop.words("en", "notice.quarantined"))
        await shop.settled()
        [kept] = set_aside(shop)
        assert "a-token-that-opens-a-chat" not in kept.event + kept.error


async def test_a_refused_token_is_told_with_what_to_do_and_tried_again(
    open_shop: Open, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.channels.telegram.channel.LONGEST_REST", 0.05)
    telegram.refuses(401, method="getMe")
    with capture_logs() as logged:
        async with open_shop() as shop:
            anna = telegram.user("Anna", language="en")
            await anna.says(shop.bot, "My parcel is late")
            await anna.sees(shop.bot, "delivery that is late")
    [told] = [entry for entry in logged if entry["log_level"] == "error"]
    assert (told["event"], told["remedy"]) == ("token_refused", NO_BOT)


async def test_a_second_poller_is_borne_and_outlived(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    telegram.refuses(409, method="getUpdates", times=2)
    await anna.says(shop.bot, "My parcel is late")
    await anna.sees(shop.bot, "delivery that is late", within=15)


async def test_a_restart_takes_nothing_twice(open_shop: Open, telegram: TelegramServer) -> None:
    async with open_shop() as shop:
        anna = telegram.user("Anna", language="en")
        telegram.disturbs("drop", method="getUpdates", times=1)
        await anna.says(shop.bot, "My parcel is late")
        await shop.settled()
    await anna.says(shop.bot, "AM2611180042")
    async with open_shop() as shop:
        await shop.settled()
        assert customers_words(shop, anna) == ["My parcel is late", "AM2611180042"]
        assert set(shop.states()) == {"sent"}


async def test_an_album_that_grew_before_it_was_confirmed_is_whole(shop: Shop, telegram: TelegramServer) -> None:
    """The turn was committed, we stopped before confirming, and meanwhile another picture had come."""
    anna = telegram.user("Anna", language="en")
    jpeg = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200)
    first = await anna.sends_file(shop.bot, "photo", jpeg + b"1", album="g", caption="The blender broke")
    await shop.settled()
    assert first
    for number in (b"2", b"3"):
        await anna.sends_file(shop.bot, "photo", jpeg + number, album="g")
    await shop.settled()
    await anna.sees(shop.bot, "3 so far")
    files = [len(message.files) for message in shop.transcript(anna) if message.author == "customer"]
    assert sum(files) == 3


async def test_one_leader_polls_when_there_are_several_processes(
    open_shop: Open, telegram: TelegramServer, postgres_url: str
) -> None:
    async with open_shop(postgres_url) as one, open_shop(postgres_url) as other:
        anna = telegram.user("Anna", language="en")
        await anna.says(one.bot, "My parcel is late")
        await anna.sees(one.bot, "delivery that is late")
        await one.settled()
        polls = telegram.calls("getUpdates")
        assert all(request.status == 200 for request in polls)
        assert other.states() == one.states() == ["sent", "sent"]
