"""Replies: what a message gives to the question that was put, to the summary, or to a part that is to change."""

from __future__ import annotations

from typing import Any

from complaints.record import AnySlot, Slot, in_order, slot_named
from dialogs.flows.commands import perform
from dialogs.flows.events import Said
from dialogs.flows.intake import drafting
from dialogs.flows.intake.direct_answers import direct_answers, in_answer_to
from dialogs.flows.intake.late_answers import told_late
from dialogs.flows.intake.old_and_new import corrects, new_values, told_sum
from dialogs.flows.intake.own_answers import free_texts
from dialogs.flows.intake.slot_filling import (
    answer_to,
    bare_slots,
    corrected,
    found_in,
    free_answer,
    merged,
    name_beside,
    name_said,
    number_like,
)
from dialogs.flows.message_cues import FREE_TEXT, LONG, is_complaint, weight
from dialogs.flows.questions import LAST_MESSAGE, asked_name, asked_slot, come_back, go_on, open_cases
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Draft, NamedQuestion
from dialogs.flows.status import case_changes
from dialogs.flows.wording import answer_beside
from dialogs.understanding.language.packs import spoken
from dialogs.understanding.reading import AnswerAct, Intent, Reading
from dialogs.understanding.replies.answer_noise import is_count
from dialogs.understanding.replies.summary_replies import SummaryAnswer, is_plain_yes, summary_reply

_SURE, _PERHAPS = 0.6, 0.3
_REPLY = 14
_NOT_DIRECT = frozenset({Slot.STORY, Slot.CATEGORY, Slot.EVIDENCE, Slot.WANTED, Slot.CUSTOMER_TYPE})
"""The answers to all slots but these are read in the form people give them."""
_BESIDE_A_SUMMARY = ("thanks", "greeting", "ask_question", "ask_status", "withdraw", "cancel", "change")
"""What may be said while the summary waits for its yes, and is answered without failing to answer that."""


def as_a_reply(scene: Scene, reading: Reading) -> Reading:
    """The reading of a message while a draft is open: what it corrects, by what stands on record, and a bare sum."""
    assert scene.draft is not None
    asked, record, currency = scene.conversation.asked, scene.draft.record, scene.setting.playbook.file.currency
    names = (asked.name, *asked.also) if asked else ()
    if corrects(reading):
        reading = new_values(reading, record, currency)
    return reading if Slot.ORDER_NUMBER in names else told_sum(reading, record, names, currency)


