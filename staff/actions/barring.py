"""Who is heard, and what rings: spam, blocked visitors and their networks, and chats that wait aside."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from dialogs.flows.staff import Blocked, LetThrough, MarkedSpam, StaffAct, Unbarred
from staff.actions.action import OpenedChat, action
from staff.rights import Right
from storage.security.blocked_networks import block_network, unblock_network
from storage.security.events import SecurityEvent, SecurityEventKind, record

HOURS = ("1", "24", "72")
"""For how long a network may be blocked: others may be given its address tomorrow."""


@action(Right.BAR)
async def mark_spam(chat: OpenedChat) -> StaffAct:
    """Close the chat as spam, without a case."""
    return MarkedSpam()


@action(Right.BAR)
async def block(chat: OpenedChat, hours: str = "") -> StaffAct:
    """Hear the visitor no more; and for one of `HOURS` nobody of their network, where a supervisor says so."""
    if hours in HOURS and chat.chat.thread.source:
        chat.demand(Right.UNBAR)
        await chat.work.write(_block_network, chat, int(hours))
    return Blocked()


@action(Right.UNBAR)
async def unbar(chat: OpenedChat) -> StaffAct:
    """Hear the visitor and their network again; the chat is no spam."""
    if chat.chat.thread.source:
        await chat.work.write(_unblock_network, chat)
    return Unbarred()


@action(Right.LET_THROUGH)
async def let_through(chat: OpenedChat) -> StaffAct:
    """Let a chat ring that waits aside."""
    return LetThrough()


def _block_network(conn: Connection, chat: OpenedChat, hours: int) -> None:
    now, dialect = chat.request.now, chat.work.reads.database.dialect
    block_network(conn, dialect, chat.chat.thread.source, now + timedelta(hours=hours), chat.staff.id, now)
    record(conn, [_event(chat, "network_blocked", hours=str(hours))])


def _unblock_network(conn: Connection, chat: OpenedChat) -> None:
    if unblock_network(conn, chat.chat.thread.source):
        record(conn, [_event(chat, "network_unblocked")])


def _event(chat: OpenedChat, what: str, **detail: str) -> SecurityEvent:
    about = {"what": what, "network": chat.chat.thread.source, **detail}
    return SecurityEvent(chat.request.now, SecurityEventKind.BLOCKED, chat.staff.id, chat.chat.id, detail=about)
