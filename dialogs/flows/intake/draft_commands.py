"""What the buttons and crisp commands of a complaint do."""

from __future__ import annotations

from typing import Any

from complaints.copies import altered
from complaints.record import AnySlot, Contact, Slot
from dialogs.flows.events import Said
from dialogs.flows.intake import drafting
from dialogs.flows.intake.case_creation import file_draft
from dialogs.flows.intake.complaint_text import hear_story
from dialogs.flows.message_cues import weight
from dialogs.flows.questions import ask_under, asked_name, come_back, go_on, open_cases, pose
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Consent, NamedQuestion, Question
from dialogs.understanding.reading import CaseHint, Intent, Reading, TypedCommand

_FEW = 3
"""Of so many words what was said after /new tells something, known or not."""


def answer(scene: Scene, act: Act) -> Scene:
    slot = scene.setting.playbook.file.slot(act.slot)
    if slot is None:
        return go_on(scene)
    if not scene.draft:
        scene = drafting.begin(scene)
    return drafting.put_answer(scene, slot, _value(slot, act.value))


def _value(slot: AnySlot, value: str) -> Any:
    match slot:
        case Slot.WANTED:
            return (value,)
        case Slot.CONTACT:
            return Contact(preferred=value)
    return value


def confirm(scene: Scene, _: Act) -> Scene:
    if not scene.draft or scene.draft.undecided:
        return go_on(scene)
    return file_draft(scene) if asked_name(scene) == NamedQuestion.CONFIRM else drafting.skip_optional(scene)


def change(scene: Scene, act: Act) -> Scene:
    if not scene.draft:
        mine = open_cases(scene)
        return go_on(scene.say("case.change", reference=mine[-1].reference) if mine else scene.say("change.none"))
    slot = scene.setting.playbook.file.slot(act.slot)
    return drafting.change(scene, slot) if slot else pose(scene, "change_which")


def done(scene: Scene, _: Act) -> Scene:
    draft = scene.draft
    return go_on(scene.redraft(editing="")) if draft and draft.record.evidence else drafting.skip(scene)


def all_categories(scene: Scene, _: Act) -> Scene:
    return pose(scene.redraft(guesses=()), Slot.CATEGORY) if scene.draft else go_on(scene)


def new_case(scene: Scene, act: Act) -> Scene:
    if scene.draft and scene.draft.undecided:
        return go_on(scene.redraft(undecided=False))
    if act.value and not scene.draft:
        return drafting.take_told(scene, act.value, act.slot)
    return come_back(scene.say("one_at_a_time")) if scene.draft else pose(scene, Slot.STORY)


def cancel(scene: Scene, _: Act) -> Scene:
    if scene.draft and scene.draft.editing:
        return go_on(scene.redraft(editing="").say("kept"))
    return pose(scene, "cancel") if scene.draft else scene.turn_to(asked=None).say("cancel.none")


def start_over(scene: Scene, _: Act) -> Scene:
    return pose(scene, "start_over") if scene.draft else pose(scene, Slot.STORY)


def commanded_new(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Words behind /new are the first of a new complaint, unless one is being told."""
    if said.act != TypedCommand.NEW_CASE or (scene.draft and scene.draft.record.story):
        return None
    return _told_anew(scene, said, reading) or new_case(scene, Act("new_case"))


def _told_anew(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """What went wrong, from somebody who has said that it is something new: in a few words, known or not."""
    anew = scene.turn_to(asked=Question(Slot.STORY))
    told = hear_story(anew, said, altered(reading, case_hint=CaseHint.NEW))
    if told or reading.intent() not in (Intent.COMPLAIN, Intent.ADD_FACTS, Intent.NONE) or weight(reading.text) < _FEW:
        return told
    return drafting.take_story(anew if anew.draft else drafting.begin(anew), reading)


def agree(scene: Scene) -> Scene:
    """Yes to what is stored and why."""
    return go_on(scene.turn_to(consent=Consent.GIVEN).say("consent.thanks"))


def decline(scene: Scene) -> Scene:
    return scene.turn_to(draft=None, asked=None).say("consent.declined")


def drop(scene: Scene) -> Scene:
    """The customer is sure that the complaint shall be forgotten."""
    return scene.turn_to(draft=None, asked=None).say("cancelled")


def begin_anew(scene: Scene) -> Scene:
    return pose(scene.turn_to(draft=None, asked=None).say("started_over"), Slot.STORY)


def not_right(scene: Scene) -> Scene:
    """Who says no to the summary is not unclear: nothing is sent on unconfirmed after that."""
    return pose(scene.redraft(unclear=0), "change_which")


def go_ahead(scene: Scene) -> Scene:
    """They will tell, or send, what was asked for."""
    return ask_under(scene.say("go_ahead"), asked_name(scene))


def confirm_summary(scene: Scene) -> Scene:
    return confirm(scene, Act("confirm"))


def another(scene: Scene) -> Scene:
    """It belongs to no case on file."""
    return new_case(scene, Act("new_case"))
