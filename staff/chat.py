"""One chat as it is loaded for a colleague, on whichever screen."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from complaints.case import Case
from complaints.priority import Priority
from complaints.record import Record
from dialogs.flows.state import Controller, Conversation, Holding, from_json
from dialogs.playbooks.playbook import Playbook
from storage.cases.cases import cases_in
from storage.conversations.bot_chats import BotChat, find_led
from storage.conversations.threads import Thread, ThreadState, find_thread
from storage.tables.core import conversations


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a page has been told: the last message, entry of the trail, and turn. Written `12-7-30`."""

    seq: int = 0
    n: int = 0
    turn: int = 0

    def __str__(self) -> str:
        return f"{self.seq}-{self.n}-{self.turn}"


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat as it stood at one moment. `cases` are oldest first; `cursor` is how far it has come. `is_led`: the bot
    leads it and none of us was ever needed in it, so its thread is what one would be.
    """

    thread: Thread
    state: Conversation
    cases: tuple[Case, ...]
    cursor: Cursor
    is_led: bool = False

    @property
    def id(self) -> str:
        return self.thread.conversation_id

    @property
    def holding(self) -> Holding:
        return self.state.queue.holding or Holding()

    @property
    def is_held(self) -> bool:
        return self.state.controller == Controller.AGENT

    @property
    def owner(self) -> str:
        """The account that has the chat, or empty."""
        return self.holding.agent if self.is_held else ""

    @property
    def case(self) -> Case | None:
        """The case that the chat is about now: the open one that its lists name, else the newest."""
        named = next((case for case in self.cases if case.reference == self.thread.reference), None)
        return named or (self.cases[-1] if self.cases else None)

    @property
    def record(self) -> Record:
        """The record form that the chat is about now: of the unfinished complaint, else of the case."""
        if self.state.intake.draft:
            return self.state.intake.draft.record
        return self.case.record if self.case else Record()


def load_chat(conn: Connection, conversation_id: str) -> Chat | None:
    """A chat that has a thread, or None."""
    thread = find_thread(conn, conversation_id)
    if thread is None:
        return None
    state, cursor = _standing(conn, conversation_id)
    return Chat(thread, state, cases_in(conn, conversation_id), cursor)


def load_led(conn: Connection, playbook: Playbook, conversation_id: str) -> Chat | None:
    """A chat that the bot leads and that has no thread, or None."""
    led = find_led(conn, conversation_id)
    if led is None or led.team is not None:
        return None
    state, cursor = _standing(conn, conversation_id)
    return Chat(led_thread(led, playbook), state, cases_in(conn, conversation_id), cursor, is_led=True)


def led_thread(led: BotChat, playbook: Playbook) -> Thread:
    """What the thread of such a chat would be. It is of no team as long as nobody knows what it is about."""
    draft, of_id, at = led.state.intake.draft, led.conversation_id, led.changed_at
    record = draft.record if draft else Record()
    team = led.team or (playbook.category(record.category).team if record.category else "")
    return Thread(
        of_id, ThreadState.BOT, "", team, 0, "", Priority.NORMAL, record.category, led.state.session.language,
        led.channel, "", record.name, record.story, led.state.tags, None, None, None, None,
        led.state.session.last_at, "", (), led.turn, at,
    )  # fmt: skip


def _standing(conn: Connection, conversation_id: str) -> tuple[Conversation, Cursor]:
    wanted = select(
        conversations.c.state, conversations.c.message_count, conversations.c.audit_count, conversations.c.turn
    ).where(conversations.c.id == conversation_id)
    row = conn.execute(wanted).one()
    return from_json(row.state), Cursor(row.message_count, row.audit_count, row.turn)
