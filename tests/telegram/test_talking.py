"""Users talk with bots written in either library; everything that passes is checked on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiogram
import pytest
import telegram as ptb
from aiogram import F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from tests.telegram.screen import NotSeen
from tests.telegram.server import TelegramServer
from tests.telegram.world import Bot


@asynccontextmanager
async def aiogram_bot(server: TelegramServer, token: str) -> AsyncIterator[None]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    bot, dispatcher = aiogram.Bot(token, session=session), aiogram.Dispatcher()

    @dispatcher.message(F.text)
    async def listened(message: Message) -> None:
        await bot.send_chat_action(message.chat.id, "typing")
        button = InlineKeyboardButton(text="退款", callback_data="refund")
        keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
        await message.reply(f"Sorry about <b>{message.text}</b>", parse_mode="HTML", reply_markup=keyboard)

    @dispatcher.message(F.photo)
    async def looked(message: Message) -> None:
        assert message.photo
        fetched = await bot.download(message.photo[-1].file_id)
        assert fetched
        await message.answer_document(BufferedInputFile(fetched.read(), "back.jpg"), caption="here it is again")

    @dispatcher.edited_message()
    async def corrected(message: Message) -> None:
        await message.react([aiogram.types.ReactionTypeEmoji(emoji="👌")])

    @dispatcher.callback_query()
    async def tapped(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.message.edit_text("A refund it is")
        await query.answer("noted")

    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, polling_timeout=2))
    yield
    await dispatcher.stop_polling()
    await polling


@asynccontextmanager
async def ptb_bot(server: TelegramServer, token: str) -> AsyncIterator[None]:
    made = Application.builder().token(token).base_url(f"{server.url}/bot").base_file_url(f"{server.url}/file/bot")
    app: Any = made.build()

    async def listened(update: ptb.Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        assert message
        await message.reply_chat_action("typing")
        keyboard = ptb.InlineKeyboardMarkup([[ptb.InlineKeyboardButton("退款", callback_data="refund")]])
        text = f"Sorry about <b>{message.text}</b>"
        await message.reply_text(text, parse_mode="HTML", reply_markup=keyboard, do_quote=True)

    async def looked(update: ptb.Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message
        fetched = await (await update.message.photo[-1].get_file()).download_as_bytearray()
        await update.message.reply_document(bytes(fetched), filename="back.jpg", caption="here it is again")

    async def corrected(update: ptb.Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.edited_message
        await update.edited_message.set_reaction("👌")

    async def tapped(update: ptb.Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query
        await update.callback_query.edit_message_text("A refund it is")
        await update.callback_query.answer("noted")

    app.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, corrected))
    app.add_handler(MessageHandler(filters.TEXT, listened))
    app.add_handler(MessageHandler(filters.PHOTO, looked))
    app.add_handler(CallbackQueryHandler(tapped))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app)
        await app.start()
        await app.updater.start_polling(timeout=2)
        stack.push_async_callback(app.stop)
        stack.push_async_callback(app.updater.stop)
        yield


@pytest.fixture(params=[aiogram_bot, ptb_bot], ids=["aiogram", "python-telegram-bot"])
async def answering(request: pytest.FixtureRequest, telegram: TelegramServer, bot: Bot) -> AsyncIterator[Bot]:
    async with request.param(telegram, bot.token):
        yield bot


async def test_a_customer_speaks_taps_and_sees_the_answer(telegram: TelegramServer, answering: Bot) -> None:
    anna = telegram.user("安娜", language="zh")
    said = await anna.says(answering, "一只坏杯子 ☕️")
    await anna.sees_action(answering, "typing")
    seen = await anna.sees(answering, "Sorry")
    assert seen.text == "Sorry about 一只坏杯子 ☕️"
    assert seen.raw["entities"] == [{"type": "bold", "offset": 12, "length": 8}]
    assert seen.raw["reply_to_message"]["message_id"] == said.id
    tap = await anna.taps("退款")
    assert (await tap.answered()).text == "noted"
    edited = await anna.sees(answering, "A refund it is")
    assert edited.id == seen.id
    assert not edited.buttons


async def test_a_photo_goes_up_and_comes_down_whole(telegram: TelegramServer, answering: Bot) -> None:
    anna, data = telegram.user("Anna"), bytes(range(256)) * 3000
    await anna.sends_photo(answering, data)
    seen = await anna.sees(answering, "here it is again", within=10)
    assert telegram.file(seen).data == data
    assert seen.raw["document"]["file_name"] == "back.jpg"


async def test_a_correction_is_seen_and_gets_a_reaction(telegram: TelegramServer, answering: Bot) -> None:
    anna = telegram.user("Anna")
    said = await anna.says(answering, "the read cup")
    await anna.sees(answering, "read cup")
    await anna.edits(said, "the red cup")
    assert (await anna.sees_reaction(answering, "👌")).text == "the red cup"


async def test_what_does_not_come_fails_with_what_did(telegram: TelegramServer, answering: Bot) -> None:
    anna = telegram.user("Anna")
    await anna.says(answering, "hello")
    with pytest.raises(NotSeen, match="Sorry about hello"):
        await anna.sees(answering, "goodbye", within=0.5)
    with pytest.raises(NotSeen, match="退款"):
        await anna.taps("Refund", within=0.1)


async def test_two_users_and_two_bots_do_not_mix(telegram: TelegramServer, answering: Bot) -> None:
    other = telegram.bot("456:def", name="Other")
    anna, ben = telegram.user("Anna"), telegram.user("Ben")
    await anna.says(answering, "I am Anna")
    await ben.says(answering, "I am Ben")
    await ben.says(other, "nobody is there")
    await anna.sees(answering, "I am Anna")
    await ben.sees(answering, "I am Ben")
    assert [message.text for message in anna.screen(answering)] == ["I am Anna", "Sorry about I am Anna"]
    same = await ben.edits(await ben.says(other, "one more"), "one less")
    assert [message.text for message in ben.screen(other)] == ["nobody is there", same.text]
