"""Changes to a case on file that the customer brings about: more facts and files, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from complaints.case import Case
from complaints.lifecycle import State
from complaints.offers.settling import taken_back
from complaints.priority import raise_by
from complaints.record import AnySlot, Attachment, Slot
from dialogs.flows.effects import ChangeCase
from dialogs.flows.safety_messages import care_for
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import sooner
from dialogs.flows.wording import show_deadline

NOTHING: Mapping[AnySlot, Any] = MappingProxyType({})


def add_to_case(
    scene: Scene,
    case: Case,
    text: str,
    files: tuple[Attachment, ...],
    signals: tuple[str, ...],
    facts: Mapping[AnySlot, Any] = NOTHING,
) -> tuple[Scene, Case]:
    """More facts or files for a case on file, without a word. Danger among them raises it, with new times if sooner."""
    known = {file.digest for file in case.record.evidence}
    fresh = tuple(file for file in files if file.digest not in known)
    record = case.record.with_story(text).put(Slot.EVIDENCE, case.record.evidence + fresh)
    for slot, value in facts.items():
        record = record.put(slot, value)
    now = replace(case, record=record)
    scene = scene.do(ChangeCase(now, "facts_added", {"words": str(len(text)), "files": str(len(fresh))}))
    graver = raised(scene, now, signals)
    if graver is not now:
        scene = scene.do(ChangeCase(graver, "priority_raised", {"to": graver.priority, "because": ", ".join(signals)}))
    return scene.about(case.reference), graver


def add(
    scene: Scene,
    case: Case,
    text: str,
    files: tuple[Attachment, ...],
    signals: tuple[str, ...] = (),
    facts: Mapping[AnySlot, Any] = NOTHING,
) -> Scene:
    """More for a case on file, said back with its reference; what raises it raises it now."""
    key = "case.files_added" if files and not text else "case.facts_added"
    scene, now = add_to_case(care_for(scene, signals), case, text, files, signals, facts)
    scene = scene.say(key, reference=case.reference)
    if now.priority is case.priority:
        return scene
    return scene.say("case.raised", by=show_deadline(scene, now.promise.first_response))


def raised(scene: Scene, case: Case, signals: tuple[str, ...]) -> Case:
    """The case with these as further reasons, and as pressing as they make it."""
    fresh = tuple(signal for signal in signals if signal not in case.reasons)
    priority = raise_by(case.priority, fresh, scene.setting.playbook.file.raises)
    if not fresh:
        return case
    case = replace(case, reasons=case.reasons + fresh)
    return case if priority is case.priority else sooner(scene, case, priority)


def withdraw_case(scene: Scene, case: Case) -> Scene:
    """The customer takes a complaint back. It can be reopened."""
    withdrawn = taken_back(case.moved(State.WITHDRAWN), "customer", scene.setting.now)
    return scene.do(ChangeCase(withdrawn, "withdrawn", {"by": "customer"})).about(case.reference)
