"""Who is heard, and what rings: spam, blocked visitors and their networks, and chats that wait aside."""

from __future__ import annotations

from fastapi import Response

from handlers.desk.chats.actions import answered, request_of
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from staff.actions import barring
from staff.rights import needs
from storage.staff.accounts import Role

OPEN, LEADS = needs(Role.AGENT), needs(Role.SUPERVISOR)


def add(pages: Pages) -> None:
    pages.post("/desk/chats/{id}/spam", spam, OPEN)
    pages.post("/desk/chats/{id}/block", block, OPEN)
    pages.post("/desk/chats/{id}/unbar", unbar, LEADS)
    pages.post("/desk/chats/{id}/let-through", let_through, LEADS)


async def spam(visit: Visit) -> Response:
    """Close the chat as spam."""
    said = visit.words.gettext("Marked as spam. A supervisor can undo it.")
    return await answered(visit, barring.mark_spam(request_of(visit)), said)


async def block(visit: Visit) -> Response:
    """Hear the visitor no more; and for a while nobody of their network, where a supervisor says so."""
    said = visit.words.gettext("Blocked. A supervisor can undo it.")
    return await answered(visit, barring.block(request_of(visit), visit.text("hours")), said)


async def unbar(visit: Visit) -> Response:
    """Hear the visitor and their network again; the chat is no spam."""
    said = visit.words.gettext("The visitor is heard again.")
    return await answered(visit, barring.unbar(request_of(visit)), said)


async def let_through(visit: Visit) -> Response:
    """Let a chat ring that waits aside."""
    said = visit.words.gettext("It is offered to colleagues like any other.")
    return await answered(visit, barring.let_through(request_of(visit)), said)
