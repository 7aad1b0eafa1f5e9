"""A customer in a private chat with the bot, over the real wire, by long polling."""

from __future__ import annotations

import asyncio

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SendMessage
from sqlalchemy import select

from dialogs.flows.state import Draft
from handlers.channels.telegram import CHANNEL
from handlers.channels.telegram.api import ChatGone, meaning
from storage.audit.verify import verify
from storage.conversations.conversations import conversation_id, load_state
from storage.conversations.transcript import last_messages
from storage.tables.core import threads
from tests.telegram.server import TelegramServer
from tests.telegram.users import User
from tests.telegram_channel.conftest import TOKEN, Open, Shop

STORY = "The blender I bought stopped working after a week"


def draft_of(shop: Shop, user: User) -> Draft:
    with shop.database.read() as conn:
        state = load_state(conn, conversation_id(CHANNEL, str(shop.bot.id), str(user.id)))
    assert state is not None
    assert state.intake.draft is not None
    return state.intake.draft


async def test_a_story_is_answered_and_the_update_confirmed(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.says(shop.bot, STORY)
    await anna.sees(shop.bot, "I'm the complaints assistant")
    await anna.sees(shop.bot, "faulty")
    await shop.settled()
    assert shop.states() == ["sent", "sent"]


async def test_start_greets_in_the_language_of_the_customer_s_telegram(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="zh-hans")
    await anna.starts(shop.bot, "c4mp41gn")
    await anna.sees(shop.bot, shop.words("zh", "notice.privacy"))
    assert shop.transcript(anna)[0].text == "/start"


async def test_a_tap_is_answered_and_its_buttons_die(
    shop: Shop, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.channels.telegram.reception.TWICE", 0.0)
    anna = telegram.user("Anna", language="en")
    await anna.says(shop.bot, "My parcel is five days late")
    asked = await anna.sees(shop.bot, lambda message: "I don't have it" in message.titles)
    tap = await anna.taps("I don't have it", shop.bot)
    await tap.answered()
    await anna.sees(shop.bot, lambda message: message.id > asked.id)
    edited = await anna.sees(shop.bot, lambda message: message.id == asked.id)
    assert edited.titles == ()
    late = anna.presses(asked, asked.buttons[0]["callback_data"])
    await anna.sees(shop.bot, shop.words("en", "button.stale"))
    await late.answered()


async def test_a_button_tapped_twice_in_impatience_is_answered_once(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.says(shop.bot, "My blender broke")
    asked = await anna.sees(shop.bot, lambda message: bool(message.titles))
    taps = [anna.presses(asked, asked.buttons[0]["callback_data"]) for _ in range(3)]
    for tap in taps:
        await tap.answered()
    await shop.settled()
    said = [each.text for each in shop.transcript(anna) if each.author == "bot" and each.seq > 3]
    assert len(said) == 1
    assert shop.words("en", "button.stale") not in said[0]


async def test_typed_answers_let_buttons_die_too(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.says(shop.bot, "My parcel is five days late")
    asked = await anna.sees(shop.bot, lambda message: "I don't have it" in message.titles)
    await anna.says(shop.bot, "AM2611180042")
    edited = await anna.sees(shop.bot, lambda message: message.id == asked.id)
    assert edited.titles == ()


async def test_a_question_that_is_put_again_takes_its_buttons_along(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.says(shop.bot, "My parcel is five days late")
    asked = await anna.sees(shop.bot, lambda message: "I don't have it" in message.titles)
    await anna.sends_sticker(shop.bot)
    again = await anna.sees(shop.bot, lambda message: message.id > asked.id and "I don't have it" in message.titles)
    await anna.sees(shop.bot, lambda message: message.id == asked.id and message.titles == ())
    tap = await anna.taps("I don't have it", shop.bot)
    await tap.answered()
    answer = await anna.sees(shop.bot, lambda message: message.id > again.id)
    assert shop.words("en", "button.stale") not in answer.text


async def test_what_follows_a_command_is_heard_and_stands_as_it_was_written(
    shop: Shop, telegram: TelegramServer
) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.says(shop.bot, "/new my kettle is leaking")
    await anna.sees(shop.bot, "faulty")
    await anna.says(shop.bot, "/human I have waited for three days")
    await anna.sees(shop.bot, "colleague")
    await shop.settled()
    assert draft_of(shop, anna).record.story == "my kettle is leaking\nI have waited for three days"
    said = [each.text for each in shop.transcript(anna) if each.author == "customer"]
    assert said == ["/new my kettle is leaking", "/human I have waited for three days"]


async def test_a_forged_button_does_nothing_but_say_so(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.says(shop.bot, "My parcel is five days late")
    asked = await anna.sees(shop.bot, lambda message: bool(message.titles))
    anna.presses(asked, "~000000000000")
    await anna.sees(shop.bot, shop.words("en", "button.stale"))


async def test_commands_work_and_stand_in_the_menu_of_each_language(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.says(shop.bot, "/status")
    await anna.sees(shop.bot, shop.words("en", "status.none"))
    await anna.says(shop.bot, "/privacy")
    await anna.sees(shop.bot, shop.words("en", "answer.privacy"))
    await anna.says(shop.bot, "/language")
    await anna.sees(shop.bot, shop.words("en", "ask.language"))
    await (await anna.taps("中文", shop.bot)).answered()
    await anna.sees(shop.bot, shop.words("zh", "language.set"))
    assert {language for _, language in shop.bot.commands} == {"", "en", "es", "zh"}
    menus = [[each["command"] for each in menu] for menu in shop.bot.commands.values()]
    assert ["start", "new", "status", "human", "language", "help", "privacy"] in menus


async def test_the_customer_s_own_number_is_shared_by_a_key(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.says(shop.bot, "My parcel AM2611180042 should have come last Tuesday, I want a refund")
    both = await anna.sees(shop.bot, shop.words("en", "ask_both.name"))
    assert both.titles == ()
    await anna.says(shop.bot, "Anna Smith")
    asked = await anna.sees(shop.bot, shop.words("en", "ask.contact"))
    assert asked.titles == ()
    await anna.chooses(shop.words("en", "telegram.share_contact"))
    await anna.sees(shop.bot, "+4930123456")


async def test_a_photo_with_words_is_kept_with_the_complaint(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.sends_photo(shop.bot, caption=STORY)
    await anna.sees(shop.bot, "arrived safely")
    said = shop.transcript(anna)[0]
    assert said.text == STORY
    assert [file.media_type for file in said.files] == ["image/jpeg"]


async def test_an_album_is_one_message_with_many_files(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    jpeg = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200)
    await anna.sends_album(shop.bot, [jpeg + bytes([n]) for n in range(3)], caption=STORY)
    await anna.sees(shop.bot, "3 so far")
    await anna.sees_nothing(shop.bot, 1)
    parts = [message for message in shop.transcript(anna) if message.author == "customer"]
    assert [len(part.files) for part in parts] == [1, 1, 1]
    assert len({part.album for part in parts}) == 1


async def test_words_after_an_album_are_answered_after_it(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    jpeg = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200)
    await anna.sends_album(shop.bot, [jpeg + bytes([n]) for n in range(2)], caption=STORY)
    await anna.says(shop.bot, "/status")
    await anna.sees(shop.bot, "2 so far")
    await anna.sees(shop.bot, shop.words("en", "status.draft_only"))


async def test_a_file_that_is_too_large_or_of_a_wrong_kind_is_regretted(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.sends_document(shop.bot, name="film.mp4", size=30 * 1024 * 1024)
    await anna.sees(shop.bot, shop.words("en", "files.refused_size", name="film.mp4", largest=20))
    await anna.sends_document(shop.bot, b"\x7fELF\x02\x01\x01" + bytes(200), name="program")
    await anna.sees(shop.bot, shop.words("en", "files.refused_type", name="program"))


async def test_voice_places_and_stickers_are_all_answered(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.sends_voice(shop.bot)
    await anna.sees(shop.bot, "arrived safely")
    await anna.sends_sticker(shop.bot)
    await anna.sees(shop.bot, shop.words("en", "telegram.sticker"))
    await anna.sends_location(shop.bot)
    await anna.sees(shop.bot)
    assert shop.transcript(anna)[-2].text.startswith("📍")


async def test_an_edit_keeps_both_versions(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    said = await anna.says(shop.bot, "My parcel is five days late")
    await anna.sees(shop.bot, lambda message: bool(message.titles))
    await anna.edits(said, "My parcel AM2611180042 is six days late")
    await anna.sees(shop.bot, "AM2611180042")
    versions = [(each.text, each.edits) for each in shop.transcript(anna) if each.author == "customer"]
    assert versions == [("My parcel is five days late", 0), ("My parcel AM2611180042 is six days late", 1)]
    await anna.edits(said, "My parcel AM2611180043 is six days late")
    await anna.sees(shop.bot, "AM2611180043")
    assert [each.edits for each in shop.transcript(anna) if each.author == "customer"] == [0, 1, 1]
    assert draft_of(shop, anna).record.order_number == "AM2611180043"
    assert draft_of(shop, anna).record.story == "My parcel AM2611180043 is six days late"
    with shop.database.read() as conn:
        assert list(verify(conn, b"telegram")) == []


async def test_an_edit_that_changes_nothing_does_nothing(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    said = await anna.says(shop.bot, "My parcel is five days late")
    await anna.sees(shop.bot, lambda message: bool(message.titles))
    before = shop.transcript(anna)
    await anna.edits(said, "My parcel is five days late")
    await anna.sees_nothing(shop.bot, 0.5)
    assert shop.transcript(anna) == before
    await anna.edits(said, "My parcel is nine days late")
    await anna.sees(shop.bot, shop.words("en", "edited"))
    await anna.edits(said, "My parcel is five days late")
    await anna.sees(shop.bot, shop.words("en", "edited"))


async def test_an_edit_of_what_we_never_saw_is_a_new_message(open_shop: Open, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    bot = telegram.bot(TOKEN, "Amends")
    said = await anna.says(bot, "hello")
    bot.updates.waiting.clear()
    async with open_shop() as shop:
        await anna.edits(said, STORY)
        await anna.sees(shop.bot, "faulty")
        first = shop.transcript(anna)[0]
        assert (first.text, first.edits) == (STORY, 0)


async def test_markup_in_anyone_s_words_is_only_words(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.says(shop.bot, "My parcel AM2611180042 should have come last Tuesday, I want a refund")
    await anna.sees(shop.bot, shop.words("en", "ask_both.name"))
    await anna.says(shop.bot, "My name is Anna <b>*_[x](y)")
    await anna.sees(shop.bot)
    await shop.settled()
    assert set(shop.states()) == {"sent"}
    assert all("parse_mode" not in call.fields for call in telegram.calls("sendMessage"))


async def test_a_group_is_shown_the_way_and_nothing_of_it_is_kept(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.starts(shop.bot)
    await anna.sees(shop.bot)
    group = telegram.group("Neighbours", anna, shop.bot)
    await anna.says(group, "/help my parcel is late")
    shown = await anna.sees(group, shop.words("en", "telegram.private_only"))
    assert shown.buttons[0]["url"] == f"https://t.me/{shop.bot.username}"
    await anna.says(group, "just between us")
    await anna.says(group, "/help again")
    await anna.sees_nothing(group, 0.5)
    of_id = conversation_id(CHANNEL, str(shop.bot.id), str(group.id))
    with shop.database.read() as conn:
        kept = last_messages(conn, of_id)
    assert [(message.author, message.text) for message in kept] == [("bot", shown.text)]
    assert shop.states() == ["sent"] * 3


async def test_in_a_forum_the_answer_comes_in_the_topic_it_was_called_in(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    forum = telegram.group("Neighbours", anna, shop.bot, forum=True)
    topic = anna.opens_topic(forum, "Shopping")
    await anna.says(topic, "/help my parcel is late")
    await anna.sees(topic, shop.words("en", "telegram.private_only"))
    await anna.says(topic, "/weather tomorrow")
    await anna.says(forum, "/help")
    await shop.settled()
    said = [message.thread for message in anna.screen(forum) if message.sender == shop.bot.id]
    assert said == [topic.thread, None]


async def test_whoever_blocks_the_bot_goes_to_a_person_once(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.says(shop.bot, STORY)
    await anna.sees(shop.bot, "faulty")
    anna.blocks(shop.bot)
    await shop.settled()
    with shop.database.read() as conn:
        assert list(conn.scalars(select(threads.c.reason))) == ["customer_left"]


async def test_a_refusal_while_sending_is_dead_marked_and_told(shop: Shop, telegram: TelegramServer) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.says(shop.bot, STORY)
    await anna.sees(shop.bot, "faulty")
    await shop.settled()
    anna.deletes_account(shop.bot)
    await anna.says(shop.bot, "hello?")
    await shop.settled()
    assert shop.states() == ["dead", "sent", "sent"]
    with shop.database.read() as conn:
        assert list(conn.scalars(select(threads.c.reason))) == ["customer_left"]


def test_a_chat_that_telegram_does_not_find_any_more_is_one_that_was_left() -> None:
    asked = SendMessage(chat_id=1, text="hello")
    assert isinstance(meaning(TelegramBadRequest(asked, "Bad Request: chat not found")), ChatGone)
    assert not isinstance(meaning(TelegramBadRequest(asked, "Bad Request: message is too long")), ChatGone)


async def test_typing_is_shown_while_we_think(open_shop, telegram: TelegramServer, understanding) -> None:  # type: ignore[no-untyped-def]
    class Slow:
        def read(self, utterances):  # type: ignore[no-untyped-def]
            import time

            time.sleep(0.7)
            return understanding.read(utterances)

    async with open_shop(understanding=Slow()) as shop:
        anna = telegram.user("Anna", language="en")
        await anna.says(shop.bot, STORY)
        await anna.sees_action(shop.bot)
        await anna.sees(shop.bot, "faulty")


async def test_no_call_and_no_log_holds_the_token(shop: Shop, telegram: TelegramServer, capfd) -> None:  # type: ignore[no-untyped-def]
    anna = telegram.user("Anna", language="en")
    telegram.disturbs("reset", method="sendMessage", times=1)
    await anna.says(shop.bot, STORY)
    await shop.settled()
    await asyncio.sleep(0)
    heard = capfd.readouterr()
    assert "nobody-may-see" not in heard.out + heard.err
    assert shop.states().count("unknown") == 1
