"""Questions: which comes next, and how each is put. What to ask is derived, never remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from complaints.record import AnySlot, Slot
from dialogs.flows.state import Act, Consent, Conversation, Draft, NamedQuestion

if TYPE_CHECKING:
    from complaints.case import Case
    from dialogs.flows.scene import Scene
    from dialogs.playbooks.playbook import Playbook

Choices = list[tuple[str, Act]]

MOST_TIMES = 2
"""How often one question is put. Then the fact is left open, and shown as open in the summary."""

MOST_TOLD = 7
"""Messages after the first one that told the complaint, before the summary is shown whatever is open."""

LAST_MESSAGE = 9
"""Messages after the one that told the complaint: with that one they make ten, and then it comes to an end."""

VAGUE = "other"
"""The category of what is like no other, and of what says too little yet to be like any."""

UNSURE_KIND = "unsure_kind"
"""The tag of a chat whose category is only the likeliest."""

IDLE = "idle"
"""The pending offers of somebody who has a case, asks for nothing, and was not understood."""


def next_question(conversation: Conversation, playbook: Playbook) -> str:
    """What a draft still lacks, first things first; `confirm` when it lacks nothing."""
    draft = conversation.intake.draft
    assert draft is not None
    if playbook.file.consent == "ask" and conversation.session.consent != Consent.GIVEN:
        return "consent"
    if draft.undecided:
        return "which_case"
    if draft.editing and playbook.file.slot(draft.editing):
        return draft.editing
    return next((slot for slot in asked_of(draft, playbook) if may_ask(draft, slot, playbook)), "confirm")


def asked_name(scene: Scene) -> str:
    """The name of the pending question, or empty: `idle` offers ways on and asks nothing."""
    asked = scene.conversation.asked
    return asked.name if asked and asked.name != IDLE else ""


def asked_slot(scene: Scene) -> AnySlot | None:
    """The slot that is asked for, if the pending question is about one."""
    name = asked_name(scene)
    return scene.setting.playbook.file.slot(name)


def asked_of(draft: Draft, playbook: Playbook) -> tuple[AnySlot, ...]:
    """Every slot this draft's category asks for, in order."""
    first = (Slot.STORY, Slot.CATEGORY)
    category = draft.record.category
    return first + playbook.category(category).ask if category else first


def is_required(draft: Draft, slot: AnySlot, playbook: Playbook) -> bool:
    """Whether a draft cannot do without the slot. Nobody can be answered without a contact."""
    if slot in (Slot.STORY, Slot.CATEGORY, Slot.CONTACT):
        return True
    return bool(draft.record.category) and slot in playbook.category(draft.record.category).required


def may_ask(draft: Draft, slot: AnySlot, playbook: Playbook) -> bool:
    """Whether a slot is worth a question (the first rule that speaks decides):

    - it is answered, or the customer left it out: no;
    - without a story there is no complaint: yes;
    - it was asked for twice, or it is the kind of problem and was asked for once: no;
    - much was written since the complaint was begun: no, the summary comes first;
    - it was asked for once: again, if the case cannot do without it;
    - it is new: while there are questions left.
    """
    if draft.record.has(slot) or slot in draft.skipped:
        return False
    if slot is Slot.STORY:
        return True
    times, often = times_asked(draft, slot), _times_in_all(draft, slot) >= MOST_TIMES
    if often or (slot is Slot.CATEGORY and times) or draft.told >= MOST_TOLD:
        return False
    return rounds(draft) < playbook.file.ask_most if not times else is_required(draft, slot, playbook)


def times_asked(draft: Draft, slot: AnySlot) -> int:
    """How often a slot was asked for in this complaint, alone or with another."""
    return sum(slot in put.split("+") for put in draft.put)


def _times_in_all(draft: Draft, slot: AnySlot) -> int:
    """The same with the time that does not count, because the customer was still telling."""
    return times_asked(draft, slot) + (slot in draft.passed)