def confirmed(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """A yes to the summary and nothing else, whatever its words would mean in another place."""
    if asked_name(scene) != NamedQuestion.CONFIRM or not scene.draft or said.files or not is_plain_yes(reading):
        return None
    return perform(drafting.with_words(scene, reading) if reading.signals or _adds(reading) else scene, Act("yes"))


def at_summary(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """The summary is before them. A fact in the reply corrects it; a yes with anything around it is a yes."""
    if asked_name(scene) != NamedQuestion.CONFIRM or not scene.draft:
        return None
    reading = new_values(reading, scene.draft.record, scene.setting.playbook.file.currency)
    meant = summary_reply(reading, again=scene.draft.unclear > 0 or scene.draft.told >= LAST_MESSAGE)
    corrected_by = correction(scene, said, reading) or answer(scene, said, reading)
    if corrected_by is not None and corrected_by.draft and _is_news(corrected_by.draft, scene.draft):
        says_yes = meant == SummaryAnswer.YES and not reading.change
        if not (says_yes and _is_mere_words(corrected_by.draft, scene.draft)):
            return corrected_by
    match meant:
        case SummaryAnswer.YES:
            return perform(
                drafting.with_words(scene, reading) if reading.signals or _adds(reading) else scene, Act("yes")
            )
        case SummaryAnswer.NO:
            return perform(scene, Act("no"))
        case SummaryAnswer.STOP:
            return perform(scene, Act("cancel"))
        case SummaryAnswer.ADD:
            return go_on(scene.redraft(record=scene.draft.record.with_story(reading.text)).say("story.added"))
        case SummaryAnswer.QUESTION | SummaryAnswer.WAIT | SummaryAnswer.PERSON:
            return None
    if reading.signals:
        return go_on(drafting.with_words(scene, reading).say("story.added"))
    understood = is_complaint(reading) or any(reading.intends(name, _SURE) for name in _BESIDE_A_SUMMARY)
    return None if understood else drafting.unclear_at_summary(scene)


def _adds(reading: Reading) -> bool:
    """Whether a yes may say more than that: it is kept with the story, whatever was meant by it."""
    learned = reading.replies.get("confirm", {})
    return any(learned.get(name, 0.0) >= _PERHAPS / 2 for name in ("add", "correct"))


def _is_mere_words(now: Draft, before: Draft) -> bool:
    """Whether all that is new is called by the customer's own words: in "yes, boohoo" a tagger sees a thing."""
    changed = {slot for slot in in_order(dict(now.record.more)) if now.record.get(slot) != before.record.get(slot)}
    return not now.editing and changed <= FREE_TEXT


def _is_news(now: Draft, before: Draft) -> bool:
    """Whether a part of the summary was set right, or is about to be."""
    return now.record != before.record or bool(now.editing)


def direct(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """The reply to what was asked, in whatever form; other facts in the same breath are kept too."""
    asked, slot, draft = scene.conversation.asked, asked_slot(scene), scene.draft
    if asked is None or draft is None or slot is None or slot in _NOT_DIRECT or reading.refuses or reading.unknown:
        return None
    if reading.change not in ("", slot):
        return None  # "change the name to Ann" answers no question of where
    playbook, also = scene.setting.playbook, [slot_named(one) for one in asked.also]
    reading = in_answer_to([slot, *also], reading)
    values = direct_answers(slot, also, reading, draft.record, playbook)
    words = free_texts(playbook)
    if values.keys() <= words and not (reading.marks or _is_plain_reply(scene, reading)):
        return None
    if not values:
        return None
    record, changed = merged(draft.record, values, values)
    others = {one: value for one, value in found_in(reading, record, playbook).items() if one not in values}
    others.pop(Slot.CATEGORY, None)
    if weight(reading.text) < LONG:  # words that a tagger takes for a fact, in a short answer to something else
        others = {one: value for one, value in others.items() if one not in words or not reading.marks}
    others |= told_late(draft, reading, playbook, [slot, *also])
    record, more = merged(record, others, corrected(reading) & others.keys())
    scene = scene.redraft(record=record, editing="")
    if weight(reading.text) >= LONG and is_complaint(reading):
        scene = scene.redraft(record=record.with_story(reading.text))
    return go_on(answer_beside(drafting.note(scene, (*changed, *more)), reading))


def _is_plain_reply(scene: Scene, reading: Reading) -> bool:
    """Whether words that any grammar leaves alone are meant as the answer, and not as more of the story."""
    acts = reading.replies.get("answers")
    if acts:
        return acts.get(AnswerAct.INFORM, 0.0) >= max(acts.get(AnswerAct.STORY, 0.0), _PERHAPS)
    if reading.bare:
        return True
    complains = reading.intends(Intent.COMPLAIN, _SURE) and not reading.slots
    short = weight(reading.text) <= _REPLY
    return (
        short and not complains and reading.intent() not in (Intent.ASK_QUESTION, Intent.WANT_PERSON, Intent.ASK_STATUS)
    )


def count(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """How many there are, where something else was asked: kept with the story, and the question stands."""
    draft, slot = scene.draft, asked_slot(scene)
    if not draft or not draft.record.story or slot in (None, Slot.STORY) or not is_count(reading.text):
        return None
    return come_back(drafting.pass_over(scene.redraft(record=draft.record.with_story(reading.text)).say("story.added")))


def refusal(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """Has none, or will not say: that is an answer."""
    declines = reading.refuses or (reading.unknown and not is_complaint(reading) and weight(reading.text) < LONG)
    if not declines or reading.slots or reading.signals or not asked_slot(scene):
        return None
    if scene.draft and weight(reading.text) >= LONG:
        scene = scene.redraft(record=scene.draft.record.with_story(reading.text))
    return drafting.without(scene, reading)


def correction(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Change X: with the new value in the same message, or by asking for it."""
    slot = scene.setting.playbook.file.slot(reading.change)
    if slot is None:
        return None
    if not scene.draft:
        mine = open_cases(scene)
        has_value = bool(reading.slots) and len(mine) == 1
        return case_changes.add(scene, mine[0], reading.text, said.files, reading.signals) if has_value else None
    value = _corrected_value(scene, slot, reading)
    if value is None:
        return drafting.change(scene, slot)
    return drafting.put_answer(scene, slot, value)


def _corrected_value(scene: Scene, slot: AnySlot, reading: Reading) -> Any:
    """What a part is to be instead, in whatever form it is said. Bare words are none: they may say what is wrong."""
    assert scene.draft is not None
    record, playbook = scene.draft.record, scene.setting.playbook
    value = answer_to(slot, reading, record, playbook)
    if not value and slot not in _NOT_DIRECT | free_texts(playbook):
        return direct_answers(slot, (), reading, record, playbook).get(slot)
    return value


def answer(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """The value that was asked for, and any other fact in the same breath."""
    slot = asked_slot(scene)
    if not scene.draft or (slot is Slot.STORY and not bare_slots(reading)):
        return None
    values = _values(scene, slot, reading)
    overwrite = _overwritten(scene, slot, reading, values)
    record, changed = merged(scene.draft.record, values, overwrite)
    if not changed and slot not in values and not bare_slots(reading) & values.keys():
        return None
    named = slot is Slot.CATEGORY and slot in values and weight(reading.text) < LONG // 2
    scene = scene.redraft(record=record, editing="", chosen=scene.draft.chosen or named)
    complains = is_complaint(reading) and slot not in values and not bare_slots(reading)
    if weight(reading.text) >= LONG or Slot.CATEGORY in changed or complains:
        scene = scene.redraft(record=record.with_story(reading.text))
    scene = drafting.acknowledge(scene) if Slot.CATEGORY in changed else scene
    scene = scene if slot in values else drafting.pass_over(scene)
    return go_on(answer_beside(drafting.note(scene, changed), reading))


def _overwritten(scene: Scene, slot: AnySlot | None, reading: Reading, values: dict[AnySlot, Any]) -> set[AnySlot]:
    """The slots that hold an answer and yet may take this one."""
    if asked_name(scene) == NamedQuestion.CONFIRM:
        return set(values)
    asked = {slot} if slot else set()
    if scene.draft and drafting.is_clearer(scene.draft, reading):
        asked |= {Slot.CATEGORY}
    return asked | bare_slots(reading) | corrected(reading)


def _values(scene: Scene, slot: AnySlot | None, reading: Reading) -> dict[AnySlot, Any]:
    assert scene.draft is not None
    playbook, record = scene.setting.playbook, scene.draft.record
    values = found_in(reading, record, playbook)
    wanted = slot is Slot.CATEGORY or drafting.is_clearer(scene.draft, reading)
    if not wanted or drafting.repeats(scene.draft, reading):
        values.pop(Slot.CATEGORY, None)
    asked = answer_to(slot, reading, record, playbook) if slot else None
    if slot is Slot.CATEGORY:
        asked = values.get(slot)
    if slot is Slot.NAME and not asked:
        asked = name_beside(reading) if Slot.CONTACT in values else name_said(reading)
    if slot is Slot.ORDER_NUMBER and not asked:
        # Said a second time, it is taken as it stands: the shop may yet know what it is.
        asked = number_like(reading, record.story, insists=bool(scene.conversation.intake.misses))
    late = told_late(scene.draft, reading, playbook, [asked_name(scene)])
    return {**({slot: asked} if slot and asked else {}), **values, **late}


def free_text(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """A name, an article, a place: the customer's own words as they stand."""
    slot = asked_slot(scene)
    if not scene.draft or not slot or not reading.bare:
        return None
    value = free_answer(slot, reading.text, scene.setting.playbook)
    return drafting.put_answer(scene, slot, value) if value else None


def part_to_change(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """Which part of the summary shall be changed, said in words."""
    if asked_name(scene) != NamedQuestion.CHANGE_WHICH or not scene.draft or reading.slots:
        return None
    examples = scene.setting.playbook.examples.get(spoken(scene.conversation.session.language))
    said = reading.text.casefold()
    slots = scene.setting.playbook.file.every_slot()
    named = [slot for slot in slots if examples and any(word in said for word in examples.synonyms.get(slot, ()))]
    return drafting.change(scene, named[0]) if len(named) == 1 else None
