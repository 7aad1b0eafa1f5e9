"""Doing something in a chat: the form becomes an act, goes through the door, and the answer is put into words."""

from __future__ import annotations

import re

from fastapi import Response

from dialogs.flows.staff import Acted, StaffAct
from handlers.desk.chats.chat import Chat
from handlers.desk.inbox import refusal
from handlers.desk.permission import Act
from handlers.desk.visits import Visit
from handlers.desk.words import later
from handlers.problems import BadRequest
from handlers.turns.outcome import Outcome

UNFINISHED_FORM = later("This form is not complete. Reload the page and try again.")
_FORM_ID = re.compile("[0-9a-f]{32}")


class NotDone(Exception):
    """What was wanted cannot be done; the message is in the reader's words."""


async def do(visit: Visit, chat: Chat, act: StaffAct, what: str = "") -> Outcome:
    """Do it once, however often this form is sent; `what` tells several acts of one form apart.

    Raises:
        NotDone: it is not possible now.
        Away, BadRequest.
    """
    form = visit.text("act", 64)
    if not _FORM_ID.fullmatch(form):
        raise BadRequest(UNFINISHED_FORM)
    stands_in = chat.owner != visit.staff.id and visit.may(Act.TRANSFER, chat.thread.team, chat.owner)
    acted = Acted(visit.staff.id, visit.staff.name, act, stands_in)
    outcome = await visit.desk.acting.act(chat.id, acted, f"{visit.staff.id}:{form}{what}")
    if outcome.refused:
        raise NotDone(refusal(visit, outcome.refused.reason, outcome.refused.holder))
    if outcome.quarantined:
        raise NotDone(visit.words.gettext("Something went wrong with this. It was set aside, and nothing was changed."))
    return outcome


def done(visit: Visit, chat: Chat, said: str = "", tone: str = "done") -> Response:
    """Back to the chat with a word on what was done; for a script only that word."""
    if visit.is_htmx:
        status = 200 if tone == "done" else 409
        return Response(said, status, {"Cache-Control": "no-store"}, media_type="text/plain; charset=utf-8")
    return visit.go(f"/desk/chats/{chat.id}", said, tone)
