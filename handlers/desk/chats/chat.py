"""Who may open a chat at the desk, and do what to it."""

from __future__ import annotations

from sqlalchemy import Connection

from dialogs.flows.state import Controller
from dialogs.playbooks.playbook import Playbook
from handlers.desk.request_context import Visit
from handlers.desk.translations import later
from handlers.http.problems import Forbidden, NotFound
from staff.chat import Chat, load_chat, load_led
from staff.rights import Right

UNKNOWN = later("There is no such chat, or nobody of us is needed in it yet.")


async def opened(visit: Visit, act: Right = Right.SEE) -> Chat:
    """The chat that this address names. Raises `NotFound`, and `Forbidden` unless this person may do `act` to it."""
    chat = await visit.desk.read(find_chat, visit.desk.playbook, visit.path("id"))
    if chat is None or (chat.is_led and not is_seen(visit, chat)):
        raise NotFound(UNKNOWN)
    if not is_offered(visit, chat):
        visit.demand(Right.SEE, chat.thread.team, chat.owner)
    # A claim that comes too late is told who was sooner, which the turn alone knows.
    if act not in (Right.SEE, Right.CLAIM) and not is_able(visit, chat, act):
        raise Forbidden(_not_theirs(visit, chat))
    visit.saw(chat.id)
    return chat


def find_chat(conn: Connection, playbook: Playbook, conversation_id: str) -> Chat | None:
    """A chat that concerns people, or that the bot still leads."""
    return load_chat(conn, conversation_id) or load_led(conn, playbook, conversation_id)


def is_seen(visit: Visit, chat: Chat) -> bool:
    """Whether this person may see it. What the bot leads is for those alone who may take it from the bot."""
    if chat.is_led:
        return visit.may(Right.PULL, chat.thread.team, "")
    return is_offered(visit, chat) or visit.may(Right.SEE, chat.thread.team, chat.owner)


def is_offered(visit: Visit, chat: Chat) -> bool:
    """Whether it waits for this very person to take it, whatever team it is of."""
    return chat.state.controller == Controller.QUEUE and chat.holding.agent == visit.staff.id


def is_able(visit: Visit, chat: Chat, act: Right) -> bool:
    """Whether this person may do this to the chat as it stands."""
    if act is Right.CLAIM:
        return not chat.is_held
    return visit.may(act, chat.thread.team, chat.owner)


def _not_theirs(visit: Visit, chat: Chat) -> str:
    _ = visit.words.gettext
    if chat.is_held and chat.owner != visit.staff.id:
        return _("%(name)s has this chat.") % {"name": chat.holding.name}
    if not chat.is_held:
        return _("Take the chat first.")
    return _("This is not yours to do. Ask a supervisor.")
