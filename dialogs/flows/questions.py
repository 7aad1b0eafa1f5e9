"""Questions: which comes next, and how each is put. What to ask is derived, never remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from complaints.case import Case
from complaints.record import Slot
from dialogs.flows.offering import pose_offer
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Conversation, Draft
from dialogs.flows.survey_questions import pose_survey
from dialogs.flows.wording import show
from dialogs.playbooks.playbook import Playbook, Words

Choices = list[tuple[str, Act]]

OFTEN = 2
"""A question that has been put so often may be left out, whatever it is for."""


IDLE = "idle"
"""The pending offers of somebody who has a case, asks for nothing, and was not understood."""


def next_question(conversation: Conversation, playbook: Playbook) -> str:
    """What a draft still lacks, first things first; `confirm` when it lacks nothing."""
    draft = conversation.draft
    assert draft is not None
    if playbook.file.consent == "ask" and conversation.consent != "given":
        return "consent"
    if draft.undecided:
        return "which_case"
    if draft.editing:
        return draft.editing
    return next((slot for slot in asked_of(draft, playbook) if _unanswered(draft, slot)), "confirm")


def asked_name(scene: Scene) -> str:
    """The name of the pending question, or empty: `idle` offers ways on and asks nothing."""
    asked = scene.conversation.asked
    return asked.name if asked and asked.name != IDLE else ""


def asked_slot(scene: Scene) -> Slot | None:
    """The slot that is asked for, if the pending question is about one."""
    name = asked_name(scene)
    return Slot(name) if name in Slot.__members__.values() else None


def asked_of(draft: Draft, playbook: Playbook) -> tuple[Slot, ...]:
    """Every slot this draft's category asks for, in order."""
    first = (Slot.STORY, Slot.CATEGORY)
    category = draft.record.category
    return first + playbook.category(category).ask if category else first


def is_required(draft: Draft, slot: Slot, playbook: Playbook) -> bool:
    """Whether a draft cannot do without the slot. Nobody can be answered without a contact."""
    if slot in (Slot.STORY, Slot.CATEGORY, Slot.CONTACT):
        return True
    return bool(draft.record.category) and slot in playbook.category(draft.record.category).required


def _unanswered(draft: Draft, slot: Slot) -> bool:
    return not draft.record.has(slot) and slot not in draft.skipped


def go_on(scene: Scene) -> Scene:
    """Ask what comes next in the draft, or ask the pending question again when there is no draft."""
    if scene.draft:
        return pose(scene, next_question(scene.conversation, scene.setting.playbook))
    name = asked_name(scene)
    return pose(scene, name) if name else scene


def pose(scene: Scene, name: str, extra: Sequence[tuple[str, Act]] = ()) -> Scene:
    """Put one question: its words, and its buttons."""
    put = _PUT.get(name)
    if put:
        return put(scene, extra)
    choices = list(dict.fromkeys([*_choices(scene, Slot(name)), *extra]))
    return scene.say(_wording(scene, name), **_facts(scene, Slot(name))).ask(name, choices)


def _wording(scene: Scene, name: str) -> str:
    """A question that returns is put more shortly than the first time."""
    shorter = f"again.{name}"
    return shorter if asked_name(scene) == name and scene.words.has(shorter) else f"ask.{name}"


def ask_under(scene: Scene, name: str, extra: Sequence[tuple[str, Act]] = ()) -> Scene:
    """Put a question whose words are said already: only its buttons come with it."""
    return replace(pose(scene, name, extra), paragraphs=scene.paragraphs)


def _facts(scene: Scene, slot: Slot) -> dict[str, str]:
    return {"example": scene.setting.playbook.file.order_number.example} if slot is Slot.ORDER_NUMBER else {}


def _choices(scene: Scene, slot: Slot) -> Choices:
    words, draft = scene.words, scene.draft
    match slot:
        case Slot.CUSTOMER_TYPE:
            kinds = ("individual", "organisation")
            return [(words.say(f"customer_type.{kind}"), Act("answer", slot, kind)) for kind in kinds]
        case Slot.CONTACT:
            return [(words.say("button.this_chat"), Act("answer", slot, "chat"))]
        case Slot.WANTED if draft:
            remedies = scene.setting.playbook.category(draft.record.category).remedies
            return [(words.say(f"wanted.{remedy}"), Act("answer", slot, remedy)) for remedy in remedies]
        case Slot.STORY:
            return []
        case Slot.ORDER_NUMBER:
            return [(words.say("button.dont_have"), Act("skip"))]
    if draft and is_required(draft, slot, scene.setting.playbook):
        return [(words.say("button.leave_out"), Act("skip"))] if scene.times_put(slot) > OFTEN else []
    return [(words.say("button.skip"), Act("skip"))]


def category_choices(words: Words, names: Sequence[str]) -> Choices:
    return [(words.say(f"category.{name}.title"), Act("answer", Slot.CATEGORY, name)) for name in names]


