"""What leaves for Telegram: at its pace, whole, once, and with an honest mark where that cannot be known."""

from __future__ import annotations

import asyncio

import pytest

from dialogs.flows.effects import Say
from handlers.channels.telegram import CHANNEL
from storage.conversations.transcript import Message
from storage.delivery.outbox import Outgoing
from tests.step import step
from tests.telegram.server import TelegramServer
from tests.telegram_channel.conftest import Open, Shop
from tests.telegram_channel.test_chat import draft_of


async def test_a_429_is_honoured_to_the_second_and_nothing_is_lost(shop: Shop, telegram: TelegramServer) -> None:
    people = [telegram.user(f"P{n}", language="en") for n in range(8)]
    telegram.refuses(429, method="sendMessage", times=3, retry_after=2)
    for person in people:
        await person.says(shop.bot, "My blender broke")
    await shop.settled(20)
    assert telegram.early == []
    assert shop.states() == ["sent"] * 16


async def test_a_customer_sees_that_somebody_writes_to_them(shop: Shop, telegram: TelegramServer) -> None:
    anna, tom = telegram.user("Anna", language="en"), telegram.user("Tom", language="en")
    for person in (anna, tom):
        await person.says(shop.bot, "My blender broke")
    await shop.settled()
    shop.channel.typing("another bot", str(tom.id))
    telegram.refuses(400, method="sendChatAction", times=1)
    for _ in range(2):
        shop.channel.typing(str(shop.bot.id), str(anna.id))
    await anna.sees_action(shop.bot, "typing")


