"""Opening a settled case again: for how long, by which words, and what thanks do not do."""

from __future__ import annotations

import pytest

from complaints.lifecycle import State
from complaints.priority import Priority, raised_once
from dialogs.flows.staff import Claimed, Lost, Reopened, Transferred
from tests.dialogs.flows.settled import DAY, case_of, file, questions, settle, survey_of, tidings
from tests.dialogs.talk import Talk


@pytest.fixture
def talk(chinese: Talk) -> Talk:
    """A customer in Shanghai who writes English."""
    chinese.language = "en"
    return chinese


def test_still_broken_within_the_window_is_offered_to_be_opened_again(talk: Talk) -> None:
    said = settle(talk).says("it broke again")
    assert "sorry" in said
    assert talk.buttons == (f"Open {case_of(talk).reference} again", "Something new")
    assert case_of(talk).state is State.RESOLVED, "nothing happens without a yes"
    talk.taps(talk.buttons[0])
    assert (case_of(talk).state, case_of(talk).priority) == (State.REOPENED, Priority.HIGH)
    assert survey_of(talk).reopened_by == "customer"


@pytest.mark.parametrize("word", ["yes", "please do", "1"])
def test_a_plain_yes_opens_it_too(talk: Talk, word: str) -> None:
    settle(talk).says("still broken")
    talk.says(word)
    assert case_of(talk).state is State.REOPENED


def test_it_stays_somebody_elses_turn_however_often_the_chat_waits_anew(talk: Talk) -> None:
    """Once the second colleague went offline, it was offered to the first again, whose resolution had not held."""
    settle(talk).says("it broke again")
    talk.taps(talk.buttons[0])
    talk.acts(Claimed(), "wang")
    talk.acts(Transferred(team="product"), "wang")
    holding = talk.conversation.queue.holding
    assert holding
    assert "li" in holding.passed
    talk.acts(Claimed(), "wang")
    talk.acts(Lost(), "wang")
    holding = talk.conversation.queue.holding
    assert holding
    assert set(holding.passed) == {"li", "wang"}


@pytest.mark.parametrize("words", ["新的到了，很好用", "已收到", "不客气", "晚安"])
def test_who_says_that_all_is_well_is_not_asked_what_happened(chinese: Talk, words: str) -> None:
    said = settle(chinese).says(words)
    assert chinese.conversation.intake.draft is None
    assert chinese.asks == ""
    assert "抱歉" not in said


def test_what_turns_out_to_be_something_new_need_not_be_told_twice(talk: Talk) -> None:
    words = "My other parcel is five days late and still has not arrived"
    settle(talk).says(words)
    assert talk.asks == "reopen"
    said = talk.taps("Something new")
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.story == words
    assert talk.conversation.intake.draft.record.category == "delivery"
    assert "sorry" in said
    assert talk.asks != "story"
    assert case_of(talk).state is State.RESOLVED


def test_broken_again_is_offered_in_chinese(chinese: Talk) -> None:
    said = settle(chinese).says("又坏了")
    assert "很抱歉" in said
    chinese.taps(f"重新处理 {case_of(chinese).reference}")
    assert case_of(chinese).state is State.REOPENED


@pytest.mark.parametrize(
    "words", ["that did not help", "I'm not happy with the outcome", "I disagree", "not satisfied"]
)
def test_who_was_told_to_write_if_it_is_not_right_and_does_so_is_offered_it(talk: Talk, words: str) -> None:
    settle(talk).says(words)
    assert talk.asks == "reopen"


@pytest.mark.parametrize("words", ["我对结果不满意", "没修好", "不接受这个处理", "谢谢，但是新的也不能用"])
def test_who_does_not_agree_is_offered_it_in_chinese(chinese: Talk, words: str) -> None:
    settle(chinese).says(words)
    assert chinese.asks == "reopen"


def test_a_no_to_the_offer_is_a_no_in_these_words_too(chinese: Talk) -> None:
    settle(chinese).says("没修好")
    chinese.says("不用了")
    assert case_of(chinese).state is State.RESOLVED


@pytest.mark.parametrize("words", ["辛苦了，小李很好", "小李人很好，谢谢"])
def test_kind_words_after_a_resolution_are_no_complaint(chinese: Talk, words: str) -> None:
    said = settle(chinese).says(words)
    assert "抱歉" not in said
    assert chinese.conversation.intake.draft is None
    assert ("praise", "li") in tidings(chinese)


