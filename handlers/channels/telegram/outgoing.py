"""A message of the outbox, sent to a chat: plain text, files, buttons below it, older buttons taken away."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from aiogram.methods import EditMessageReplyMarkup, SendChatAction, TelegramMethod
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from complaints.record import Attachment
from dialogs.flows.session.groups import PRIVATE_CHAT
from dialogs.flows.state import Controller, offer_tapped
from dialogs.playbooks.playbook import Playbook
from engine.delivery import ChannelRefused, DeliveryError, NotSent, OutcomeUnknown, RetryAfter
from handlers.channels.telegram.api import PATIENCE, BotApi, ChatGone, ChatMoved, explained
from handlers.channels.telegram.layout import rows
from handlers.channels.telegram.pieces import LARGEST_FILE, MEGABYTE, TelegramPiece, pieces
from storage.cases.surveys import ASKS
from storage.conversations.conversations import load_state
from storage.conversations.transcript import Author
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.delivery.outbox import Earlier, Outgoing, sent_before
from storage.files.attachments import FileStore

PACE = 1.0
"""Seconds between the parts of a long message, as between any two messages of a chat."""
UPLOADING = 40
"""Seconds that Telegram may take to answer where files are sent. Its claim lasts for a minute."""
LONGEST_PAUSE = 20.0
"""Seconds that a half-sent message may wait for the rest of it; its claim lasts for a minute."""

REMEMBERED = 10_000
"""Of so many chats it is remembered which buttons still stand above the last message."""

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None

_SHOWN = (InlineKeyboardMarkup, ReplyKeyboardMarkup)
_SHARES = {"contact": "telegram.share_contact", "place_or_page": "telegram.share_location"}
"""What the messenger can share by itself when it is asked for, and the words on that button."""

_log = structlog.get_logger("amends.telegram")


@dataclass(frozen=True, slots=True)
class ChatTopic:
    """Where a message goes: a chat, or one topic of a forum."""

    chat: int
    topic: int | None = None

    @classmethod
    def of(cls, outgoing: Outgoing) -> ChatTopic:
        """What `Incoming.place` named."""
        chat, _, topic = outgoing.chat.partition("/")
        return cls(int(chat), int(topic) if topic else None)


class Sender:
    """Sends for one bot. `gone` is told of a customer who cannot be reached any more."""

    def __init__(
        self,
        api: BotApi,
        database: Database,
        playbook: Playbook,
        files: FileStore,
        gone: Callable[[Outgoing], Awaitable[None]],
        *,
        pace: float = PACE,
    ) -> None:
        self._api = api
        self._database = database
        self._playbook = playbook
        self._files = files
        self._gone = gone
        self._pace = pace
        self._tidying: set[asyncio.Task[None]] = set()
        self._standing: OrderedDict[str, tuple[Earlier, ...]] = OrderedDict()

    async def send(self, outgoing: Outgoing) -> str:
        """Send one message; the receipt is Telegram's numbers of its parts. Raises `DeliveryError`."""
        if outgoing.account != self._api.account:
            raise ChannelRefused("this chat belongs to another bot")
        earlier = await asyncio.to_thread(self._earlier, outgoing)
        try:
            receipt = await self._sent(outgoing, self._markup(outgoing))
        except ChatGone:
            await self._gone(outgoing)
            raise
        standing = self._standing.pop(outgoing.conversation_id, ())
        shown = (
            (*standing, earlier)
            if earlier and earlier.buttons and not _shared(earlier.asks, earlier.also)
            else standing
        )
        if shown:
            # Beside, for the message has arrived, and whatever is still to come must not put that in doubt.
            self._beside(self._tidy(outgoing, shown))
        return receipt

    def typing(self, account: str, chat: str) -> None:
        """Somebody is writing to them: a courtesy that Telegram shows for five seconds."""
        if account == self._api.account:
            self._beside(self._show_typing(int(chat)))

    async def _show_typing(self, chat: int) -> None:
        with suppress(DeliveryError):
            await self._api.call(SendChatAction(chat_id=chat, action="typing"))

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

    async def _sent(self, outgoing: Outgoing, markup: Markup) -> str:
        """All pieces of a message; the last one carries the buttons. A chat that moved is followed once."""
        message, receipts, place = outgoing.message, list[str](), ChatTopic.of(outgoing)
        self._check(message.files)
        calls = pieces(self._said(outgoing), message.files, has_buttons=isinstance(markup, _SHOWN))
        for number, piece in enumerate(calls, 1):
            hung = markup if number == len(calls) and piece.takes_buttons else None
            try:
                receipts += await self._piece(place, piece, hung, begun=bool(receipts))
            except ChatMoved as moved:
                place = ChatTopic(moved.chat)
                receipts += await self._piece(place, piece, hung, begun=bool(receipts))
        return ",".join(receipts)

    def _said(self, outgoing: Outgoing) -> str:
        """The text; a colleague's begins with their name, for all that comes here comes from the bot's account."""
        message = outgoing.message
        if message.author != Author.AGENT or not message.by or not message.text:
            return message.text
        words = self._playbook.words(outgoing.language)
        return words.say("telegram.colleague", name=message.by, text=message.text)

    def _check(self, files: Sequence[Attachment]) -> None:
        """Nothing is begun that cannot be brought to its end."""
        for file in files:
            if file.size > LARGEST_FILE:
                raise ChannelRefused(f"Telegram takes files up to {LARGEST_FILE // MEGABYTE} MB")
            if not self._files.path(file.digest).exists():
                raise ChannelRefused("a file of this message is not kept here any more")

    async def _piece(self, place: ChatTopic, piece: TelegramPiece, markup: Markup, *, begun: bool) -> list[str]:
        """One piece. Once another has left, sending the whole again would say it twice: that is `OutcomeUnknown`."""
        if not begun:
            return await self._call(place, piece, markup)
        await asyncio.sleep(self._pace)
        try:
            try:
                return await self._call(place, piece, markup)
            except RetryAfter as pause:
                if pause.seconds > LONGEST_PAUSE:
                    raise
                await asyncio.sleep(pause.seconds)
                return await self._call(place, piece, markup)
        except DeliveryError as error:
            raise OutcomeUnknown(f"only a part arrived: {type(error).__name__}") from None

    async def _call(self, place: ChatTopic, piece: TelegramPiece, markup: Markup) -> list[str]:
        """The numbers Telegram gave it. Photos that it finds too long or too wide go as documents."""
        try:
            return await self._made(place, piece, markup)
        except (ChatGone, ChatMoved):
            raise
        except ChannelRefused:
            if not piece.photos:
                raise
            return await self._made(place, piece.as_documents(), markup)

    async def _made(self, place: ChatTopic, piece: TelegramPiece, markup: Markup) -> list[str]:
        method: TelegramMethod[Any] = piece.method(place.chat, self._files.path)
        added = {"reply_markup": markup, "message_thread_id": place.topic}
        method = method.model_copy(update={name: value for name, value in added.items() if value is not None})
        made: Any = await self._api.call(method, patience=UPLOADING if piece.files else PATIENCE)
        return [str(each.message_id) for each in (made if isinstance(made, list) else [made])]

    def _markup(self, outgoing: Outgoing) -> Markup:
        message = outgoing.message
        if message.asks == PRIVATE_CHAT:
            return self._way(outgoing)
        if shared := _shared(message.asks, message.heard.also):
            words = self._playbook.words(outgoing.language).say(_SHARES[shared])
            return _sharing(words, shared == "contact", [button.title for button in message.buttons])
        if message.buttons:
            laid = [
                [InlineKeyboardButton(text=button.title, callback_data=button.id) for button in row]
                for row in rows(message.buttons)
            ]
            return InlineKeyboardMarkup(inline_keyboard=laid)
        # Also where no key is up any more: an answer may have been typed, and buttons have come since.
        return ReplyKeyboardRemove(remove_keyboard=True)

    def _way(self, outgoing: Outgoing) -> InlineKeyboardMarkup:
        """The link from a group to a chat of one's own."""
        if not self._api.username:
            raise NotSent("Telegram has not told the bot's name yet")
        words = self._playbook.words(outgoing.language).say("telegram.open_private")
        link = InlineKeyboardButton(text=words, url=f"https://t.me/{self._api.username}")
        return InlineKeyboardMarkup(inline_keyboard=[[link]])

    async def _tidy(self, outgoing: Outgoing, shown: Sequence[Earlier]) -> None:
        """Take the buttons of what was answered away. A question that is still open keeps its own."""
        if not outgoing.message.buttons or ASKS in (outgoing.message.asks, *(each.asks for each in shown)):
            try:
                live = await asyncio.to_thread(self._live, outgoing.conversation_id, shown)
            except Unavailable:
                live = tuple(shown)
            shown = [each for each in shown if each not in live]
            self._remember(outgoing.conversation_id, live)
        for each in shown:
            await self._take_buttons_away(outgoing, each)

    def _live(self, conversation: str, shown: Sequence[Earlier]) -> tuple[Earlier, ...]:
        """Those whose buttons would still be heeded. While an agent has the chat none would, but for an offer's."""
        with self._database.read() as conn:
            state = load_state(conn, conversation)
        if state is None:
            return ()
        if state.controller == Controller.AGENT:
            card = state.offers.offering.offers if state.offers.offering else ()
            return tuple(each for each in shown if each.buttons[0] in {button.id for button in card})
        return tuple(each for each in shown if offer_tapped(state, each.buttons[0]))

    def _remember(self, conversation: str, standing: tuple[Earlier, ...]) -> None:
        if standing:
            self._standing[conversation] = standing
        if len(self._standing) > REMEMBERED:
            self._standing.popitem(last=False)

    async def _take_buttons_away(self, outgoing: Outgoing, earlier: Earlier) -> None:
        """It is tidying only: the flow knows stale buttons anyway."""
        number = int(earlier.receipt.rpartition(",")[2])
        try:
            await self._api.call(EditMessageReplyMarkup(chat_id=ChatTopic.of(outgoing).chat, message_id=number))
        except DeliveryError as error:
            _log.debug("buttons_stay", **explained(error))


def _shared(asks: str | None, also: Iterable[str]) -> str:
    """What a key of Telegram's own can answer, of what is asked for; or empty."""
    return next((slot for slot in (asks, *also) if slot in _SHARES), "") or ""


def _sharing(words: str, is_contact: bool, titles: list[str]) -> ReplyKeyboardMarkup:
    """A keyboard that shares a phone number or a place at a touch; the other choices lie below as words."""
    share = KeyboardButton(text=words, request_contact=is_contact or None, request_location=(not is_contact) or None)
    keys = [[share], *([KeyboardButton(text=title)] for title in titles)]
    return ReplyKeyboardMarkup(keyboard=keys, resize_keyboard=True, one_time_keyboard=True)
