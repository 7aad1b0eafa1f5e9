"""A question in the middle of a complaint, or after it: answered, with the open question put again."""

from __future__ import annotations

from typing import Any

import pytest

from complaints.record import Slot
from dialogs.flows.events import Said
from dialogs.understanding.reading import Reading, Scored
from tests.dialogs.talk import Talk

ASKS: dict[str, Any] = {
    "acts": {"ask_policy": 0.9},
    "replies": {"confirm": {"question": 0.95}, "answers": {"ask": 0.9}},
}


def hears(talk: Talk, text: str, **read: Any) -> str:
    return talk.takes(Said(text, reading=Reading(text, language="en", **read)))


@pytest.fixture
def asked(talk: Talk) -> Talk:
    talk.says("The blender I bought stopped working after a week")
    while talk.asks != Slot.WANTED:
        talk.says("skip")
    return talk


def test_a_question_nobody_here_can_answer_goes_along_and_is_not_called_added(asked: Talk) -> None:
    said = hears(asked, "can I still return the other one?", **ASKS)
    assert asked.words_of("question.with_complaint") in said
    assert asked.asks == Slot.WANTED
    assert asked.conversation.intake.draft
    assert "the other one" in asked.conversation.intake.draft.record.story


def test_a_question_the_playbook_answers_is_answered(asked: Talk) -> None:
    said = asked.says("does it cost anything?")
    assert asked.words_of("answer.cost") in said
    assert asked.asks == Slot.WANTED


def test_a_wish_put_as_a_question_is_a_wish(asked: Talk) -> None:
    wish = {"acts": {"ask_policy": 0.98}, "replies": {**ASKS["replies"], "wishes": {"refund": 0.95}}}
    hears(asked, "can I get my money back?", wanted=("refund",), **wish)
    assert asked.conversation.intake.draft
    assert asked.conversation.intake.draft.record.wanted == ("refund",)


def test_an_angry_question_is_no_question(asked: Talk) -> None:
    said = hears(
        asked, "three days and still nothing?", acts={"complain": 0.8, "ask_policy": 0.3}, replies=ASKS["replies"]
    )
    assert asked.words_of("question.with_complaint") not in said


@pytest.mark.parametrize("said", ["about how many days?", "大概几天", "大约要几天啊"])
def test_how_many_days_is_told_from_the_promise_of_what_is_on_file(filed: Talk, said: str) -> None:
    """It was added to the case."""
    answered = filed.says(said)
    (case,) = filed.cases.values()
    assert case.reference in answered
    assert said not in case.record.story


def test_another_question_after_filing_goes_to_those_who_work_on_it(filed: Talk) -> None:
    (case,) = filed.cases.values()
    said = hears(filed, "can I still return the other one?", intents=(Scored("complain", 0.9),), **ASKS)
    assert f"I've put your question with {case.reference}" in said
    assert "the other one" in filed.cases[case.reference].record.story
