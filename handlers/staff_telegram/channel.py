"""The staff bot, put together: how it is set up at Telegram, and what runs while we serve."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import anyio
import structlog
from sqlalchemy import Connection
from telegram import Bot, Update

from dialogs.playbooks.playbook import Playbook
from engine.delivery import DeliveryError, NotSent, OutcomeUnknown, RetryAfter
from engine.reads import Reads
from engine.turn.processor import TurnProcessor
from handlers.channels.base.polling import LONGEST_REST, Polling
from handlers.staff_telegram import group_removal
from handlers.staff_telegram.api import Pace, StaffBotApi, explained
from handlers.staff_telegram.buttons import StaffChat
from handlers.staff_telegram.callbacks import Taps
from handlers.staff_telegram.cards import Showing
from handlers.staff_telegram.context import BotContext, BotReplies
from handlers.staff_telegram.files import StaffFiles
from handlers.staff_telegram.incoming import WANTED_UPDATES, StaffUpdate, incoming
from handlers.staff_telegram.reception import StaffReception
from handlers.staff_telegram.sync import Mirroring
from handlers.staff_telegram.words import StaffWords
from staff.actions import Acting
from staff.actions.action import Workplace
from storage.db.database import Database
from storage.db.leadership import Leadership
from storage.files.attachments import FileStore
from storage.staff.accounts import Staff

LOOKING = 4
"""Look-ups at a time."""

T = TypeVar("T")
_log = structlog.get_logger("amends.staff_chat")


@dataclass(frozen=True, slots=True)
class Bureau:
    """Where the staff bot works: its token, the staff chat's id (0: none yet), the Bot API server (empty: Telegram's
    own), the desk's address (empty: nowhere to be reached), and the language of the staff.
    """

    token: str
    chat: int
    server: str = ""
    desk_url: str = ""
    language: str = "en"


class StaffChannel:
    """One staff chat. `committed` is called whenever there may be something to send to a customer."""

    def __init__(
        self, bureau: Bureau, door: TurnProcessor, database: Database, playbook: Playbook, files: FileStore,
        joined: Callable[[Connection, Staff], None] = lambda _conn, _staff: None, pace: Pace | None = None,
    ) -> None:  # fmt: skip
        self.committed: Callable[[], None] = lambda: None
        self._api = StaffBotApi(bureau.token, bureau.server, pace)
        self._database = database
        words = StaffWords(bureau.language, ZoneInfo(playbook.file.timezone))
        kept, place = StaffFiles(self._api, files), StaffChat(bureau.chat, False, bureau.desk_url.rstrip("/"))
        showing = Showing(words, playbook)
        self._mirroring = Mirroring(self._api, database, showing, kept, place)
        reads = Reads(database, anyio.CapacityLimiter(LOOKING))
        work = Workplace(Acting(door, reads), reads, playbook)
        self._answers = BotReplies(self._api)
        self._office = BotContext(
            self._api, work, database, words, kept, place, playbook, self._answers, joined, self._something_new
        )

    def tell_shown(self, told: Callable[[str], None]) -> None:
        """Call this with each chat of which something is shown in the staff chat."""
        self._mirroring.shown = told

    @property
    def username(self) -> str:
        """The bot's name, for deep links; empty until Telegram has told it."""
        return self._api.username

    def reception(self) -> StaffReception:
        """What takes the updates of the staff chat, as it is set up by now."""
        return StaffReception(self._office, Taps(self._office).take)

    async def run(self) -> None:
        """Set the bot up, then poll and mirror while leading."""
        await self._set_up()
        leadership = Leadership(self._database, f"staff {self._api.id}")
        try:
            while not await asyncio.to_thread(leadership.held):  # noqa: ASYNC110 - a lock rings no bell
                await asyncio.sleep(2.0)
            await self._lead(leadership)
        finally:
            leadership.give_up()

    async def remove(self, user: int) -> None:
        """Take a Telegram user out of the staff chat. Raises `NoRight`, `DeliveryError`."""
        if self._office.place.chat:
            await group_removal.remove(self._api, self._office.place.chat, user)

    async def close(self) -> None:
        """Leave nothing open."""
        await self._answers.close()
        await self._api.close()

    async def _lead(self, leadership: Leadership) -> None:
        """Both belong together: only one process shows things, the one that hears the answers."""
        polling = Polling(self._ask, self._read, self.reception().take, leadership)
        mirroring = asyncio.create_task(self._mirroring.run()) if self._office.place.chat else None
        try:
            await polling.run()
        finally:
            if mirroring is not None:
                mirroring.cancel()
                await asyncio.gather(mirroring, return_exceptions=True)

    async def _ask(self, offset: int | None, wait: int) -> list[dict[str, Any]]:
        return await self._api.updates(offset, wait, WANTED_UPDATES)

    def _read(self, raw: dict[str, Any]) -> StaffUpdate | None:
        update = Update.de_json(raw, self._api.bot)
        return incoming(update, self._api.id) if update else None

    def _something_new(self) -> None:
        self._mirroring.wake()
        self.committed()

    async def _set_up(self) -> None:
        """Learn the bot's name and what kind of chat it works in. What waits at Telegram is never dropped."""
        me = await self._patiently(lambda bot: bot.get_me())
        self._api.username = me.username or ""
        await self._patiently(lambda bot: bot.delete_webhook(drop_pending_updates=False))
        place = self._office.place
        if place.chat:
            chat = await self._patiently(lambda bot: bot.get_chat(place.chat))
            place = replace(place, topics=bool(chat.is_forum))
            self._office = replace(self._office, place=place)
            self._mirroring.place = place
        _log.info("staff_chat_ready", bot=me.username, topics=place.topics, chat=bool(place.chat))

    async def _patiently(self, ask: Callable[[Bot], Awaitable[T]]) -> T:
        """A call that is safe to repeat, until it is through. What is refused may be put right by an operator."""
        rest = 0.5
        while True:
            try:
                return await self._api.call(ask)
            except RetryAfter as pause:
                await asyncio.sleep(pause.seconds)
            except DeliveryError as error:
                away = isinstance(error, NotSent | OutcomeUnknown)
                told = _log.warning if away else _log.error
                told("staff_chat_away", **explained(error), remedy="" if away else "amends doctor")
                await asyncio.sleep(rest if away else LONGEST_REST)
                rest = min(rest * 2, LONGEST_REST)
