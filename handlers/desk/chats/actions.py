"""Doing something in a chat: the form becomes an action's request, and what comes of it is put into words."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import TypeVar

from fastapi import Response

from handlers.desk.request_context import Visit
from staff.actions.action import DONE_BEFORE, ActionDone, ActionRequest
from staff.actions.refusals import ActionForbidden, ActionRefused, InputRefused, NotPossible, SubjectNotFound

T = TypeVar("T")
_FORM_ID = re.compile("[0-9a-f]{32}")


def request_of(visit: Visit) -> ActionRequest:
    """What the visitor's form asks for, in the chat that the address names. A form without an id of its own names
    nothing, and nothing is done.
    """
    form = visit.text("act", 64)
    name = f"{visit.staff.id}:{form}" if _FORM_ID.fullmatch(form) else ""
    return visit.asks(visit.path("id"), name)


async def answered(visit: Visit, action: Awaitable[ActionDone], said: str) -> Response:
    """Do it, and back to the chat with a word on what was done, or on why it was not.

    Raises `ActionRefused` where the visitor may not do it at all, or their form makes no sense.
    """
    try:
        result = await seen(visit, action)
    except (InputRefused, NotPossible) as why:
        return done(visit, why.said(visit.words), "warning")
    return done_before(visit) if result.before else done(visit, said)


async def seen(visit: Visit, action: Awaitable[T]) -> T:
    """Do it; whoever was let in to do it has seen the chat. Raises `ActionRefused`."""
    try:
        result = await action
    except (ActionForbidden, SubjectNotFound):
        raise
    except ActionRefused:
        visit.saw(visit.path("id"))
        raise
    visit.saw(visit.path("id"))
    return result


def done(visit: Visit, said: str = "", tone: str = "done") -> Response:
    """Back to the chat with a word on what was done; for a script only that word."""
    if visit.is_htmx:
        return _told(said, 200 if tone == "done" else 409)
    return visit.go(f"/desk/chats/{visit.path('id')}", said, tone)


def done_before(visit: Visit) -> Response:
    """A form whose answer was lost on its way was sent again: whoever may no longer do what it did, just because it was
    done, is told that it was, and not that they may not.
    """
    said = visit.words.gettext(DONE_BEFORE)
    return _told(said) if visit.is_htmx else visit.go("/desk/inbox", said)


def _told(said: str, status: int = 200) -> Response:
    return Response(said, status, {"Cache-Control": "no-store"}, media_type="text/plain; charset=utf-8")
