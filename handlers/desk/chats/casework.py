"""Casework: the record form, priorities, tags, and how cases end, go on and belong together."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time

from fastapi import Response
from sqlalchemy import Connection

from complaints.lifecycle import State
from complaints.priority import Priority
from complaints.record import AnySlot, Remedy
from dialogs.flows.promises.status_updates import TOLD
from dialogs.flows.staff import (
    Linked,
    MarkedFact,
    Merged,
    Prioritised,
    Progressed,
    PutOnFile,
    Reopened,
    Resolved,
    SlotPut,
    Tagged,
)
from handlers.desk.chats.actions import UNFINISHED_FORM, NotDone, act_once, do, done, once
from handlers.desk.chats.chat import opened
from handlers.desk.chats.offers import finding_of
from handlers.desk.chats.said import where_said
from handlers.desk.chats.slots import BadValue, slot_value
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.http.problems import BadRequest
from staff.chat import load_chat
from staff.rights import Right, needs
from storage.cases.cases import find_case
from storage.conversations.transcript import FAR_BACK, Author, last_messages
from storage.files.attachments import attachments_of
from storage.staff.accounts import Role

OPEN = needs(Role.AGENT)
LONGEST, LONGEST_OUTCOME = 300, 5000
_EVENING = time(20)
MOST_TAGS, LONGEST_TAG = 12, 30


def add(pages: Pages) -> None:
    pages.post("/desk/chats/{id}/slot", put_slot, OPEN)
    pages.post("/desk/chats/{id}/file", put_on_file, OPEN)
    pages.post("/desk/chats/{id}/priority", set_priority, OPEN)
    pages.post("/desk/chats/{id}/progress", set_progress, OPEN)
    pages.post("/desk/chats/{id}/tags", set_tags, OPEN)
    pages.post("/desk/chats/{id}/resolve", once(resolve), OPEN)
    pages.post("/desk/chats/{id}/reopen", reopen, OPEN)
    pages.post("/desk/chats/{id}/link", link, OPEN)
    pages.post("/desk/chats/{id}/merge", merge, OPEN)


async def put_slot(visit: Visit) -> Response:
    """One fact of the draft or of a case set right. What it was stays with the chat as a note."""
    chat, name = await opened(visit, Right.EDIT), visit.text("slot")
    slot = visit.desk.playbook.file.slot(name)
    if slot is None:
        raise BadRequest(UNFINISHED_FORM)
    files = await visit.desk.read(attachments_of, chat.id)
    try:
        value = slot_value(slot, visit, visit.desk.playbook, files)
    except BadValue as unfit:
        return done(visit, chat, visit.words.gettext(str(unfit)), "warning")
    said = await visit.desk.read(_said, chat.id, slot, value)
    act = SlotPut(slot, value, visit.text("reference"), said)
    return await act_once(visit, chat, act, visit.words.gettext("Changed."))


def _said(conn: Connection, conversation_id: str, slot: AnySlot, value: object) -> tuple[MarkedFact, ...]:
    """Where the customer wrote this, among their last messages."""
    told = [one.text for one in last_messages(conn, conversation_id, FAR_BACK) if one.author == Author.CUSTOMER]
    return where_said(slot, value, told)


async def put_on_file(visit: Visit) -> Response:
    """The unfinished draft becomes a case."""
    chat = await opened(visit, Right.EDIT)
    said = visit.words.gettext("It is on file, marked as not confirmed by the customer.")
    return await act_once(visit, chat, PutOnFile(), said)


async def set_priority(visit: Visit) -> Response:
    """How pressing a case is, and why that is better."""
    chat, given = await opened(visit, Right.EDIT), visit.text("priority")
    if given not in set(Priority):
        raise BadRequest(UNFINISHED_FORM)
    act = Prioritised(visit.text("reference"), Priority(given), visit.text("why", LONGEST))
    return await act_once(visit, chat, act, visit.words.gettext("Changed."))


async def set_progress(visit: Visit) -> Response:
    """How far a case has come. The customer hears."""
    chat, given = await opened(visit, Right.EDIT), visit.text("state")
    if given not in TOLD:
        raise BadRequest(UNFINISHED_FORM)
    act = Progressed(visit.text("reference"), State(given))
    return await act_once(visit, chat, act, visit.words.gettext("Changed. The customer has been told."))


async def set_tags(visit: Visit) -> Response:
    """The chat's tags, all of them; a few short words without commas."""
    chat = await opened(visit, Right.EDIT)
    given = [" ".join(each.split())[:LONGEST_TAG] for each in re.split("[,，、]", visit.text("tags"))]
    tags = tuple(dict.fromkeys(each for each in given if each))[:MOST_TAGS]
    return await act_once(visit, chat, Tagged(tags), visit.words.gettext("Changed."))


async def resolve(visit: Visit) -> Response:
    """A case is done: the customer is told the outcome; the cause is for us."""
    _ = visit.words.gettext
    chat, remedy = await opened(visit, Right.RESOLVE), visit.text("remedy")
    outcome, cause = visit.text("outcome", LONGEST_OUTCOME), visit.text("cause", LONGEST)
    if remedy not in {"", *Remedy}:
        raise BadRequest(UNFINISHED_FORM)
    if not outcome or not cause:
        return done(visit, chat, _("Say what was done and why it had happened."), "warning")
    by = _day(visit)
    if by and by < visit.now:
        return done(visit, chat, _("What was promised cannot be due in the past."), "warning")
    act = Resolved(visit.text("reference"), outcome, cause, remedy, by, finding_of(visit))
    return await act_once(visit, chat, act, _("Resolved. The customer has been told."))


def _day(visit: Visit) -> datetime | None:
    """The end of the day that the form names, on the reader's clock; None where it names none. Aware, UTC."""
    given = visit.text("done_by")
    try:
        return datetime.combine(date.fromisoformat(given), _EVENING, visit.zone).astimezone(UTC) if given else None
    except (ValueError, OverflowError):
        raise BadRequest(UNFINISHED_FORM) from None


async def reopen(visit: Visit) -> Response:
    """A case goes on after all."""
    chat = await opened(visit, Right.REOPEN)
    act = Reopened(visit.text("reference"), visit.text("why", LONGEST))
    return await act_once(visit, chat, act, visit.words.gettext("The case is open again."))


async def link(visit: Visit) -> Response:
    """Two cases have to do with each other: both say so, where one may work in the other's chat."""
    _ = visit.words.gettext
    chat, other, here = await opened(visit, Right.MERGE), visit.text("other").upper(), visit.text("reference")
    filed = await visit.desk.read(find_case, other)
    if filed is None or other == here:
        return done(visit, chat, _("There is no other case with this reference."), "warning")
    answer = await act_once(visit, chat, Linked(here, other), _("Linked."))
    there = await visit.desk.read(load_chat, filed.conversation_id)
    if there and visit.may(Right.MERGE, there.thread.team, there.owner):
        with suppress(NotDone):
            await do(visit, there, Linked(other, here), ":there")
    return answer


async def merge(visit: Visit) -> Response:
    """A case goes on in another one of this chat."""
    chat = await opened(visit, Right.MERGE)
    act = Merged(visit.text("reference"), visit.text("into"))
    return await act_once(visit, chat, act, visit.words.gettext("Merged. One promise remains."))
