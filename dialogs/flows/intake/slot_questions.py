"""How each question of a complaint is put: its words, and its buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from complaints.record import AnySlot, Slot
from dialogs.flows.questions import Choices, asked_of, times_asked, wording
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Draft
from dialogs.flows.status.cases import case_choices
from dialogs.playbooks.playbook import Playbook, Words

TOGETHER: Mapping[AnySlot, AnySlot] = {Slot.ITEM: Slot.ORDER_NUMBER, Slot.NAME: Slot.CONTACT}
"""Slots asked for in one breath, where both are open and neither was asked for yet."""


def _beside(draft: Draft | None, slot: AnySlot, playbook: Playbook) -> tuple[AnySlot, ...]:
    """What is asked for in the same breath."""
    other = TOGETHER.get(slot)
    if draft is None or draft.editing or other is None or other not in asked_of(draft, playbook):
        return ()
    known = draft.record.has(other) or other in draft.skipped
    return () if known or times_asked(draft, other) or times_asked(draft, slot) else (other,)


def put_slot(slot: AnySlot) -> Callable[[Scene, Sequence[tuple[str, Act]]], Scene]:
    """How a slot is asked for that has no way of its own."""

    def put(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
        also = _beside(scene.draft, slot, scene.setting.playbook)
        choices = [choice for one in (*also, slot) for choice in _choices(scene, one)]
        key = f"ask_both.{slot}" if also else wording(scene, slot)
        scene = scene.say(key, **_facts(scene, *also, slot))
        return scene.ask(slot, list(dict.fromkeys([*choices, *extra])), also)

    return put


def _facts(scene: Scene, *slots: AnySlot) -> dict[str, str]:
    examples = [example for slot in slots if (example := scene.setting.playbook.file.example_of(slot))]
    return {"example": examples[0]} if examples else {}


def _choices(scene: Scene, slot: AnySlot) -> Choices:
    words, draft = scene.words, scene.draft
    match slot:
        case Slot.CUSTOMER_TYPE:
            kinds = ("individual", "organisation")
            return [(words.say(f"customer_type.{kind}"), Act("answer", slot, kind)) for kind in kinds]
        case Slot.CONTACT:
            return [(words.say("button.this_chat"), Act("answer", slot, "chat"))]
        case Slot.WANTED if draft and draft.record.category:
            remedies = scene.setting.playbook.category(draft.record.category).remedies
            return [(words.say(f"wanted.{remedy}"), Act("answer", slot, remedy)) for remedy in remedies]
        case Slot.STORY:
            return []
        case Slot.ORDER_NUMBER:
            return [(words.say("button.dont_have"), Act("skip", slot))]
        case _ if own := scene.setting.playbook.file.slots.get(slot):
            chosen = [(words.say(f"option.{slot}.{name}"), Act("answer", slot, name)) for name in own.options]
            left_out = words.say("button.dont_have" if own.type == "code" else "button.skip")
            return [*chosen, (left_out, Act("skip", slot))]
    return [(words.say("button.skip"), Act("skip", slot))]


def category_choices(words: Words, names: Sequence[str]) -> Choices:
    return [(words.say(f"category.{name}.title"), Act("answer", Slot.CATEGORY, name)) for name in names]


def put_category(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    draft, playbook = scene.draft, scene.setting.playbook
    if draft and draft.guesses:
        likely = category_choices(scene.words, draft.guesses)
        choices = [*likely, (scene.text("button.something_else"), Act("all_categories")), *extra]
        return scene.say("ask.category_likely").ask(Slot.CATEGORY, choices)
    every = category_choices(scene.words, tuple(playbook.file.categories))
    return scene.say(wording(scene, Slot.CATEGORY)).ask(Slot.CATEGORY, [*every, *extra])


def put_evidence(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    draft = scene.draft
    if not draft or not draft.record.evidence:
        return scene.say(wording(scene, Slot.EVIDENCE)).ask(
            Slot.EVIDENCE, [(scene.text("button.no_files"), Act("skip")), *extra]
        )
    done = (scene.text("button.done"), Act("done"))
    return scene.say("ask.evidence_more").ask(Slot.EVIDENCE, [done, *extra])


def put_which_case(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    new = (scene.text("button.new_case"), Act("new_case"))
    return scene.say("ask.which_case").ask("which_case", [*case_choices(scene), new, *extra])


def put_consent(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    choices = [(scene.text("button.agree"), Act("yes")), (scene.text("button.decline"), Act("no"))]
    return scene.say("ask.consent").ask("consent", [*choices, *extra])
