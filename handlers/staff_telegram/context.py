"""What taking a colleague's update needs: to look, to write, to act, and to answer.

Answers to colleagues are courtesy: they are sent beside what is done, and may fail.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection
from telegram import ForceReply, MessageEntity, User

from dialogs.playbooks.playbook import Playbook
from handlers.staff_telegram.api import StaffBotApi, explained, keyboard, marked
from handlers.staff_telegram.buttons import Rows, StaffChat
from handlers.staff_telegram.cards import StyledText, units
from handlers.staff_telegram.files import StaffFiles
from handlers.staff_telegram.forms import OutcomeQuestion
from handlers.staff_telegram.incoming import StaffUpdate
from handlers.staff_telegram.words import StaffWords
from staff.actions.action import ActionRequest, Workplace
from staff.actions.times import zone_of_staff
from storage.db.database import Database
from storage.db.timestamps import utc_now
from storage.staff.accounts import Staff
from storage.staff.topic_questions import Asker, TopicQuestion, close_question, find_question, put_question

T = TypeVar("T")
_log = structlog.get_logger("amends.staff_chat")


PENDING = timedelta(minutes=10)
"""For so long what somebody writes next in a topic answers what they were asked there."""


class BotReplies:
    """Answers to colleagues, each beside whatever else is done."""

    def __init__(self, api: StaffBotApi) -> None:
        self._api = api
        self._courtesies: set[asyncio.Task[None]] = set()

    def ask(self, incoming: StaffUpdate, question: StyledText, name: str = "") -> None:
        """Ask a question that is answered by a reply. `name` is called, so that Telegram opens the reply for them: it
        does so for whoever is replied to or named, and below a button we reply to ourselves.
        """
        called = question.then(StyledText(name)) if name else question
        entities = [*marked(question), *_calling(called, name, incoming.user)]

        async def leave() -> None:
            await self._api.room()
            await self._api.call(
                lambda bot: bot.send_message(
                    incoming.chat, called.words, entities=entities, message_thread_id=incoming.topic or None,
                    reply_markup=ForceReply(selective=True), reply_to_message_id=incoming.message,
                    allow_sending_without_reply=True,
                )
            )  # fmt: skip

        self.beside(leave())

    def tell(self, incoming: StaffUpdate, said: str, *, alert: bool = True) -> None:
        """Answer a tap, in words."""
        text = said[:200]
        self.beside(self._api.call(lambda bot: bot.answer_callback_query(incoming.query, text, show_alert=alert)))

    def silence(self, incoming: StaffUpdate) -> None:
        """Answer a tap without words, so that its clock stops."""
        self.beside(self._api.call(lambda bot: bot.answer_callback_query(incoming.query)))

    def answer(self, incoming: StaffUpdate, text: StyledText | str, rows: Rows = ()) -> None:
        told = StyledText(text) if isinstance(text, str) else text

        async def leave() -> None:
            if not incoming.private:
                await self._api.room()
            await self._api.say(incoming.chat, told, rows, topic=incoming.topic, reply_to=incoming.message)

        self.beside(leave())

    def rebutton(self, incoming: StaffUpdate, rows: Rows = ()) -> None:
        """Other buttons below the message that was tapped on; none by default."""
        shown = keyboard(rows) if rows else None
        self.beside(
            self._api.call(
                lambda bot: bot.edit_message_reply_markup(incoming.chat, incoming.message, reply_markup=shown)
            )
        )

    def beside(self, call: Coroutine[Any, Any, Any]) -> None:
        """Courtesy: it may fail."""
        task = asyncio.create_task(_courtesy(call))
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)

    async def close(self) -> None:
        """End what is done beside."""
        for task in self._courtesies:
            task.cancel()
        await asyncio.gather(*self._courtesies, return_exceptions=True)


def _asker(incoming: StaffUpdate) -> Asker:
    return Asker(incoming.chat, incoming.topic, incoming.user)


def _calling(text: StyledText, name: str, user: int) -> list[MessageEntity]:
    """The name at the end of a text as one that calls its bearer."""
    if not name:
        return []
    whom = User(user, name, is_bot=False)
    return [MessageEntity(MessageEntity.TEXT_MENTION, units(text.words) - units(name), units(name), user=whom)]


async def _courtesy(call: Coroutine[Any, Any, Any]) -> None:
    try:
        await call
    except Exception as error:
        _log.debug("courtesy_failed", **explained(error))


@dataclass(frozen=True, slots=True)
class BotContext:
    """What taking a colleague's update needs."""

    api: StaffBotApi
    work: Workplace
    database: Database
    words: StaffWords
    files: StaffFiles
    place: StaffChat
    playbook: Playbook
    answers: BotReplies
    joined: Callable[[Connection, Staff], None] = lambda _conn, _staff: None
    committed: Callable[[], None] = lambda: None
    clock: Callable[[], datetime] = utc_now

    async def read(self, look_up: Callable[..., T], *args: object) -> T:
        """`look_up(connection, …)` in a thread. Raises `Unavailable`."""

        def reading() -> T:
            with self.database.read() as conn:
                return look_up(conn, *args)

        return await asyncio.to_thread(reading)

    async def write(self, act: Callable[[Connection], T]) -> T:
        """`act(connection)` in a thread, in one transaction. Raises `Unavailable`."""

        def writing() -> T:
            with self.database.write() as conn:
                return act(conn)

        return await asyncio.to_thread(writing)

    async def ask(self, incoming: StaffUpdate, question: StyledText, about: OutcomeQuestion, name: str = "") -> None:
        """Ask a question, as `BotReplies.ask` does. What was asked is kept before it leaves. Raises `Unavailable`."""
        answered_by = 0 if incoming.query else incoming.message
        asked = TopicQuestion(about.reference, self.clock(), about.outcome, answered_by)
        await self.write(lambda conn: put_question(conn, self.database.dialect, _asker(incoming), asked))
        self.answers.ask(incoming, question, name)

    async def asked(self, incoming: StaffUpdate) -> TopicQuestion | None:
        """What its author was asked in this topic shortly before they wrote it; also when it is answered, if this very
        message did so and Telegram brings it again. Raises `Unavailable`.
        """
        found = await self.read(find_question, _asker(incoming))
        if found is None or found.answered_by == incoming.message:
            return found
        # It may have waited at Telegram for as long as we were away.
        written = min(self.clock(), incoming.at or self.clock())
        return found if found.open and written - found.at < PENDING else None

    async def heard(self, incoming: StaffUpdate) -> None:
        """It is answered, or of no interest any more. Raises `Unavailable`."""
        await self.write(lambda conn: close_question(conn, _asker(incoming), incoming.message))

    def asks(self, staff: Staff, conversation_id: str, name: str = "") -> ActionRequest:
        """What a colleague asks to be done in a customer's chat; `name` is its own, so that it is done once."""
        return ActionRequest(self.work, staff, conversation_id, name, zone_of_staff(staff, self.playbook))

    async def did(self, action: Awaitable[T]) -> T:
        """What came of an action. Raises `ActionRefused`, `Unavailable`."""
        try:
            return await action
        finally:
            self.committed()
