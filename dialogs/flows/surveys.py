"""The survey as a conversation: each answer by button or in free words, kept, and then the next question.

What was asked is a fact of the chat, so a late answer lands under its question; what to ask next follows from the
case's survey. An answer that says that nothing is solved opens the case again at once, not at the end.
"""

from __future__ import annotations

import re
from dataclasses import replace

from complaints.case import Case
from complaints.survey import HIGHEST, Part, Solved, Survey, next_part, unhappy
from dialogs.flows import offering
from dialogs.flows.answers import weight
from dialogs.flows.effects import ChangeCase, Note, Recorded, Tidings
from dialogs.flows.events import Said
from dialogs.flows.questions import asked_name, go_on
from dialogs.flows.reopening import SURVEY, is_of_another, names_another_order, reopen
from dialogs.flows.scene import Scene
from dialogs.flows.stories import is_complaint
from dialogs.flows.survey_questions import (
    AGAIN,
    NAME,
    OTHER,
    SKIP,
    STOP,
    ask_back,
    case_asked_about,
    named,
    part_next,
    put_part,
)
from dialogs.understanding.reading import Reading
from dialogs.understanding.scores import read_score
from dialogs.understanding.verdicts import is_kind, read_verdict, says_broken_again, wants_no_surveys

OPTED_OUT = "opted_out_of_surveys"
"""What the trail says of whoever does not want to be asked again."""
_SCORES = (Part.OUTCOME, Part.TREATMENT)
_FREE = (Part.WORDS, Part.MORE)
_FACTS = (Part.SOLVED, *_SCORES)
_DIGRESSIONS = frozenset({"ask_question", "ask_status", "greeting", "thanks", "cancel", "change", "withdraw"})
_ANSWERING = frozenset({"", "skip", "unknown", "done", "confirm"})
_SURE = 0.6
_HIGH = 4
_TELLING = 5
_LONGEST = 2000


def opted_out(scene: Scene, said: Said, _: Reading) -> Scene | None:
    """Whoever does not want to be asked is never asked again."""
    return stop(scene) if wants_no_surveys(said.text, asked=asked_name(scene) == NAME) else None


def stop(scene: Scene) -> Scene:
    """Say that it is heard, and go on with whatever else there is."""
    scene = opt_out(scene).say("survey.stopped")
    return go_on(scene) if scene.draft else scene.turn_to(asked=None)


def opt_out(scene: Scene) -> Scene:
    """For ever, whatever is resolved later; without a word. What was answered so far is kept."""
    for case in scene.cases:
        if case.survey and case.survey.pends:
            ended = replace(case, survey=case.survey.ended("opted_out"))
            scene = scene.do(ChangeCase(ended, "survey_dropped", {"why": "opted_out"}))
    return scene.turn_to(no_surveys=True, survey=None).do(Recorded(OPTED_OUT, {}))


