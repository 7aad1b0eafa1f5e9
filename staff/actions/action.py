"""An action of a colleague's: its right is checked once, then it becomes an act, and a neutral result is given.

What a desk does with the result, and with a refusal, is put it into words.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Concatenate, Generic, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from dialogs.flows.staff import Acted, Snoozed, StaffAct
from dialogs.playbooks.playbook import Playbook
from engine.reads import Reads
from engine.turn.outcome import Outcome
from staff.actions import Acting
from staff.actions.access import find_chat, forbidden, is_seen, stands_in
from staff.actions.refusals import ActionForbidden, ActionMalformed, SubjectNotFound, refusal_of
from staff.chat import Chat
from staff.rights import Right
from staff.words import later
from storage.db.timestamps import utc_now
from storage.staff.accounts import Staff
from storage.tables.core import events

T = TypeVar("T")
P = ParamSpec("P")
DONE_BEFORE = later("This was done when it was first sent.")
"""What is said where an action is done `before`."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """What actions work with, at whichever desk."""

    acting: Acting
    reads: Reads
    playbook: Playbook
    clock: Callable[[], datetime] = utc_now

    async def read(self, look_up: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`look_up(connection, …)` in a thread. Raises `Unavailable`."""
        return await self.reads.run(look_up, *args, **kwargs)

    async def write(self, change: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`change(connection, …)` in a thread, in one transaction. Raises `Unavailable`."""

        def writing() -> T:
            with self.reads.database.write() as connection:
                return change(connection, *args, **kwargs)

        return await self.reads.blocking(writing)


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """Who wants something done in which chat. `name` is the caller's own id for it, at most 200 characters, empty where
    what came has none; `zone` is that of their clock.
    """

    work: Workplace
    staff: Staff
    conversation_id: str
    name: str
    zone: ZoneInfo

    @property
    def now(self) -> datetime:
        """Aware, UTC."""
        return self.work.clock()


@dataclass(frozen=True, slots=True)
class ActionDone:
    """What came of it: the act and its turn. `before`: it was done when it first came, and could not be done again."""

    act: StaffAct | None = None
    outcome: Outcome | None = None
    before: bool = False

    @property
    def until(self) -> datetime | None:
        """Until when the chat was put aside; aware, UTC."""
        return self.act.until if isinstance(self.act, Snoozed) else None


@dataclass(frozen=True, slots=True)
class OpenedChat:
    """A chat before somebody who may do to it what they want."""

    request: ActionRequest
    chat: Chat

    @property
    def work(self) -> Workplace:
        return self.request.work

    @property
    def staff(self) -> Staff:
        return self.request.staff

    def demand(self, right: Right) -> None:
        """Raises `ActionForbidden` unless this may be done, too."""
        if refused := forbidden(self.staff, self.chat, right):
            raise refused

    async def do(self, act: StaffAct) -> ActionDone:
        """Do it once, however often it comes. Raises `ActionMalformed`, `NotPossible`, `Unavailable`."""
        name, staff = self.request.name, self.staff
        if not name:
            raise ActionMalformed
        acted = Acted(staff.id, staff.name, act, stands_in(staff, self.chat))
        outcome = await self.work.acting.act(self.chat.id, acted, name)
        if refused := refusal_of(acted, outcome):
            raise refused
        return ActionDone(act, outcome)


async def opened(request: ActionRequest, right: Right = Right.SEE) -> OpenedChat:
    """The chat for somebody who may do this to it. Raises `SubjectNotFound`, `ActionForbidden`, `Unavailable`."""
    chat = await request.work.read(find_chat, request.work.playbook, request.conversation_id)
    if chat is None or (chat.is_led and not is_seen(request.staff, chat)):
        raise SubjectNotFound
    if refused := forbidden(request.staff, chat, right):
        raise refused
    return OpenedChat(request, chat)


async def was_done(request: ActionRequest) -> bool:
    """Whether what has this name was done already."""
    return bool(request.name) and await request.work.read(_was_taken, request.conversation_id, request.name)


def _was_taken(conn: Connection, conversation_id: str, name: str) -> bool:
    key = (events.c.conversation_id == conversation_id) & (events.c.event_id == f"staff:{name}")
    return conn.execute(select(events.c.turn).where(key)).first() is not None


@dataclass(frozen=True, slots=True)
class Action(Generic[P]):
    """What a colleague may do in a chat, and the right that it takes. `meant` finds the act that it becomes.

    Called, it raises `ActionRefused` and `Unavailable`.
    """

    right: Right
    meant: Callable[Concatenate[OpenedChat, P], Awaitable[StaffAct]]

    async def __call__(self, request: ActionRequest, /, *args: P.args, **kwargs: P.kwargs) -> ActionDone:
        try:
            chat = await opened(request, self.right)
        except ActionForbidden:
            # An answer is lost on its way, and what it answered comes again: by then they may not do what they did.
            if await was_done(request):
                return ActionDone(before=True)
            raise
        return await chat.do(await self.meant(chat, *args, **kwargs))


def action(right: Right) -> Callable[[Callable[Concatenate[OpenedChat, P], Awaitable[StaffAct]]], Action[P]]:
    """Makes an action of a function that finds the act for a chat which is opened with this right."""

    def made(meant: Callable[Concatenate[OpenedChat, P], Awaitable[StaffAct]]) -> Action[P]:
        return Action(right, meant)

    return made
