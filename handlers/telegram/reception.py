"""From what an update says to a turn that is committed. Polling and webhook hand everything to this.

`take` returns when the turn is committed, so only then may the update be confirmed to Telegram. What
is courtesy (the tap's answer, the typing mark, the way out of a group) is done beside it and may fail.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import structlog
from aiogram.methods import AnswerCallbackQuery, SendChatAction, SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from dialogs.flows.events import Event, Left, Said, Tapped
from dialogs.playbooks.playbook import Playbook
from handlers.telegram import CHANNEL
from handlers.telegram.api import Api, explained
from handlers.telegram.files import Files, tidied
from handlers.telegram.incoming import Incoming
from handlers.turn import TurnDoor
from storage.instants import utc_now
from storage.outbox import Outgoing

PATIENCE = 0.3
"""Seconds of thinking after which the customer sees that we are."""
TYPING_LASTS = 4.5
SAID_ONCE = 300.0
"""Seconds in which a group is shown the way out only once."""
MOST_GROUPS = 1_000

_log = structlog.get_logger("amends.telegram")


class Reception:
    """Takes updates for one bot. `committed` is called when there may be something to send."""

    def __init__(
        self,
        door: TurnDoor,
        api: Api,
        files: Files,
        playbook: Playbook,
        *,
        clock: Callable[[], datetime] = utc_now,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self.username = ""
        self._door = door
        self._api = api
        self._files = files
        self._playbook = playbook
        self._clock = clock
        self._committed = committed
        self._courtesies: set[asyncio.Task[None]] = set()
        self._groups: OrderedDict[int, float] = OrderedDict()

    async def take(self, incoming: Incoming) -> None:
        """Take one update. Raises `Unavailable` when nothing could be kept: let Telegram bring it again."""
        if incoming.elsewhere:
            self._show_the_way(incoming)
            return
        with self._typing(incoming.chat):
            outcome = await self._door.take(await self._event(incoming))
        self._committed()
        if incoming.query:
            self._beside(self._api.call(AnswerCallbackQuery(callback_query_id=incoming.query)))
        if outcome.repeated:
            await self._the_rest(incoming)

    async def gone(self, outgoing: Outgoing) -> None:
        """A message came back because the customer blocked the bot: that is an event of its own."""
        at, seq = self._clock(), outgoing.message.seq
        await self._door.take(Event(f"gone:{seq}", CHANNEL, outgoing.account, outgoing.chat, at, Left()))

    async def close(self) -> None:
        """End what is done beside."""
        for task in self._courtesies:
            task.cancel()
        await asyncio.gather(*self._courtesies, return_exceptions=True)

    async def _the_rest(self, incoming: Incoming) -> None:
        """An album that was taken before may have grown since; what is known of it already changes nothing."""
        for part in incoming.parts:
            await self._door.take(await self._event(part))

    async def _event(self, incoming: Incoming) -> Event:
        chat, body = str(incoming.chat), await self._body(incoming)
        return Event(incoming.id, CHANNEL, self._api.account, chat, self._clock(), body, incoming.language)

    async def _body(self, incoming: Incoming) -> Said | Tapped | Left:
        if incoming.left:
            return Left()
        if incoming.button:
            return Tapped(incoming.button)
        fetched = await self._files.fetch(incoming.wanted)
        troubles = tuple(tidied(trouble) for trouble in incoming.troubles + fetched.troubles)
        return Said(incoming.text, fetched.files, incoming.reading, troubles, incoming.album)

    @contextmanager
    def _typing(self, chat: int) -> Iterator[None]:
        """Show that somebody is writing, if it takes long enough to be noticed."""
        handles: list[asyncio.TimerHandle] = []

        def show() -> None:
            self._beside(self._api.call(SendChatAction(chat_id=chat, action="typing")))
            handles[0] = loop.call_later(TYPING_LASTS, show)

        loop = asyncio.get_running_loop()
        handles.append(loop.call_later(PATIENCE, show))
        try:
            yield
        finally:
            handles[0].cancel()

    def _show_the_way(self, incoming: Incoming) -> None:
        """A complaint is nobody else's business: a group is answered with a link, and nothing of it is kept."""
        now = time.monotonic()
        if now - self._groups.get(incoming.chat, -SAID_ONCE) < SAID_ONCE or not self.username:
            return
        self._groups[incoming.chat] = now
        if len(self._groups) > MOST_GROUPS:
            self._groups.popitem(last=False)
        words = self._playbook.words(incoming.language)
        link = InlineKeyboardButton(text=words.say("telegram.open_private"), url=f"https://t.me/{self.username}")
        keys = InlineKeyboardMarkup(inline_keyboard=[[link]])
        text = words.say("telegram.private_only")
        self._beside(self._api.call(SendMessage(chat_id=incoming.chat, text=text, reply_markup=keys, parse_mode=None)))

    def _beside(self, call: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(_courtesy(call))
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)


async def _courtesy(call: Coroutine[Any, Any, Any]) -> None:
    try:
        await call
    except Exception as error:
        # Its own words might hold an address, and with it the token.
        _log.debug("courtesy_failed", **explained(error))
