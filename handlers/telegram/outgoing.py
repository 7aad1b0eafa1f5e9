"""A message of the outbox, sent to a customer's chat: plain text, buttons below it, older buttons taken away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from aiogram.methods import EditMessageReplyMarkup, SendMessage
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from dialogs.flows.groups import PRIVATE_CHAT
from dialogs.playbooks.playbook import Playbook
from handlers.delivery import DeliveryError, NotSent, Refused, RetryAfter, Unknown
from handlers.telegram.api import Api, Gone, Moved, explained
from handlers.telegram.layout import parts, rows
from storage.database import Database
from storage.outbox import Earlier, Outgoing, sent_before

PACE = 1.0
"""Seconds between the parts of a long message, as between any two messages of a chat."""
LONGEST_PAUSE = 20.0
"""Seconds that a half-sent message may wait for the rest of it; its claim lasts for a minute."""

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None

_SHARES = {"contact": "telegram.share_contact", "place_or_page": "telegram.share_location"}
"""What the messenger can share by itself when it is asked for, and the words on that button."""

_log = structlog.get_logger("amends.telegram")


class Sender:
    """Sends for one bot. `gone` is told of a customer who cannot be reached any more."""

    def __init__(
        self,
        api: Api,
        database: Database,
        playbook: Playbook,
        gone: Callable[[Outgoing], Awaitable[None]],
        *,
        pace: float = PACE,
    ) -> None:
        self._api = api
        self._database = database
        self._playbook = playbook
        self._gone = gone
        self._pace = pace
        self._tidying: set[asyncio.Task[None]] = set()

    async def send(self, outgoing: Outgoing) -> str:
        """Send one message; the receipt is Telegram's numbers of its parts. Raises `DeliveryError`."""
        if outgoing.account != self._api.account:
            raise Refused("this chat belongs to another bot")
        earlier = await asyncio.to_thread(self._earlier, outgoing)
        try:
            receipt = await self._sent(int(outgoing.chat), outgoing, self._markup(outgoing, earlier))
        except Gone:
            await self._gone(outgoing)
            raise
        if earlier and earlier.has_buttons:
            # Beside, for the message has arrived, and whatever is still to come must not put that in doubt.
            self._beside(self._take_buttons_away(outgoing, earlier))
        return receipt

    async def close(self) -> None:
        """End what is done beside."""
        for task in self._tidying:
            task.cancel()
        await asyncio.gather(*self._tidying, return_exceptions=True)

    def _beside(self, tidying: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(tidying)
        self._tidying.add(task)
        task.add_done_callback(self._tidying.discard)

    def _earlier(self, outgoing: Outgoing) -> Earlier | None:
        with self._database.read() as conn:
            return sent_before(conn, outgoing.conversation_id, outgoing.message.seq)

    async def _sent(self, chat: int, outgoing: Outgoing, markup: Markup) -> str:
        """All parts of a message; the last one carries the buttons. A chat that moved is followed once."""
        texts = parts(outgoing.message.text) or ["…"]
        receipts: list[str] = []
        for place, text in enumerate(texts, 1):
            last = place == len(texts)
            try:
                receipts.append(await self._part(chat, text, markup if last else None, begun=bool(receipts)))
            except Moved as moved:
                chat = moved.chat
                receipts.append(await self._part(chat, text, markup if last else None, begun=bool(receipts)))
        return ",".join(receipts)

    async def _part(self, chat: int, text: str, markup: Markup, *, begun: bool) -> str:
        """One part. Once another has left, sending the whole again would say it twice: that is `Unknown`."""
        if not begun:
            return await self._message(chat, text, markup)
        await asyncio.sleep(self._pace)
        try:
            try:
                return await self._message(chat, text, markup)
            except RetryAfter as pause:
                if pause.seconds > LONGEST_PAUSE:
                    raise
                await asyncio.sleep(pause.seconds)
                return await self._message(chat, text, markup)
        except DeliveryError as error:
            raise Unknown(f"only a part arrived: {type(error).__name__}") from None

    async def _message(self, chat: int, text: str, markup: Markup) -> str:
        # No parse mode: what customers and playbooks write is shown as it stands, whatever signs are in it.
        quiet = LinkPreviewOptions(is_disabled=True)
        method = SendMessage(chat_id=chat, text=text, parse_mode=None, reply_markup=markup, link_preview_options=quiet)
        return str((await self._api.call(method)).message_id)

    def _markup(self, outgoing: Outgoing, earlier: Earlier | None) -> Markup:
        message = outgoing.message
        if message.asks == PRIVATE_CHAT:
            return self._way(outgoing)
        if message.asks in _SHARES:
            words = self._playbook.words(outgoing.language).say(_SHARES[message.asks])
            return _sharing(words, message.asks == "contact", [button.title for button in message.buttons])
        if message.buttons:
            laid = [
                [InlineKeyboardButton(text=button.title, callback_data=button.id) for button in row]
                for row in rows(message.buttons)
            ]
            return InlineKeyboardMarkup(inline_keyboard=laid)
        return ReplyKeyboardRemove(remove_keyboard=True) if earlier and earlier.asks in _SHARES else None

    def _way(self, outgoing: Outgoing) -> InlineKeyboardMarkup:
        """The link from a group to a chat of one's own."""
        if not self._api.username:
            raise NotSent("Telegram has not told the bot's name yet")
        words = self._playbook.words(outgoing.language).say("telegram.open_private")
        link = InlineKeyboardButton(text=words, url=f"https://t.me/{self._api.username}")
        return InlineKeyboardMarkup(inline_keyboard=[[link]])

    async def _take_buttons_away(self, outgoing: Outgoing, earlier: Earlier) -> None:
        """An answered question's buttons die. It is tidying only: the flow knows stale buttons anyway."""
        if earlier.asks in _SHARES:
            return
        number = int(earlier.receipt.rpartition(",")[2])
        try:
            await self._api.call(EditMessageReplyMarkup(chat_id=int(outgoing.chat), message_id=number))
        except DeliveryError as error:
            _log.debug("buttons_stay", **explained(error))


def _sharing(words: str, is_contact: bool, titles: list[str]) -> ReplyKeyboardMarkup:
    """A keyboard that shares a phone number or a place at a touch; the other choices lie below as words."""
    share = KeyboardButton(text=words, request_contact=is_contact or None, request_location=(not is_contact) or None)
    keys = [[share], *([KeyboardButton(text=title)] for title in titles)]
    return ReplyKeyboardMarkup(keyboard=keys, resize_keyboard=True, one_time_keyboard=True)
