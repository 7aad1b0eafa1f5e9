"""Casework: what a colleague does to a record or a case. Each change is kept with what it was before."""

from __future__ import annotations

from dataclasses import replace

from complaints.case import Case, Resolution
from complaints.findings import BadFinding, check
from complaints.lifecycle import IllegalMove, State
from complaints.offers.lifecycle import OWED
from complaints.offers.settling import taken_back
from complaints.priority import Priority, rank
from complaints.promises import Clock, kept, resumed
from complaints.record import AnySlot, Record, Slot
from complaints.refusals import RefusalReason
from dialogs.flows.casework.danger_corrections import deny, find
from dialogs.flows.casework.taught import fact_at
from dialogs.flows.effects import Announce, ChangeCase, Corrected, Note, Recorded, Refused
from dialogs.flows.intake.case_creation import put_on_file
from dialogs.flows.promises.status_updates import TOLD, progress
from dialogs.flows.queue.handoff_queue import hold, let_go
from dialogs.flows.reopening.reopen_case import COLLEAGUE, begun_anew, queued
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import sooner, told_sooner
from dialogs.flows.staff import (
    Acted,
    DangerDenied,
    DangerFound,
    Linked,
    Merged,
    Prioritised,
    Progressed,
    PutOnFile,
    Reopened,
    Resolved,
    SlotPut,
    Tagged,
)
from dialogs.flows.state import Controller
from dialogs.flows.survey.follow_up import surveyed
from dialogs.flows.wording import called, show, show_deadline
from dialogs.understanding.language.packs import spoken


def work(scene: Scene, acted: Acted) -> Scene:
    """Do it, or refuse what the lifecycle does not allow."""
    try:
        return _worked(scene, acted)
    except IllegalMove:
        return scene.do(Refused(RefusalReason.NOT_NOW))


def _worked(scene: Scene, acted: Acted) -> Scene:
    match acted.act:
        case PutOnFile():
            return _put_on_file(scene)
        case Tagged(tags):
            return scene.turn_to(tags=tags).do(Recorded("tagged", {"tags": ",".join(tags)}))
        case DangerDenied():
            return deny(scene, acted.act)
        case DangerFound():
            return find(scene, acted.act)
        case SlotPut(reference=""):
            return _put_in_draft(scene, acted.act)
        case SlotPut(reference=reference) | Prioritised(reference=reference) | Resolved(reference=reference):
            case = _case(scene, reference)
            return _on_case(scene, case, acted) if case else scene.do(Refused(RefusalReason.NO_CASE))
        case (
            Reopened(reference=reference)
            | Linked(reference=reference)
            | Merged(reference=reference)
            | Progressed(reference=reference)
        ):
            case = _case(scene, reference)
            return _on_case(scene, case, acted) if case else scene.do(Refused(RefusalReason.NO_CASE))
        case _:
            return scene.do(Refused(RefusalReason.NOT_NOW))


def _on_case(scene: Scene, case: Case, acted: Acted) -> Scene:
    match acted.act:
        case SlotPut():
            return _put_in_case(scene, case, acted.act)
        case Prioritised(_, priority, why):
            return _prioritise(scene, case, priority, why)
        case Progressed(_, state):
            return progress(scene, case, state) if state in TOLD else scene.do(Refused(RefusalReason.NOT_NOW))
        case Resolved():
            return _settle(scene, case, acted, acted.act)
        case Reopened(_, why):
            return _reopen(scene, case, why)
        case Linked(_, other):
            linked = tuple(dict.fromkeys((*case.linked, other)))
            return scene.do(ChangeCase(replace(case, linked=linked), "linked", {"to": other}))
        case Merged(_, into):
            return _merge(scene, case, into)
    return scene


def _case(scene: Scene, reference: str) -> Case | None:
    return next((case for case in scene.cases if case.reference == reference), None)


