"""One chat as it is loaded for a page, and who may open it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from complaints.case import Case
from dialogs.flows.state import Conversation, Holding, from_json
from handlers.desk.permission import Act
from handlers.desk.visits import Visit
from handlers.desk.words import later
from handlers.problems import Forbidden, NotFound
from storage.cases import cases_in
from storage.tables import conversations
from storage.threads import Thread, find_thread

UNKNOWN = later("There is no such chat, or nobody of us is needed in it yet.")


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
    """A chat as it stood at one moment. `cases` are oldest first; `cursor` is how far it has come."""

    thread: Thread
    state: Conversation
    cases: tuple[Case, ...]
    cursor: Cursor

    @property
    def id(self) -> str:
        return self.thread.conversation_id

    @property
    def holding(self) -> Holding:
        return self.state.holding or Holding()

    @property
    def is_held(self) -> bool:
        return self.state.controller == "agent"

    @property
    def owner(self) -> str:
        """The account that has the chat, or empty."""
        return self.holding.agent if self.is_held else ""

    @property
    def case(self) -> Case | None:
        """The case that the chat is about now: the open one that its lists name, else the newest."""
        named = next((case for case in self.cases if case.reference == self.thread.reference), None)
        return named or (self.cases[-1] if self.cases else None)


def load_chat(conn: Connection, conversation_id: str) -> Chat | None:
    """A chat that has a thread, or None."""
    thread = find_thread(conn, conversation_id)
    if thread is None:
        return None
    wanted = select(
        conversations.c.state, conversations.c.message_count, conversations.c.audit_count, conversations.c.turn
    ).where(conversations.c.id == conversation_id)
    row = conn.execute(wanted).one()
    cursor = Cursor(row.message_count, row.audit_count, row.turn)
    return Chat(thread, from_json(row.state), cases_in(conn, conversation_id), cursor)


async def opened(visit: Visit, act: Act = Act.SEE) -> Chat:
    """The chat that this address names. Raises `NotFound`, and `Forbidden` unless this person may do `act` to it."""
    chat = await visit.desk.read(load_chat, visit.path("id"))
    if chat is None:
        raise NotFound(UNKNOWN)
    if not is_offered(visit, chat):
        visit.demand(Act.SEE, chat.thread.team, chat.owner)
    # A claim that comes too late is told who was sooner, which the turn alone knows.
    if act not in (Act.SEE, Act.CLAIM) and not is_able(visit, chat, act):
        raise Forbidden(_not_theirs(visit, chat))
    return chat


def is_offered(visit: Visit, chat: Chat) -> bool:
    """Whether it waits for this very person to take it, whatever team it is of."""
    return chat.state.controller == "queue" and chat.holding.agent == visit.staff.id


def is_able(visit: Visit, chat: Chat, act: Act) -> bool:
    """Whether this person may do this to the chat as it stands."""
    if act is Act.CLAIM:
        return not chat.is_held
    return visit.may(act, chat.thread.team, chat.owner)


def _not_theirs(visit: Visit, chat: Chat) -> str:
    _ = visit.words.gettext
    if chat.is_held and chat.owner != visit.staff.id:
        return _("%(name)s has this chat.") % {"name": chat.holding.name}
    if not chat.is_held:
        return _("Take the chat first.")
    return _("This is not yours to do. Ask a supervisor.")
