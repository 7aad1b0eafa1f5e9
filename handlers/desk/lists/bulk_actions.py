"""Together: the same done to each of several chosen chats, as if one by one, and told one by one where it was not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from itertools import accumulate

from fastapi import Response

from complaints.case import Case
from complaints.priority import Priority
from complaints.record import Slot
from dialogs.flows.staff import (
    Acted,
    Blocked,
    Claimed,
    HandedBack,
    LetThrough,
    MarkedSpam,
    Offered,
    Prioritised,
    Resolved,
    SlotPut,
    Snoozed,
    StaffAct,
    Tagged,
    Transferred,
    Unbarred,
)
from handlers.desk.chats.actions import UNFINISHED_FORM, was_taken
from handlers.desk.chats.assignment import time_named
from handlers.desk.chats.casework import LONGEST, LONGEST_OUTCOME
from handlers.desk.chats.chat import is_seen
from handlers.desk.lists.inbox import INBOX, OPEN, why_not
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.http.problems import BadRequest
from staff.chat import Chat, load_chat
from staff.rights import Right
from staff.words import later
from storage.staff.accounts import list_staff

MOST_CHOSEN = 100
LONGEST_SAID, LONGEST_NAME = 2200, 24
"""Bytes of what is said afterwards, which a cookie carries; characters of a customer's name in it."""
SNOOZES = ("1h", "4h", "tomorrow", "monday")


def add(pages: Pages) -> None:
    pages.post(f"{INBOX}/together", act_together, OPEN)


async def act_together(visit: Visit) -> Response:
    """Do the same to each chosen chat that one may do it to; says how many it was done to, and which not, and why."""
    chosen, act = visit.texts("chat")[:MOST_CHOSEN], visit.text("do")
    if not chosen or not visit.text("act"):
        return visit.back(INBOX, visit.words.gettext("Choose one chat at least."), "warning")
    if missing := _missing(visit, act):
        return visit.back(INBOX, missing, "warning")
    refused: dict[str, list[str]] = {}
    for conversation_id in chosen:
        chat = await _seen(visit, conversation_id)
        if why := await _do(visit, act, chat):
            refused.setdefault(why, []).append(_called(visit, chat))
    done = len(chosen) - sum(map(len, refused.values()))
    said = visit.words.ngettext("Done for %(count)s chat.", "Done for %(count)s chats.", done) % {"count": done}
    return visit.back(INBOX, " ".join([said, *told(visit.words, refused)]), "warning" if refused else "done")


async def _seen(visit: Visit, conversation_id: str) -> Chat | None:
    """The chat, unless this person may not see it: then it is as if there were none, and nothing names it."""
    chat = await visit.desk.read(load_chat, conversation_id)
    return chat if chat and is_seen(visit, chat) else None


def _missing(visit: Visit, act: str) -> str:
    """What must be written first; empty where nothing is missing."""
    _ = visit.words.gettext
    if act == "tag" and not _tag(visit):
        return _("Write the tag first.")
    if act == "resolve" and not (visit.text("outcome") and visit.text("cause")):
        return _("Say what was done and why it had happened.")
    return ""


def _called(visit: Visit, chat: Chat | None) -> str:
    name = (chat.thread.reference or chat.thread.customer) if chat else ""
    return name[:LONGEST_NAME] or visit.words.gettext("somebody")


