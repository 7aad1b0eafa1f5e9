"""A case that was closed because the customer did not answer, and the customer who answers after all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints.lifecycle import State
from complaints.priority import Priority
from complaints.record import Attachment
from dialogs.flows.staff import Claimed, Replied
from tests.dialogs.flows.settled import DAY, case_of, file
from tests.dialogs.talk import Talk

PHOTO = Attachment("a" * 64, "kettle.jpg", "image/jpeg", 1000)


@pytest.fixture
def talk(chinese: Talk) -> Talk:
    """A customer in Shanghai who writes English, and did not answer for so long that the case was closed."""
    chinese.language = "en"
    file(chinese)
    chinese.acts(Claimed())
    chinese.acts(Replied("Could you send a photo, and what colour is it?"))
    heard = chinese.passes(9 * DAY)
    assert "write to us here by" in heard[-1][1]
    assert case_of(chinese).state is State.CLOSED
    return chinese


@pytest.mark.parametrize(
    "words", ["Sorry, I was away. It is red", "please go on with it", "Can we continue?", "please open it again"]
)
def test_whoever_answers_late_is_offered_to_have_it_taken_up(talk: Talk, words: str) -> None:
    """They were told to write here; who did was asked what had happened, as if for the first time."""
    talk.says(words)
    assert talk.buttons[0] == f"Open {case_of(talk).reference} again"


def test_it_goes_on_as_it_was_for_nobody_has_failed_them(talk: Talk) -> None:
    talk.says("Sorry, I was away. It is red")
    said = talk.says("yes")
    case = case_of(talk)
    assert (case.state, case.priority, case.reopenings) == (State.REOPENED, Priority.NORMAL, 0)
    assert talk.conversation.controller == "queue"
    assert talk.conversation.queue.holding
    assert talk.conversation.queue.holding.passed == (), "whoever had it may have it again"
    assert "is open again" in said
    assert "somebody new" not in said


def test_the_photo_we_had_asked_for_opens_it_by_itself(talk: Talk) -> None:
    said = talk.says("", PHOTO)
    case = case_of(talk)
    assert case.state is State.REOPENED
    assert case.record.evidence == (PHOTO,)
    assert talk.conversation.intake.draft is None
    assert case.reference in said


def test_another_complaint_is_another_complaint(talk: Talk) -> None:
    talk.says("My parcel with order AM2611180043 is five days late")
    assert talk.conversation.intake.draft
    assert case_of(talk).state is State.CLOSED


def test_the_offer_is_made_once_and_go_on_is_a_yes_to_it(talk: Talk) -> None:
    talk.says("It is red, by the way")
    talk.says("please continue")
    assert case_of(talk).state is State.REOPENED


def test_after_the_window_nothing_is_offered_that_cannot_be(talk: Talk) -> None:
    talk.now += timedelta(days=40)
    talk.says("Sorry, I was away. It is red")
    assert talk.asks != "reopen"
