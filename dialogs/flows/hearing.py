"""Hearing: what the bot makes of something a customer wrote.

Each responder either answers the message or passes it on; they stand in the order in which a good
listener would try them. What nobody can answer is a miss, which is a value and not an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from complaints.copies import altered
from complaints.record import Slot
from dialogs.flows import cases, intake
from dialogs.flows.acts import perform
from dialogs.flows.answers import (
    answer_to,
    bare_slots,
    corrected,
    found_in,
    free_answer,
    merged,
    name_beside,
    name_said,
    number_like,
    weight,
)
from dialogs.flows.digressions import answer_beside, digress
from dialogs.flows.edits import take_up
from dialogs.flows.events import Said
from dialogs.flows.misses import miss
from dialogs.flows.offering import NAME as REOPEN
from dialogs.flows.offering import left_in_silence, settled
from dialogs.flows.person import bring_person, bring_person_at_once
from dialogs.flows.questions import asked_name, asked_slot, go_on, open_cases, pose
from dialogs.flows.reopening import accept, answer_to_silence, go_on_with, offer_reopening
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Question
from dialogs.flows.stories import LONG, hear_story, is_complaint, tells_beside, tells_something
from dialogs.flows.survey_hearing import hear_survey, opted_out
from dialogs.flows.surveys import pass_on_praise
from dialogs.understanding.cores import is_count
from dialogs.understanding.reading import Reading, Scored
from dialogs.understanding.verdicts import is_at_peace, is_kind, says_broken_again, says_not_content, wants_it_taken_up

Responder = Callable[[Scene, Said, Reading], Scene | None]

_SURE, _PERHAPS = 0.6, 0.3
_FEW = 3
_ASKED_FOR = Scored("want_person", 1.0)
_TRIM = re.compile(r"^[\W_]+|[\W_]+$")


def hear(scene: Scene, said: Said, reading: Reading) -> Scene:
    """Answer a message. Danger in it is heeded first, whatever the rest says."""
    scene = intake.heed(scene, reading) if scene.draft else scene
    for respond in _RESPONDERS:
        answered = respond(scene, said, reading)
        if answered is not None:
            return answered.understood()
    return go_on(scene) if said.troubles else miss(scene, reading)


def _in_danger(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """Someone speaks of harming themselves. What they complain of is kept and not asked about now."""
    if "self_harm" not in reading.signals:
        return None
    scene = bring_person_at_once(scene)
    return intake.keep_story(scene, reading) if is_complaint(reading) else scene


def _commanded(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Words behind a command: those after /new are the first of a new complaint, those after /human go along."""
    match said.act:
        case "new_case" if not scene.draft or not scene.draft.record.story:
            return _told_anew(scene, said, reading) or perform(scene, Act("new_case"))
        case "person":
            brought = _person(scene, said, altered(reading, intents=(_ASKED_FOR, *reading.intents)))
            return _with_words(brought, reading) if brought else None
        case "language":
            return perform(scene, Act("language", value=reading.language_wanted))
    return perform(scene, Act(said.act)) if said.act else None


def _with_words(scene: Scene, reading: Reading) -> Scene:
    """The complaint that a person is asked for in, with these words in its story too."""
    draft = scene.draft
    if not draft or not draft.record.story or reading.text in draft.record.story or weight(reading.text) < _FEW:
        return scene
    return scene.redraft(record=draft.record.with_story(reading.text))