def _prioritise(scene: Scene, case: Case, priority: Priority, why: str) -> Scene:
    """A more pressing case is done sooner, and the customer hears; what was promised never becomes later."""
    detail = {"from": case.priority.value, "to": priority.value, "why": why}
    if rank(priority) <= rank(case.priority):
        return scene.do(ChangeCase(replace(case, priority=priority), "priority_set", detail))
    raised = sooner(scene, case, priority)
    return told_sooner(scene.do(ChangeCase(raised, "priority_set", detail)), case, raised)


def _put_in_draft(scene: Scene, put: SlotPut) -> Scene:
    if not scene.draft:
        return scene.do(Refused(RefusalReason.NO_DRAFT))
    was, slot, value = scene.draft.record, put.slot, put.value
    skipped = tuple(one for one in scene.draft.skipped if one != slot)
    chosen = scene.draft.chosen or slot == Slot.CATEGORY
    scene = scene.redraft(record=was.put(slot, value), skipped=skipped, editing="", chosen=chosen)
    return _of_its_team(_kept(scene, was, put), slot, value).do(Recorded("slot_put", _change(slot, was, value)))


def _put_in_case(scene: Scene, case: Case, put: SlotPut) -> Scene:
    was, slot, value = case.record, put.slot, put.value
    now = replace(case, record=was.put(slot, value))
    if slot == Slot.CATEGORY:
        now = sooner(scene, replace(now, team=scene.setting.playbook.category(str(value)).team), case.priority)
    scene = _of_its_team(_kept(scene, was, put), slot, value)
    return told_sooner(scene.do(ChangeCase(now, "slot_put", _change(slot, was, value))), case, now)


def _of_its_team(scene: Scene, slot: AnySlot, value: object) -> Scene:
    """A chat whose category is set right is its new team's, whoever has it or waits for it."""
    holding = scene.conversation.queue.holding
    if slot != Slot.CATEGORY or holding is None:
        return scene
    return hold(scene, replace(holding, team=scene.setting.playbook.category(str(value)).team))


def _change(slot: AnySlot, was: Record, value: object) -> dict[str, str]:
    return {"slot": str(slot), "old": str(was.get(slot) or ""), "new": str(value or "")}


def _kept(scene: Scene, was: Record, put: SlotPut) -> Scene:
    """What it was and what it is now stay with the chat as a note; the trail holds personal values as digests only.

    A category set right is an example to learn from, and so is a fact that the customer had written.
    """
    slot, value = put.slot, put.value
    if was.get(slot) == value:
        return scene
    change = f"{_seen(scene, was, slot)} → {_seen(scene, was.put(slot, value), slot)}"
    scene = scene.do(Note(scene.text("noted.fact", slot=called(scene.words, slot), value=change)))
    scene = scene.do(*(fact_at(scene, one) for one in put.said))
    if slot != Slot.CATEGORY or not was.story or was.category == value:
        return scene
    return scene.do(Corrected(was.story, spoken(scene.conversation.session.language), was.category, str(value)))


def _seen(scene: Scene, record: Record, slot: AnySlot) -> str:
    return show(scene, slot, record) if record.has(slot) else "–"


def _put_on_file(scene: Scene) -> Scene:
    """As it stands, marked as not confirmed; the customer hears its reference from us, not from the bot."""
    if not scene.draft:
        return scene.do(Refused(RefusalReason.NO_DRAFT))
    scene, case = put_on_file(scene)
    by = show_deadline(scene, case.promise.resolution)
    return scene.do(Announce(scene.text("case.on_file", reference=case.reference, by=by), case.reference))


def _settle(scene: Scene, case: Case, acted: Acted, act: Resolved) -> Scene:
    """Resolve it; what was found out, where that is said, is checked and kept with it."""
    due = act.done_by or max((one.ends for one in case.offers if one.state in OWED and one.ends), default=None)
    done = Resolution(act.outcome, act.cause, act.remedy, acted.actor, scene.setting.now, due, act.told)
    if act.finding is None:
        return _resolve(scene, case, done)
    try:
        check(act.finding, scene.setting.playbook.file.cause_paths)
    except BadFinding as error:
        return scene.do(Refused(RefusalReason.FINDING, detail=str(error)))
    scene = scene.do(ChangeCase(found := replace(case, finding=act.finding), "found", act.finding.detail))
    return _resolve(scene, found, done)


