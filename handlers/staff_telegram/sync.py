"""Mirroring: the staff chat is brought to show what it should, one call to Telegram at a time.

One process does it, the one that leads. Before anything new leaves, that is noted; how it went is noted
together with the room's new cursor. What was noted and not concluded may have arrived: it is shown again with
a mark, for colleagues must not miss what a customer wrote.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy import Connection
from telegram import Bot

from engine.delivery import ChannelRefused, DeliveryError, NotSent, OutcomeUnknown, RetryAfter
from handlers.staff_telegram.api import (
    KEPT_FREE,
    Misplaced,
    NothingNew,
    StaffBotApi,
    TopicGone,
    explained,
    keyboard,
    marked,
)
from handlers.staff_telegram.buttons import HELD, StaffChat
from handlers.staff_telegram.cards import Showing, StyledText
from handlers.staff_telegram.files import StaffFiles
from handlers.staff_telegram.sync_plan import (
    SENDING,
    Close,
    Edit,
    OpenTopic,
    Pin,
    PostCard,
    PostPanel,
    Rename,
    Reopen,
    Show,
    Step,
    done,
    next_step,
    settled,
    without_topic,
)
from staff.words import later
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.db.timestamps import utc_now
from storage.delivery.outbox import TAKEN_OVER, DeliveryState
from storage.staff.topics import (
    Receipt,
    StaffTopic,
    View,
    begin,
    behind,
    expect,
    look,
    post,
    receipt_shown,
    save,
    settled_receipts,
)

OVERLAP = timedelta(seconds=60)
"""Turns are seen in the order of their moments, but may be committed a little later than those after them."""
EVERY = 0.25
REST = timedelta(seconds=2)
LONG_REST = timedelta(seconds=60)
TRIES = 3
TOGETHER = 20
"""How many chats are looked at in one round."""
REACHED, FAILED = "👍", "👎"
_BLOCKED = later("they blocked the bot, or their account is gone")
_REFUSED = later("the channel refused it")
_SILENCED = later("somebody else has the chat")
_NO_ANSWER = later("the channel could not be reached")
_WHY = {"ChatGone": _BLOCKED, "Gone": _BLOCKED, "NotSent": _NO_ANSWER, "RetryAfter": _NO_ANSWER}
_UNSHOWN = later("(this cannot be shown here; it is in the desk)")
_TOO_LARGE = later("(too large to be shown here; it is in the desk)")

T = TypeVar("T")
_log = structlog.get_logger("amends.staff_chat")


class Mirroring:
    """Shows chats in the place. Not for two at a time: whoever runs it leads. `shown` is told of each chat of which
    something is shown.
    """

    def __init__(
        self, api: StaffBotApi, database: Database, showing: Showing, files: StaffFiles, place: StaffChat,
        *, clock: Callable[[], datetime] = utc_now, every: float = EVERY,
    ) -> None:  # fmt: skip
        self.shown: Callable[[str], None] = lambda _conversation: None
        self._api = api
        self._database = database
        self._showing = showing
        self._files = files
        self.place = place
        self._clock = clock
        self._every = every
        self._name = secrets.token_hex(8)
        self._since = datetime(1970, 1, 2, tzinfo=UTC)
        self._pending: dict[str, int] = {}
        self._resting: dict[str, datetime] = {}
        self._failures: dict[tuple[str, int, int], int] = {}
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Something changed: look at once."""
        self._awake.set()

    async def run(self) -> None:
        """Mirror until cancelled. A database that is away is waited for."""
        while True:
            try:
                busy = await self.round()
            except Unavailable:
                _log.warning("staff_chat_waits", reason="the database is not available")
                busy = False
            if not busy:
                await self._rest()

    async def _rest(self) -> None:
        # Not `wait_for`, which on Python 3.11 loses a cancellation that comes together with what it waits for.
        with suppress(TimeoutError):
            async with asyncio.timeout(self._every):
                await self._awake.wait()
        self._awake.clear()

    async def round(self) -> bool:
        """One step for each chat that needs one; whether there was anything to do."""
        now = self._clock()
        await self._notice(now)
        busy = await self._show_receipts(now)
        ready = [of_id for of_id in self._pending if self._resting.get(of_id, now) <= now]
        for of_id in sorted(ready, key=self._pending.__getitem__)[:TOGETHER]:
            busy = await self._forward(of_id, now) or busy
        return busy

    async def _notice(self, now: datetime) -> None:
        """Find what changed since the last look."""
        found = await self._read(behind, self.place.chat, self._since)
        self._since = now - OVERLAP
        self._pending |= {view.room.conversation_id: _rank(view) for view in found}

    async def _forward(self, of_id: str, now: datetime) -> bool:
        """Take the next step for a chat; whether one was taken."""
        view = await self._read(look, self.place.chat, of_id)
        if view is None:
            self._pending.pop(of_id)
            return False
        if view.room.leaving:
            # Whoever began to send is not there any more, or could not write down how it went.
            doubtful = replace(view.room, doubt=True)
            view = replace(view, room=doubtful)
        step = next_step(view, self._showing, self.place)
        if step is None:
            return await self._conclude(view)
        if self._api.pace.wait(edit=not isinstance(step, SENDING), spare=KEPT_FREE) > 0 and _counts(step):
            return False
        return await self._take(view, step, now)

    async def _conclude(self, view: View) -> bool:
        """All that was looked at is shown; there may be more than was looked at."""
        room = settled(view)
        if view.upto < view.thread.turn:
            room = replace(room, seen=view.room.seen)
        else:
            self._pending.pop(room.conversation_id)
        await self._write(save, room)
        return view.upto < view.thread.turn

    async def _take(self, view: View, step: Step, now: datetime) -> bool:
        room = view.room
        if isinstance(step, SENDING):
            if not await self._begin(view):
                return False
            room = replace(room, leaving=self._name)
        try:
            number = await self._done(replace(view, room=room), step)
        except DeliveryError as error:
            await self._failed(view, step, error, now)
            return False
        await self._write_step(view, step, number)
        self._failures.pop((room.conversation_id, room.turn, room.part), None)
        return True

    async def _begin(self, view: View) -> bool:
        room, name = view.room, self._name
        return await self._writing(lambda conn: begin(conn, self._database.dialect, room, name))

    async def _write_step(self, view: View, step: Step, number: int) -> None:
        """How a step went, in one transaction: the room, whose message it is, and whose fate to watch."""
        room, dialect = done(view, step, number), self._database.dialect

        def write(conn: Connection) -> None:
            save(conn, dialect, room)
            if isinstance(step, PostCard | PostPanel | Show) and number:
                post(conn, dialect, room.chat, number, room.conversation_id)
            if isinstance(step, Show) and number:
                for seq in {piece.seq for piece in step.pieces if piece.seq}:
                    expect(conn, dialect, room.conversation_id, seq, room.chat, number)

        await self._writing(write)

    async def _done(self, view: View, step: Step) -> int:
        """Make the call; returns the number of what was made, or 0. Raises `DeliveryError`."""
        room, chat = view.room, self.place.chat
        if _counts(step):
            self._api.pace.count(edit=not isinstance(step, SENDING))
        match step:
            case PostCard(text, rows):
                return await self._api.say(chat, text, rows)
            case PostPanel(text, rows):
                return await self._api.say(chat, text, rows, topic=room.topic)
            case OpenTopic(title):
                topic = await self._api.call(lambda bot: bot.create_forum_topic(chat, title))
                return topic.message_thread_id
            case Show():
                return await self._shown(view, step)
        await self._set_right(view, step)
        return 0

    async def _shown(self, view: View, step: Show) -> int:
        self.shown(view.room.conversation_id)
        room, first = view.room, step.pieces[0]
        topic, reply_to = (room.topic, 0) if self.place.topics else (0, room.card)
        if self._is_hopeless(view):
            text = step.pieces[0].text.then(StyledText(self._showing.words.gettext(_UNSHOWN)))
        elif first.file is None:
            text = step.text
        else:
            sent = await self._files.send(self.place.chat, first.file, step.text, topic=topic, reply_to=reply_to)
            if sent is not None:
                return sent
            text = step.text.then(StyledText(f"📎 {first.file.name} {self._showing.words.gettext(_TOO_LARGE)}"))
        return await self._api.say(self.place.chat, text, topic=topic, reply_to=reply_to)

    async def _set_right(self, view: View, step: Step) -> None:
        """What can be done twice without harm."""
        chat, topic = self.place.chat, view.room.topic

        async def ask(bot: Bot) -> object:
            match step:
                case Edit(message, text, rows):
                    return await bot.edit_message_text(
                        text.words, chat, message, entities=marked(text), reply_markup=keyboard(rows)
                    )
                case Pin(message):
                    return await bot.pin_chat_message(chat, message, disable_notification=True)
                case Rename(title):
                    return await bot.edit_forum_topic(chat, topic, name=title)
                case Close():
                    return await bot.close_forum_topic(chat, topic)
                case Reopen():
                    return await bot.reopen_forum_topic(chat, topic)
            return None

        try:
            await self._api.call(ask)
        except NothingNew:
            return

    async def _failed(self, view: View, step: Step, error: DeliveryError, now: datetime) -> None:
        """What a failure means for the chat's room."""
        room, of_id = view.room, view.room.conversation_id
        match error:
            case OutcomeUnknown():
                # It may have arrived. An edit is simply made again.
                room = replace(room, doubt=isinstance(step, SENDING), leaving="")
            case TopicGone():
                room = without_topic(room)
            case Misplaced():
                room = replace(room, leaving="")
            case ChannelRefused() if isinstance(step, Edit):
                room = _without(room, step)
            case ChannelRefused() if isinstance(step, Pin | Rename | Close | Reopen):
                room = done(view, step, 0)
            case ChannelRefused() if isinstance(step, Show):
                room = self._given_up(view, step) if self._is_hopeless(view, 2 * TRIES) else replace(room, leaving="")
                self._count_failure(view)
            case _:
                room = replace(room, leaving="")
        await self._write(save, room)
        pause = LONG_REST if isinstance(error, Misplaced) else REST
        if isinstance(error, RetryAfter):
            pause = timedelta(seconds=error.seconds)
        if not isinstance(error, TopicGone):
            self._resting[of_id] = now + pause
            _log.warning("staff_chat_failed", step=type(step).__name__, **explained(error))

    def _count_failure(self, view: View) -> None:
        key = (view.room.conversation_id, view.room.turn, view.room.part)
        self._failures[key] = self._failures.get(key, 0) + 1

    def _is_hopeless(self, view: View, tries: int = TRIES) -> bool:
        """Telegram will not take this: say that something is there, and go on."""
        return self._failures.get((view.room.conversation_id, view.room.turn, view.room.part), 0) >= tries

    def _given_up(self, view: View, step: Step) -> StaffTopic:
        """Not even that can be said. It is in the desk."""
        _log.error("staff_chat_gives_up", conversation=view.room.conversation_id, turn=view.room.turn)
        return done(view, step, 0)

    async def _show_receipts(self, now: datetime) -> bool:
        """Beside each agent's message, how it fared."""
        receipts = list(await self._read(lambda conn: list(settled_receipts(conn, self.place.chat))))
        for receipt in receipts:
            key = f"receipt {receipt.conversation_id} {receipt.seq}"
            if self._resting.get(key, now) > now:
                continue
            try:
                await self._show_receipt(receipt)
            except (RetryAfter, NotSent, OutcomeUnknown) as error:
                self._resting[key] = now + REST
                _log.warning("receipt_waits", **explained(error))
            except DeliveryError:
                await self._write_receipt(receipt)
        return False

    async def _show_receipt(self, receipt: Receipt) -> None:
        chat, message = receipt.chat, receipt.message
        if receipt.state in ("", DeliveryState.SENT):
            await self._api.call(lambda bot: bot.set_message_reaction(chat, message, REACHED))
            return await self._write_receipt(receipt)
        await self._api.call(lambda bot: bot.set_message_reaction(chat, message, FAILED))
        # The sign can be set twice, the words are said once: they are noted first.
        await self._write_receipt(receipt)
        topic = await self._read(lambda conn: look(conn, chat, receipt.conversation_id))
        text = StyledText(self._fate(receipt))
        await self._api.room()
        await self._api.say(chat, text, topic=topic.room.topic if topic else 0, reply_to=message)
        return None

    def _fate(self, receipt: Receipt) -> str:
        words = self._showing.words
        if receipt.state == DeliveryState.UNKNOWN:
            return words.gettext("⚠ It is not known whether this reached the customer. It was not sent again.")
        reason = _SILENCED if receipt.reason == TAKEN_OVER else _WHY.get(receipt.reason.partition(":")[0], _REFUSED)
        return words.gettext("⚠ This did not reach the customer: %(reason)s", reason=words.gettext(reason))

    async def _write_receipt(self, receipt: Receipt) -> None:
        await self._writing(lambda conn: receipt_shown(conn, receipt))

    async def _read(self, look_up: Callable[..., T], *args: object) -> T:
        def reading() -> T:
            with self._database.read() as conn:
                return look_up(conn, *args)

        return await asyncio.to_thread(reading)

    async def _writing(self, act: Callable[[Connection], T]) -> T:
        def writing() -> T:
            with self._database.write() as conn:
                return act(conn)

        return await asyncio.to_thread(writing)

    async def _write(self, act: Callable[..., None], what: object) -> None:
        await self._writing(lambda conn: act(conn, self._database.dialect, what))


def _rank(view: View) -> int:
    """What comes first when there is not room for all: new cards, then chats that somebody has."""
    if not view.room.card:
        return 0
    return 1 if view.thread.state in HELD else 2


def _counts(step: Step) -> bool:
    """Whether Telegram counts this among the twenty a minute."""
    return isinstance(step, PostCard | PostPanel | Show | Edit)


def _without(room: StaffTopic, edit: Edit) -> StaffTopic:
    """A message that cannot be edited any more is made anew."""
    if edit.message == room.card:
        return replace(room, card=0, card_shown="")
    return replace(room, panel=0, panel_shown="", pinned=False)