def is_spent(scene: Scene, name: str) -> bool:
    """Whether a question was put as often as it may be. One that the customer wants to answer anew never is."""
    draft, asked = scene.draft, scene.conversation.asked
    slot = scene.setting.playbook.file.slot(name)
    if draft is None or slot in (None, Slot.STORY) or draft.editing == name:
        return False
    just_now = asked is not None and asked.turn == scene.conversation.turn and asked.name == name
    return not just_now and _times_in_all(draft, name) >= MOST_TIMES


def rounds(draft: Draft) -> int:
    """How many questions were put, not counting the story and those that were put again."""
    seen: set[str] = {Slot.STORY}
    count = 0
    for put in draft.put:
        fresh = set(put.split("+")) - seen
        count += bool(fresh)
        seen |= fresh
    return count


def go_on(scene: Scene) -> Scene:
    """Ask what comes next in the draft, or ask the pending question again when there is no draft."""
    if scene.draft:
        scene = with_category(scene)
        return pose(scene, next_question(scene.conversation, scene.setting.playbook))
    name = asked_name(scene)
    return pose(scene, name) if name else scene


_ASIDES = (
    "",
    NamedQuestion.LANGUAGE,
    NamedQuestion.CANCEL,
    NamedQuestion.START_OVER,
    NamedQuestion.WITHDRAW,
    NamedQuestion.WITHDRAW_WHICH,
)
"""What may be pending instead of the question that was put last, when something else has been seen to."""


def come_back(scene: Scene) -> Scene:
    """After something that is no answer the pending question returns, unless it was put as often as it may be."""
    draft = scene.draft
    last = draft.put[-1].split("+")[0] if draft and draft.put else ""
    if not draft or not last or draft.editing or draft.undecided or asked_name(scene) not in (last, *_ASIDES):
        return go_on(scene)
    slot = scene.setting.playbook.file.slot(last)
    settled = slot is None or draft.record.has(slot) or last in draft.skipped or is_spent(scene, last)
    return go_on(scene) if settled else pose(scene, last)


def with_category(scene: Scene) -> Scene:
    """The draft with the likeliest category, where asking for it did not help; colleagues see that it is a guess."""
    draft = scene.draft
    assert draft is not None
    if draft.record.category or not draft.record.story or draft.undecided:
        return scene
    if may_ask(draft, Slot.CATEGORY, scene.setting.playbook):
        return scene
    likeliest = draft.guesses[0] if draft.guesses else VAGUE
    scene = scene.redraft(record=draft.record.put(Slot.CATEGORY, likeliest))
    return scene.turn_to(tags=tuple(dict.fromkeys((*scene.conversation.tags, UNSURE_KIND))))


def pose(scene: Scene, name: str, extra: Sequence[tuple[str, Act]] = ()) -> Scene:
    """Put one question: its words, and its buttons. One that was put twice makes room for the next."""
    return go_on(scene) if is_spent(scene, name) else scene.asking(name).put(scene, extra)


def wording(scene: Scene, name: str) -> str:
    """A question that returns is put more shortly than the first time."""
    shorter = f"again.{name}"
    return shorter if asked_name(scene) == name and scene.words.has(shorter) else f"ask.{name}"


def ask_under(scene: Scene, name: str, extra: Sequence[tuple[str, Act]] = ()) -> Scene:
    """Put a question whose words are said already: only its buttons come with it."""
    if is_spent(scene, name):
        return go_on(scene)
    return replace(pose(scene, name, extra), paragraphs=scene.paragraphs)


def open_cases(scene: Scene) -> tuple[Case, ...]:
    return tuple(case for case in scene.setting.cases if case.is_open)


def put_yes_or_no(name: str) -> Callable[[Scene, Sequence[tuple[str, Act]]], Scene]:
    """How a question of yes or no is put: `ask.…`, with a button of its own for each answer."""

    def put(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
        choices = [(scene.text(f"button.{name}_yes"), Act("yes")), (scene.text(f"button.{name}_no"), Act("no"))]
        return scene.say(f"ask.{name}", reference=scene.conversation.status.focus).ask(name, [*choices, *extra])

    return put


def let_be(scene: Scene) -> Scene:
    """They would rather not do what was asked about: everything stays as it is."""
    return come_back(scene.turn_to(asked=None, focus="").say("kept"))
