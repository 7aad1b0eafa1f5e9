"""What is no complaint is met as what it is, without an apology, a form or a case."""

from __future__ import annotations

import pytest

from dialogs.flows.effects import Recorded, Say
from dialogs.flows.events import Said
from dialogs.understanding.reading import Reading, Scored
from tests.dialogs.talk import Talk

MET = {
    "praise": "praise", "suggest": "suggest", "ask_policy": "question", "ask_presale": "question", "stray": "stray",
    "abuse": "abuse", "smalltalk": "smalltalk",
}  # fmt: skip


def hears(talk: Talk, text: str, **acts: float) -> str:
    return talk.takes(Said(text, reading=Reading(text, language="en", acts=acts)))


@pytest.mark.parametrize(("act", "key"), MET.items())
def test_it_is_met_as_what_it_is(talk: Talk, act: str, key: str) -> None:
    heard = hears(talk, "some words", **{act: 0.9, "complain": 0.05})
    assert talk.words_of(f"no_complaint.{key}") in heard
    assert talk.conversation.intake.draft is None
    assert talk.asks == ("" if act in ("praise", "suggest", "stray") else "story")
    assert talk.buttons == ()
    assert not talk.cases


@pytest.mark.parametrize("act", MET)
def test_nobody_is_told_sorry_for_a_trouble_they_do_not_have(talk: Talk, act: str) -> None:
    assert "sorry" not in hears(talk, "some words", **{act: 0.9}).casefold()


@pytest.mark.parametrize("act", MET)
def test_telling_what_went_wrong_leads_on(talk: Talk, act: str) -> None:
    hears(talk, "some words", **{act: 0.9})
    talk.says("my parcel is five days late")
    assert talk.conversation.intake.draft
    assert talk.asks


@pytest.mark.parametrize("act", MET)
def test_who_complains_as_well_is_heard_as_complaining(talk: Talk, act: str) -> None:
    heard = hears(talk, "you lot sell rubbish, my kettle broke after two days", **{act: 0.5, "complain": 0.6})
    assert talk.words_of(f"no_complaint.{MET[act]}") not in heard


def test_what_is_not_sure_is_asked_about_as_ever(talk: Talk) -> None:
    heard = hears(talk, "some words", praise=0.25, complain=0.1)
    assert talk.words_of("no_complaint.praise") not in heard


def test_a_question_with_an_answer_in_the_playbook_is_answered(talk: Talk) -> None:
    reading = Reading("are you a bot?", language="en", question="bot", acts={"ask_policy": 0.9})
    heard = talk.takes(Said("are you a bot?", reading=reading))
    assert talk.words_of("answer.bot") in heard
    assert talk.words_of("no_complaint.question") not in heard


def test_an_automatic_reply_is_kept_and_answered_never(talk: Talk) -> None:
    for _ in range(3):
        assert hears(talk, "I am out of the office until Monday", auto_reply=0.97) == ""
        assert not any(isinstance(effect, Say) for effect in talk.effects)
        assert [effect.action for effect in talk.effects if isinstance(effect, Recorded)] == ["auto_reply_kept"]
    assert talk.conversation.intake.draft is None


def test_in_the_middle_of_a_complaint_it_is_an_answer_like_any_other(talk: Talk) -> None:
    talk.says("my parcel is five days late")
    asked = talk.asks
    heard = hears(talk, "nice weather", smalltalk=0.9)
    assert talk.words_of("no_complaint.smalltalk") not in heard
    assert talk.conversation.intake.draft
    assert talk.asks == asked


def test_danger_is_never_small_talk(talk: Talk) -> None:
    reading = Reading("lol it burns", language="en", acts={"smalltalk": 0.9}, signals=("safety",), look=True)
    heard = talk.takes(Said("lol it burns", reading=reading))
    assert talk.words_of("no_complaint.smalltalk") not in heard


def test_a_plain_fault_is_a_complaint_though_no_head_is_sure_of_anything(talk: Talk) -> None:
    """ "The blue kettle I ordered leaks all over the worktop" was told that it had come to the wrong address."""
    reading = Reading(
        "the blue kettle I ordered leaks all over the worktop", language="en", acts={"stray": 0.33, "complain": 0.28},
        intents=(Scored("complain", 0.91),), category=Scored("product_quality", 0.82),
    )  # fmt: skip
    talk.takes(Said(reading.text, reading=reading))
    assert talk.conversation.intake.draft is not None
