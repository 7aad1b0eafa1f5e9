"""The satisfaction survey: asking after each resolution whether things were put right."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Asking, Capability, Responder, Timer
from dialogs.flows.survey import survey_answers
from dialogs.flows.survey.follow_up import AGAIN, KIND, follow_up, longest_wait
from dialogs.flows.survey.kind_words import kind_words
from dialogs.flows.survey.survey_questions import NAME, pose_survey
from dialogs.flows.survey.survey_replies import hear_survey, opted_out

_TEXTS = MappingProxyType(
    {
        "survey.opening": "reference day",
        "survey.reminder": "reference",
        "survey.resume": "reference",
        "survey.later": "",
        "survey.passed_on": "reference",
        "survey.about": "reference restate day",
        "survey.guess": "value",
        "survey.then_what": "",
        "survey.button.right": "",
        "survey.button.wrong": "",
        "survey.button.stop": "",
        "survey.stopped": "",
        "survey.reopened": "reference by",
        "bad.survey": "",
        "note.survey_result": "reference solved outcome treatment",
        "note.survey_words": "reference words",
        "survey.ask.{part}": "",
        "survey.contact_{choice}": "",
        "survey.score_{score}": "",
        "survey.reason.{reason}": "",
        "survey.closing_{mood}": "reference",
    }
)

SURVEY = Capability(
    "survey",
    responders=(
        Responder(
            "opted_out", 80, opted_out, "who never wants to be asked again is not asked about the answer they gave"
        ),
        Responder(
            "survey_answer",
            90,
            hear_survey,
            'read against what was asked: "no" or "3" would be a command or a number elsewhere',
            apart={"files": "an answer to a survey comes without files"},
        ),
        Responder("kind_words", 300, kind_words, "who says that all is well is not asked what went wrong"),
    ),
    commands=MappingProxyType({NAME: lambda scene, act: survey_answers.answer(scene, act.slot, act.value)}),
    questions=(Asking(NAME, lambda scene, _: pose_survey(scene)),),
    timers=(
        Timer(KIND, follow_up, longest_wait, derived=True),
        Timer(AGAIN, follow_up, longest_wait, derived=True),
    ),
    state="surveys",
    texts=_TEXTS,
    uses=(
        "reopening.reopen_case",
        "reopening.reopen_offer",
    ),
)
