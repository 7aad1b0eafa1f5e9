"""Calls to the Bot API, and what their failures mean to whoever delivers.

Once Telegram has asked for a pause, nothing leaves before it is over: not a message, not a typing
mark, not an edit. No error that leaves here holds an address, for the bot's token is part of it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import IO, Any, TypeVar

import msgspec
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import Response, TelegramMethod
from aiogram.types import File, Message, User
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from engine.delivery import ChannelRefused, NotSent, OutcomeUnknown, RetryAfter

T = TypeVar("T")

PATIENCE = 20
"""Seconds that Telegram may take to answer. Well under a claim's lease."""
MOST = 30
SECOND = 1.02
"""Telegram takes thirty messages and edits a second; its second may begin a little later than ours."""
SAYING = ("send", "edit")
NO_CHAT = "chat not found"
_RAW = list[dict[str, Any]]
_ANSWERS = [Response[each] for each in (bool, Message, Message | bool, File, User, _RAW)]  # type: ignore[valid-type]
"""Held, for aiogram asks for the model of an answer at each call, and pydantic forgets those that nobody holds."""


class TokenRefused(NotSent):
    """The token is no bot's, or not any more. What waits can be sent once an operator has put that right."""


class ChatGone(ChannelRefused):
    """The customer blocked the bot, or their account is no more."""


class ChatMoved(ChannelRefused):
    """The chat has another id now."""

    def __init__(self, chat: int) -> None:
        super().__init__("the chat has moved")
        self.chat = chat


class BotApi:
    """One bot's calls. `server` is the address of a Bot API server; empty for Telegram's own."""

    def __init__(self, token: str, server: str = "", *, clock: Callable[[], float] = time.monotonic) -> None:
        place = TelegramAPIServer.from_base(server) if server else PRODUCTION
        self.bot = Bot(token, session=AiohttpSession(api=place, timeout=PATIENCE, json_loads=msgspec.json.decode))
        self.username = ""
        self._clock = clock
        self._paused_until = 0.0
        self._sent: deque[float] = deque()

    @property
    def account(self) -> str:
        """The bot's own number, which names the inbox."""
        return str(self.bot.id)

    async def call(self, method: TelegramMethod[T], patience: int = PATIENCE) -> T:
        """Make one call; the answer may take `patience` seconds. Raises `DeliveryError`."""
        if method.__api_method__.startswith(SAYING) and method.__api_method__ != "sendChatAction":
            await self._take_room()
        left = self._paused_until - self._clock()
        if left > 0:
            raise RetryAfter(left)
        try:
            return await self.bot(method, request_timeout=patience)
        except TelegramRetryAfter as pause:
            self._paused_until = self._clock() + pause.retry_after
            raise RetryAfter(pause.retry_after) from None
        except AiogramError as error:
            raise meaning(error) from None

    async def room(self) -> None:
        """Wait until fewer than `MOST` messages and edits left within the last second."""
        while True:
            now = self._clock()
            while self._sent and self._sent[0] <= now - SECOND:
                self._sent.popleft()
            if len(self._sent) < MOST:
                return
            await asyncio.sleep(self._sent[0] + SECOND - now)

    async def _take_room(self) -> None:
        await self.room()
        self._sent.append(self._clock())

    async def fetch(self, path: str, most: int, into: IO[bytes]) -> bool:
        """Write a file, by the path that `getFile` gave, as it comes; whether it has at most `most` bytes.

        Raises OSError when it cannot be written.
        """
        session = self.bot.session
        url = session.api.file_url(self.bot.token, path)
        left = most
        async for chunk in session.stream_content(url, timeout=PATIENCE, raise_for_status=True):
            left -= len(chunk)
            if left < 0:
                return False
            into.write(chunk)
        return True

    async def close(self) -> None:
        await self.bot.session.close()


def meaning(error: AiogramError) -> Exception:
    """What a failed call means for the message it carried."""
    match error:
        case TelegramMigrateToChat(migrate_to_chat_id=chat):
            return ChatMoved(chat)
        case TelegramForbiddenError():
            return ChatGone(said(error))
        case TelegramBadRequest() if NO_CHAT in error.message:
            return ChatGone(said(error))
        case TelegramEntityTooLarge() | TelegramBadRequest() | TelegramNotFound():
            return ChannelRefused(said(error))
        case TelegramUnauthorizedError():
            return TokenRefused(said(error))
        case TelegramConflictError():
            return NotSent(said(error))
        case TelegramNetworkError() if never_left(error):
            return NotSent(type(error.__cause__).__name__)
    return OutcomeUnknown(type(error.__cause__ or error).__name__)


def never_left(error: TelegramNetworkError) -> bool:
    """Whether there was no connection, so that nothing can have arrived."""
    return isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)


def said(error: AiogramError) -> str:
    """Telegram's own words, which name neither the token nor what the message said."""
    return error.message[:160] if isinstance(error, TelegramAPIError) else type(error).__name__


def explained(error: Exception) -> dict[str, Any]:
    """What may be logged of a failure."""
    return {
        "error": type(error).__name__,
        "reason": str(error)[:160] if isinstance(error, ChannelRefused | NotSent) else "",
    }
