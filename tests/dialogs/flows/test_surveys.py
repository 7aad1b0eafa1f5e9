"""The survey as a conversation: buttons and free words, what is asked back, who hears of it, and what it leads to."""

from __future__ import annotations

import pytest

from complaints.lifecycle import State
from complaints.priority import Priority
from complaints.routing import EscalationLevel
from dialogs.flows.effects import Note
from dialogs.flows.staff import Claimed, HandedBack
from tests.dialogs.flows.settled import DAY, asked, case_of, resolve, settle, survey_of, tidings
from tests.dialogs.talk import Talk


@pytest.fixture
def talk(chinese: Talk) -> Talk:
    """A customer in Shanghai who writes English."""
    chinese.language = "en"
    return chinese


@pytest.fixture
def zh(chinese: Talk) -> Talk:
    return chinese.fork()


def test_four_taps_are_enough_for_a_happy_customer(talk: Talk) -> None:
    asked(talk)
    for button in ("Yes", "5 – very", "4 – quite", "Skip"):
        said = talk.taps(button)
    assert "glad it worked out" in said
    survey = survey_of(talk)
    assert (survey.solved, survey.outcome, survey.treatment) == ("yes", 5, 4)
    assert survey.done_at
    assert not talk.buttons


def test_free_words_answer_as_buttons_do(zh: Talk) -> None:
    zh.language = "zh-CN"
    asked(zh)
    zh.says("解决了")
    zh.says("勉强四分吧")
    assert "满分 5 分" in zh.says("还行吧")
    zh.says("对的")
    survey = survey_of(zh)
    assert (survey.solved, survey.outcome, survey.treatment) == ("yes", 4, 3)


def test_what_is_only_half_said_is_asked_back_and_may_be_set_right(talk: Talk) -> None:
    asked(talk).says("yes")
    assert 'Shall I put "3 of 5"?' in talk.says("could be worse")
    assert survey_of(talk).outcome == 0, "not put down before it is confirmed"
    talk.taps("No, something else")
    talk.says("a solid 4")
    assert survey_of(talk).outcome == 4


def test_another_score_instead_of_a_yes_is_that_score(talk: Talk) -> None:
    asked(talk).says("yes")
    talk.says("could be worse")
    talk.says("well, 4")
    assert survey_of(talk).outcome == 4


def test_a_score_beside_a_yes_needs_no_second_question(talk: Talk) -> None:
    said = asked(talk).says("yes, 5 out of 5")
    assert survey_of(talk).outcome == 5
    assert "looked after" in said


def test_words_beside_a_score_are_kept_as_their_words(talk: Talk) -> None:
    asked(talk).says("yes")
    talk.says("4, the man on the phone explained everything very well")
    assert survey_of(talk).outcome == 4
    assert "explained everything" in survey_of(talk).words
    assert ("praise", "li") in tidings(talk)


def test_any_question_may_be_skipped(talk: Talk) -> None:
    asked(talk)
    for _ in range(4):
        said = talk.says("skip")
    assert "quite all right" in said
    assert survey_of(talk).done_at
    assert not survey_of(talk).solved


def test_what_is_not_understood_is_asked_once_more_and_then_left(talk: Talk) -> None:
    asked(talk)
    assert "didn't quite follow" in talk.says("qwrt asdf")
    assert talk.buttons == ("Yes", "Partly", "No", "Skip"), "to skip it is offered in words, so there is a button"
    assert "content are you" in talk.says("qwrt asdf")
    assert talk.conversation.controller == "bot", "nobody is called for that"


def test_reasons_fit_what_the_complaint_was_about(talk: Talk) -> None:
    asked(talk).says("no")
    assert talk.buttons[0] == "It broke again"
    assert talk.buttons[-2:] == ("Something else", "Skip")


@pytest.mark.parametrize(
    ("words", "reason"),
    [("等得太久了，还没人回", "too_slow"), ("客服态度不好", "unkind"), ("太慢", "other"), ("包装也太差了", "other")],
)
def test_a_reason_in_their_own_words_is_the_one_on_the_button_where_it_says_so(
    zh: Talk, words: str, reason: str
) -> None:
    asked(zh)
    for said in ("解决了", "3分", "3分", words):
        zh.says(said)
    assert (survey_of(zh).reason, survey_of(zh).words) == (reason, words)


