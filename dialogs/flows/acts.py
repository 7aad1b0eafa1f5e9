"""Acts: what a button or a crisp command does. They work at every moment and in every language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from complaints.record import Contact, Slot
from dialogs.flows import cases, intake, surveys
from dialogs.flows.filing import file_draft
from dialogs.flows.person import bring_person
from dialogs.flows.questions import ask_under, asked_name, go_on, open_cases, pose
from dialogs.flows.reopening import accept
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act


def perform(scene: Scene, act: Act) -> Scene:
    """Do what an act says; one that makes no sense just now only brings the question back."""
    return _ACTS.get(act.name, _nothing)(scene, act)


def _nothing(scene: Scene, _: Act) -> Scene:
    return go_on(scene)


def _answer(scene: Scene, act: Act) -> Scene:
    slot = Slot(act.slot)
    if not scene.draft:
        scene = intake.begin(scene)
    return intake.put_answer(scene, slot, _value(slot, act.value))


def _value(slot: Slot, value: str) -> Any:
    match slot:
        case Slot.WANTED:
            return (value,)
        case Slot.CONTACT:
            return Contact(preferred=value)
    return value


def _yes(scene: Scene, _: Act) -> Scene:
    match asked_name(scene):
        case "confirm":
            return _confirm(scene, Act("confirm"))
        case "consent":
            return go_on(scene.turn_to(consent="given").say("consent.thanks"))
        case "withdraw":
            return cases.withdraw(scene)
        case "reopen":
            return accept(scene, "")
        case "cancel":
            return scene.turn_to(draft=None, asked=None).say("cancelled")
        case "start_over":
            return pose(scene.turn_to(draft=None, asked=None).say("started_over"), Slot.STORY)
        case Slot.EVIDENCE | Slot.STORY:
            return ask_under(scene.say("go_ahead"), asked_name(scene))
    return go_on(scene)


def _no(scene: Scene, _: Act) -> Scene:
    match asked_name(scene):
        case "confirm":
            return pose(scene, "change_which")
        case "consent":
            return scene.turn_to(draft=None, asked=None).say("consent.declined")
        case "withdraw" | "cancel" | "start_over":
            return go_on(scene.turn_to(asked=None, focus="").say("kept"))
        case "which_case":
            return _new_case(scene, Act("new_case"))
        case "reopen":
            return scene.turn_to(asked=None).say("idle")
        case "":
            return scene.say("idle")
    return intake.skip(scene)


def _confirm(scene: Scene, _: Act) -> Scene:
    if not scene.draft or scene.draft.undecided:
        return go_on(scene)
    return file_draft(scene) if asked_name(scene) == "confirm" else intake.skip_optional(scene)


def _change(scene: Scene, act: Act) -> Scene:
    if not scene.draft:
        mine = open_cases(scene)
        return go_on(scene.say("case.change", reference=mine[-1].reference) if mine else scene.say("change.none"))
    return intake.change(scene, Slot(act.slot)) if act.slot else pose(scene, "change_which")


def _done(scene: Scene, _: Act) -> Scene:
    draft = scene.draft
    return go_on(scene.redraft(editing="")) if draft and draft.record.evidence else intake.skip(scene)


def _all_categories(scene: Scene, _: Act) -> Scene:
    return pose(scene.redraft(guesses=()), Slot.CATEGORY) if scene.draft else go_on(scene)


def _case(scene: Scene, act: Act) -> Scene:
    case = cases.case_called(scene, act.value)
    if not case:
        return go_on(scene)
    if asked_name(scene) == "withdraw_which":
        return pose(scene.turn_to(focus=case.reference), "withdraw")
    return cases.settle_undecided(scene, case) if scene.draft else go_on(scene)


def _new_case(scene: Scene, act: Act) -> Scene:
    if scene.draft and scene.draft.undecided:
        return go_on(scene.redraft(undecided=False))
    if act.value and not scene.draft:
        return intake.take_told(scene, act.value, act.slot)
    return go_on(scene.say("one_at_a_time")) if scene.draft else pose(scene, Slot.STORY)


def _language(scene: Scene, act: Act) -> Scene:
    if not act.value:
        return pose(scene, "language")
    scene = scene.turn_to(language=act.value, language_pinned=True)
    scene = scene.turn_to(asked=None) if asked_name(scene) == "language" else scene
    return go_on(scene.say("language.set"))


def _cancel(scene: Scene, _: Act) -> Scene:
    if scene.draft and scene.draft.editing:
        return go_on(scene.redraft(editing="").say("kept"))
    return pose(scene, "cancel") if scene.draft else scene.turn_to(asked=None).say("cancel.none")


def _start_over(scene: Scene, _: Act) -> Scene:
    return pose(scene, "start_over") if scene.draft else pose(scene, Slot.STORY)


def _help(scene: Scene, _: Act) -> Scene:
    return go_on(scene.say("help"))


_ACTS: dict[str, Callable[[Scene, Act], Scene]] = {
    "answer": _answer,
    "yes": _yes,
    "no": _no,
    "skip": lambda scene, _: intake.skip(scene),
    "unknown": lambda scene, _: intake.skip(scene),
    "done": _done,
    "confirm": _confirm,
    "change": _change,
    "all_categories": _all_categories,
    "case": _case,
    "new_case": _new_case,
    "language": _language,
    "person": lambda scene, _: go_on(bring_person(scene, "asked")),
    "help": _help,
    "status": lambda scene, _: cases.tell_status(scene),
    "back": lambda scene, _: intake.step_back(scene),
    "cancel": _cancel,
    "start_over": _start_over,
    "withdraw": lambda scene, _: cases.ask_withdraw(scene),
    "survey": lambda scene, act: surveys.answer(scene, act.slot, act.value),
    "reopen": lambda scene, act: accept(scene, act.value),
}
