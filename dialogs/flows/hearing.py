"""Hearing: what the bot makes of something a customer wrote.

Each responder either answers the message or passes it on; they stand in the order in which a good
listener would try them. What nobody can answer is a miss, which is a value and not an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from complaints.record import Slot
from dialogs.flows import cases, intake
from dialogs.flows.acts import perform
from dialogs.flows.answers import answer_to, bare_slots, found_in, free_answer, merged, rest_of, tells_something, weight
from dialogs.flows.events import Said
from dialogs.flows.misses import miss
from dialogs.flows.person import bring_person, bring_person_at_once
from dialogs.flows.questions import go_on, open_cases, pose
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Question
from dialogs.understanding.reading import Reading

Responder = Callable[[Scene, Said, Reading], Scene | None]

_SURE = 0.6
_TRIM = re.compile(r"^[\W_]+|[\W_]+$")
_STORY_TOO = 10
"""An answer this long, in words, tells more than the answer: it is kept as story as well."""


def hear(scene: Scene, said: Said, reading: Reading) -> Scene:
    """Answer a message."""
    for respond in _RESPONDERS:
        answered = respond(scene, said, reading)
        if answered is not None:
            return answered.understood()
    return miss(scene)


def _asked(scene: Scene) -> str:
    return scene.conversation.asked.name if scene.conversation.asked else ""


def _asked_slot(scene: Scene) -> Slot | None:
    name = _asked(scene)
    return Slot(name) if name in Slot.__members__.values() else None


def _button_by_words(scene: Scene, said: Said, _: Reading) -> Scene | None:
    """The words on a button, or its number, do what the button does."""
    asked = scene.conversation.asked
    act = _offered(asked, said.text) if asked and asked.offers else None
    return perform(scene, act) if act else None


def _offered(asked: Question, text: str) -> Act | None:
    plain = _TRIM.sub("", text).casefold()
    for offer in asked.offers:
        if _TRIM.sub("", offer.title).casefold() == plain:
            return offer.act
    is_number = plain.isdecimal() and asked.name not in (Slot.AMOUNT, Slot.ORDER_NUMBER, Slot.HAPPENED_AT)
    if is_number and len(plain) <= 2 and 1 <= int(plain) <= len(asked.offers):
        return asked.offers[int(plain) - 1].act
    return None


def _in_danger(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    return bring_person_at_once(scene) if "self_harm" in reading.signals else None


def _crisp(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """A command that is the whole message."""
    if reading.language_wanted and weight(reading.text) < _STORY_TOO // 2:
        return perform(scene, Act("language", value=reading.language_wanted))
    return perform(scene, Act(reading.act)) if reading.act else None


def _person(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """A person please, in whatever words; what else was said is kept."""
    if not reading.intends("want_person", _SURE):
        return None
    if reading.intends("complain", _SURE) and reading.category and not scene.draft and not open_cases(scene):
        return _tell(bring_person(scene, "asked"), said, reading)
    return go_on(bring_person(scene, "asked"))


def _files(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Files go to the draft, or to the one open case, or we ask which."""
    if not said.files:
        return None
    mine = open_cases(scene)
    if not scene.draft and len(mine) == 1 and not reading.intends("complain", _SURE):
        return cases.add(scene, mine[0], reading.text, said.files)
    scene = scene if scene.draft else intake.begin(scene, undecided=bool(mine))
    asked_for = _asked(scene) == Slot.EVIDENCE
    scene = intake.take_files(scene, said.files)
    if reading.text and (tells_something(reading) or not scene.draft):
        return intake.take_story(scene, reading)
    return pose(scene.redraft(editing=Slot.EVIDENCE), Slot.EVIDENCE) if asked_for else go_on(scene)


