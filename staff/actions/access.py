"""Who may see a chat, and do what to it as it stands. Pure, but for finding it."""

from __future__ import annotations

from sqlalchemy import Connection

from dialogs.flows.state import Controller
from dialogs.playbooks.playbook import Playbook
from staff.actions.refusals import TAKE_FIRST, ActionForbidden
from staff.chat import Chat, load_chat, load_led
from staff.rights import OF_THE_OWNER, Right, may
from staff.words import later
from storage.staff.accounts import Staff

HAS_IT = later("%(name)s has this chat.")


def find_chat(conn: Connection, playbook: Playbook, conversation_id: str) -> Chat | None:
    """A chat that concerns people, or that the bot still leads."""
    return load_chat(conn, conversation_id) or load_led(conn, playbook, conversation_id)


def is_seen(staff: Staff, chat: Chat) -> bool:
    """Whether this person may see it. What the bot leads is for those alone who may take it from the bot."""
    if chat.is_led:
        return may(staff, Right.PULL, chat.thread.team, "")
    return is_offered(staff, chat) or may(staff, Right.SEE, chat.thread.team, chat.owner)


def is_offered(staff: Staff, chat: Chat) -> bool:
    """Whether it waits for this very person to take it, whatever team it is of."""
    return chat.state.controller == Controller.QUEUE and chat.holding.agent == staff.id and not staff.must_change


def is_able(staff: Staff, chat: Chat, right: Right) -> bool:
    """Whether this person may do this to the chat as it stands."""
    if right is Right.CLAIM:
        return not chat.is_held
    return may(staff, right, chat.thread.team, chat.owner)


def stands_in(staff: Staff, chat: Chat) -> bool:
    """Whether this person may do for the chat's holder what a holder does."""
    return chat.owner != staff.id and may(staff, Right.TRANSFER, chat.thread.team, chat.owner)


def forbidden(staff: Staff, chat: Chat, right: Right) -> ActionForbidden | None:
    """Why this person may not do this to the chat; None where they may."""
    if not is_seen(staff, chat):
        return ActionForbidden()
    # A claim that comes too late is told who was sooner, which the turn alone knows.
    if right in (Right.SEE, Right.CLAIM) or is_able(staff, chat, right):
        return None
    if right in OF_THE_OWNER and chat.is_held and chat.owner != staff.id:
        return ActionForbidden(HAS_IT, name=chat.holding.name)
    if right in OF_THE_OWNER and not chat.is_held:
        return ActionForbidden(TAKE_FIRST)
    return ActionForbidden()
