"""Filing: from a confirmed draft to a case with a reference, a priority and promised times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from complaints.case import Case, Promise, clocked
from complaints.lifecycle import State
from complaints.priority import Assessment, Level, Priority, assess, raise_by
from complaints.promises import Clock, Kind, begun, hastened
from complaints.record import Attachment, Slot
from dialogs.flows.effects import CancelTimer, ChangeCase, OpenCase
from dialogs.flows.scene import Scene
from dialogs.flows.state import Draft
from dialogs.flows.wording import show_deadline


def assessed(draft: Draft, scene: Scene) -> Assessment:
    """How urgent a draft is: the category's impact and urgency, raised by what the customer said."""
    playbook = scene.setting.playbook
    if not draft.record.category:
        return assess(Level.MEDIUM, Level.MEDIUM, draft.signals, playbook.file.raises)
    category = playbook.category(draft.record.category)
    urgency = Level.HIGH if draft.severity == "high" else Level[category.urgency.upper()]
    return assess(Level[category.impact.upper()], urgency, draft.signals, playbook.file.raises)


def promised(scene: Scene, priority: Priority, category: str) -> tuple[Clock, ...]:
    """The clocks of this priority and category, running from now on the playbook's calendar."""
    playbook, now = scene.setting.playbook, scene.setting.now
    targets, office = playbook.targets(priority, category), playbook.office
    first = begun(Kind.FIRST_RESPONSE, targets.first_response, now, office)
    return first, begun(Kind.RESOLUTION, targets.resolution, now, office)


def sooner(scene: Scene, case: Case, priority: Priority) -> Case:
    """The case at another priority. What was worked so far counts; no time becomes later than the customer heard."""
    playbook, now = scene.setting.playbook, scene.setting.now
    targets, office = playbook.targets(priority, case.record.category), playbook.office
    case = clocked(case, office)
    of_kind = {Kind.FIRST_RESPONSE: targets.first_response, Kind.RESOLUTION: targets.resolution}
    clocks = [hastened(clock, of_kind[clock.kind], now, office) for clock in case.clocks]
    return replace(case, priority=priority).with_clocks(*clocks)


def _opened(scene: Scene, draft: Draft, *, partial: bool) -> Case:
    playbook, assessment = scene.setting.playbook, assessed(draft, scene)
    category = draft.record.category
    first, outcome = promised(scene, assessment.priority, category)
    return Case(
        reference=scene.setting.reference,
        state=State.RECEIVED,
        priority=assessment.priority,
        reasons=assessment.reasons,
        record=draft.record,
        promise=Promise(first.told, outcome.told),
        team=playbook.category(category).team if category else playbook.file.partial_team,
        language=scene.conversation.language,
        playbook=playbook.version,
        opened_at=scene.setting.now,
        partial=partial,
        campaign=scene.conversation.campaign,
        clocks=(first, outcome),
    )


def _put_on_file(scene: Scene, case: Case) -> Scene:
    scene = scene.turn_to(draft=None, asked=None, focus="", misses=0, nudged=0, nudge_due=None)
    scene = scene.turn_to(cases=scene.conversation.cases + 1).about(case.reference)
    return scene.do(OpenCase(case), CancelTimer("nudge", "draft"), CancelTimer("stale", "draft"))


def file_draft(scene: Scene) -> Scene:
    """The customer has confirmed: open the case and say what happens by when."""
    assert scene.draft is not None
    case = _opened(scene, scene.draft, partial=False)
    facts = {
        "reference": case.reference,
        "restate": scene.text(f"category.{case.record.category}.restate"),
        "by": show_deadline(scene, case.promise.first_response),
        "outcome_by": show_deadline(scene, case.promise.resolution),
    }
    tone = "urgent" if case.priority is Priority.URGENT else "normal"
    return _put_on_file(scene, case).say(f"filed.{tone}", **facts)


def flag_draft(scene: Scene) -> Scene:
    """A long-abandoned draft with enough in it goes to a person, marked as not confirmed."""
    scene, case = put_on_file(scene)
    by = show_deadline(scene, case.promise.first_response)
    return scene.say("filed.partial", reference=case.reference, by=by)


def put_on_file(scene: Scene) -> tuple[Scene, Case]:
    """The draft as it stands becomes a case, marked as not confirmed; without a word."""
    assert scene.draft is not None
    case = _opened(scene, scene.draft, partial=True)
    return _put_on_file(scene, case), case


NOTHING: Mapping[Slot, Any] = MappingProxyType({})


def add_to_case(
    scene: Scene,
    case: Case,
    text: str,
    files: tuple[Attachment, ...],
    signals: tuple[str, ...],
    facts: Mapping[Slot, Any] = NOTHING,
) -> tuple[Scene, Case]:
    """More facts or files for a case on file. Danger among them raises it, with new times if they are sooner."""
    known = {file.digest for file in case.record.evidence}
    fresh = tuple(file for file in files if file.digest not in known)
    record = case.record.with_story(text).put(Slot.EVIDENCE, case.record.evidence + fresh)
    for slot, value in facts.items():
        record = record.put(slot, value)
    now = replace(case, record=record)
    scene = scene.do(ChangeCase(now, "facts_added", {"words": str(len(text)), "files": str(len(fresh))}))
    raised = _raised(scene, now, signals)
    if raised is not now:
        scene = scene.do(ChangeCase(raised, "priority_raised", {"to": raised.priority, "because": ", ".join(signals)}))
    return scene.about(case.reference), raised


def _raised(scene: Scene, case: Case, signals: tuple[str, ...]) -> Case:
    fresh = tuple(signal for signal in signals if signal not in case.reasons)
    priority = raise_by(case.priority, fresh, scene.setting.playbook.file.raises)
    if not fresh:
        return case
    case = replace(case, reasons=case.reasons + fresh)
    return case if priority is case.priority else sooner(scene, case, priority)


def withdraw_case(scene: Scene, case: Case) -> Scene:
    """The customer takes a complaint back. It can be reopened."""
    withdrawn = case.moved(State.WITHDRAWN)
    return scene.do(ChangeCase(withdrawn, "withdrawn", {"by": "customer"})).about(case.reference)


def is_worth_flagging(draft: Draft) -> bool:
    """Whether an abandoned draft holds enough for a person to act on."""
    return bool(draft.record.story)


def person_due(scene: Scene, priority: Priority) -> datetime:
    """When a person will have answered, at this priority, what this chat is about."""
    playbook, mine = scene.setting.playbook, [case for case in scene.cases if case.is_open]
    record = scene.draft.record if scene.draft else mine[-1].record if mine else None
    targets = playbook.targets(priority, record.category if record else "")
    return playbook.office.due(scene.setting.now, targets.first_response)