@pytest.mark.parametrize(
    ("words", "contact"),
    [("好的", "yes"), ("可以，打我电话13800138000", "yes"), ("随时", "yes"), ("不用了", "no"), ("算了", "no")],
)
def test_whether_we_may_write_is_said_in_many_ways(zh: Talk, words: str, contact: str) -> None:
    asked(zh)
    for said in ("解决了", "3分", "3分", "等得太久", "跳过", words):
        zh.says(said)
    assert survey_of(zh).contact == contact
    assert survey_of(zh).done_at


def test_a_reason_in_their_own_words_is_kept_with_their_words(talk: Talk) -> None:
    asked(talk).says("no")
    talk.says("the new one has the same crack in the lid")
    assert (survey_of(talk).reason, survey_of(talk).words) == ("other", "the new one has the same crack in the lid")


def test_not_solved_opens_the_case_again_more_pressing_for_somebody_else(talk: Talk) -> None:
    before = asked(talk).cases.copy()
    said = talk.taps("No")
    assert "sorry" in said
    assert case_of(talk).reference in said
    case, was = case_of(talk), next(iter(before.values()))
    assert (case.state, was.priority, case.priority) == (State.REOPENED, Priority.NORMAL, Priority.HIGH)
    assert case.next_due > talk.now
    assert case.answered_at is None
    holding = talk.conversation.queue.holding
    assert holding
    assert holding.passed == ("li",)
    assert talk.conversation.controller == "queue"
    (note,) = [effect.text for effect in talk.effects if isinstance(effect, Note)]
    assert "not put right" in note
    assert "Solved: No" in note


@pytest.mark.parametrize(("score", "opens"), [("1", True), ("2", True), ("3", False), ("5", False)])
def test_a_low_score_opens_it_again_and_a_middling_one_does_not(talk: Talk, score: str, opens: bool) -> None:
    asked(talk).says("yes")
    talk.says(score)
    assert (case_of(talk).state is State.REOPENED) is opens


def test_a_case_that_comes_back_a_second_time_is_a_supervisors(talk: Talk) -> None:
    asked(talk).says("no")
    resolve(talk, "wang")
    talk.passes(2 * DAY)
    talk.says("no")
    assert case_of(talk).reopenings == 2
    assert case_of(talk).priority is Priority.URGENT
    holding = talk.conversation.queue.holding
    assert holding
    assert (holding.level, holding.passed) == (EscalationLevel.SUPERVISOR, ("wang",))


def test_a_case_taken_back_is_not_opened_by_an_answer_to_its_survey(talk: Talk) -> None:
    asked(talk).says("yes")
    talk.says("2")
    assert case_of(talk).state is State.REOPENED
    talk.says("withdraw")
    talk.taps("Yes, withdraw it")
    talk.says("3 stars for the service")
    assert case_of(talk).state is State.WITHDRAWN


@pytest.mark.parametrize(("treatment", "sorry"), [("1 – not at all", True), ("3 – so-so", False)])
def test_closing_words_say_sorry_for_low_marks_that_open_nothing(talk: Talk, treatment: str, sorry: bool) -> None:
    asked(talk)
    for button in ("Yes", "4 – quite", treatment, "I wasn't treated well", "Skip", "No need"):
        said = talk.taps(button)
    assert ("sorry" in said) == sorry
    assert case_of(talk).state is State.RESOLVED


def test_the_survey_goes_on_after_the_case_was_opened_again_and_ends_kindly(talk: Talk) -> None:
    asked(talk).says("no")
    talk.taps("It took too long")
    assert "needn't tell it twice" in talk.says("three weeks")
    assert (survey_of(talk).reason, survey_of(talk).words) == ("too_slow", "three weeks")


def test_results_go_to_the_owner_and_the_case_at_once(talk: Talk) -> None:
    asked(talk).says("yes")
    talk.says("3")
    assert tidings(talk) == []
    talk.says("4")
    assert tidings(talk) == [("result", "li")]
    (note,) = [effect.text for effect in talk.effects if isinstance(effect, Note)]
    assert "Outcome: 3 of 5. Treatment: 4 of 5." in note


def test_praise_is_passed_on_to_whoever_resolved_it(talk: Talk) -> None:
    for word in ("yes", "5", "5"):
        asked(talk).says(word) if not talk.cases else talk.says(word)
    talk.says("Li was kind and quick")
    assert ("praise", "li") in tidings(talk)


def test_words_after_low_marks_are_no_praise(talk: Talk) -> None:
    asked(talk).says("partly")
    talk.says("3")
    talk.says("2")
    talk.says("skip")
    talk.says("a kind word would have been nice")
    assert "praise" not in dict(tidings(talk))


