"""From what an update says to a turn that is committed. Polling and webhook hand everything to this.

`take` returns when the turn is committed, so only then may the update be confirmed to Telegram. What
is courtesy (the tap's answer, the typing mark) is done beside it and may fail.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from aiogram.methods import AnswerCallbackQuery, SendChatAction

from complaints.copies import altered
from dialogs.flows.events import Body, Called, Event, Left, Said, Started, Tapped
from engine.turn.processor import Hopeless, TurnProcessor
from handlers.channels.telegram import CHANNEL
from handlers.channels.telegram.api import BotApi, explained
from handlers.channels.telegram.files import CustomerFiles, tidied
from storage.conversations.conversations import conversation_id
from storage.conversations.deep_links import digest_of
from storage.db.errors import Unavailable
from storage.db.timestamps import utc_now

if TYPE_CHECKING:
    from handlers.channels.telegram.incoming import CustomerUpdate
    from storage.delivery.outbox import Outgoing

PATIENCE = 0.3
"""Seconds of thinking after which the customer sees that we are."""
TYPING_LASTS = 4.5
TWICE = 2.0
"""Seconds within which a second tap on the same button is impatience, and says nothing new."""
TRIES = 5
"""How often an update is tried that cannot be brought to its turn."""

_log = structlog.get_logger("amends.telegram")


class CustomerReception:
    """Takes updates for one bot. `committed` is called when there may be something to send."""

    def __init__(
        self,
        door: TurnProcessor,
        api: BotApi,
        files: CustomerFiles,
        *,
        clock: Callable[[], datetime] = utc_now,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self._door = door
        self._api = api
        self._files = files
        self._clock = clock
        self._committed = committed
        self._courtesies: set[asyncio.Task[None]] = set()
        self._failures: Counter[int] = Counter()
        self._taps: OrderedDict[tuple[int, str], float] = OrderedDict()

    @property
    def username(self) -> str:
        """The bot's own name; empty until Telegram has told it."""
        return self._api.username

    async def take(self, incoming: CustomerUpdate) -> None:
        """Take one update. Raises `Unavailable` when nothing could be kept: let Telegram bring it again.

        The door sets aside what a flow cannot take. What fails on its way there is tried a few times, and then
        set aside as well: it is kept, and holds nobody up. So is what cannot be read.
        """
        if incoming.unreadable:
            return await self._set_aside(incoming, incoming.unreadable)
        try:
            await self._taken(incoming)
        except Unavailable:
            raise
        except Exception as error:
            if not self._is_hopeless(incoming, error):
                raise Unavailable(f"an update failed: {type(error).__name__}") from None
            await self._set_aside(incoming, error)
        self._failures.pop(incoming.number, None)
        return None

    async def _taken(self, incoming: CustomerUpdate) -> None:
        if not self._is_double_tap(incoming):
            await self._turned(incoming)
        if incoming.query:
            # Not set again for one that is there already, so that the oldest stand first.
            self._taps.setdefault((incoming.chat, incoming.button), time.monotonic())
            self._beside(self._api.call(AnswerCallbackQuery(callback_query_id=incoming.query)))

    async def _turned(self, incoming: CustomerUpdate) -> None:
        """Its turn, with a typing mark while that takes long; not to a group."""
        typing = _Typing(partial(self._show_typing, incoming.chat)) if not incoming.elsewhere else None
        try:
            await self._door.take(await self._event(incoming))
        finally:
            if typing:
                typing.stop()
        self._committed()

    def _is_double_tap(self, incoming: CustomerUpdate) -> bool:
        """Whether this very button was tapped a moment ago, and that was taken."""
        while self._taps and next(iter(self._taps.values())) <= time.monotonic() - TWICE:
            self._taps.popitem(last=False)
        return (incoming.chat, incoming.button) in self._taps

    def _is_hopeless(self, incoming: CustomerUpdate, error: Exception) -> bool:
        """Whether it failed as often as it is tried, here, since we began."""
        self._failures[incoming.number] += 1
        _log.error("update_failed", update=incoming.number, error=type(error).__name__)
        return self._failures[incoming.number] >= TRIES

    async def _set_aside(self, incoming: CustomerUpdate, error: Exception) -> None:
        """Keep it as it came, and tell the customer. Of a group nothing is kept."""
        if incoming.elsewhere:
            return
        event = self._event_of(incoming, _without_files(incoming) or Said(incoming.text))
        # The token of a link is a secret, and so is the bot's, which an address in an error may hold.
        brought = incoming.raw if incoming.start is None else None
        try:
            await self._door.set_aside(event, Hopeless(error, brought, self._api.bot.token))
        except Unavailable:
            raise
        except Exception as worse:
            _log.error("update_lost", update=incoming.number, error=type(worse).__name__)
        self._committed()

    async def gone(self, outgoing: Outgoing) -> None:
        """A message came back because the customer blocked the bot: that is an event of its own."""
        at, seq = self._clock(), outgoing.message.seq
        await self._door.take(Event(f"gone:{seq}", CHANNEL, outgoing.account, outgoing.chat, at, Left()))

    async def close(self) -> None:
        """End what is done beside."""
        for task in self._courtesies:
            task.cancel()
        await asyncio.gather(*self._courtesies, return_exceptions=True)

    async def _event(self, incoming: CustomerUpdate) -> Event:
        return self._event_of(incoming, await self._body(incoming))

    def _event_of(self, incoming: CustomerUpdate, body: Body) -> Event:
        account, at = self._api.account, self._clock()
        return Event(incoming.id, CHANNEL, account, incoming.place, at, body, incoming.language)

    async def _body(self, incoming: CustomerUpdate) -> Body:
        if body := _without_files(incoming):
            return body
        chat = conversation_id(CHANNEL, self._api.account, incoming.place)
        fetched = await self._files.fetch(incoming.wanted, chat)
        troubles = tuple(tidied(trouble) for trouble in incoming.troubles + fetched.troubles)
        said = Said(incoming.text, fetched.files, incoming.reading, troubles, incoming.album, incoming.edits)
        return altered(said, act=incoming.act) if incoming.act else said

    def _show_typing(self, chat: int) -> None:
        self._beside(self._api.call(SendChatAction(chat_id=chat, action="typing")))

    def _beside(self, call: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(_courtesy(call))
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)


class _Typing:
    """Shows a customer that somebody is writing, once it takes long enough to be noticed, and until it stops."""

    def __init__(self, show: Callable[[], None]) -> None:
        self._show = show
        self._loop = asyncio.get_running_loop()
        self._next = self._loop.call_later(PATIENCE, self._now)

    def stop(self) -> None:
        """It is written."""
        self._next.cancel()

    def _now(self) -> None:
        self._show()
        self._next = self._loop.call_later(TYPING_LASTS, self._now)


def _without_files(incoming: CustomerUpdate) -> Body | None:
    """What an update says that is no message; None for a message."""
    if incoming.elsewhere:
        return Called()
    if incoming.left:
        return Left()
    if incoming.start is not None and not incoming.edited:
        # The token opens a chat, so only its digest goes any further.
        return Started(digest_of(incoming.start) if incoming.start else "")
    return Tapped(incoming.button) if incoming.button else None


async def _courtesy(call: Coroutine[Any, Any, Any]) -> None:
    try:
        await call
    except Exception as error:
        # Its own words might hold an address, and with it the token.
        _log.debug("courtesy_failed", **explained(error))
