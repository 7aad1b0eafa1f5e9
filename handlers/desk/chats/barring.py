"""Who is heard, and what rings: spam, blocked visitors and their networks, and chats that wait aside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import Response

from dialogs.flows.staff import Blocked, LetThrough, MarkedSpam, Unbarred
from handlers.desk.chats.actions import act_once, once
from handlers.desk.chats.chat import opened
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from staff.chat import Chat
from staff.rights import Right, needs
from storage.security.blocked_networks import block_network, unblock_network
from storage.security.events import SecurityEvent, SecurityEventKind, record
from storage.staff.accounts import Role

OPEN, LEADS = needs(Role.AGENT), needs(Role.SUPERVISOR)
HOURS = ("1", "24", "72")
"""For how long a network may be blocked: others may be given its address tomorrow."""


def add(pages: Pages) -> None:
    pages.post("/desk/chats/{id}/spam", once(spam), OPEN)
    pages.post("/desk/chats/{id}/block", once(block), OPEN)
    pages.post("/desk/chats/{id}/unbar", unbar, LEADS)
    pages.post("/desk/chats/{id}/let-through", let_through, LEADS)


async def spam(visit: Visit) -> Response:
    """Close the chat as spam."""
    chat = await opened(visit, Right.BAR)
    return await act_once(visit, chat, MarkedSpam(), visit.words.gettext("Marked as spam. A supervisor can undo it."))


async def block(visit: Visit) -> Response:
    """Hear the visitor no more; and for a while nobody of their network, where a supervisor says so."""
    chat = await opened(visit, Right.BAR)
    hours = visit.text("hours")
    if hours in HOURS and chat.thread.source:
        visit.demand(Right.UNBAR, chat.thread.team, chat.owner)
        await visit.desk.write(_block_network, visit, chat, int(hours))
    return await act_once(visit, chat, Blocked(), visit.words.gettext("Blocked. A supervisor can undo it."))


def _block_network(conn: Any, visit: Visit, chat: Chat, hours: int) -> None:
    until, dialect = visit.now + timedelta(hours=hours), visit.desk.database.dialect
    block_network(conn, dialect, chat.thread.source, until, visit.staff.id, visit.now)
    record(conn, [_noted(visit, chat, "network_blocked", hours=str(hours))])


async def unbar(visit: Visit) -> Response:
    """Hear the visitor and their network again; the chat is no spam."""
    chat = await opened(visit, Right.UNBAR)
    if chat.thread.source:
        await visit.desk.write(_unblock_network, visit, chat)
    return await act_once(visit, chat, Unbarred(), visit.words.gettext("The visitor is heard again."))


def _unblock_network(conn: Any, visit: Visit, chat: Chat) -> None:
    if unblock_network(conn, chat.thread.source):
        record(conn, [_noted(visit, chat, "network_unblocked")])


async def let_through(visit: Visit) -> Response:
    """Let a chat ring that waits aside."""
    chat = await opened(visit, Right.LET_THROUGH)
    return await act_once(visit, chat, LetThrough(), visit.words.gettext("It is offered to colleagues like any other."))


def _noted(visit: Visit, chat: Chat, what: str, **detail: str) -> SecurityEvent:
    about = {"what": what, "network": chat.thread.source, **detail}
    return SecurityEvent(visit.now, SecurityEventKind.BLOCKED, visit.staff.id, chat.id, detail=about)
