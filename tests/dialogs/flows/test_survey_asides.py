"""What is said beside a survey's answers: "not now" and then "yes", and questions among the customer's own words."""

from __future__ import annotations

import pytest

from complaints.lifecycle import State
from dialogs.flows.effects import Note
from tests.dialogs.flows.settled import asked, case_of, survey_of, tidings
from tests.dialogs.talk import Talk


@pytest.fixture
def talk(chinese: Talk) -> Talk:
    """A customer in Shanghai who writes English."""
    chinese.language = "en"
    return chinese


@pytest.mark.parametrize(
    ("language", "later", "yes"),
    [("en", "not now", "yes"), ("en", "maybe later", "yes please"), ("en", "not now", "ok, go on"),
     ("zh-CN", "现在没空", "是的"), ("zh-CN", "待会儿", "可以了，开始吧"), ("zh-CN", "等会儿", "现在有空了")],
)  # fmt: skip
def test_whoever_put_it_off_and_then_says_yes_is_asked(talk: Talk, language: str, later: str, yes: str) -> None:
    """A bare yes was met with "if there is anything else", and "yes please" put down that all was solved."""
    talk.language = language
    asked(talk).says(later)
    assert talk.says(yes) == talk.words_of("survey.ask.solved")
    assert survey_of(talk).solved == ""
    talk.says("yes" if language == "en" else "是的")
    assert survey_of(talk).solved == "yes"


@pytest.mark.parametrize(("language", "later", "noted"), [("en", "not now", "ok"), ("zh-CN", "待会儿", "好的")])
def test_whoever_only_takes_note_of_it_is_left_in_peace(talk: Talk, language: str, later: str, noted: str) -> None:
    talk.language = language
    asked(talk).says(later)
    assert talk.says(noted) == talk.words_of("idle")


def test_whoever_put_it_off_may_tell_at_once_how_it_is(talk: Talk) -> None:
    asked(talk).says("not now")
    talk.says("it is all fixed, thank you")
    assert survey_of(talk).solved == "yes"


@pytest.mark.parametrize(
    ("language", "question"),
    [("en", "when do I get my money?"), ("en", "will I get a new invoice"), ("zh-CN", "钱什么时候到账？"),
     ("zh-CN", "发票会寄给我吗")],
)  # fmt: skip
def test_a_question_among_their_own_words_reaches_somebody(talk: Talk, language: str, question: str) -> None:
    """It was kept, passed on as kind words, and never answered."""
    talk.language = language
    asked(talk)
    for word in ("yes" if language == "en" else "解决了", "4", "5"):
        talk.says(word)
    said = talk.says(question)
    assert (
        talk.playbook.words(talk.conversation.session.language).say(
            "survey.passed_on", reference=case_of(talk).reference
        )
        in said
    )
    assert survey_of(talk).words == question
    assert tidings(talk) == [("contact", "li")]
    assert any(isinstance(effect, Note) and question in effect.text for effect in talk.effects)


def test_what_has_one_answer_for_everybody_is_answered_there(talk: Talk) -> None:
    asked(talk)
    for word in ("yes", "4", "5"):
        talk.says(word)
    assert talk.words_of("answer.hours") in talk.says("what are your opening hours?")
    assert ("contact", "li") not in tidings(talk)


@pytest.mark.parametrize("words", ["the lady on the phone was so kind", "how kind you all were", "能这么快真不错"])
def test_kind_words_are_no_question(talk: Talk, words: str) -> None:
    asked(talk)
    for word in ("yes", "5", "5"):
        talk.says(word)
    talk.says(words)
    assert tidings(talk) == [("praise", "li")]


def test_of_a_case_that_is_open_again_its_owner_has_the_question_anyway(talk: Talk) -> None:
    asked(talk).says("no")
    said = talk.says("when do I get my money?")
    assert "they will answer you here" in said
    assert case_of(talk).state is State.REOPENED
    assert tidings(talk) == []
