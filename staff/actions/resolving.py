"""How a case ends: what was found out, what was done, and what the customer is told."""

from __future__ import annotations

from dataclasses import dataclass

from complaints.findings import Finding, Responsible, Upheld
from complaints.record import Remedy
from dialogs.flows.staff import Resolved, StaffAct
from staff.actions.action import ActionRequest, OpenedChat, action, opened
from staff.actions.casework import put_on_file
from staff.actions.refusals import NO_OPEN_CASE, ActionMalformed, InputRefused, NotPossible
from staff.actions.times import evening_of
from staff.rights import Right
from staff.words import later
from storage.conversations.threads import find_thread

SAY_BOTH = later("Say what was done and why it had happened.")
SEVERAL = later("There are several open complaints in this chat: resolve them there, each with its own outcome.")


@dataclass(frozen=True, slots=True)
class FindingInput:
    """What somebody says was found out, as it was given; all of it empty where they say nothing of it."""

    upheld: str = ""
    responsible: str = ""
    place: str = ""
    party: str = ""


@dataclass(frozen=True, slots=True)
class ResolutionInput:
    """How a case ended, as it was given. `done_by` is a day (ISO 8601), empty for none."""

    outcome: str
    cause: str
    remedy: str = ""
    done_by: str = ""
    finding: FindingInput = FindingInput()


@action(Right.RESOLVE)
async def resolve(chat: OpenedChat, reference: str, given: ResolutionInput) -> StaffAct:
    """A case is done: the customer is told the outcome; the cause is for us."""
    if given.remedy not in {"", *Remedy}:
        raise ActionMalformed
    if not given.outcome or not given.cause:
        raise InputRefused(SAY_BOTH)
    by = evening_of(given.done_by, chat.request.zone)
    if by and by < chat.request.now:
        raise InputRefused(later("What was promised cannot be due in the past."))
    return Resolved(reference, given.outcome, given.cause, given.remedy, by, _finding(chat, given.finding))


def _finding(chat: OpenedChat, given: FindingInput) -> Finding | None:
    if not given.upheld and not given.responsible and not given.place:
        return None
    known = chat.work.playbook.file.cause_paths
    if given.upheld not in set(Upheld) or given.responsible not in set(Responsible):
        raise ActionMalformed
    if known and given.place not in known:
        raise ActionMalformed
    upheld, responsible = Upheld(given.upheld), Responsible(given.responsible)
    return Finding(upheld, responsible, given.place, chat.staff.id, chat.request.now, given.party)


@action(Right.RESOLVE)
async def resolve_only_case(chat: OpenedChat, outcome: str, cause: str) -> StaffAct:
    """The same for the one open case of the chat. Each customer is told the outcome, so it must be plain which
    complaint it is about.
    """
    mine = [case for case in chat.chat.cases if case.is_open]
    if len(mine) != 1:
        raise NotPossible(SEVERAL if mine else NO_OPEN_CASE)
    if not outcome or not cause:
        raise InputRefused(SAY_BOTH)
    return Resolved(mine[0].reference, outcome, cause)


async def case_to_resolve(request: ActionRequest) -> str:
    """The reference of the case that somebody is about to resolve; an unfinished complaint is put on file for it.

    Raises `ActionRefused`: they may not resolve it, or there is nothing to put on file.
    """
    chat = await opened(request, Right.RESOLVE)
    if chat.chat.thread.reference:
        return chat.chat.thread.reference
    await put_on_file(request)
    thread = await request.work.read(find_thread, request.conversation_id)
    if thread is None or not thread.reference:
        raise NotPossible(NO_OPEN_CASE)
    return thread.reference