async def test_an_answer_that_never_came_is_unknown_and_not_repeated(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    telegram.disturbs("reset", method="sendMessage", times=1)
    await anna.says(shop.bot, "My blender broke")
    await shop.settled()
    assert shop.states() == ["sent", "unknown"]
    texts = [message.text for message in anna.screen(shop.bot) if message.sender == shop.bot.id]
    assert len(texts) == len(set(texts)) == 2


async def test_a_server_fault_is_unknown_and_shown(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    telegram.refuses(500, method="sendMessage", times=1)
    await anna.says(shop.bot, "My blender broke")
    await shop.settled()
    assert shop.states() == ["sent", "unknown"]


async def test_what_is_too_long_comes_in_parts_that_end_with_a_sentence(
    open_shop: Open, telegram: TelegramServer
) -> None:
    def wordy(conversation, event, setting):  # type: ignore[no-untyped-def]
        state, effects = step(conversation, event, setting)
        return state, (*effects, Say("This sentence says how it was. " * 300))

    async with open_shop(step=wordy) as shop:
        anna = telegram.user("Anna", language="en")
        await anna.says(shop.bot, "My blender broke")
        for _ in range(3):
            part = await anna.sees(shop.bot, "This sentence says")
            assert len(part.text) <= 4096
            assert part.text.endswith("was.")
        await shop.settled()
        assert set(shop.states()) == {"sent"}


async def test_half_a_message_is_never_said_again_from_the_start(open_shop: Open, telegram: TelegramServer) -> None:
    def wordy(conversation, event, setting):  # type: ignore[no-untyped-def]
        return step(conversation, event, setting)[0], (Say("This sentence says how it was. " * 300),)

    async with open_shop(step=wordy) as shop:
        anna = telegram.user("Anna", language="en")
        await anna.says(shop.bot, "My blender broke")
        await anna.sees(shop.bot, "This sentence says")
        telegram.refuses(403, method="sendMessage", times=None)
        await shop.settled()
        assert shop.states() == ["unknown"]


async def test_after_a_takeover_nothing_of_the_bot_leaves(open_shop: Open, telegram: TelegramServer) -> None:
    telegram.limits(None)
    async with open_shop(pace=1.0) as shop:
        anna = telegram.user("Anna", language="en")
        await anna.says(shop.bot, "My blender broke")
        await anna.sees(shop.bot)
        from sqlalchemy import update

        from storage.tables.core import conversations

        with shop.database.write() as conn:
            conn.execute(update(conversations).values(controller="agent"))
        await shop.settled()
        await asyncio.sleep(0.5)
        sent = [message for message in anna.screen(shop.bot) if message.sender == shop.bot.id]
        assert len(sent) == 1


async def test_a_group_that_became_a_supergroup_is_followed(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    group = telegram.group("Neighbours", anna, shop.bot, kind="group")
    moved = group.moves()
    outgoing = Outgoing("c" * 32, CHANNEL, str(shop.bot.id), str(group.id), Message(1, "bot", "Here I am"), "lease", 1)
    assert await shop.channel.send(outgoing)
    await anna.sees(moved, "Here I am")
    await shop.settled()
    # Telegram's own notices of the move are nothing that anybody said.
    assert shop.states() == []
    assert [request.status for request in telegram.calls("sendMessage")] == [400, 200]


async def test_where_it_happened_is_shared_by_a_key(open_shop: Open, telegram: TelegramServer) -> None:
    def asking(conversation, event, setting):  # type: ignore[no-untyped-def]
        return step(conversation, event, setting)[0], (Say("Where was it?", asks="place_or_page"),)

    async with open_shop(step=asking) as shop:
        anna = telegram.user("Anna", language="en")
        await anna.says(shop.bot, "My blender broke")
        await anna.sees(shop.bot, "Where was it?")
        await anna.chooses(shop.words("en", "telegram.share_location"))
        await shop.settled()
        assert [said.text[:1] for said in shop.transcript(anna) if said.author == "customer"] == ["M", "📍"]


@pytest.mark.parametrize(
    ("language", "story"),
    [
        (
            "en",
            "Yesterday a clerk was very rude and shouted at me. I want an apology. I am Anna, anna@example.com",
        ),
        ("zh", "昨天店员态度很差，对我大喊大叫，我要道歉，我叫王芳，邮箱wang@example.com"),
    ],
)
async def test_a_place_that_is_shared_is_taken_for_where_it_happened(
    shop: Shop, telegram: TelegramServer, language: str, story: str
) -> None:
    anna = telegram.user("Anna", language=language)
    await anna.says(shop.bot, story)
    await anna.sees(shop.bot, shop.words(language, "ask.place_or_page"))
    await anna.chooses(shop.words(language, "telegram.share_location"))
    await anna.sees(shop.bot, "📍 52.52000, 13.40500")
    assert draft_of(shop, anna).record.place_or_page == "📍 52.52000, 13.40500"
    await shop.settled()
    assert shop.words(language, "ask.place_or_page") not in shop.transcript(anna)[-1].text


async def test_a_place_alone_is_kept_and_what_happened_there_is_asked_for(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.sends_location(shop.bot)
    seen = await anna.sees(shop.bot, "📍 52.52000, 13.40500")
    assert shop.words("en", "ask.story") in seen.text
    assert draft_of(shop, anna).record.story == ""


async def test_a_key_that_was_not_pressed_goes_with_the_next_plain_words(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    told = ("My parcel AM2611180042 should have come last Tuesday, I want a refund", "Anna Smith", "a@example.com")
    for said in told:
        await anna.says(shop.bot, said)
    await anna.sees(shop.bot, shop.words("en", "summary.ask"))
    await (await anna.taps(shop.words("en", "button.change", slot="How to reach you"))).answered()
    await anna.sees(shop.bot, shop.words("en", "ask.contact"))
    await anna.says(shop.bot, "a@example.com")
    await anna.sees(shop.bot, shop.words("en", "summary.ask"))
    await anna.says(shop.bot, "yes")
    await anna.sees(shop.bot, "C-")
    keyboards = [seen.keyboard for seen in anna._place(shop.bot).room.history if seen.kind == "keyboard"]
    assert keyboards[-1] == {"remove_keyboard": True}
