"""The cases of a chat: where each stands, which one is meant, taking one back."""

from __future__ import annotations

from complaints.case import Case
from complaints.record import Attachment
from dialogs.flows.filing import add_to_case, withdraw_case
from dialogs.flows.questions import go_on, open_cases, pose
from dialogs.flows.scene import Scene
from dialogs.flows.wording import show_case


def tell_status(scene: Scene) -> Scene:
    """Every case with where it stands and the promised time; then the pending question returns."""
    cases = scene.setting.cases
    if cases:
        scene = scene.tell("\n".join([scene.text("status.head"), *(show_case(scene, case) for case in cases)]))
        scene = scene.about(cases[-1].reference)
    elif not scene.draft:
        scene = scene.say("status.none")
    if scene.draft:
        return go_on(scene.say("status.draft"))
    return go_on(scene)


def case_called(scene: Scene, reference: str) -> Case | None:
    """This chat's open case with that reference. Another chat's is never found."""
    return next((case for case in open_cases(scene) if case.reference == reference.upper()), None)


def case_meant(scene: Scene, text: str, order_number: str | None) -> Case | None:
    """The one open case a text names, by its reference or by its order number."""
    said = text.upper()
    named = [case for case in open_cases(scene) if case.reference in said]
    if not named and order_number:
        named = [case for case in open_cases(scene) if case.record.order_number == order_number]
    return named[0] if len(named) == 1 else None


def add(scene: Scene, case: Case, text: str, files: tuple[Attachment, ...]) -> Scene:
    """More for a case on file, said back with its reference."""
    key = "case.files_added" if files and not text else "case.facts_added"
    return add_to_case(scene, case, text, files).say(key, reference=case.reference)


def settle_undecided(scene: Scene, case: Case) -> Scene:
    """What was told belongs to a case on file: move it there and forget the draft."""
    assert scene.draft is not None
    record = scene.draft.record
    scene = scene.turn_to(draft=None, asked=None)
    return add(scene, case, record.story, record.evidence)


def ask_withdraw(scene: Scene) -> Scene:
    """Take a case back: which, if there are several, and are you sure."""
    cases = open_cases(scene)
    if not cases:
        return pose(scene, "cancel") if scene.draft else go_on(scene.say("withdraw.none"))
    if len(cases) > 1:
        return pose(scene, "withdraw_which")
    return pose(scene.turn_to(focus=cases[0].reference), "withdraw")


def withdraw(scene: Scene) -> Scene:
    """The customer is sure."""
    case = case_called(scene, scene.conversation.focus)
    scene = scene.turn_to(asked=None, focus="")
    if not case:
        return go_on(scene.say("withdraw.none"))
    return go_on(withdraw_case(scene, case).say("withdraw.done", reference=case.reference))