def _yes_or_no(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """A plain yes or no answers what was asked."""
    if reading.intent() not in ("yes", "no") or reading.slots or reading.change:
        return None
    if _asked_slot(scene) and reading.intent() == "yes":
        return go_on(scene.say("go_ahead"))
    return perform(scene, Act(reading.intent())) if _asked(scene) else scene.say("idle")


def _choice_by_words(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """A case named by its reference where we asked which."""
    if _asked(scene) not in ("which_case", "withdraw_which"):
        return None
    case = cases.case_meant(scene, reading.text, reading.found("order_number"))
    return perform(scene, Act("case", value=case.reference)) if case else None


def _correction(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """Change X: with the new value in the same message, or by asking for it."""
    if not reading.change or not scene.draft or reading.change not in Slot.__members__.values():
        return None
    slot = Slot(reading.change)
    value = answer_to(slot, reading, scene.draft.record, scene.setting.playbook)
    if value is None or slot is Slot.CATEGORY:
        return intake.change(scene, slot)
    return intake.put_answer(scene, slot, value)


def _answer(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """The value that was asked for, and any other fact in the same breath."""
    slot = _asked_slot(scene)
    if not scene.draft or slot is Slot.STORY:
        return None
    values, bare = _values(scene, slot, reading), bare_slots(reading)
    overwrite = values.keys() if _asked(scene) == "confirm" else bare | ({slot} if slot else set())
    record, changed = merged(scene.draft.record, values, overwrite)
    if not changed and slot not in values and not bare & values.keys():
        return perform(scene, Act("unknown")) if reading.unknown and slot and not _tells_more(reading) else None
    scene = intake.heed(scene, reading).redraft(record=record, editing="")
    if weight(reading.text) >= _STORY_TOO:
        story = f"{record.story}\n{reading.text}".strip()
        scene = scene.redraft(record=record.put(Slot.STORY, story))
    if Slot.CATEGORY in changed:
        scene = intake.acknowledge(scene)
    return go_on(intake.note(scene, changed))


def _values(scene: Scene, slot: Slot | None, reading: Reading) -> dict[Slot, Any]:
    assert scene.draft is not None
    playbook, record = scene.setting.playbook, scene.draft.record
    values = found_in(reading, record, playbook)
    if slot is not Slot.CATEGORY:
        values.pop(Slot.CATEGORY, None)
    asked = answer_to(slot, reading, record, playbook) if slot else None
    if slot and not asked and values:
        asked = free_answer(slot, rest_of(reading))
    return {slot: asked, **values} if slot and asked else values


def _digression(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """A question, a greeting, thanks: answered, and then the pending question returns."""
    if reading.category and reading.category.confidence >= _SURE and reading.intends("complain", _SURE):
        return None
    name = reading.intent()
    if name not in _DIGRESSIONS or not reading.intends(name, _SURE):
        return None
    return _DIGRESSIONS[name](scene, reading)


def _greet(scene: Scene, _: Reading) -> Scene:
    if scene.conversation.controller == "queue" and not scene.draft:
        return bring_person(scene, "asked")
    if scene.paragraphs or scene.effects:
        return go_on(scene) if scene.draft or scene.conversation.asked else pose(scene, Slot.STORY)
    return _resume(scene.say("greeting.back"))


def _thank(scene: Scene, _: Reading) -> Scene:
    return go_on(scene.say("thanks"))


def _praise(scene: Scene, _: Reading) -> Scene:
    return go_on(scene.say("praise"))


def _explain(scene: Scene, reading: Reading) -> Scene:
    key = f"answer.{reading.question}" if reading.question else "answer.other"
    return _resume(scene.say(key if scene.words.has(key) else "answer.other"))


def _resume(scene: Scene) -> Scene:
    """Back to the pending question, or to the open door when there is none."""
    if scene.draft or scene.conversation.asked:
        return go_on(scene)
    return scene if open_cases(scene) else pose(scene, Slot.STORY)


_DIGRESSIONS: dict[str, Callable[[Scene, Reading], Scene]] = {
    "greeting": _greet,
    "thanks": _thank,
    "praise": _praise,
    "ask_question": _explain,
    "ask_status": lambda scene, _: cases.tell_status(scene),
    "withdraw": lambda scene, _: cases.ask_withdraw(scene),
    "cancel": lambda scene, _: perform(scene, Act("cancel")),
    "change": lambda scene, _: perform(scene, Act("change")),
}


def _free_text(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """A name, an article, a place: the customer's own words as they stand."""
    slot = _asked_slot(scene)
    if reading.intends("complain", _SURE) and weight(reading.text) >= _STORY_TOO // 2:
        return None
    value = free_answer(slot, reading.text) if scene.draft and slot else None
    return intake.put_answer(scene, slot, value) if slot and value else None


def _story(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Something that went wrong, or more about it."""
    enough = _tells_more(reading) if _wants_a_fact(scene) else _tells(reading, _asked(scene) == Slot.STORY)
    return _tell(scene, said, reading) if enough else _bare(scene, reading)


def _wants_a_fact(scene: Scene) -> bool:
    """Whether a certain fact was asked for, so that a few stray words are rather a failed answer than a story."""
    return scene.draft is not None and _asked_slot(scene) not in (None, Slot.STORY)


def _tells_more(reading: Reading) -> bool:
    length = weight(reading.text)
    plain = reading.category is not None and reading.category.confidence >= _SURE
    complains, adds = reading.intends("complain", _SURE), reading.intends("add_facts", _SURE)
    return (complains and length >= (3 if plain else 6)) or (adds and length >= 6) or length >= _STORY_TOO


def _tells(reading: Reading, asked: bool) -> bool:
    complains = asked or reading.intends("complain") or reading.intends("add_facts")
    return bool(reading.text) and tells_something(reading) and (complains or weight(reading.text) >= _STORY_TOO)


def _bare(scene: Scene, reading: Reading) -> Scene | None:
    """Says only that there is a complaint: ask for it."""
    if scene.draft or not reading.intends("complain"):
        return None
    return pose(scene.say("sorry.bare"), Slot.STORY)


def _tell(scene: Scene, said: Said, reading: Reading) -> Scene:
    if scene.draft:
        return intake.take_story(scene, reading)
    if _says_only_that_they_complain(reading):
        return pose(scene.say("sorry.bare"), Slot.STORY)
    mine = open_cases(scene)
    meant = cases.case_meant(scene, reading.text, reading.found("order_number"))
    if not meant and len(mine) == 1 and reading.intent() == "add_facts":
        meant = mine[0]
    if meant:
        return cases.add(scene, meant, reading.text, said.files)
    undecided = bool(mine) and _asked(scene) != Slot.STORY
    return intake.take_story(intake.begin(scene, undecided=undecided), reading)


def _says_only_that_they_complain(reading: Reading) -> bool:
    return reading.intent() == "complain" and not reading.category and weight(reading.text) < 8


def _nothing_written(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """An empty message has nothing to answer."""
    return go_on(scene) if not reading.text.strip() else None


_RESPONDERS: tuple[Responder, ...] = (
    _in_danger,
    _files,
    _nothing_written,
    _button_by_words,
    _crisp,
    _person,
    _yes_or_no,
    _choice_by_words,
    _correction,
    _answer,
    _digression,
    _free_text,
    _story,
)
