"""Calls to the Bot API, and what their failures mean.

python-telegram-bot is used for its typed methods alone. No error that leaves here holds an address, for the
bot's token is part of it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity
from telegram import error as errors
from telegram.request import HTTPXRequest

from engine.delivery import ChannelRefused, DeliveryError, NotSent, OutcomeUnknown, RetryAfter
from handlers.staff_telegram.buttons import Rows
from handlers.staff_telegram.cards import StyledText

T = TypeVar("T")

PATIENCE = 20.0
"""Seconds that Telegram may take to answer."""
GRACE = 15.0
"""Seconds more than it was asked to wait that an answer to `getUpdates` may take on its way."""
MOST, MINUTE = 20, 60.5
"""Telegram takes twenty messages and edits a minute in one group; its minute may begin a little later than ours."""
APART = 1.05
"""Seconds between two messages in one chat."""
KEPT_FREE = 4
"""Of the twenty, how many are left for answers to what colleagues do."""
_GONE = ("TOPIC_DELETED", "message thread not found", "TOPIC_ID_INVALID")
_SAME = ("message is not modified", "TOPIC_NOT_MODIFIED")


class TopicGone(ChannelRefused):
    """Somebody deleted the topic."""


class NothingNew(ChannelRefused):
    """It stands there already as it should."""


class Misplaced(ChannelRefused):
    """The chat is not to be reached, or not enough rights were given: only an operator can help."""


class Pace:
    """When the group may be sent something more."""

    def __init__(self, most: int = MOST, apart: float = APART, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._apart = apart
        self._clock = clock
        self._sent: deque[float] = deque()
        self._last_message = 0.0
        self._paused_until = 0.0

    def wait(self, *, edit: bool = False, spare: int = 0) -> float:
        """Seconds until there is room, with `spare` messages left over for others."""
        now = self._clock()
        while self._sent and self._sent[0] <= now - MINUTE:
            self._sent.popleft()
        full = self._sent[spare - self._most] + MINUTE if len(self._sent) >= self._most - spare else now
        close = now if edit else self._last_message + self._apart
        return max(full, close, self._paused_until) - now

    def count(self, *, edit: bool = False) -> None:
        """Something is sent now."""
        self._sent.append(self._clock())
        if not edit:
            self._last_message = self._clock()

    def pause(self, seconds: float) -> None:
        """Telegram asked for a pause."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)


class StaffBotApi:
    """The staff bot's calls. `server` is the address of a Bot API server; empty for Telegram's own."""

    def __init__(self, token: str, server: str = "", pace: Pace | None = None) -> None:
        self.username = ""
        self.id = int(token.partition(":")[0])
        self.pace = pace or Pace()
        self._request = HTTPXRequest(
            connection_pool_size=8, read_timeout=PATIENCE, write_timeout=PATIENCE, pool_timeout=5.0
        )
        self._server = server.rstrip("/") or "https://api.telegram.org"
        self._token = token
        self.bot = Bot(
            token,
            base_url=f"{self._server}/bot",
            base_file_url=f"{self._server}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )

    async def call(self, ask: Callable[[Bot], Awaitable[T]]) -> T:
        """Make one call. Raises `DeliveryError`."""
        try:
            return await ask(self.bot)
        except errors.RetryAfter as pause:
            seconds = seconds_of(pause)
            self.pace.pause(seconds)
            raise RetryAfter(seconds) from None
        except errors.TelegramError as error:
            raise meaning(error) from None

    async def say(self, chat: int, text: StyledText, rows: Rows = (), *, topic: int = 0, reply_to: int = 0) -> int:
        """Send words; returns the message's number. A message to reply to may be gone. Raises `DeliveryError`."""
        sent = await self.call(
            lambda bot: bot.send_message(
                chat, text.words, entities=marked(text), reply_markup=keyboard(rows), message_thread_id=topic or None,
                reply_to_message_id=reply_to or None, allow_sending_without_reply=True if reply_to else None,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )  # fmt: skip
        return sent.message_id

    async def room(self) -> None:
        """Wait until the group may be sent one message more, and count it."""
        while (wait := self.pace.wait()) > 0:  # noqa: ASYNC110 - time itself is waited for
            await asyncio.sleep(wait)
        self.pace.count()

    async def updates(self, offset: int | None, wait: int, wanted: Sequence[str]) -> list[dict[str, Any]]:
        """Updates as they came, unread: one that nobody can read must not hide the others. Raises `DeliveryError`."""
        asked = {"offset": offset, "timeout": wait, "limit": 100, "allowed_updates": json.dumps(list(wanted))}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        url = f"{self._server}/bot{self._token}/getUpdates?{query}"
        try:
            answer = json.loads(await self._request.retrieve(url, read_timeout=wait + GRACE))
        except errors.RetryAfter as pause:
            raise RetryAfter(seconds_of(pause)) from None
        except errors.TelegramError as error:
            raise meaning(error) from None
        found: list[dict[str, Any]] = answer["result"]
        return found

    async def close(self) -> None:
        await self._request.shutdown()


def seconds_of(pause: errors.RetryAfter) -> float:
    """How long Telegram asks to wait. The library is on its way from seconds to a `timedelta`."""
    held = pause.retry_after
    return held.total_seconds() if isinstance(held, timedelta) else float(held)


def marked(text: StyledText) -> list[MessageEntity]:
    """What is bold, as Telegram wants it."""
    return [MessageEntity(MessageEntity.BOLD, offset, length) for offset, length in text.bold]


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Buttons as Telegram wants them."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(one.title, url=one.url or None, callback_data=one.data or None) for one in row]
            for row in rows
        ]
    )


def meaning(error: errors.TelegramError) -> DeliveryError:
    """What a failed call means for what it carried."""
    words = error.message[:160]
    match error:
        case errors.Forbidden() | errors.ChatMigrated():
            return Misplaced(words)
        case errors.InvalidToken() | errors.Conflict():
            return NotSent(type(error).__name__)
        case errors.BadRequest():
            return _refusal(words)
        case errors.NetworkError() if isinstance(
            error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout
        ):
            return NotSent(type(error.__cause__).__name__)
    return OutcomeUnknown(type(error.__cause__ or error).__name__)


def _refusal(words: str) -> ChannelRefused:
    lower = words.lower()
    if any(one.lower() in lower for one in _GONE):
        return TopicGone(words)
    if any(one.lower() in lower for one in _SAME):
        return NothingNew(words)
    misplaced = "chat not found" in lower or "not enough rights" in lower or "not a forum" in lower
    return Misplaced(words) if misplaced else ChannelRefused(words)


def explained(error: Exception) -> dict[str, str]:
    """What may be logged of a failure."""
    return {"error": type(error).__name__, "reason": str(error)[:160] if isinstance(error, DeliveryError) else ""}
