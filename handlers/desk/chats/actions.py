"""Doing something in a chat: the form becomes an act, goes through the door, and the answer is put into words."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import wraps

from fastapi import Response
from sqlalchemy import Connection, select

from dialogs.flows.staff import Acted, StaffAct
from engine.turn.outcome import Outcome
from handlers.desk.lists.inbox import why_not
from handlers.desk.request_context import Visit
from handlers.http.problems import BadRequest, Forbidden
from staff.chat import Chat
from staff.rights import Right
from staff.words import later
from storage.tables.core import events

UNFINISHED_FORM = later("This form is not complete. Reload the page and try again.")
_FORM_ID = re.compile("[0-9a-f]{32}")


class NotDone(Exception):
    """What was wanted cannot be done; the message is in the reader's words."""


Page = Callable[[Visit], Awaitable[Response]]


def once(page: Page) -> Page:
    """A form whose answer was lost on its way is sent again. Whoever may no longer do what it did, just because it was
    done, is told that it was, and not that they may not.
    """

    @wraps(page)
    async def answered(visit: Visit) -> Response:
        try:
            return await page(visit)
        except Forbidden:
            if not await visit.desk.read(was_taken, visit.path("id"), _name(visit)):
                raise
        said = visit.words.gettext("This was done when it was first sent.")
        return _told(said) if visit.is_htmx else visit.go("/desk/inbox", said)

    return answered


def was_taken(conn: Connection, conversation_id: str, name: str) -> bool:
    """Whether the act of this name was done already."""
    key = (events.c.conversation_id == conversation_id) & (events.c.event_id == f"staff:{name}")
    return conn.execute(select(events.c.turn).where(key)).first() is not None


def _name(visit: Visit) -> str:
    """What makes the visitor's form the same form when it comes again."""
    return f"{visit.staff.id}:{visit.text('act', 64)}"


async def do(visit: Visit, chat: Chat, act: StaffAct, what: str = "") -> Outcome:
    """Do it once, however often this form is sent; `what` tells several acts of one form apart.

    Raises:
        NotDone: it is not possible now.
        Unavailable, BadRequest.
    """
    if not _FORM_ID.fullmatch(visit.text("act", 64)):
        raise BadRequest(UNFINISHED_FORM)
    stands_in = chat.owner != visit.staff.id and visit.may(Right.TRANSFER, chat.thread.team, chat.owner)
    acted = Acted(visit.staff.id, visit.staff.name, act, stands_in)
    outcome = await visit.desk.acting.act(chat.id, acted, f"{_name(visit)}{what}")
    if refused := why_not(visit, acted, outcome):
        raise NotDone(refused)
    if outcome.quarantined:
        raise NotDone(visit.words.gettext("Something went wrong with this. It was set aside, and nothing was changed."))
    return outcome


async def act_once(visit: Visit, chat: Chat, act: StaffAct, said: str) -> Response:
    """Do it, and back to the chat with a word on what was done, or on why it was not."""
    try:
        await do(visit, chat, act)
    except NotDone as why:
        return done(visit, chat, str(why), "warning")
    return done(visit, chat, said)


def done(visit: Visit, chat: Chat, said: str = "", tone: str = "done") -> Response:
    """Back to the chat with a word on what was done; for a script only that word."""
    if visit.is_htmx:
        return _told(said, 200 if tone == "done" else 409)
    return visit.go(f"/desk/chats/{chat.id}", said, tone)


def _told(said: str, status: int = 200) -> Response:
    return Response(said, status, {"Cache-Control": "no-store"}, media_type="text/plain; charset=utf-8")
