"""The cases of a chat: where each stands, which one is meant, taking one back."""

from __future__ import annotations

from collections.abc import Sequence

from complaints.case import Case
from complaints.record import Slot
from dialogs.flows.commands import perform
from dialogs.flows.events import Said
from dialogs.flows.questions import Choices, asked_name, come_back, go_on, open_cases, pose
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, NamedQuestion
from dialogs.flows.status.case_changes import add, withdraw_case
from dialogs.flows.wording import show_case
from dialogs.understanding.reading import CaseHint, Reading


def tell_status(scene: Scene) -> Scene:
    """Every case with where it stands and the promised time; then the pending question returns."""
    cases = scene.setting.cases
    if cases:
        scene = scene.tell("\n".join([scene.text("status.head"), *(show_case(scene, case) for case in cases)]))
        scene = scene.about(cases[-1].reference)
    elif not scene.draft:
        scene = scene.say("status.none")
    if scene.draft:
        return come_back(scene.say("status.draft" if cases else "status.draft_only"))
    return come_back(scene)


def case_called(scene: Scene, reference: str) -> Case | None:
    """This chat's open case with that reference. Another chat's is never found."""
    return next((case for case in open_cases(scene) if case.reference == reference.upper()), None)


def case_meant(scene: Scene, reading: Reading) -> Case | None:
    """The one open case a text names: by reference, by order number, by kind, or as the one there is."""
    mine = open_cases(scene)
    said, order_number = reading.text.upper(), reading.found("order_number")
    named = [case for case in mine if case.reference in said]
    named = named or [case for case in mine if order_number and case.record.order_number == order_number]
    if not named and reading.case_hint == CaseHint.SAME:
        kind = reading.category.name if reading.category else ""
        named = [case for case in mine if case.record.category == kind] or list(mine)
    return named[0] if len(named) == 1 else None


def settle_undecided(scene: Scene, case: Case) -> Scene:
    """What was told belongs to a case on file: move it there and forget the draft."""
    assert scene.draft is not None
    draft = scene.draft
    scene = scene.turn_to(draft=None, asked=None)
    told = draft.record
    facts = {slot: told.get(slot) for slot in told.filled() if slot not in _NO_FACTS and not case.record.has(slot)}
    return add(scene, case, told.story, told.evidence, draft.signals, facts)


_NO_FACTS = frozenset({Slot.STORY, Slot.CATEGORY, Slot.EVIDENCE})
"""All but these a case on file takes over where it has nothing of its own."""


def ask_withdraw(scene: Scene) -> Scene:
    """Take a case back: which, if there are several, and are you sure."""
    cases = open_cases(scene)
    if not cases and scene.draft:
        return pose(scene, "cancel")
    if not cases:
        return tell_status(scene) if scene.setting.cases else come_back(scene.say("withdraw.none"))
    if len(cases) > 1:
        return pose(scene, "withdraw_which")
    return pose(scene.turn_to(focus=cases[0].reference), "withdraw")


def withdraw(scene: Scene) -> Scene:
    """The customer is sure."""
    case = case_called(scene, scene.conversation.status.focus)
    scene = scene.turn_to(asked=None, focus="")
    if not case:
        return come_back(scene.say("withdraw.none"))
    return come_back(withdraw_case(scene, case).say("withdraw.done", reference=case.reference))


def case_choices(scene: Scene) -> Choices:
    def title(case: Case) -> str:
        kind = scene.text(f"category.{case.record.category}.title") if case.record.category else ""
        return scene.text("button.case", reference=case.reference, title=kind).strip()

    return [(title(case), Act("case", value=case.reference)) for case in open_cases(scene)]


def put_withdraw_which(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    return scene.say("ask.withdraw_which").ask("withdraw_which", [*case_choices(scene), *extra])


def choose_case(scene: Scene, act: Act) -> Scene:
    case = case_called(scene, act.value)
    if not case:
        return go_on(scene)
    if asked_name(scene) == NamedQuestion.WITHDRAW_WHICH:
        return pose(scene.turn_to(focus=case.reference), "withdraw")
    return settle_undecided(scene, case) if scene.draft else go_on(scene)


def choice_by_words(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """Which case is meant, said in words."""
    if asked_name(scene) not in (NamedQuestion.WHICH_CASE, NamedQuestion.WITHDRAW_WHICH):
        return None
    case = case_meant(scene, reading)
    if case:
        return perform(scene, Act("case", value=case.reference))
    is_new = asked_name(scene) == NamedQuestion.WHICH_CASE and reading.case_hint == CaseHint.NEW
    return perform(scene, Act("new_case")) if is_new else None