def _told_anew(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """What went wrong, from somebody who has said that it is something new: in a few words, known or not."""
    anew = scene.turn_to(asked=Question(Slot.STORY))
    told = hear_story(anew, said, altered(reading, case_hint="new"))
    if told or reading.intent() not in ("complain", "add_facts", "none") or weight(reading.text) < _FEW:
        return told
    return intake.take_story(anew if anew.draft else intake.begin(anew), reading)


def _files(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Files go to the draft, or to the one open case, or we ask which."""
    if not said.files:
        return None
    if not scene.draft and (case := left_in_silence(scene)) and not open_cases(scene) and not is_complaint(reading):
        scene = go_on_with(scene, case)  # what was asked for has come after all
    mine = [case for case in scene.cases if case.is_open]
    if not scene.draft and len(mine) == 1 and not is_complaint(reading) and asked_name(scene) != Slot.STORY:
        return cases.add(scene, mine[0], reading.text, said.files, reading.signals)
    begun = scene.draft is not None
    scene = scene if scene.draft else intake.begin(scene, undecided=bool(mine))
    asked_for = asked_name(scene) == Slot.EVIDENCE
    scene = intake.take_files(scene, said.files, album=bool(said.album))
    if reading.text and begun and (answered := _caption(scene, replace(said, files=()), reading)):
        return answered
    if reading.text and tells_something(reading):
        return intake.take_story(scene, reading)
    return pose(scene.redraft(editing=Slot.EVIDENCE), Slot.EVIDENCE) if asked_for else go_on(scene)


def _caption(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """What is written below a picture may answer the question, as anywhere else."""
    answers = (_button_by_words, _crisp, _person, _refusal)
    tried = answers if tells_something(reading) else (*answers, _correction, _answer)
    return next((heard for respond in tried if (heard := respond(scene, said, reading))), None)


def _nothing_written(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """An empty message has nothing to answer."""
    return go_on(scene) if not reading.text.strip() else None


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


def _crisp(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """A command that is the whole message."""
    if reading.language_wanted and weight(reading.text) < LONG // 2:
        return perform(scene, Act("language", value=reading.language_wanted))
    if reading.act in ("unknown", "skip"):
        return _without(scene, reading)
    return perform(scene, Act(reading.act)) if reading.act else None


def _person(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """A person please, in whatever words; what else was said is kept."""
    if not reading.intends("want_person", _SURE):
        return None
    scene = bring_person(scene, "asked")
    told = hear_story(scene, said, reading) if tells_beside(reading) else None
    return told or go_on(intake.take_facts(scene, reading) if scene.draft else scene)


def _count(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """How many there are, where something else was asked: kept with the story, and the question stands."""
    draft, slot = scene.draft, asked_slot(scene)
    if not draft or not draft.record.story or slot in (None, Slot.STORY) or not is_count(reading.text):
        return None
    return go_on(intake.pass_over(scene.redraft(record=draft.record.with_story(reading.text)).say("story.added")))


def _yes_or_no(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """A plain yes or no answers what was asked; one with more behind it is heard for the rest."""
    if reading.intent() not in ("yes", "no") or reading.slots or reading.change or reading.signals or reading.lacks:
        return None
    return perform(scene, Act(reading.intent())) if asked_name(scene) else scene.say("idle")


def _choice_by_words(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """Which case is meant, said in words."""
    if asked_name(scene) not in ("which_case", "withdraw_which"):
        return None
    case = cases.case_meant(scene, reading)
    if case:
        return perform(scene, Act("case", value=case.reference))
    is_new = asked_name(scene) == "which_case" and reading.case_hint == "new"
    return perform(scene, Act("new_case")) if is_new else None


def _broken_again(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """What was settled has not held: it may be taken up again. Who only gives thanks is not asked."""
    return offer_reopening(scene, reading) if _is_past(scene) and says_broken_again(reading.text) else None


def _is_past(scene: Scene) -> bool:
    """Whether there are cases to come back to, and nothing new is being told."""
    return bool(scene.setting.cases) and not scene.draft


def _not_content(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """They were told to write if it is not put right, and so they do, of what was settled or is open again."""
    if asked_name(scene) == REOPEN and wants_it_taken_up(reading.text):
        return accept(scene, "")
    free = _is_past(scene) and asked_name(scene) in ("", Slot.STORY, "survey")
    if not free or reading.intends("want_person", _SURE):
        return None
    if not says_not_content(reading.text) and not wants_it_taken_up(reading.text):
        return None
    return answer_to_silence(scene, reading) or offer_reopening(scene, reading)


def _after_silence(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """A late answer to what a colleague asked, for want of which the case was closed."""
    return answer_to_silence(scene, reading) if _is_past(scene) and weight(reading.text) > 1 else None


def _part_to_change(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """Which part of the summary shall be changed, said in words."""
    if asked_name(scene) != "change_which" or not scene.draft or reading.slots:
        return None
    examples = scene.setting.playbook.examples.get(scene.conversation.language)
    said = reading.text.casefold()
    named = [slot for slot in Slot if examples and any(word in said for word in examples.synonyms.get(slot, ()))]
    return intake.change(scene, named[0]) if len(named) == 1 else None


def _refusal(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """Has none, or will not say: that is an answer."""
    declines = reading.refuses or (reading.unknown and not is_complaint(reading) and weight(reading.text) < LONG)
    if not declines or reading.slots or reading.signals or not asked_slot(scene):
        return None
    if scene.draft and weight(reading.text) >= LONG:
        scene = scene.redraft(record=scene.draft.record.with_story(reading.text))
    return _without(scene, reading)


def _without(scene: Scene, reading: Reading) -> Scene:
    """Leave out what was asked for, or the fact that the customer says is missing or kept back."""
    if scene.draft and reading.lacks not in ("", asked_name(scene), *scene.draft.skipped):
        return intake.do_without(scene, Slot(reading.lacks))
    return intake.skip(scene)


def _correction(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Change X: with the new value in the same message, or by asking for it."""
    if reading.change not in Slot.__members__.values():
        return None
    if not scene.draft:
        mine = open_cases(scene)
        has_value = bool(reading.slots) and len(mine) == 1
        return cases.add(scene, mine[0], reading.text, said.files, reading.signals) if has_value else None
    slot = Slot(reading.change)
    value = answer_to(slot, reading, scene.draft.record, scene.setting.playbook)
    if value is None:
        return intake.change(scene, slot)
    return intake.put_answer(scene, slot, value)


def _answer(scene: Scene, _: Said, reading: Reading) -> Scene | None:
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
    scene = intake.acknowledge(scene) if Slot.CATEGORY in changed else scene
    scene = scene if slot in values else intake.pass_over(scene)
    return go_on(answer_beside(intake.note(scene, changed), reading))


def _overwritten(scene: Scene, slot: Slot | None, reading: Reading, values: dict[Slot, Any]) -> set[Slot]:
    """The slots that hold an answer and yet may take this one."""
    if asked_name(scene) == "confirm":
        return set(values)
    asked = {slot} if slot else set()
    if scene.draft and intake.is_clearer(scene.draft, reading):
        asked |= {Slot.CATEGORY}
    return asked | bare_slots(reading) | corrected(reading)


def _values(scene: Scene, slot: Slot | None, reading: Reading) -> dict[Slot, Any]:
    assert scene.draft is not None
    playbook, record = scene.setting.playbook, scene.draft.record
    values = found_in(reading, record, playbook)
    wanted = slot is Slot.CATEGORY or intake.is_clearer(scene.draft, reading)
    if not wanted or intake.repeats(scene.draft, reading):
        values.pop(Slot.CATEGORY, None)
    asked = answer_to(slot, reading, record, playbook) if slot else None
    if slot is Slot.CATEGORY:
        asked = values.get(slot)
    if slot is Slot.NAME and not asked:
        asked = name_beside(reading) if Slot.CONTACT in values else name_said(reading)
    if slot is Slot.ORDER_NUMBER and not asked:
        # Said a second time, it is taken as it stands: the shop may yet know what it is.
        asked = number_like(reading, record.story, insists=bool(scene.conversation.misses))
    return {slot: asked, **values} if slot and asked else values


def _digression(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """A question with a story around it is answered, and the story is heard."""
    answered = answer_beside(scene, reading)
    telling = scene.draft is not None or reading.intends("complain", _PERHAPS)
    if answered is not scene and telling and weight(reading.text) >= LONG:
        return hear_story(answered, said, reading)
    return digress(scene, reading)


def _free_text(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """A name, an article, a place: the customer's own words as they stand."""
    slot = asked_slot(scene)
    if not scene.draft or not slot or not reading.bare:
        return None
    value = free_answer(slot, reading.text)
    return intake.put_answer(scene, slot, value) if value else None


def _kind_words(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """Who praises somebody after a resolution, or says that all is well, is not asked what went wrong."""
    at_rest = not scene.draft and not open_cases(scene) and bool(settled(scene))
    if not at_rest or reading.signals or weight(reading.text) >= LONG:
        return None
    if is_kind(reading.text) and not reading.category and not reading.slots:
        return pass_on_praise(scene, reading.text).say("praise")
    return scene.say("idle") if is_at_peace(reading.text) else None


_RESPONDERS: tuple[Responder, ...] = (
    _in_danger,
    take_up,
    _commanded,
    opted_out,
    hear_survey,
    _files,
    _nothing_written,
    _button_by_words,
    _not_content,
    _crisp,
    _person,
    _count,
    _yes_or_no,
    _choice_by_words,
    _broken_again,
    _part_to_change,
    _refusal,
    _correction,
    _answer,
    _digression,
    _free_text,
    _after_silence,
    _kind_words,
    hear_story,
)
