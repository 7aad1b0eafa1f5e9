"""The answers of a survey, by button or read from words, and what follows from each; then the next question.

What was asked is a fact of the chat, so a late answer lands under its question; what to ask next follows from the
case's survey. An answer that says that nothing is solved opens the case again at once, not at the end.
"""

from __future__ import annotations

import re
from dataclasses import replace

from complaints.case import Case
from complaints.survey import HIGHEST, Part, Solved, Survey, next_part, unhappy
from dialogs.flows.effects import OPTED_OUT, ChangeCase, Note, Recorded, Tidings
from dialogs.flows.message_cues import weight
from dialogs.flows.questions import come_back, go_on
from dialogs.flows.reopening import reopen_offer
from dialogs.flows.reopening.reopen_case import SURVEY, reopen
from dialogs.flows.scene import Scene
from dialogs.flows.survey.survey_questions import (
    AGAIN,
    LONGEST,
    SKIP,
    STOP,
    case_asked_about,
    named,
    part_next,
    put_part,
)
from dialogs.understanding.replies.rating_parser import read_score
from dialogs.understanding.replies.resolution_replies import asks_something, is_kind

SCORES = (Part.OUTCOME, Part.TREATMENT)
FREE = (Part.WORDS, Part.MORE)
FACTS = (Part.SOLVED, *SCORES)
HIGH = 4
"""From this score on a customer is happy."""
TELLING = 5
"""So many words say more than the score beside them."""


def stop(scene: Scene) -> Scene:
    """Say that it is heard, and go on with whatever else there is."""
    scene = opt_out(scene).say("survey.stopped")
    return come_back(scene) if scene.draft else scene.turn_to(asked=None)


def opt_out(scene: Scene) -> Scene:
    """For ever, whatever is resolved later; without a word. What was answered so far is kept."""
    for case in scene.cases:
        if case.survey and case.survey.pends:
            ended = replace(case, survey=case.survey.ended("opted_out"))
            scene = scene.do(ChangeCase(ended, "survey_dropped", {"why": "opted_out"}))
    return scene.turn_to(no_surveys=True, survey=None).do(Recorded(OPTED_OUT, {}))


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
        return put(scene, case, asked, None)
    given = int(value) if asked in SCORES else value
    return put(_with_more(scene, case, asked, told), case, asked, given)


def _with_more(scene: Scene, case: Case, part: Part, told: str) -> Scene:
    """What was said beside a score or a yes is in their own words; a score beside a yes is a score."""
    assert case.survey is not None
    scene = with_score(scene, case, part, told)
    room = Part.MORE if part is Part.CONTACT else Part.WORDS  # a number to ring them at leads to no more questions
    if weight(told) >= TELLING and not getattr(case.survey, room.value):
        scene = put(scene, case, room, told.strip()[:LONGEST], ask=False)
    return scene


def with_score(scene: Scene, case: Case, part: Part, told: str) -> Scene:
    """A score in figures, given before it was asked for."""
    score = read_score(told) if part is Part.SOLVED and in_figures(told) else None
    return put(scene, case, Part.OUTCOME, score.value, ask=False) if score else scene


def in_figures(told: str) -> bool:
    """Whether a text gives a score as a number, which is about nothing but our question whenever it comes."""
    score = read_score(told) if re.search(r"\d|[一二三四五]分", told) else None
    return score is not None and score.sure


def put(scene: Scene, case: Case, part: Part, value: str | int | None, *, ask: bool = True) -> Scene:
    """Keep one answer, None for one left out; then do what follows from it, and ask on.

    `case` is as it was before the customer's words, from which more than one answer may have been kept by now.
    """
    before, case, now = case.survey, as_it_stands(scene, case), scene.setting.now
    assert before is not None
    assert case.survey is not None
    survey = case.survey.left_out(part, now) if value is None else case.survey.answered(part, value, now)
    shown = "skipped" if value is None else "words" if part in FREE else str(value)
    changed = replace(case, survey=survey)
    scene = scene.do(ChangeCase(changed, "survey_answered", {"part": part.value, "answer": shown}))
    return _follow(scene, changed, before) if ask else scene


def _follow(scene: Scene, case: Case, before: Survey) -> Scene:
    """What the answer leads to: the case opens again, colleagues hear, the next question is asked."""
    assert case.survey is not None
    low = scene.setting.playbook.file.followup.low
    if unhappy(case.survey, low) and reopen_offer.is_settled(case):
        if reopen_offer.may_reopen(scene, case):
            scene = reopen(scene, case, SURVEY, "survey.reopened").turn_to(asked=None)
            case = as_it_stands(scene, case)
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
    if part not in FACTS and not _stood(before, scene):
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


def pass_on(scene: Scene, case: Case, part: Part, question: str) -> Scene:
    """A question in the customer's own words goes to whoever resolved the case, or has it again; they are told so."""
    survey = case.survey
    assert survey is not None
    if part is Part.MORE:  # of these words nobody hears otherwise
        scene = scene.do(Note(scene.text("note.survey_words", reference=case.reference, words=question)))
    if survey.reopened_at is None:
        scene = scene.do(Tidings("contact", case.reference, survey.resolution, survey.agent, survey.team))
    return scene.say("survey.passed_on", reference=case.reference)


def _stood(before: Survey, scene: Scene) -> bool:
    return next_part(before, scene.setting.playbook.file.followup.low) not in FACTS


def is_praise(survey: Survey) -> bool:
    """High marks with words, or kind words with no low ones. A question is none, whatever the marks."""
    if asks_something(survey.words):
        return False
    scores = [score for score in (survey.outcome, survey.treatment) if score]
    if survey.solved == Solved.NO or any(score < HIGH - 1 for score in scores):
        return False
    return bool(survey.words) and (max(scores, default=0) >= HIGH or is_kind(survey.words))


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
    return scene.say(f"survey.closing_{_mood(scene, done.survey or case.survey)}", reference=case.reference)


def _mood(scene: Scene, survey: Survey) -> str:
    if survey.reopened_at:
        return "reopened"
    if survey.contact == "yes":
        return "contact"
    scores = [score for score in (survey.outcome, survey.treatment) if score]
    if survey.solved == Solved.YES and all(score >= HIGH for score in scores) and scores:
        return "happy"
    if any(score <= scene.setting.playbook.file.followup.low for score in scores):
        return "sorry"
    return "mixed" if scores or survey.solved else "none"


def as_it_stands(scene: Scene, case: Case) -> Case:
    """The case as it stands by now in this step."""
    return next(one for one in scene.cases if one.reference == case.reference)
