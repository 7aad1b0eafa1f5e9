"""Hearing the answers of a survey: what free words say to the question that was asked, or that they are about
something else.
"""

from __future__ import annotations

import re
from dataclasses import replace

from complaints.case import Case
from complaints.survey import Part, Solved
from dialogs.flows.events import Said
from dialogs.flows.message_cues import is_complaint, weight
from dialogs.flows.questions import asked_name
from dialogs.flows.reopening.reopen_case import is_of_another, names_another_order
from dialogs.flows.reopening.reopen_offer import may_reopen
from dialogs.flows.scene import Scene
from dialogs.flows.state import Controller
from dialogs.flows.survey.survey_answers import (
    FACTS,
    FREE,
    SCORES,
    TELLING,
    answer,
    in_figures,
    pass_on,
    put,
    stop,
    with_score,
)
from dialogs.flows.survey.survey_questions import (
    AGAIN,
    LONGEST,
    NAME,
    OTHER,
    SKIP,
    STOP,
    ask_back,
    case_asked_about,
    put_part,
    say_which,
)
from dialogs.flows.wording import answer_beside
from dialogs.understanding.reading import Intent, Reading, TypedCommand
from dialogs.understanding.replies.context_replies import read_solved, read_survey_score
from dialogs.understanding.replies.resolution_replies import (
    ResolutionReply,
    asks_something,
    asks_which,
    read_may,
    read_verdict,
    says_broken_again,
    wants_it_later,
    wants_no_surveys,
    wants_to_begin,
)

_DIGRESSIONS = frozenset(
    {
        Intent.ASK_QUESTION,
        Intent.ASK_STATUS,
        Intent.GREETING,
        Intent.THANKS,
        Intent.CANCEL,
        Intent.CHANGE,
        Intent.WITHDRAW,
    }
)
_ANSWERING = frozenset(
    {TypedCommand.NONE, TypedCommand.SKIP, TypedCommand.UNKNOWN, TypedCommand.DONE, TypedCommand.CONFIRM}
)
_GENERAL = frozenset({"hours", "privacy", "cost", "bot"})
"""What may be asked that has one answer for everybody, whatever became of their case."""
_SURE = 0.6
_WORD = 2
"""A reason of fewer characters says nothing."""


def opted_out(scene: Scene, said: Said, _: Reading) -> Scene | None:
    """Whoever does not want to be asked is never asked again."""
    return stop(scene) if wants_no_surveys(said.text, asked=asked_name(scene) == NAME) else None