@pytest.mark.parametrize("word", ["thanks", "thank you!", "great, it works", "ok", "no problem"])
def test_thanks_open_nothing(talk: Talk, word: str) -> None:
    settle(talk).says(word)
    assert talk.asks != "reopen"
    assert case_of(talk).state is State.RESOLVED


def test_a_closed_case_may_be_opened_too_while_the_window_lasts(talk: Talk) -> None:
    settle(talk)
    talk.passes(29 * DAY)
    assert case_of(talk).state is State.CLOSED
    talk.says("still broken")
    talk.says("yes")
    assert case_of(talk).state is State.REOPENED


def test_after_the_window_a_new_complaint_is_offered(talk: Talk) -> None:
    settle(talk)
    talk.passes(31 * DAY)
    assert "too long ago" in talk.says("It broke again")
    assert talk.buttons == ("Something new",)
    talk.taps("Something new")
    assert "What happened?" in talk.told[-1][1]


def test_an_offer_that_was_let_lie_past_the_window_opens_nothing(talk: Talk) -> None:
    settle(talk)
    talk.says("no surveys please")
    talk.passes(29 * DAY)
    talk.says("It broke again")
    talk.passes(2 * DAY)
    talk.taps(talk.buttons[0])
    assert case_of(talk).state is State.CLOSED


def test_the_window_counts_from_the_resolution_and_no_word_of_the_customers_moves_it(talk: Talk) -> None:
    settle(talk)
    for _ in range(10):
        talk.passes(3 * DAY)
        talk.says("thanks")
    talk.passes(2 * DAY)
    assert "too long ago" in talk.says("It broke again")


def test_what_was_opened_again_is_not_asked_about(talk: Talk) -> None:
    settle(talk).says("still broken")
    talk.says("yes")
    assert survey_of(talk).dropped == "reopened"
    assert questions(talk.passes(20 * DAY)) == []


def test_a_colleague_opens_it_at_its_own_priority(talk: Talk) -> None:
    settle(talk).acts(Reopened(case_of(talk).reference, "more to do"))
    assert case_of(talk).priority is Priority.NORMAL
    assert case_of(talk).reopenings == 0
    assert survey_of(talk).reopened_by == "colleague"


def test_what_a_colleague_opens_again_waits_in_its_teams_queue_and_is_not_left_with_the_bot(talk: Talk) -> None:
    """The customer was promised a person, and no list of anybody's showed the case."""
    settle(talk).acts(Reopened(case_of(talk).reference, "the parcel came back to us"))
    chat = talk.conversation
    assert (chat.controller, chat.queue.person_by) == ("queue", case_of(talk).promise.first_response)
    assert chat.queue.holding
    assert chat.queue.holding.team == case_of(talk).team


def test_whoever_has_the_chat_keeps_what_they_open_again(talk: Talk) -> None:
    settle(talk).acts(Claimed(), "li")
    talk.acts(Reopened(case_of(talk).reference, "too early"), "li")
    assert talk.conversation.controller == "agent"
    assert talk.conversation.queue.holding
    assert talk.conversation.queue.holding.agent == "li"


@pytest.mark.parametrize("words", ["still broken", "it is still leaking", "same problem again"])
def test_still_broken_adds_to_the_case_that_was_opened_for_it(talk: Talk, words: str) -> None:
    """It was asked whether this belonged to the case that had been opened again a moment before."""
    settle(talk).says("it broke again")
    talk.says("yes")
    said = talk.says(words)
    assert f"I've added that to {case_of(talk).reference}" in said
    assert words in case_of(talk).record.story
    assert not talk.asks
    assert not talk.buttons


def test_more_about_an_open_case_is_no_reopening_of_another(talk: Talk) -> None:
    settle(talk)
    file(talk)
    talk.says("it is still broken")
    assert talk.asks != "reopen"


def test_each_priority_has_one_above_it_but_the_last() -> None:
    assert [raised_once(one) for one in Priority] == [Priority.NORMAL, Priority.HIGH, Priority.URGENT, Priority.URGENT]


def test_a_question_after_the_resolution_is_answered_and_no_complaint_is_asked_for(talk: Talk) -> None:
    """ "When will someone write?" was answered with "What happened? Tell me in your own words"."""
    said = settle(talk).says("what are your opening hours?")
    assert "9 in the morning" in said
    assert "What happened" not in said
