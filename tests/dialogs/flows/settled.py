"""A case that was filed, answered and resolved, and the time after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from complaints.case import Case
from complaints.survey import Survey
from dialogs.flows.effects import Tidings
from dialogs.flows.staff import Claimed, Replied, Resolved
from dialogs.flows.state import Question
from tests.dialogs.talk import Talk

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
WORKDAY = datetime(2026, 11, 18, 2, tzinfo=UTC)
"""Ten in the morning in Shanghai."""
STORY = {"en": "The blender I bought stopped working after a week", "zh": "搅拌机用了一个星期就坏了"}


def file(talk: Talk) -> None:
    talk.now = max(talk.now, WORKDAY)
    talk.says(STORY[talk.language[:2]])
    while talk.asks != "confirm":
        talk.says("skip")
    talk.says("yes")


def numbered(talk: Talk, asked: str) -> None:
    """A complaint is being taken, its order number is HX-77/2041, and `asked` pends."""
    talk.says(STORY[talk.language[:2]])
    intake = talk.conversation.intake
    assert intake.draft is not None
    record = replace(intake.draft.record, order_number="HX-77/2041")
    intake = replace(intake, draft=replace(intake.draft, record=record))
    talk.conversation = replace(talk.conversation, intake=intake, asked=Question(asked, turn=talk.conversation.turn))


def resolve(talk: Talk, who: str = "li", done_by: datetime | None = None) -> None:
    """A colleague takes the chat, answers, and resolves the newest case."""
    reference = list(talk.cases)[-1]
    talk.acts(Claimed(), who)
    talk.acts(Replied("A new one is on its way."), who)
    talk.acts(Resolved(reference, "A new blender was sent.", "faulty batch", "exchange", done_by), who)


def settle(talk: Talk) -> Talk:
    file(talk)
    resolve(talk)
    return talk


def asked(talk: Talk) -> Talk:
    """The survey has come."""
    settle(talk)
    talk.passes(DAY + HOUR)
    assert talk.asks == "survey"
    return talk


def case_of(talk: Talk) -> Case:
    return next(iter(talk.cases.values()))


def survey_of(talk: Talk) -> Survey:
    survey = case_of(talk).survey
    assert survey
    return survey


def tidings(talk: Talk) -> list[tuple[str, str]]:
    """What colleagues hear by the last step: the kind, and whom it is for."""
    return [(effect.kind, effect.staff) for effect in talk.effects if isinstance(effect, Tidings)]


def questions(heard: list[tuple[datetime, str]]) -> list[datetime]:
    """When the customer was asked of our own accord."""
    marks = ("ask how it turned out", "once more how", "end of my questions", "问问您结果", "再问您一声", "没问完")
    return [at for at, text in heard if any(mark in text for mark in marks)]