def hear_survey(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """An answer in free words to what was asked, or None where it is about something else."""
    at, case = scene.conversation.surveys.survey, case_asked_about(scene)
    if at is None or case is None or scene.draft or said.files or not said.text.strip():
        return None
    part = Part(at.part)
    if case.survey is None or case.survey.has(part) or asked_name(scene) not in (NAME, ""):
        return None
    late = asked_name(scene) != NAME
    if not late and wants_it_later(said.text):
        return scene.say("survey.later").turn_to(asked=None, survey=replace(at, put_off=True))
    if at.put_off and wants_to_begin(said.text):
        return put_part(scene, case, part)
    if not late and asks_which(said.text):
        return put_part(say_which(scene, case), case, part)
    if says_broken_again(said.text) and not may_reopen(scene, case):
        return None  # too late to be opened again, and then that is what there is to say
    if _is_elsewhere(scene, reading, part, case) or (late and not _is_plain(reading, part)):
        return None
    return _heard(scene, case, part, said, reading, late=late)


def _is_plain(reading: Reading, part: Part) -> bool:
    """Whether words that come late can only be about our question: a bare yes or no may be about anything."""
    return part in FACTS and not (reading.intent() in (Intent.YES, Intent.NO) and weight(reading.text) <= 1)


def _is_elsewhere(scene: Scene, reading: Reading, part: Part, case: Case) -> bool:
    """Whether the words are about something else than our question."""
    if _by_button_words(scene, reading.text):
        return False
    if reading.signals or names_another_order(reading, case):
        return True
    if reading.intends(Intent.WANT_PERSON, _SURE):  # a plain "no" beside it brings a person too, and is not lost
        return part is not Part.SOLVED or read_verdict(reading.text) != ResolutionReply(Solved.NO, sure=True)
    if part not in FACTS:
        return bool(reading.language_wanted) or (reading.act not in _ANSWERING and not _read(part, reading))
    if is_of_another(reading, case):
        return True
    return not _read(part, reading) and (reading.act not in _ANSWERING or _tells_something_else(reading))


def _tells_something_else(reading: Reading) -> bool:
    return (
        bool(reading.language_wanted)
        or is_complaint(reading)
        or any(reading.intends(one, _SURE) for one in _DIGRESSIONS)
    )


def _heard(scene: Scene, case: Case, part: Part, said: Said, reading: Reading, *, late: bool) -> Scene | None:
    assert scene.conversation.surveys.survey is not None
    if offered := _by_button_words(scene, said.text):
        return answer(scene, part, offered)
    if guess := scene.conversation.surveys.survey.guess:
        if reading.intent() == Intent.YES:
            return answer(scene, part, guess)
        if reading.intent() == Intent.NO and not _read(part, reading):
            return answer(scene, part, AGAIN)
    left_out = reading.act in (TypedCommand.SKIP, TypedCommand.UNKNOWN, TypedCommand.DONE) and not _read(part, reading)
    if not late and (left_out or (part not in (*FACTS, Part.CONTACT) and _declines(reading))):
        return answer(scene, part, SKIP)
    if part in FREE:
        return _in_words(scene, case, part, reading)
    found = _read(part, reading)
    if found is None:
        waits = scene.conversation.controller == Controller.QUEUE and part in FACTS
        return None if late or waits else _not_understood(scene, case, part, reading)
    value, sure = found
    if not sure and guess != value:
        if late and not in_figures(said.text):
            return None
        return ask_back(with_score(scene, case, part, said.text), case, part, value)
    return answer(scene, part, value, told=said.text)


def _by_button_words(scene: Scene, text: str) -> str:
    """The value of the button whose words, or whose number, the text is."""
    assert scene.conversation.surveys.survey is not None
    plain = text.strip(" .!。！~").casefold()
    for offer in scene.conversation.surveys.survey.offers:
        if offer.title.casefold() == plain and offer.act.slot != STOP:
            return offer.act.value
    return ""


def _declines(reading: Reading) -> bool:
    return (reading.refuses or reading.unknown or reading.intent() == Intent.NO) and weight(reading.text) < TELLING


def _read(part: Part, reading: Reading) -> tuple[str, bool] | None:
    """The answer to one part, and whether it is sure: by its grammar where that is, else as a head has learned it."""
    if part in SCORES:
        return read_survey_score(reading)
    if part is Part.SOLVED:
        return read_solved(reading)
    if part is Part.CONTACT:
        may = read_may(reading.text)
        return None if may is None else ("yes" if may else "no", True)
    return None


def _in_words(scene: Scene, case: Case, part: Part, reading: Reading) -> Scene:
    """Their own words are kept; what they ask is answered, or goes to somebody who will."""
    told = reading.text.strip()[:LONGEST]
    asked = asks_something(told)
    answered = answer_beside(scene, reading) if asked and reading.question in _GENERAL else scene
    return put(pass_on(scene, case, part, told) if asked and answered is scene else answered, case, part, told)


def _meant(scene: Scene, text: str) -> str:
    """The reason that was offered whose words these are among others, or another one."""
    assert scene.conversation.surveys.survey is not None
    plain = text.casefold()
    for offer in scene.conversation.surveys.survey.offers:
        title = offer.title.casefold()
        if offer.act.value != SKIP and (title in plain or set(title.split()) <= set(re.findall(r"[\w']+", plain))):
            return offer.act.value
    return OTHER


def _not_understood(scene: Scene, case: Case, part: Part, reading: Reading) -> Scene:
    """A reason in their own words is their words. Anything else is asked once more, and then left out."""
    at = scene.conversation.surveys.survey
    text = reading.text
    assert at is not None
    if part is Part.REASON and len(text.strip()) >= _WORD:
        scene = put(scene, case, Part.REASON, _meant(scene, text), ask=False)
        return _in_words(scene, case, Part.WORDS, reading)
    if at.missed:
        return answer(scene, part, SKIP)
    scene = scene.turn_to(survey=replace(at, missed=at.missed + 1))
    return put_part(scene.say("bad.survey"), case, part, said=True)
