"""Stories: whether a text tells of something that went wrong, and where such a story goes."""

from __future__ import annotations

from typing import Any

from complaints.case import Case
from complaints.record import AnySlot, Slot
from dialogs.flows.events import Said
from dialogs.flows.intake import drafting
from dialogs.flows.intake.slot_filling import bare_slots, found_in
from dialogs.flows.message_cues import LONG, is_complaint, tells_more, tells_something, weight
from dialogs.flows.questions import asked_name, asked_slot, go_on, open_cases
from dialogs.flows.scene import Scene
from dialogs.flows.status import case_changes, cases
from dialogs.understanding.reading import CaseHint, Intent, Reading


def hear_story(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Something that went wrong, or more about it; None where the text tells of nothing."""
    if not reading.text or not _is_story(scene, reading):
        return _only_a_mood(scene, reading)
    if scene.draft:
        return drafting.take_story(scene, reading)
    return _only_a_mood(scene, reading) or _begin(scene, said, reading)


def _is_story(scene: Scene, reading: Reading) -> bool:
    slot = asked_slot(scene)
    if slot is Slot.CATEGORY:
        return tells_something(reading) and weight(reading.text) >= 3
    if scene.draft and slot not in (None, Slot.STORY):
        return tells_more(reading)
    told = reading.intends(Intent.COMPLAIN) or reading.intends(Intent.ADD_FACTS) or slot is Slot.STORY
    told = told or reading.case_hint in (CaseHint.ADDS, CaseHint.MORE)
    return tells_something(reading) and (told or bool(reading.signals) or weight(reading.text) >= LONG)


def _only_a_mood(scene: Scene, reading: Reading) -> Scene | None:
    """Says that there is a complaint, or curses, or gives a number, and not yet what happened: ask for that."""
    complains = reading.intends(Intent.COMPLAIN) or reading.anger >= 2 or bool(reading.wanted or bare_slots(reading))
    if scene.draft or not complains or _tells_what(scene, reading):
        return None
    mine, plain = open_cases(scene), bare_slots(reading) & {Slot.CONTACT, Slot.NAME, Slot.PLACE_OR_PAGE}
    if plain and len(mine) == 1 and not reading.wanted:
        facts = facts_for(scene, mine[0], reading)
        return case_changes.add(scene, mine[0], reading.text, (), reading.signals, facts)
    undecided = bool(mine) and reading.case_hint != CaseHint.NEW
    scene = drafting.begin(scene, undecided=undecided).say("sorry.angry" if reading.anger >= 2 else "sorry.bare")
    scene, changed = drafting.absorb(scene.redraft(acknowledged=True, anger=reading.anger), reading)
    return go_on(drafting.note(scene, changed))


def _tells_what(scene: Scene, reading: Reading) -> bool:
    likely = reading.category is not None and reading.category.confidence >= scene.setting.playbook.file.unsure
    return likely or bool(reading.signals) or weight(reading.text) >= 8


def _begin(scene: Scene, said: Said, reading: Reading) -> Scene:
    """A story with no draft open: more for a case on file, or a new complaint, or we ask which."""
    mine = open_cases(scene)
    settled = asked_name(scene) == Slot.STORY or reading.case_hint == CaseHint.NEW
    meant = None if settled else cases.case_meant(scene, reading)
    if not settled and not meant and len(mine) == 1 and _belongs(reading, mine[0]):
        meant = mine[0]
    if meant:
        return case_changes.add(
            scene, meant, reading.text, said.files, reading.signals, facts_for(scene, meant, reading)
        )
    return drafting.take_story(drafting.begin(scene, undecided=bool(mine) and not settled), reading)


def _belongs(reading: Reading, case: Case) -> bool:
    """Whether a text adds to what was told before rather than telling of something else."""
    if (
        reading.intent() == Intent.ADD_FACTS
        or reading.case_hint in (CaseHint.SAME, CaseHint.ADDS)
        or not is_complaint(reading)
    ):
        return True
    return (
        reading.case_hint == CaseHint.MORE
        and reading.category is not None
        and reading.category.name == case.record.category
    )


_KEPT = (Slot.ORDER_NUMBER, Slot.CONTACT, Slot.NAME, Slot.ITEM, Slot.AMOUNT, Slot.PLACE_OR_PAGE)


def facts_for(scene: Scene, case: Case, reading: Reading) -> dict[AnySlot, Any]:
    """The facts of a text that a case on file still lacks."""
    found = found_in(reading, case.record, scene.setting.playbook)
    return {slot: found[slot] for slot in _KEPT if slot in found and not case.record.has(slot)}