def test_kind_words_unasked_are_passed_on_too(talk: Talk) -> None:
    settle(talk).says("Your colleague was wonderful, really great service")
    assert tidings(talk) == [("praise", "li")]


def test_whoever_wants_to_be_written_to_is_a_task_for_the_owner(talk: Talk) -> None:
    asked(talk)
    for word in ("partly", "3", "4", "skip", "skip", "yes"):
        said = talk.says(word)
    assert "get in touch" in said
    assert tidings(talk) == [("contact", "li")]


def test_a_late_answer_lands_under_its_question(talk: Talk) -> None:
    asked(talk).says("yes")
    talk.passes(20 * DAY)
    talk.says("4")
    assert survey_of(talk).outcome == 4


def test_a_bare_no_to_nothing_that_was_asked_opens_no_case(talk: Talk) -> None:
    asked(talk)
    talk.says("My other parcel, a lamp, has been late for two weeks")
    talk.says("cancel")
    talk.says("yes")
    assert talk.asks == ""
    talk.says("no")
    assert case_of(talk).state is State.RESOLVED
    talk.says("the blender works now, by the way")
    assert survey_of(talk).solved == "yes"


def test_buttons_of_the_survey_work_after_other_talk(talk: Talk) -> None:
    asked(talk)
    button = talk.conversation.asked.offers[0].id  # type: ignore[union-attr]
    talk.says("My other parcel, a lamp, has been late for two weeks")
    assert talk.conversation.intake.draft
    talk.taps_id(button)
    assert survey_of(talk).solved == "yes"


def test_a_question_is_answered_and_the_survey_comes_back(talk: Talk) -> None:
    said = asked(talk).says("are you a robot?")
    assert "Has the problem been put right?" in said
    assert talk.asks == "survey"


def test_whoever_asks_for_a_person_gets_one_and_is_not_questioned(talk: Talk) -> None:
    said = asked(talk).says("a person please")
    assert "asked a colleague" in said
    assert "Has the problem" not in said


def test_a_no_beside_the_wish_for_a_person_is_not_lost(zh: Talk) -> None:
    asked(zh).says("没解决，我要人工")
    assert survey_of(zh).solved == "no"
    assert case_of(zh).state is State.REOPENED
    assert zh.conversation.controller == "queue"


def test_whoever_has_no_time_is_let_be_and_may_go_on_when_they_have(talk: Talk) -> None:
    said = asked(talk).says("not now")
    assert "another time is fine" in said
    assert talk.asks == ""
    assert survey_of(talk).solved == "", "no time is no answer"
    assert survey_of(talk).skipped == ()
    talk.now += DAY
    talk.says("yes, it works now")
    assert survey_of(talk).solved == "yes"


def test_a_score_that_comes_late_is_about_our_question(zh: Talk) -> None:
    asked(zh).says("晚点再说")
    zh.now += DAY
    assert "我记成" in zh.says("4分")
    zh.says("对的")
    assert (survey_of(zh).solved, survey_of(zh).outcome) == ("yes", 4)


def test_whoever_does_not_know_what_it_is_about_is_told(talk: Talk) -> None:
    said = asked(talk).says("What is this about?")
    assert "faulty" in said
    assert "Has the problem been put right?" in said


def test_a_happy_answer_in_few_words_is_no_new_complaint(zh: Talk) -> None:
    asked(zh).says("收到退款了")
    assert survey_of(zh).solved == "yes"
    assert zh.conversation.intake.draft is None


def test_whoever_waits_for_a_person_is_not_asked_to_tap_a_button(talk: Talk) -> None:
    asked(talk).says("a person please")
    assert "kept that for my colleague" in talk.says("qwrt asdf")


def test_another_complaint_in_answer_to_a_survey_is_taken_as_one(talk: Talk) -> None:
    asked(talk).says("My other order AM2611180043 never arrived")
    assert talk.conversation.intake.draft
    assert case_of(talk).state is State.RESOLVED


def test_while_a_colleague_has_the_chat_the_survey_is_silent_and_comes_back_after(talk: Talk) -> None:
    asked(talk)
    talk.acts(Claimed())
    assert talk.says("yes") == ""
    assert survey_of(talk).solved == ""
    talk.acts(HandedBack())
    assert talk.asks == "survey"
    talk.says("yes")
    assert survey_of(talk).solved == "yes"
