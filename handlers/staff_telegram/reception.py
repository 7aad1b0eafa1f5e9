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
from complaints.refusals import RefusalReason
from handlers.staff_telegram import forms
from handlers.staff_telegram.buttons import HELD, InlineButton, data
from handlers.staff_telegram.context import BotContext
from handlers.staff_telegram.incoming import StaffUpdate
from staff.actions import resolving, writing
from staff.actions.action import opened
from staff.actions.refusals import ActionForbidden, ActionRefused, InputRefused, NotPossible
from staff.actions.resolving import ResolutionInput
from staff.rights import Right
from staff.words import later
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
_PRIVATE = later("I work in the staff chat. To link your account, sign in to the desk and open Account.")
_LINKED = later("Welcome, %(name)s. You can claim chats in the staff chat now.")
_BAD_LINK = later("This link is not good, or no longer. Make a new one in the desk, on your Account page.")
_THIS_CHAT = later("The id of this chat is %(chat)s. To make it the staff chat, set AMENDS_STAFF_CHAT to it.")
STRANGER = later("I do not know you yet. Sign in to the desk, open Account, and press “Join my Telegram”.")
_WHICH_CHAT = later("I cannot tell which customer's chat this is about. Please reply to its card.")
_CANCELLED = later("Nothing is resolved. What you write goes to the customer again.")
_NO_COMMAND = later("There is no such command, and this did not go to the customer. There is /note for words among us.")
_NO_WORDS = later("This kind of message cannot be passed on. Send text, a photo, a voice message or a file.")
_NOT_YOURS = later("%(name)s has this chat, so this did not go to the customer. It is kept as a note.")
_UNCLAIMED = later("Nobody has claimed this chat, so this did not go to the customer. It is kept as a note.")
_FIRST_VERSION_LONG = later(
    "The customer already has the first version. Send what is to be corrected as a new message."
)

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
            return self._office.answers.answer(incoming, self._office.words.gettext(_PRIVATE))
        now, office = self._office.clock(), self._office

        def join(conn: Connection) -> Staff | None:
            joined = take_link(conn, token.strip(), incoming.user, now)
            if joined is not None:
                office.joined(conn, joined)
            return joined

        staff = await office.write(join)
        said = office.words.gettext(_LINKED, name=staff.name) if staff else office.words.gettext(_BAD_LINK)
        return office.answers.answer(incoming, said)

    def _elsewhere(self, incoming: StaffUpdate) -> None:
        """Another group. It is told its number when it asks, so that it can be made the staff chat."""
        if incoming.text.split("@")[0].strip() == "/id":
            self._office.answers.answer(incoming, self._office.words.gettext(_THIS_CHAT, chat=incoming.chat))

    async def _unknown_tap(self, incoming: StaffUpdate) -> None:
        self._office.answers.tell(incoming, self._office.words.gettext(STRANGER))

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
            self._office.answers.answer(incoming, self._office.words.gettext(_WHICH_CHAT))

    def _stranger(self, incoming: StaffUpdate) -> None:
        now = time.monotonic()
        self._told = {user: at for user, at in self._told.items() if now - at < SAID_ONCE}
        if incoming.user not in self._told:
            self._told[incoming.user] = now
            self._office.answers.answer(incoming, self._office.words.gettext(STRANGER))

    async def _command(self, incoming: StaffUpdate, staff: Staff, view: View) -> None:
        name, _, text = incoming.text.partition(" ")
        if name.partition("@")[0] == "/cancel":
            found = await self._office.asked(incoming)
            asked = found is not None and (found.open or found.answered_by == incoming.message)
            await self._office.heard(incoming)
            return self._office.answers.answer(
                incoming, self._office.words.gettext(_CANCELLED if asked else _NO_COMMAND)
            )
        if name.partition("@")[0] != "/note" or not (text.strip() or incoming.files):
            return self._office.answers.answer(incoming, self._office.words.gettext(_NO_COMMAND))
        if incoming.album:
            now, dialect = self._office.clock(), self._office.database.dialect
            await self._office.write(lambda conn: put_aside(conn, dialect, incoming.chat, incoming.album, now))
        await self._note(replace(incoming, text=text.strip()), staff, view)
        return None

    async def _passed_on(self, incoming: StaffUpdate, staff: Staff, view: View) -> None:
        """The holder's words go to the customer, everyone else's are kept as a note."""
        office, words = self._office, self._office.words
        if not incoming.text and not incoming.files:
            return office.answers.answer(incoming, words.gettext(_NO_WORDS))
        if incoming.album and await self._is_aside(incoming):
            return await self._note(incoming, staff, view)
        event, files = event_id(incoming.chat, incoming.message), Fetching(office, incoming)
        asked = office.asks(staff, view.room.conversation_id, event)
        try:
            sent = await office.did(writing.reply(asked, incoming.text, files.fetch))
        except ActionForbidden:
            return await self._note(incoming, staff, view, files, "" if view.thread.state in HELD else _UNCLAIMED)
        except ActionRefused as why:
            if isinstance(why, NotPossible) and why.reason == RefusalReason.NOT_YOURS:
                # Somebody else took the chat over in this very moment.
                return await self._note(incoming, staff, view, files, _NOT_YOURS)
            return office.answers.answer(incoming, words.refusal(why))
        said = sent.outcome.messages if sent.outcome else ()
        numbers = [message.seq for message in said if message.author == Author.AGENT]
        await office.write(lambda conn: self._expect(conn, incoming, view, numbers))
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
        self, incoming: StaffUpdate, staff: Staff, view: View, files: Fetching | None = None, meant: str = ""
    ) -> None:
        """Words among colleagues. `meant`: what to say to somebody who meant them for the customer."""
        office, fetching = self._office, files or Fetching(self._office, incoming)
        event = f"{event_id(incoming.chat, incoming.message)}:note"
        asked = office.asks(staff, view.room.conversation_id, event)
        try:
            await office.did(writing.note(asked, incoming.text, fetching.fetch))
        except ActionRefused as why:
            return office.answers.answer(incoming, office.words.refusal(why))
        office.answers.beside(
            office.api.call(lambda bot: bot.set_message_reaction(incoming.chat, incoming.message, NOTED))
        )
        if meant:
            office.answers.answer(incoming, office.words.gettext(meant, name=view.holder))
        return None

    async def _edited(self, incoming: StaffUpdate, staff: Staff, view: View) -> None:
        """The customer has the first version, and it cannot be taken back: offer to send the second."""
        office, of_id = self._office, view.room.conversation_id
        known = await office.read(conversation_in, incoming.chat, 0, incoming.message)
        if known is None or not incoming.text or incoming.text.startswith("/"):
            return None
        if len(incoming.text) > forms.LONGEST:
            return self._office.answers.answer(incoming, office.words.gettext(_FIRST_VERSION_LONG))
        button = InlineButton(office.words.gettext("Send the correction"), data("correct", of_id))
        return office.answers.answer(incoming, forms.correction(office.words, incoming.text), ((button,),))

    async def _answered(self, incoming: StaffUpdate, staff: Staff, view: View, asked: forms.OutcomeQuestion) -> None:
        """One of our questions about the end of a case."""
        if asked.is_over:
            return None
        try:
            return await self._resolved(incoming, staff, view, asked)
        except ActionRefused as why:
            return self._office.answers.answer(incoming, self._office.words.refusal(why))

    async def _resolved(self, incoming: StaffUpdate, staff: Staff, view: View, asked: forms.OutcomeQuestion) -> None:
        """Ask for the cause, too; resolve the case once both are known. Raises `ActionRefused`."""
        office, text = self._office, incoming.text.strip()
        request = office.asks(staff, view.room.conversation_id, event_id(incoming.chat, incoming.message))
        if not text:
            raise InputRefused(_NO_WORDS)
        if not asked.outcome:
            await opened(request, Right.RESOLVE)
            about = replace(asked, outcome=text[: forms.LONGEST])
            return await office.ask(incoming, forms.cause_asked(asked.reference, text, office.words), about)
        try:
            given = ResolutionInput(asked.outcome, text)
            await office.did(resolving.resolve(request, asked.reference, given))
        except NotPossible:
            await office.heard(incoming)
            raise
        await office.heard(incoming)
        said = office.words.gettext("%(reference)s is resolved.", reference=asked.reference)
        return office.answers.answer(incoming, said)


class Fetching:
    """The files of one update, fetched once, when it is known that they may be passed on."""

    def __init__(self, office: BotContext, incoming: StaffUpdate) -> None:
        self._office = office
        self._incoming = incoming
        self._kept: tuple[Attachment, ...] | None = None

    async def fetch(self, _conversation: str) -> tuple[Attachment, ...]:
        """The files, kept. Raises `InputRefused` when one of them could not be had, for nobody sends half of them."""
        if self._kept is None:
            self._kept = tuple([await self._office.files.fetch(wanted) for wanted in self._incoming.files])
        return self._kept


def _here(conn: Connection, staff: Staff, now: datetime) -> None:
    """Whoever was away is at least busy now: their chats are not taken from them, and none are pressed on them."""
    note_seen(conn, staff.id, now)
    if staff.presence is StaffPresence.AWAY:
        set_presence(conn, staff.id, StaffPresence.BUSY, now)