def hear_survey(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """An answer in free words to what was asked, or None where it is about something else."""
    at, case = scene.conversation.survey, case_asked_about(scene)
    if at is None or case is None or scene.draft or said.files or not said.text.strip():
        return None
    part = Part(at.part)
    if case.survey is None or case.survey.has(part) or asked_name(scene) not in (NAME, "", "idle"):
        return None
    late = asked_name(scene) != NAME
    if says_broken_again(said.text) and not offering.may_reopen(scene, case):
        return None  # too late to be opened again, and then that is what there is to say
    if _is_elsewhere(scene, reading, part, case) or (late and not _is_plain(reading, part)):
        return None
    return _heard(scene, case, part, said, reading, late=late)


def _is_plain(reading: Reading, part: Part) -> bool:
    """Whether words that come late can only be about our question: a bare yes or no may be about anything."""
    return part in _FACTS and not (reading.intent() in ("yes", "no") and weight(reading.text) <= 1)


def _is_elsewhere(scene: Scene, reading: Reading, part: Part, case: Case) -> bool:
    """Whether the words are about something else than our question."""
    if _by_button_words(scene, reading.text):
        return False
    if reading.signals or names_another_order(reading, case) or reading.intends("want_person", _SURE):
        return True
    if part not in _FACTS:
        return bool(reading.language_wanted) or reading.act not in _ANSWERING
    if is_of_another(reading, case):
        return True
    return not _read(part, reading.text) and (reading.act not in _ANSWERING or _tells_something_else(reading))


def _tells_something_else(reading: Reading) -> bool:
    return (
        bool(reading.language_wanted)
        or is_complaint(reading)
        or any(reading.intends(one, _SURE) for one in _DIGRESSIONS)
    )


def _heard(scene: Scene, case: Case, part: Part, said: Said, reading: Reading, *, late: bool) -> Scene | None:
    assert scene.conversation.survey is not None
    if offered := _by_button_words(scene, said.text):
        return answer(scene, part, offered)
    if guess := scene.conversation.survey.guess:
        if reading.intent() == "yes":
            return answer(scene, part, guess)
        if reading.intent() == "no" and not _read(part, said.text):
            return answer(scene, part, AGAIN)
    if not late and (reading.act in ("skip", "unknown", "done") or (part not in _FACTS and _declines(reading))):
        return answer(scene, part, SKIP)
    if part in _FREE:
        return _in_words(scene, case, part, said.text)
    found = _read(part, said.text)
    if found is None:
        waits = scene.conversation.controller == "queue" and part in _FACTS
        return None if late or waits else _not_understood(scene, case, part, said.text)
    value, sure = found
    if not sure and guess != value:
        return None if late else ask_back(_with_score(scene, case, part, said.text), case, part, value)
    return answer(scene, part, value, told=said.text)


def _by_button_words(scene: Scene, text: str) -> str:
    """The value of the button whose words, or whose number, the text is."""
    assert scene.conversation.survey is not None
    plain = text.strip(" .!。！~").casefold()
    for offer in scene.conversation.survey.offers:
        if offer.title.casefold() == plain and offer.act.slot != STOP:
            return offer.act.value
    return ""


def _declines(reading: Reading) -> bool:
    return (reading.refuses or reading.unknown or reading.intent() == "no") and weight(reading.text) < _TELLING


def _read(part: Part, text: str) -> tuple[str, bool] | None:
    """The answer to one part, and whether it is sure."""
    if part in _SCORES:
        score = read_score(text)
        return (str(score.value), score.sure) if score else None
    if part is Part.SOLVED:
        return _solved(text)
    if part is Part.CONTACT:
        verdict = read_verdict(text)
        return (verdict.solved.value, True) if verdict and verdict.solved is not Solved.PARTLY else None
    return None


def _solved(text: str) -> tuple[str, bool] | None:
    """Whether it was put right; who says only how good it was has said that in a way, and is asked back."""
    if verdict := read_verdict(text):
        return verdict.solved.value, verdict.sure
    score = read_score(text)
    if score is None:
        return None
    return (Solved.YES if score.value >= _HIGH else Solved.PARTLY if score.value > 1 else Solved.NO).value, False


def _in_words(scene: Scene, case: Case, part: Part, text: str) -> Scene:
    return _put(scene, case, part, text.strip()[:_LONGEST])


def _not_understood(scene: Scene, case: Case, part: Part, text: str) -> Scene:
    """A reason in their own words is their words. Anything else is asked once more, and then left out."""
    at = scene.conversation.survey
    assert at is not None
    if part is Part.REASON and weight(text) > 1:
        scene = _put(scene, case, Part.REASON, OTHER, ask=False)
        return _in_words(scene, _now(scene, case), Part.WORDS, text)
    if at.missed:
        return answer(scene, part, SKIP)
    scene = scene.turn_to(survey=replace(at, missed=at.missed + 1))
    return put_part(scene.say("bad.survey"), case, part, said=True)


def answer(scene: Scene, part: str, value: str, told: str = "") -> Scene:
    """An answer to the survey of this chat, by button or read from `told`. Whatever makes no sense now is let be."""
    case = case_asked_about(scene)
    if part == STOP:
        return stop(scene)
    if case is None or case.survey is None or part not in set(Part):
        return go_on(scene.say("button.stale"))
    asked = Part(part)
    if value == AGAIN:
        return put_part(scene.say("survey.then_what"), case, asked, said=True)
    if value == SKIP:
        return _put(scene, case, asked, None)
    scene = _with_more(scene, case, asked, told)
    return _put(scene, _now(scene, case), asked, int(value) if asked in _SCORES else value)


def _with_more(scene: Scene, case: Case, part: Part, told: str) -> Scene:
    """What was said beside a score or a yes is in their own words; a score beside a yes is a score."""
    assert case.survey is not None
    scene = _with_score(scene, case, part, told)
    if weight(told) >= _TELLING and not case.survey.words:
        scene = _put(scene, _now(scene, case), Part.WORDS, told.strip()[:_LONGEST], ask=False)
    return scene


def _with_score(scene: Scene, case: Case, part: Part, told: str) -> Scene:
    """A score in figures, given before it was asked for."""
    score = read_score(told) if part is Part.SOLVED and told else None
    if not score or not score.sure or not re.search(r"\d|[一二三四五]分", told):
        return scene
    return _put(scene, case, Part.OUTCOME, score.value, ask=False)


def _put(scene: Scene, case: Case, part: Part, value: str | int | None, *, ask: bool = True) -> Scene:
    """Keep one answer, None for one left out; then do what follows from it, and ask on."""
    assert case.survey is not None
    now = scene.setting.now
    before = case.survey
    survey = before.left_out(part, now) if value is None else before.answered(part, value, now)
    shown = "skipped" if value is None else "words" if part in _FREE else str(value)
    changed = replace(case, survey=survey)
    scene = scene.do(ChangeCase(changed, "survey_answered", {"part": part.value, "answer": shown}))
    return _follow(scene, changed, before) if ask else scene


def _follow(scene: Scene, case: Case, before: Survey) -> Scene:
    """What the answer leads to: the case opens again, colleagues hear, the next question is asked."""
    assert case.survey is not None
    low = scene.setting.playbook.file.followup.low
    if unhappy(case.survey, low) and not case.is_open:
        if offering.may_reopen(scene, case):
            scene = reopen(scene, case, SURVEY, "survey.reopened").turn_to(asked=None)
            case = _now(scene, case)
        elif not unhappy(before, low):
            scene = scene.say("reopen.too_late", reference=case.reference)
    part = part_next(scene, case)
    scene = _passed_on(scene, case, before, part)
    return put_part(scene, case, part) if part else _close(scene, case)


def _passed_on(scene: Scene, case: Case, before: Survey, part: Part | None) -> Scene:
    """The owner, the team and the case hear of the result as soon as it stands, and of kind words."""
    assert case.survey is not None
    survey = case.survey
    tell = (case.reference, survey.resolution, survey.agent, survey.team)
    if part not in _FACTS and not _stood(before, scene):
        scene = scene.do(Tidings("result", *tell))
        # The note on a case that has just been opened again says it already.
        scene = scene if survey.reopened_at else scene.do(Note(_result(scene, case)))
    if survey.contact == "yes" and before.contact != "yes":
        scene = scene.do(Tidings("contact", *tell))
    if survey.words and survey.words != before.words:
        scene = scene.do(Tidings("praise", *tell)) if is_praise(survey) else scene
        said = scene.text("note.survey_words", reference=case.reference, words=survey.words)
        scene = scene.do(Note(said))
    return scene


def _stood(before: Survey, scene: Scene) -> bool:
    return next_part(before, scene.setting.playbook.file.followup.low) not in _FACTS


def is_praise(survey: Survey) -> bool:
    """High marks with words, or kind words with no low ones."""
    scores = [score for score in (survey.outcome, survey.treatment) if score]
    if survey.solved == Solved.NO or any(score < _HIGH - 1 for score in scores):
        return False
    return bool(survey.words) and (max(scores, default=0) >= _HIGH or is_kind(survey.words))


def pass_on_praise(scene: Scene, words: str) -> Scene:
    """Kind words that nobody asked for are passed on to whoever resolved the last case, if it still is settled."""
    case = next(iter(offering.settled(scene)), None)
    if case is None or case.survey is None or not offering.may_reopen(scene, case):
        return scene
    survey, said = case.survey, scene.text("note.survey_words", reference=case.reference, words=words[:_LONGEST])
    return scene.do(Tidings("praise", case.reference, survey.resolution, survey.agent, survey.team), Note(said))


def _result(scene: Scene, case: Case) -> str:
    survey = case.survey
    assert survey is not None
    facts = {
        "solved": named(scene, Part.SOLVED, survey.solved) if survey.solved else "–",
        "outcome": _scored(scene, survey.outcome),
        "treatment": _scored(scene, survey.treatment),
    }
    return scene.text("note.survey_result", reference=case.reference, **facts)


def _scored(scene: Scene, score: int) -> str:
    return scene.text("survey.score", score=score, best=HIGHEST) if score else "–"


def _close(scene: Scene, case: Case) -> Scene:
    """Nothing is left to ask: thanks that fit what was said."""
    assert case.survey is not None
    done = replace(case, survey=replace(case.survey, done_at=scene.setting.now))
    scene = scene.do(ChangeCase(done, "survey_done", {})).turn_to(survey=None, asked=None)
    return scene.say(f"survey.closing_{_mood(done.survey or case.survey)}", reference=case.reference)


def _mood(survey: Survey) -> str:
    if survey.reopened_at:
        return "reopened"
    if survey.contact == "yes":
        return "contact"
    scores = [score for score in (survey.outcome, survey.treatment) if score]
    if survey.solved == Solved.YES and all(score >= _HIGH for score in scores) and scores:
        return "happy"
    return "mixed" if scores or survey.solved else "none"


def _now(scene: Scene, case: Case) -> Case:
    """The case as it stands by now in this step."""
    return next(one for one in scene.cases if one.reference == case.reference)
