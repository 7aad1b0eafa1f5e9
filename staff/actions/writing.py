"""Writing in a chat: words and files to the customer, notes among colleagues, and what belongs to a prepared answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from complaints.record import Attachment
from dialogs.flows.staff import Noted, Replied, StaffAct
from staff.actions.action import Action, ActionDone, ActionRequest, OpenedChat, action
from staff.actions.refusals import ActionRefused, InputRefused
from staff.canned_replies import Besides, acts_of, blank
from staff.chat import load_chat
from staff.rights import Right
from staff.words import later

FILL_IN = later("Fill in %(blank)s first.")
NOTHING_YET = later("There is nothing to send yet.")

Files = Callable[[str], Awaitable[tuple[Attachment, ...]]]
"""Keeps the files that came with the words, for the chat of this id, once it is known that they may be sent. Raises
`InputRefused` where one cannot be taken, for nobody sends half of what they meant to.
"""


async def no_files(_conversation: str) -> tuple[Attachment, ...]:
    """Nothing came with the words."""
    return ()


@dataclass(frozen=True, slots=True)
class ReplySent:
    """What came of an answer, and why some of what belongs to it could not be done."""

    done: ActionDone
    refused: tuple[ActionRefused, ...] = ()


@action(Right.REPLY)
async def reply(chat: OpenedChat, text: str, files: Files = no_files) -> StaffAct:
    """Words and files to the customer."""
    kept = await files(chat.chat.id)
    if not text and not kept:
        raise InputRefused(NOTHING_YET)
    if missing := blank(text):
        raise InputRefused(FILL_IN, blank=missing)
    return Replied(text, kept)


@action(Right.NOTE)
async def note(chat: OpenedChat, text: str, files: Files = no_files) -> StaffAct:
    """Words and files among colleagues. They never leave."""
    kept = await files(chat.chat.id)
    if not text and not kept:
        raise InputRefused(NOTHING_YET)
    return Noted(text, kept)


async def reply_with(request: ActionRequest, macro: str, text: str, files: Files = no_files) -> ReplySent:
    """Send an answer, and do what belongs to the prepared one of this name, if there is such a one. Raises as `reply`
    does; what could not be done besides is told.
    """
    done = await reply(request, text, files)
    known = request.work.playbook.file.macros.get(macro)
    chat = await request.work.read(load_chat, request.conversation_id) if known and not done.before else None
    if known is None or chat is None:
        return ReplySent(done)
    besides = [await _beside(request, each) for each in acts_of(known, chat, request.now)]
    return ReplySent(done, tuple(why for why in besides if why))


async def _beside(request: ActionRequest, each: Besides) -> ActionRefused | None:
    """Why this could not be done; None when it was."""

    async def meant(_chat: OpenedChat) -> StaffAct:
        return each.act

    try:
        await Action(each.right, meant)(replace(request, name=f"{request.name}{each.name}"))
    except ActionRefused as why:
        return why
    return None