def _put_category(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    draft, playbook = scene.draft, scene.setting.playbook
    if draft and draft.guesses and not scene.conversation.misses:
        likely = category_choices(scene.words, draft.guesses)
        choices = [*likely, (scene.text("button.something_else"), Act("all_categories")), *extra]
        return scene.say("ask.category_likely").ask(Slot.CATEGORY, choices)
    every = category_choices(scene.words, tuple(playbook.file.categories))
    return scene.say(_wording(scene, Slot.CATEGORY)).ask(Slot.CATEGORY, [*every, *extra])


def _put_evidence(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    draft = scene.draft
    if not draft or not draft.record.evidence:
        return scene.say(_wording(scene, Slot.EVIDENCE)).ask(
            Slot.EVIDENCE, [(scene.text("button.no_files"), Act("skip")), *extra]
        )
    done = (scene.text("button.done"), Act("done"))
    return scene.say("ask.evidence_more").ask(Slot.EVIDENCE, [done, *extra])


def _put_summary(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    """The whole record, each slot with its own button; nothing is filed without a yes to this."""
    assert scene.draft is not None
    words, record = scene.words, scene.draft.record
    lines = [
        words.say("summary.line", slot=words.say(f"slot.{s}"), value=show(scene, s, record)) for s in record.filled()
    ]
    text = "\n".join([scene.text("summary.head"), *lines])
    choices = [(words.say("button.confirm"), Act("confirm"))]
    choices += [(words.say("button.change", slot=words.say(f"slot.{s}")), Act("change", s)) for s in record.filled()]
    if not record.evidence:
        choices.append((words.say("button.add_files"), Act("change", Slot.EVIDENCE)))
    if _stands_above(scene):
        return scene.say("again.confirm").ask("confirm", [*choices, *extra])
    return scene.pause().tell(text).say("summary.ask").ask("confirm", [*choices, *extra])


def _stands_above(scene: Scene) -> bool:
    """Whether the customer has this very summary before them."""
    before, now = scene.before, scene.conversation
    same = (
        before is not None
        and before.draft is not None
        and now.draft is not None
        and before.draft.record == now.draft.record
    )
    return same and asked_name(scene) == "confirm" and before is not None and before.language == now.language


def _put_change_which(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    assert scene.draft is not None
    slots = [s for s in Slot if s in asked_of(scene.draft, scene.setting.playbook) or scene.draft.record.has(s)]
    choices = [(scene.text(f"slot.{slot}"), Act("change", slot)) for slot in slots]
    return scene.say("ask.change_which").ask("change_which", [*choices, *extra])


def open_cases(scene: Scene) -> tuple[Case, ...]:
    return tuple(case for case in scene.setting.cases if case.is_open)


def case_choices(scene: Scene) -> Choices:
    def title(case: Case) -> str:
        kind = scene.text(f"category.{case.record.category}.title") if case.record.category else ""
        return scene.text("button.case", reference=case.reference, title=kind).strip()

    return [(title(case), Act("case", value=case.reference)) for case in open_cases(scene)]


def _put_which_case(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    new = (scene.text("button.new_case"), Act("new_case"))
    return scene.say("ask.which_case").ask("which_case", [*case_choices(scene), new, *extra])


def _put_withdraw_which(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    return scene.say("ask.withdraw_which").ask("withdraw_which", [*case_choices(scene), *extra])


def _put_language(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    playbook = scene.setting.playbook
    choices = [(playbook.words(code).say("language.name"), Act("language", value=code)) for code in playbook.languages]
    return scene.say("ask.language").ask("language", [*choices, *extra])


def _put_consent(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    choices = [(scene.text("button.agree"), Act("yes")), (scene.text("button.decline"), Act("no"))]
    return scene.say("ask.consent").ask("consent", [*choices, *extra])


def _yes_or_no(name: str) -> Callable[[Scene, Sequence[tuple[str, Act]]], Scene]:
    def put(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
        choices = [(scene.text(f"button.{name}_yes"), Act("yes")), (scene.text(f"button.{name}_no"), Act("no"))]
        return scene.say(f"ask.{name}", reference=scene.conversation.focus).ask(name, [*choices, *extra])

    return put


_PUT: dict[str, Callable[[Scene, Sequence[tuple[str, Act]]], Scene]] = {
    "category": _put_category,
    "evidence": _put_evidence,
    "confirm": _put_summary,
    "change_which": _put_change_which,
    "which_case": _put_which_case,
    "withdraw_which": _put_withdraw_which,
    "language": _put_language,
    "consent": _put_consent,
    "withdraw": _yes_or_no("withdraw"),
    "cancel": _yes_or_no("cancel"),
    "start_over": _yes_or_no("start_over"),
    "survey": lambda scene, _: pose_survey(scene),
    "reopen": lambda scene, _: pose_offer(scene),
}
