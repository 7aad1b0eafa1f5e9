"""Opening a chat at the desk, and what its reader may do to it."""

from __future__ import annotations

from handlers.desk.request_context import Visit
from staff.actions import access
from staff.actions.action import opened as opened_for
from staff.chat import Chat
from staff.rights import Right


async def opened(visit: Visit, right: Right = Right.SEE) -> Chat:
    """The chat that this address names. Raises `ActionRefused` unless this person may do this to it."""
    found = await opened_for(visit.asks(visit.path("id")), right)
    visit.saw(found.chat.id)
    return found.chat


def is_able(visit: Visit, chat: Chat, right: Right) -> bool:
    """Whether the visitor may do this to the chat as it stands."""
    return access.is_able(visit.staff, chat, right)
