"""Casework: the record form, priorities, tags, how far a case is, and how cases go on and belong together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from complaints.lifecycle import State
from complaints.priority import Priority
from complaints.record import AnySlot, Attachment, Slot
from dialogs.flows.promises.status_updates import TOLD
from dialogs.flows.staff import (
    Linked,
    MarkedFact,
    Merged,
    Prioritised,
    Progressed,
    PutOnFile,
    Reopened,
    SlotPut,
    StaffAct,
    Tagged,
)
from staff.actions.action import ActionDone, ActionRequest, OpenedChat, action
from staff.actions.refusals import NO_OPEN_CASE, ActionMalformed, ActionRefused, InputRefused, NotPossible
from staff.actions.where_said import where_said
from staff.rights import Right
from staff.words import later
from storage.cases.cases import find_case
from storage.conversations.transcript import FAR_BACK, Author, last_messages
from storage.files.attachments import attachments_of

MOST_TAGS, LONGEST_TAG = 12, 30

ReadSlot = Callable[[AnySlot, Sequence[Attachment]], Any]
"""Reads a slot's value from what came, given the chat's files. Raises `InputRefused` for one that cannot be."""


@action(Right.EDIT)
async def put_slot(chat: OpenedChat, name: str, reference: str, value_of: ReadSlot) -> StaffAct:
    """One fact of the draft, or of a case, set right. What it was stays with the chat as a note."""
    slot = chat.work.playbook.file.slot(name)
    if slot is None:
        raise ActionMalformed
    value = value_of(slot, await chat.work.read(attachments_of, chat.chat.id))
    return SlotPut(slot, value, reference, await chat.work.read(_said, chat.chat.id, slot, value))


def _said(conn: Connection, conversation_id: str, slot: AnySlot, value: object) -> tuple[MarkedFact, ...]:
    """Where the customer wrote this, among their last messages."""
    told = [one.text for one in last_messages(conn, conversation_id, FAR_BACK) if one.author == Author.CUSTOMER]
    return where_said(slot, value, told)


@action(Right.EDIT)
async def set_category(chat: OpenedChat, category: str) -> StaffAct:
    """The kind of the unfinished complaint, else of the one that the lists name."""
    if category not in chat.work.playbook.file.categories:
        raise ActionMalformed
    if chat.chat.state.intake.draft:
        return SlotPut(Slot.CATEGORY, category)
    return SlotPut(Slot.CATEGORY, category, _listed(chat))


@action(Right.EDIT)
async def put_on_file(chat: OpenedChat) -> StaffAct:
    """The unfinished draft becomes a case."""
    return PutOnFile()


@action(Right.EDIT)
async def set_priority(chat: OpenedChat, reference: str, priority: str, why: str = "") -> StaffAct:
    """How pressing a case is, and why that is better."""
    if priority not in set(Priority):
        raise ActionMalformed
    return Prioritised(reference, Priority(priority), why)


@action(Right.EDIT)
async def set_listed_priority(chat: OpenedChat, priority: str) -> StaffAct:
    """The same for the case that the lists name."""
    if priority not in set(Priority):
        raise ActionMalformed
    return Prioritised(_listed(chat), Priority(priority))


def _listed(chat: OpenedChat) -> str:
    case = chat.chat.case
    if case is None or not case.is_open:
        raise NotPossible(NO_OPEN_CASE)
    return case.reference


@action(Right.EDIT)
async def set_progress(chat: OpenedChat, reference: str, state: str) -> StaffAct:
    """How far a case has come. The customer hears."""
    if state not in TOLD:
        raise ActionMalformed
    return Progressed(reference, State(state))


@action(Right.EDIT)
async def set_tags(chat: OpenedChat, tags: str) -> StaffAct:
    """The chat's tags, all of them; a few short words with commas between them."""
    given = [" ".join(each.split())[:LONGEST_TAG] for each in re.split("[,，、]", tags)]
    return Tagged(tuple(dict.fromkeys(each for each in given if each))[:MOST_TAGS])


@action(Right.EDIT)
async def add_tag(chat: OpenedChat, tag: str) -> StaffAct:
    """One more tag."""
    return Tagged(tuple(dict.fromkeys((*chat.chat.state.tags, tag))))


@action(Right.REOPEN)
async def reopen(chat: OpenedChat, reference: str, why: str = "") -> StaffAct:
    """A case goes on after all."""
    return Reopened(reference, why)


@action(Right.MERGE)
async def merge(chat: OpenedChat, reference: str, into: str) -> StaffAct:
    """A case goes on in another one of this chat."""
    return Merged(reference, into)


@action(Right.MERGE)
async def _link(chat: OpenedChat, reference: str, other: str) -> StaffAct:
    if other == reference or await chat.work.read(find_case, other) is None:
        raise InputRefused(later("There is no other case with this reference."))
    return Linked(reference, other)


@action(Right.MERGE)
async def _link_there(chat: OpenedChat, reference: str, other: str) -> StaffAct:
    return Linked(reference, other)


async def link(request: ActionRequest, reference: str, other: str) -> ActionDone:
    """Two cases have to do with each other: both say so, where one may work in the other's chat. Raises as `merge`."""
    done = await _link(request, reference, other)
    filed = await request.work.read(find_case, other)
    if filed is not None:
        there = replace(request, conversation_id=filed.conversation_id, name=f"{request.name}:there")
        with suppress(ActionRefused):
            await _link_there(there, other, reference)
    return done