def told(words: NullTranslations, refused: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Each reason with the chats that it holds for, by name; those for whom there is no room are counted."""
    left, room = sum(map(len, refused.values())), LONGEST_SAID
    for why, names in refused.items():
        room -= len(why.encode())
        named = [name for name, upto in zip(names, accumulate(map(_length, names)), strict=True) if upto <= room]
        if not named:
            break
        room -= sum(map(_length, named))
        left -= len(named)
        yield f"{', '.join(named)}: {why}"
    if left:
        yield words.ngettext("And %(count)s more.", "And %(count)s more.", left) % {"count": left}


def _length(name: str) -> int:
    return len(f", {name}".encode())


async def _do(visit: Visit, act: str, chat: Chat | None) -> str:
    """Why it could not be done to this chat; empty when it was."""
    _ = visit.words.gettext
    if chat is None:
        return _("A chat is not there any more.")
    name = f"{visit.staff.id}:{visit.text('act', 32)}:{_meaning(visit, act)}:{chat.id}"
    if await visit.desk.read(was_taken, chat.id, name):
        return ""
    meant = await _meant(visit, act, chat)
    if not visit.may(meant.right, chat.thread.team, chat.owner):
        return _("This is not yours to do. Ask a supervisor.")
    if isinstance(meant.act, str):
        return _(meant.act)
    stands_in = chat.owner != visit.staff.id and visit.may(Right.TRANSFER, chat.thread.team, chat.owner)
    acted = Acted(visit.staff.id, visit.staff.name, meant.act, stands_in)
    return why_not(visit, acted, await visit.desk.acting.act(chat.id, acted, name))


def _meaning(visit: Visit, act: str) -> str:
    """The same form may be sent again by another of its buttons, or with another choice, which means something else."""
    fields = {"assign": "to", "snooze": "until", "priority": "priority", "category": "category"}
    return f"{act}:{_tag(visit) if act == 'tag' else visit.text(fields[act], 60) if act in fields else ''}"


def _tag(visit: Visit) -> str:
    return visit.text("tag", 40).replace(",", " ").strip()


@dataclass(frozen=True, slots=True)
class Meant:
    """What is to be done to one chat and the right it needs; words (English) where it makes no sense there."""

    right: Right
    act: StaffAct | str


BARS = {
    "spam": Meant(Right.BAR, MarkedSpam()),
    "block": Meant(Right.BAR, Blocked()),
    "unbar": Meant(Right.UNBAR, Unbarred()),
    "let_through": Meant(Right.LET_THROUGH, LetThrough()),
}
"""Who is heard, and what rings."""
NO_CASE = later("There is no open complaint on file in this chat.")
SEVERAL = later("There are several open complaints in this chat: resolve them there, each with its own outcome.")


async def _meant(visit: Visit, act: str, chat: Chat) -> Meant:
    match act:
        case "claim":
            # Whoever comes too late is told who was sooner, which the turn alone knows.
            return Meant(Right.SEE if chat.owner else Right.CLAIM, Claimed())
        case "hand_back":
            return Meant(Right.HAND_BACK, HandedBack())
        case "tag":
            return Meant(Right.EDIT, Tagged(tuple(dict.fromkeys((*chat.state.tags, _tag(visit))))))
        case "snooze" if visit.text("until") in SNOOZES and (until := time_named(visit)):
            return Meant(Right.SNOOZE, Snoozed(until))
        case "priority" if visit.text("priority") in set(Priority):
            return Meant(Right.EDIT, _prioritised(visit, chat))
        case "category" if visit.text("category") in visit.desk.playbook.file.categories:
            return Meant(Right.EDIT, _sorted(visit, chat))
        case "resolve":
            return Meant(Right.RESOLVE, _resolved(visit, chat))
        case "assign":
            return await _assigned(visit, chat)
        case "spam" | "block" | "unbar" | "let_through":
            return BARS[act]
    raise BadRequest(UNFINISHED_FORM)


async def _assigned(visit: Visit, chat: Chat) -> Meant:
    people = {one.id: one for one in await visit.desk.read(list_staff)}
    if one := people.get(visit.text("to")):
        return Meant(Right.ASSIGN, Transferred(one.id, one.name) if chat.owner else Offered(one.id, one.name))
    raise BadRequest(UNFINISHED_FORM)


def _open(chat: Chat) -> tuple[Case, ...]:
    return tuple(case for case in chat.cases if case.is_open)


def _prioritised(visit: Visit, chat: Chat) -> StaffAct | str:
    """Of the complaint that the lists name."""
    case = chat.case
    return Prioritised(case.reference, Priority(visit.text("priority"))) if case and case.is_open else NO_CASE


def _sorted(visit: Visit, chat: Chat) -> StaffAct | str:
    """The kind of the unfinished complaint, else of the one that the lists name."""
    value, case = visit.text("category"), chat.case
    if chat.state.intake.draft:
        return SlotPut(Slot.CATEGORY, value)
    return SlotPut(Slot.CATEGORY, value, case.reference) if case and case.is_open else NO_CASE


def _resolved(visit: Visit, chat: Chat) -> StaffAct | str:
    """One outcome and one cause for all, as of an outage. Each customer is told it, so it must be plain which
    complaint it is about.
    """
    mine = _open(chat)
    if len(mine) != 1:
        return SEVERAL if mine else NO_CASE
    outcome, cause = visit.text("outcome", LONGEST_OUTCOME), " ".join(visit.text("cause", LONGEST).split())
    return Resolved(mine[0].reference, outcome, cause)
