"""What colleagues do in the staff chat becomes acts, and goes through the one door.

`take` returns when the act is committed, so only then is the update confirmed to Telegram. Answers to
colleagues are courtesy: they are sent beside it and may fail.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection

from complaints.record import Attachment
from dialogs.flows.staff import Noted, Replied, Resolved
from handlers.staff_telegram import forms
from handlers.staff_telegram.buttons import HELD, InlineButton, data
from handlers.staff_telegram.context import BotContext
from handlers.staff_telegram.files import LostFile
from handlers.staff_telegram.incoming import StaffUpdate
from staff.rights import Right, may
from storage.cases.cases import find_case
from storage.conversations.transcript import Author
from storage.staff.accounts import Staff, StaffPresence, find_telegram, note_seen, set_presence
from storage.staff.note_albums import is_aside, put_aside
from storage.staff.telegram_links import take_link
from storage.staff.topics import View, conversation_in, event_id, expect, look, post

SEEN_AGAIN = timedelta(minutes=1)
SAID_ONCE = 300.0
"""Seconds in which a stranger is told only once that we do not know them."""
NOTED = "✍"
LOOKS = 5
EDIT = "✎ "

T = TypeVar("T")
_log = structlog.get_logger("amends.staff_chat")


class StaffReception:
    """Takes the updates of one staff chat."""

    def __init__(self, office: BotContext, tapped: Callable[[StaffUpdate, Staff], Coroutine[Any, Any, None]]) -> None:
        self._office = office
        self._tapped = tapped
        self._told: dict[int, float] = {}

    async def take(self, incoming: StaffUpdate) -> None:
        """Take one update. Raises `Unavailable` when nothing could be kept: let Telegram bring it again."""
        if incoming.private:
            return await self._privately(incoming)
        if incoming.chat != self._office.place.chat:
            return self._elsewhere(incoming)
        staff = None if incoming.nobody else await self._known(incoming.user)
        if incoming.query:
            return await (self._tapped(incoming, staff) if staff else self._unknown_tap(incoming))
        if not incoming.notice:
            await self._written(incoming, staff)
        return None

    async def _known(self, user: int) -> Staff | None:
        """The account that this person is linked to. Whoever acts here is here."""
        office = self._office
        staff = await office.read(find_telegram, user)
        if staff is None or staff.disabled:
            return None
        now = office.clock()
        if staff.presence is StaffPresence.AWAY or now - staff.seen_at > SEEN_AGAIN:
            await office.write(lambda conn: _here(conn, staff, now))
        return staff

    async def _privately(self, incoming: StaffUpdate) -> None:
        """A deep link from the desk joins an account; there is nothing else to talk about here."""
        command, _, token = incoming.text.partition(" ")
        if command != "/start" or not token:
            return self._office.answers.answer(incoming, self._office.words.say("said.private"))
        now, office = self._office.clock(), self._office

        def join(conn: Connection) -> Staff | None:
            joined = take_link(conn, token.strip(), incoming.user, now)
            if joined is not None:
                office.joined(conn, joined)
            return joined

        staff = await office.write(join)
        said = office.words.say("said.linked", name=staff.name) if staff else office.words.say("said.bad_link")
        return self._office.answers.answer(incoming, said)

    def _elsewhere(self, incoming: StaffUpdate) -> None:
        """Another group. It is told its number when it asks, so that it can be made the staff chat."""
        if incoming.text.split("@")[0].strip() == "/id":
            self._office.answers.answer(incoming, self._office.words.say("said.this_chat", chat=incoming.chat))

    async def _unknown_tap(self, incoming: StaffUpdate) -> None:
        self._office.answers.tell(incoming, "stranger")

    async def _written(self, incoming: StaffUpdate, staff: Staff | None) -> None:
        asked = await self._asked(incoming)
        view = await self._chat_of(incoming, asked)
        if view is None:
            return self._of_no_chat(incoming, staff)
        if staff is None:
            return self._stranger(incoming)
        if incoming.edited:
            return await self._edited(incoming, staff, view)
        if asked is not None:
            return await self._answered(incoming, staff, view, asked)
        if incoming.text.startswith("/"):
            return await self._command(incoming, staff, view)
        await self._passed_on(incoming, staff, view)
        return None

    async def _asked(self, incoming: StaffUpdate) -> forms.OutcomeQuestion | None:
        """Which of our questions this answers. Not everybody's Telegram opens a reply, and what is for us alone must
        not go to the customer: what somebody writes next in a topic is their answer, but for commands and files.
        """
        if incoming.edited or incoming.text.startswith("/"):
            return None
        if incoming.asked and (replied := forms.read(incoming.asked, self._office.words)):
            return replied
        aside = not incoming.topic or incoming.files or incoming.replied
        found = None if aside else await self._office.asked(incoming)
        if found is None:
            return None
        # A message that gave the outcome, and comes again, is not the cause.
        again = found.answered_by == incoming.message
        return forms.OutcomeQuestion(found.reference, "" if again else found.outcome, is_over=not found.open)

    async def _chat_of(self, incoming: StaffUpdate, asked: forms.OutcomeQuestion | None) -> View | None:
        """Which customer's chat this is about: by the topic, by what was replied to, by the case asked about."""
        chat = self._office.place.chat

        def find(conn: Connection) -> View | None:
            of_id = conversation_in(conn, chat, incoming.topic, incoming.replied)
            if of_id is None and asked is not None:
                filed = find_case(conn, asked.reference)
                of_id = filed.conversation_id if filed else None
            return look(conn, chat, of_id) if of_id else None

        view = await self._office.read(find)
        for _ in range(LOOKS if view is None and incoming.ours else 0):
            # What was sent a moment ago may not be written down yet.
            await asyncio.sleep(0.2)
            view = view or await self._office.read(find)
        return view

    def _of_no_chat(self, incoming: StaffUpdate, staff: Staff | None) -> None:
        """Talk among colleagues. But a reply to us was meant for a customer, and must not get lost in silence."""
        if incoming.ours and staff is not None and not incoming.edited:
            self._office.answers.answer(incoming, self._office.words.say("said.which_chat"))

    def _stranger(self, incoming: StaffUpdate) -> None:
        now = time.monotonic()
        self._told = {user: at for user, at in self._told.items() if now - at < SAID_ONCE}
        if incoming.user not in self._told:
            self._told[incoming.user] = now
            self._office.answers.answer(incoming, self._office.words.say("said.stranger"))

    async def _command(self, incoming: StaffUpdate, staff: Staff, view: View) -> None:
        name, _, text = incoming.text.partition(" ")
        if name.partition("@")[0] == "/cancel":
            found = await self._office.asked(incoming)
            asked = found is not None and (found.open or found.answered_by == incoming.message)
            await self._office.heard(incoming)
            return self._office.answers.answer(
                incoming, self._office.words.say("said.cancelled" if asked else "said.no_command")
            )
        if name.partition("@")[0] != "/note" or not (text.strip() or incoming.files):
            return self._office.answers.answer(incoming, self._office.words.say("said.no_command"))
        if incoming.album:
            now, dialect = self._office.clock(), self._office.database.dialect
            await self._office.write(lambda conn: put_aside(conn, dialect, incoming.chat, incoming.album, now))
        await self._note(replace(incoming, text=text.strip()), staff, view)
        return None

    async def _passed_on(self, incoming: StaffUpdate, staff: Staff, view: View) -> None:
        """The holder's words go to the customer, everyone else's are kept as a note."""
        thread = view.thread
        if not incoming.text and not incoming.files:
            return self._office.answers.answer(incoming, self._office.words.say("said.no_words"))
        if incoming.album and await self._is_aside(incoming):
            return await self._note(incoming, staff, view)
        if thread.state not in HELD or not may(staff, Right.REPLY, thread.team, thread.agent):
            return await self._note(incoming, staff, view, meant="" if thread.state in HELD else "unclaimed")
        files = await self._fetched(incoming)
        if files is None:
            return None
        event = event_id(incoming.chat, incoming.message)
        outcome = await self._office.act(staff, view.room.conversation_id, Replied(incoming.text, files), event)
        sent = [message.seq for message in outcome.messages if message.author == Author.AGENT]
        if not sent:
            # Somebody else took the chat over in this very moment.
            return await self._note(incoming, staff, view, files, "not_yours")
        await self._office.write(lambda conn: self._expect(conn, incoming, view, sent))
        return None

    async def _is_aside(self, incoming: StaffUpdate) -> bool:
        """Whether it belongs to an album that came as a note: only the first picture has words that say so."""
        return await self._office.read(is_aside, incoming.chat, incoming.album)

    def _expect(self, conn: Connection, incoming: StaffUpdate, view: View, sent: list[int]) -> None:
        for seq in sent:
            dialect = self._office.database.dialect
            expect(conn, dialect, view.room.conversation_id, seq, incoming.chat, incoming.message)
            post(conn, dialect, incoming.chat, incoming.message, view.room.conversation_id)

    async def _note(
        self,
        incoming: StaffUpdate,
        staff: Staff,
        view: View,
        files: tuple[Attachment, ...] | None = None,
        meant: str = "",
    ) -> None:
        """Words among colleagues. `meant`: what to say to somebody who meant them for the customer."""
        thread, office = view.thread, self._office
        if not may(staff, Right.NOTE, thread.team, thread.agent if thread.state in HELD else ""):
            return self._office.answers.answer(incoming, office.words.say("said.not_allowed"))
        files = await self._fetched(incoming) if files is None else files
        if files is None:
            return None
        event = f"{event_id(incoming.chat, incoming.message)}:note"
        await office.act(staff, view.room.conversation_id, Noted(incoming.text, files), event)
        office.answers.beside(
            office.api.call(lambda bot: bot.set_message_reaction(incoming.chat, incoming.message, NOTED))
        )
        if meant:
            office.answers.answer(incoming, office.words.say(f"said.{meant}", name=view.holder))
        return None

    async def _fetched(self, incoming: StaffUpdate) -> tuple[Attachment, ...] | None:
        """The message's files, kept; None when one of them could not be had, which is said."""
        found = [await self._office.files.fetch(wanted) for wanted in incoming.files]
        lost = next((one for one in found if isinstance(one, LostFile)), None)
        if lost is not None:
            self._office.answers.answer(
                incoming, self._office.words.say(lost.reason, name=lost.name, largest=self._office.files.largest)
            )
            return None
        return tuple(one for one in found if isinstance(one, Attachment))

    async def _edited(self, incoming: StaffUpdate, staff: Staff, view: View) -> None:
        """The customer has the first version, and it cannot be taken back: offer to send the second."""
        office, of_id = self._office, view.room.conversation_id
        known = await office.read(conversation_in, incoming.chat, 0, incoming.message)
        if known is None or not incoming.text or incoming.text.startswith("/"):
            return None
        if len(incoming.text) > forms.LONGEST:
            return self._office.answers.answer(incoming, office.words.say("said.first_version_long"))
        button = InlineButton(office.words.say("button.correct"), data("correct", of_id))
        return office.answers.answer(incoming, forms.correction(office.words, incoming.text), ((button,),))

    async def _answered(self, incoming: StaffUpdate, staff: Staff, view: View, asked: forms.OutcomeQuestion) -> None:
        """One of our questions about the end of a case."""
        office, thread, text = self._office, view.thread, incoming.text.strip()
        if asked.is_over:
            return None
        if not may(staff, Right.RESOLVE, thread.team, thread.agent if thread.state in HELD else ""):
            return self._office.answers.answer(incoming, office.words.say("said.not_allowed"))
        if not text:
            return self._office.answers.answer(incoming, office.words.say("said.no_words"))
        if not asked.outcome:
            about = replace(asked, outcome=text[: forms.LONGEST])
            return await office.ask(incoming, forms.cause_asked(asked.reference, text, office.words), about)
        act, event = Resolved(asked.reference, asked.outcome, text), event_id(incoming.chat, incoming.message)
        outcome = await office.act(staff, view.room.conversation_id, act, event)
        await office.heard(incoming)
        if outcome.refused:
            return self._office.answers.answer(incoming, office.words.say(f"said.{outcome.refused.reason}", name=""))
        return self._office.answers.answer(incoming, office.words.say("said.resolved", reference=asked.reference))


def _here(conn: Connection, staff: Staff, now: datetime) -> None:
    """Whoever was away is at least busy now: their chats are not taken from them, and none are pressed on them."""
    note_seen(conn, staff.id, now)
    if staff.presence is StaffPresence.AWAY:
        set_presence(conn, staff.id, StaffPresence.BUSY, now)
