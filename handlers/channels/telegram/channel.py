"""The customers' bot, put together: how it is set up at Telegram, and what runs while we serve."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from aiogram.methods import DeleteWebhook, GetMe, SetWebhook, TelegramMethod
from fastapi import APIRouter

from dialogs.playbooks.playbook import Playbook
from engine.delivery import ChannelRefused, NotSent, OutcomeUnknown, RetryAfter
from engine.turn.processor import TurnProcessor
from handlers.channels.base.polling import LONGEST_REST, Polling
from handlers.channels.telegram.api import BotApi, TokenRefused, explained
from handlers.channels.telegram.commands import menus
from handlers.channels.telegram.files import NO_QUOTAS, CustomerFiles
from handlers.channels.telegram.incoming import WANTED_UPDATES, CustomerUpdate
from handlers.channels.telegram.manifest import BotAddress
from handlers.channels.telegram.outgoing import Sender
from handlers.channels.telegram.polling import NO_BOT, updates
from handlers.channels.telegram.reading import read
from handlers.channels.telegram.reception import CustomerReception
from handlers.channels.telegram.webhook import TelegramWebhook, path_of, router, secret_of
from storage.db.database import Database
from storage.db.leadership import Leadership
from storage.files.attachments import FileStore
from storage.files.quotas import Quotas

CONNECTIONS = 100
"""How many updates Telegram may bring at once: the most it allows, for what comes together is one transaction."""
FOLLOWING = 2.0
"""Seconds after which a process that does not lead looks whether nobody does."""

_log = structlog.get_logger("amends.telegram")


class TelegramChannel:
    """One customers' bot. `committed` is called whenever there may be something to send."""

    def __init__(
        self, place: BotAddress, door: TurnProcessor, database: Database, playbook: Playbook, files: FileStore,
        quotas: Quotas = NO_QUOTAS,
    ) -> None:  # fmt: skip
        self.committed: Callable[[], None] = lambda: None
        self._place = place
        self._playbook = playbook
        self._api = BotApi(place.token, place.server)
        kept = CustomerFiles(self._api, files, database, quotas, folder=place.folder)
        self._reception = CustomerReception(door, self._api, kept, committed=lambda: self.committed())
        self._leading = Leadership(database, f"telegram {self._api.account}")
        self._polling = Polling(partial(updates, self._api), self._read, self._reception.take, self._leading)
        self._sending = Leadership(database, f"telegram {self._api.account} sends")
        self._several = database.dialect.name != "sqlite"
        self._sender = Sender(self._api, database, playbook, files, self._reception.gone)

    @property
    def send(self) -> Callable[..., Awaitable[str]]:
        """What delivers a message of the outbox."""
        return self._sender.send

    @property
    def typing(self) -> Callable[[str, str], None]:
        """Shows a chat of an account that somebody is writing to them. For the loop's thread."""
        return self._sender.typing

    @property
    def leads(self) -> Callable[[], bool] | None:
        """Where several processes may have this bot, whether this one sends for it: a token's limits are one."""
        return self._sending.held if self._several else None

    @property
    def room(self) -> Callable[[], Awaitable[None]]:
        """What waits until Telegram takes a message at once."""
        return self._api.room

    @property
    def username(self) -> str:
        """The bot's own name; empty until Telegram has told it."""
        return self._api.username

    @property
    def path(self) -> str:
        """Where Telegram brings updates, if it does."""
        return path_of(self._place.token)

    def routers(self) -> tuple[APIRouter, ...]:
        """The webhook's route, where there is a webhook."""
        if not self._place.public_url:
            return ()
        return (router(TelegramWebhook(self._reception, secret_of(self._place.token)), self.path),)

    async def run(self) -> None:
        """Set the bot up, and poll unless Telegram brings the updates. Ends, to be begun anew, only where refused."""
        if not await self._is_set_up():
            await asyncio.sleep(LONGEST_REST)
            return
        if self._place.public_url:
            await asyncio.Event().wait()
        try:
            while True:
                await self._polling.run()
                await asyncio.sleep(FOLLOWING)
        finally:
            self._leading.give_up()

    async def close(self) -> None:
        """Leave nothing open."""
        await self._reception.close()
        await self._sender.close()
        await self._api.close()
        await asyncio.to_thread(self._sending.give_up)

    def _read(self, raw: dict[str, Any]) -> CustomerUpdate | None:
        return read(raw, self._api.username)

    async def _is_set_up(self) -> bool:
        """Whether Telegram took what the bot cannot do without. A menu that is refused stops nobody."""
        try:
            me = await self._patiently(GetMe())
            self._api.username = me.username or ""
            await self._patiently(self._arrival())
        except ChannelRefused as error:
            _log.error("telegram_refuses", **explained(error), remedy="amends doctor")
            return False
        for menu in menus(self._playbook):
            try:
                await self._patiently(menu)
            except ChannelRefused as error:
                _log.warning("menu_refused", **explained(error))
        _log.info("telegram_ready", bot=me.username, by="webhook" if self._place.public_url else "polling")
        return True

    def _arrival(self) -> TelegramMethod[bool]:
        """How updates come. What waits at Telegram is never dropped."""
        if not self._place.public_url:
            return DeleteWebhook(drop_pending_updates=False)
        return SetWebhook(
            url=self._place.public_url.rstrip("/") + self.path,
            secret_token=secret_of(self._place.token),
            allowed_updates=list(WANTED_UPDATES),
            max_connections=CONNECTIONS,
            drop_pending_updates=False,
        )

    async def _patiently(self, method: TelegramMethod[Any]) -> Any:
        """A call that is safe to repeat, until it is through."""
        rest = 0.5
        while True:
            try:
                return await self._api.call(method)
            except RetryAfter as pause:
                await asyncio.sleep(pause.seconds)
            except TokenRefused:
                _log.error("token_refused", remedy=NO_BOT)
                await asyncio.sleep(LONGEST_REST)
            except (NotSent, OutcomeUnknown) as error:
                _log.warning("telegram_away", **explained(error))
                await asyncio.sleep(rest)
                rest = min(rest * 2, LONGEST_REST)
