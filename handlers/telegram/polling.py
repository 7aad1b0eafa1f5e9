"""Asking Telegram for updates. An update is confirmed, by the next call's offset, only after its turn is committed.

Chats are taken side by side, the updates of one chat in order. What could not be kept is asked for
again; what was kept already is known by its number and changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from pydantic import ValidationError

from handlers.telegram.api import Api, said
from handlers.telegram.incoming import WANTED_UPDATES, Incoming
from handlers.telegram.reading import read
from handlers.telegram.reception import Reception
from storage.errors import Unavailable
from storage.leadership import Leadership

WAIT = 30
"""Seconds that Telegram holds a call for the first update."""
GRACE = 15
"""Seconds more that the answer may take on its way."""
AT_ONCE = 100
LONGEST_REST = 30.0
FIRST_REST = 0.5

_log = structlog.get_logger("amends.telegram")


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """`getUpdates` without reading them: one update that nobody can read must not hide the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = AT_ONCE
    timeout: int = WAIT
    allowed_updates: list[str] | None = None


class Polling:
    """Polls one bot's updates while it leads. Any number of processes may run one."""

    def __init__(
        self,
        api: Api,
        reception: Reception,
        leadership: Leadership,
        *,
        wait: int = WAIT,
        rest: Callable[[float], Any] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._reception = reception
        self._leadership = leadership
        self._wait = wait
        self._sleep = rest
        self._offset: int | None = None
        self._kept: set[int] = set()
        self._rest = FIRST_REST

    async def run(self) -> None:
        """Poll until cancelled, resting longer each time that something is away."""
        try:
            while True:
                try:
                    await self._round()
                    self._rest = FIRST_REST
                except (Unavailable, AiogramError, TimeoutError) as error:
                    await self._sleep(self._pause_after(error))
        finally:
            self._leadership.give_up()

    async def _round(self) -> None:
        if not await asyncio.to_thread(self._leadership.held):
            self._offset = None
            await self._sleep(2.0)
            return
        await self.take_waiting(self._wait)

    async def take_waiting(self, wait: int = 0) -> int:
        """Ask once and take what came; returns how many. Raises `Unavailable` when something was not kept."""
        raw = await self._ask(wait)
        updates = self._read(raw)
        self._kept |= {each["update_id"] for each in raw} - {update.number for update in updates}
        failed = await self._take(updates)
        self._confirm(raw)
        if failed is not None:
            raise failed
        return len(raw)

    async def _ask(self, wait: int) -> list[dict[str, Any]]:
        method = RawUpdates(offset=self._offset, timeout=wait, allowed_updates=list(WANTED_UPDATES))
        return await self._api.bot(method, request_timeout=wait + GRACE)

    async def _take(self, updates: Sequence[Incoming]) -> Exception | None:
        """Take them all; returns what kept some of them from being taken, if anything did."""
        chats: dict[int, list[Incoming]] = {}
        for update in updates:
            chats.setdefault(update.chat, []).append(update)
        results = await asyncio.gather(*(self._chat(chat) for chat in chats.values()))
        return next((error for error in results if error is not None), None)

    async def _chat(self, updates: Sequence[Incoming]) -> Exception | None:
        """One chat, in order: after one that could not be kept, nothing of this chat is taken."""
        for update in updates:
            try:
                await self._reception.take(update)
            except Unavailable as away:
                return away
            self._kept.add(update.number)
        return None

    def _read(self, raw: Sequence[dict[str, Any]]) -> list[Incoming]:
        """The updates still to be taken; one that cannot be read is named in the log, and passed by."""
        found = []
        for each in raw:
            if each["update_id"] in self._kept:
                continue
            try:
                update = read(each, self._reception.username)
            except ValidationError as error:
                _log.error("update_not_readable", update=each["update_id"], problems=error.error_count())
                continue
            if update is not None:
                found.append(update)
        return found

    def _confirm(self, raw: Sequence[dict[str, Any]]) -> None:
        """Everything before the first update that is not kept may be forgotten by Telegram."""
        numbers = sorted(each["update_id"] for each in raw)
        missing = [number for number in numbers if number not in self._kept]
        if numbers:
            self._offset = missing[0] if missing else numbers[-1] + 1
        if self._offset is not None:
            self._kept = {number for number in self._kept if number >= self._offset}

    def _pause_after(self, error: Exception) -> float:
        """Seconds to rest; each failure in a row makes it longer."""
        self._rest = min(self._rest * 2, LONGEST_REST)
        match error:
            case TelegramRetryAfter(retry_after=seconds):
                return float(seconds)
            case TelegramConflictError():
                _log.warning("another_poller", remedy="stop the other program that uses this bot, or its webhook")
            case TelegramUnauthorizedError():
                _log.error("token_refused", remedy="set AMENDS_TELEGRAM_TOKEN to the token that BotFather shows")
                return LONGEST_REST
            case TelegramNetworkError() | TimeoutError():
                _log.warning("telegram_away", error=type(error.__cause__ or error).__name__)
            case AiogramError():
                _log.warning("telegram_refuses", error=type(error).__name__, reason=said(error))
            case _:
                _log.warning("updates_wait", reason="the database is not available")
        return self._rest