def _resolve(scene: Scene, case: Case, resolution: Resolution) -> Scene:
    office, now = scene.setting.playbook.office, scene.setting.now
    clocks = [kept(clock, now, office) for clock in case.clocked(office).clocks]
    done = replace(case.moved(State.RESOLVED), resolution=resolution, resolved_at=now).with_clocks(*clocks)
    done = surveyed(scene, replace(taken_back(done, resolution.by, now), waiting_since=None, reminded=0, close_at=None))
    detail = {"cause": resolution.cause, "remedy": resolution.remedy, "by": resolution.by}
    said = scene.text("case.resolved", reference=case.reference, outcome=resolution.told or resolution.outcome)
    scene = _forget_survey(scene, case).do(ChangeCase(done, "resolved", detail), Announce(said, case.reference))
    return let_go(scene)


def _forget_survey(scene: Scene, case: Case) -> Scene:
    """The buttons of what was asked after an earlier resolution say nothing about this one."""
    at = scene.conversation.surveys.survey
    return scene.turn_to(survey=None) if at and at.reference == case.reference else scene


def _reopen(scene: Scene, case: Case, why: str) -> Scene:
    """It goes on where the chat is; with the bot it would be nobody's, so it waits in its team's queue."""
    again = begun_anew(scene, case, case.priority, COLLEAGUE)
    said = scene.text("case.reopened", reference=case.reference, by=show_deadline(scene, again.next_due))
    scene = scene.do(ChangeCase(again, "reopened", {"why": why}), Announce(said, case.reference))
    return queued(scene, again) if scene.conversation.controller == Controller.BOT else scene


def _no_later(scene: Scene, case: Case, gone: Case) -> Case:
    """The case that goes on is as pressing as the graver of both was, and keeps the sooner of what was promised."""
    now, office = scene.setting.now, scene.setting.playbook.office
    case, gone = case.clocked(office), gone.clocked(office)
    clocks = [clock for clock in gone.clocks if _is_sooner(clock, case.clock(clock.kind))]
    if not case.waiting_since:
        clocks = [resumed(clock, now) for clock in clocks]
    reasons = tuple(dict.fromkeys((*case.reasons, *gone.reasons)))
    graver = max(case.priority, gone.priority, key=rank)
    return replace(case, priority=graver, reasons=reasons).with_clocks(*clocks)


def _is_sooner(clock: Clock, other: Clock | None) -> bool:
    """Whether the customer was told an earlier time by this clock, and neither promise is kept yet."""
    return other is not None and not clock.kept_at and not other.kept_at and clock.told < other.told


def _merge(scene: Scene, case: Case, into: str) -> Scene:
    """What was told goes on in the other case of this chat; nothing is lost and one promise remains."""
    other = _case(scene, into)
    if other is None or other.reference == case.reference or not other.is_open:
        return scene.do(Refused(RefusalReason.NO_CASE))
    record = other.record.with_story(case.record.story)
    evidence = tuple(dict.fromkeys((*record.evidence, *case.record.evidence)))
    gone = replace(case.moved(State.RESOLVED), merged_into=into, resolution=None, survey=None)
    gone = taken_back(gone, "merged", scene.setting.now)
    grown = _no_later(scene, replace(other, record=record.put(Slot.EVIDENCE, evidence)), case)
    return scene.do(
        ChangeCase(gone, "merged", {"into": into}),
        ChangeCase(grown, "merged_in", {"of": case.reference}),
        Announce(scene.text("case.merged", reference=case.reference, into=into), into),
    )
