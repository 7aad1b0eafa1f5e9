"""When the customer is asked after a resolution, when reminded, and when left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.lifecycle import State
from dialogs.flows.effects import Say, SetTimer
from dialogs.flows.events import Left
from dialogs.flows.reach import NEVER, Reach
from dialogs.flows.staff import Claimed, HandedBack, Reopened, Replied, Resolved
from dialogs.flows.survey.follow_up import AGAIN, KIND
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.dialogs.flows.settled import (
    DAY,
    HOUR,
    MINUTE,
    WORKDAY,
    asked,
    case_of,
    file,
    questions,
    resolve,
    settle,
    survey_of,
    tidings,
)
from tests.dialogs.talk import Talk

pytestmark = pytest.mark.usefixtures("one_by_one")


@pytest.fixture
def talk(chinese: Talk) -> Talk:
    """A customer in Shanghai who writes English."""
    chinese.language = "en"
    return chinese


@pytest.fixture(scope="module")
def rules(shop: Playbook) -> RulesUnderstanding:
    return RulesUnderstanding(shop)


def test_a_day_after_the_resolution_the_customer_is_asked(talk: Talk) -> None:
    settle(talk)
    resolved = survey_of(talk).resolved_at
    (when,) = questions(talk.passes(2 * DAY))
    assert when - resolved == pytest.approx(DAY, abs=MINUTE)
    assert talk.buttons == ("Yes", "Partly", "No", "Please don't ask again")
    assert (survey_of(talk).wave, survey_of(talk).channel) == (1, "test")


def test_whoever_does_not_answer_is_reminded_once_and_never_again(talk: Talk) -> None:
    settle(talk)
    resolved = survey_of(talk).resolved_at
    _, second = questions(talk.passes(60 * DAY))
    assert second - resolved == pytest.approx(7 * DAY, abs=HOUR)
    assert survey_of(talk).wave == 2
    assert not [kind for kind, _ in talk.pending if kind == KIND]


def test_nobody_hears_of_the_reminder_and_of_the_closing_in_one_breath(talk: Talk) -> None:
    heard = [at for at, _ in asked(talk).passes(30 * DAY)]
    assert len(heard) == 2
    assert heard[1] - heard[0] > 12 * HOUR


def test_whoever_has_answered_is_not_reminded(talk: Talk) -> None:
    asked(talk)
    for word in ("yes", "5", "5"):
        talk.says(word)
    assert questions(talk.passes(30 * DAY)) == []


def test_whoever_stopped_half_way_is_reminded_and_goes_on_from_there(talk: Talk) -> None:
    asked(talk).says("yes")
    (when,) = questions(talk.passes(30 * DAY))
    assert "go on from there" in dict(talk.told)[when]
    assert "content are you with the outcome" in dict(talk.told)[when]
    talk.says("4")
    assert survey_of(talk).outcome == 4
    assert (survey_of(talk).answered_wave, survey_of(talk).wave) == (1, 2)


def test_what_was_promised_for_later_is_asked_about_later(talk: Talk) -> None:
    file(talk)
    resolve(talk, done_by=talk.now + 4 * DAY)
    resolved = survey_of(talk).resolved_at
    (when,) = questions(talk.passes(60 * DAY))
    assert when - resolved == pytest.approx(7 * DAY, abs=HOUR)


def test_what_was_promised_for_much_later_is_asked_about_when_it_should_be_there(talk: Talk) -> None:
    file(talk)
    due = talk.now + 12 * DAY
    resolve(talk, done_by=due)
    (when,) = questions(talk.passes(60 * DAY))
    assert when - due == pytest.approx(timedelta(0), abs=HOUR)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/London", "America/Los_Angeles", "Pacific/Auckland"])
def test_nobody_is_asked_in_their_quiet_hours(talk: Talk, zone: str) -> None:
    talk.timezone = zone
    settle(talk)
    heard = questions(talk.passes(30 * DAY))
    assert len(heard) == 2
    for when in heard:
        assert time(8, 30) <= when.astimezone(ZoneInfo(zone)).time() < time(21, 30), when


def test_what_waited_for_the_morning_does_not_come_to_all_at_once(shop: Playbook, local: object) -> None:
    mornings = set()
    for name in ("one", "two", "three"):
        talk = Talk(shop, local, timezone="America/Los_Angeles", chat=name)  # type: ignore[arg-type]
        (when, _) = questions(settle(talk).passes(30 * DAY))
        mornings.add(when)
    assert len(mornings) == 3


def test_after_an_outage_surveys_are_spread(talk: Talk) -> None:
    reference = case_of(settle(talk)).reference
    late = WORKDAY + 3 * DAY
    talk.fires(KIND, reference, late)
    (again,) = [effect for effect in talk.effects if isinstance(effect, SetTimer)]
    assert again.kind == AGAIN
    assert timedelta(0) < again.due - late <= 15 * MINUTE + timedelta(seconds=1)
    talk.fires(AGAIN, reference, again.due + 12 * MINUTE)
    assert talk.asks == "survey", "put off once, however late it is then"


def test_a_timer_of_a_survey_that_moved_on_asks_nothing(talk: Talk) -> None:
    settle(talk)
    due = talk.pending[KIND, case_of(talk).reference]
    talk.acts(Reopened(case_of(talk).reference, "not right"))
    assert (KIND, case_of(talk).reference) not in talk.pending
    talk.pending[KIND, case_of(talk).reference] = due
    talk.fires(KIND, case_of(talk).reference, due)
    assert not [effect for effect in talk.effects if isinstance(effect, Say)]
    assert survey_of(talk).dropped == "reopened"


def test_nobody_is_asked_while_a_colleague_has_the_chat(talk: Talk) -> None:
    settle(talk)
    talk.acts(Claimed())
    assert questions(talk.passes(3 * DAY)) == []
    talk.acts(HandedBack())
    assert len(questions(talk.passes(DAY))) == 1


def test_nobody_is_asked_in_the_middle_of_another_complaint(talk: Talk) -> None:
    settle(talk)
    talk.passes(DAY - 20 * MINUTE)
    talk.says("My other parcel, a lamp, has been late for two weeks")
    assert questions(talk.passes(2 * DAY)) == []
    talk.says("cancel")
    talk.says("yes")
    assert questions(talk.passes(10 * MINUTE)) == []
    assert len(questions(talk.passes(DAY))) == 1


def test_a_chat_that_never_comes_to_rest_is_not_asked_in_the_end(talk: Talk) -> None:
    settle(talk)
    talk.acts(Claimed())
    talk.passes(40 * DAY)
    assert survey_of(talk).dropped == "busy"
    assert not [kind for kind, _ in talk.pending if kind == KIND]


@pytest.mark.parametrize("word", ["stop", "Please don't ask me again", "别再问了"])
def test_whoever_says_stop_is_never_asked_again(talk: Talk, word: str) -> None:
    asked(talk).says(word)
    assert survey_of(talk).dropped == "opted_out"
    talk.passes(40 * DAY)
    file(talk)
    resolve(talk)
    assert questions(talk.passes(40 * DAY)) == []
    assert list(talk.cases.values())[-1].survey.dropped == "opted_out"  # type: ignore[union-attr]


def test_the_button_stops_it_for_ever_too(talk: Talk) -> None:
    asked(talk).taps("Please don't ask again")
    assert talk.conversation.surveys.no_surveys
    assert questions(talk.passes(40 * DAY)) == []


def test_no_surveys_may_be_said_before_there_is_one(talk: Talk) -> None:
    settle(talk).says("no surveys please")
    assert questions(talk.passes(40 * DAY)) == []


def test_no_surveys_said_to_a_colleague_is_heard_all_the_same(talk: Talk) -> None:
    file(talk)
    talk.acts(Claimed())
    assert talk.says("and no surveys afterwards, please") == ""
    resolve(talk)
    assert questions(talk.passes(40 * DAY)) == []


def test_no_surveys_in_the_middle_of_a_complaint_leaves_the_complaint_as_it_is(talk: Talk) -> None:
    talk.says("The blender I bought stopped working after a week")
    asked_for = talk.asks
    assert "won't ask again" in talk.says("no surveys please")
    assert talk.asks == asked_for


def test_where_the_channel_takes_nothing_the_owner_is_to_ask(talk: Talk) -> None:
    talk.reach = NEVER
    settle(talk)
    before = len(talk.told)
    told: list[tuple[str, str]] = []
    while (KIND, case_of(talk).reference) in talk.pending:
        talk.fires(KIND, case_of(talk).reference, talk.pending[KIND, case_of(talk).reference])
        told += tidings(talk)
    assert told == [("ask", "li")]
    assert survey_of(talk).dropped == "unreachable"
    assert len(talk.told) == before


def test_whoever_has_left_is_a_task_for_the_owner(talk: Talk) -> None:
    settle(talk).takes(Left())
    talk.fires(KIND, case_of(talk).reference, talk.pending[KIND, case_of(talk).reference])
    assert tidings(talk) == [("ask", "li")]


def test_a_reply_window_that_has_closed_is_kept(talk: Talk) -> None:
    talk.reach = Reach(window=12 * HOUR)
    settle(talk)
    assert questions(talk.passes(40 * DAY)) == []
    assert survey_of(talk).dropped == "unreachable"


def test_a_quota_of_one_leaves_no_room_for_a_reminder(talk: Talk) -> None:
    talk.reach = Reach(quota=1)
    settle(talk)
    assert len(questions(talk.passes(40 * DAY))) == 1


def test_each_resolution_is_asked_about_by_itself_and_scores_stay_apart(talk: Talk) -> None:
    asked(talk).says("no")
    first = survey_of(talk)
    talk.says("it broke again")
    resolve(talk, "wang")
    assert survey_of(talk).resolution == 2
    assert (survey_of(talk).solved, survey_of(talk).agent) == ("", "wang")
    assert (first.solved, first.agent, first.reopened_by) == ("no", "li", "survey")
    assert len(questions(talk.passes(2 * DAY))) == 1


def test_buttons_of_an_earlier_survey_say_nothing_about_the_next_resolution(talk: Talk) -> None:
    asked(talk)
    old = talk.conversation.asked.offers[0].id  # type: ignore[union-attr]
    talk.acts(Reopened(case_of(talk).reference, "not right"))
    resolve(talk)
    assert "earlier message" in talk.taps_id(old)
    assert survey_of(talk).solved == ""


def test_a_case_closed_for_silence_is_not_asked_about(talk: Talk) -> None:
    file(talk)
    talk.acts(Claimed())
    talk.acts(Replied("Could you send a photo?"))
    heard = talk.passes(60 * DAY)
    assert case_of(talk).state is State.CLOSED
    assert questions(heard) == []


def test_two_cases_of_a_chat_are_not_asked_about_in_one_breath(talk: Talk) -> None:
    settle(talk)
    settle(talk)
    first, second, *_ = questions(talk.passes(4 * DAY))
    assert second - first > 20 * HOUR


ACTS = st.lists(
    st.sampled_from(
        ["yes", "no", "2", "5", "skip", "thanks", "stop", "hello", "claim", "hand back", "reopen", "resolve"]
    )
    | st.integers(1, 20),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(script=ACTS, zone=st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"]))
def test_one_survey_a_resolution_one_reminder_never_at_night_never_after_stop(
    shop: Playbook, rules: RulesUnderstanding, script: list[str | int], zone: str
) -> None:
    talk = settle(Talk(shop, rules, timezone=zone))
    sent: dict[tuple[str, int], list[datetime]] = {}
    for one in script:
        _play(talk, one)
    for at, action, reference, count, stopped in talk.surveys:
        assert not stopped, "asked after an opt-out"
        assert time(8, 30) <= at.astimezone(ZoneInfo(zone)).time() < time(21, 30)
        sent.setdefault((reference, count), []).append(at)
        assert action == ("survey_sent" if len(sent[reference, count]) == 1 else "survey_reminded")
    assert all(len(times) <= 2 for times in sent.values())


def _play(talk: Talk, one: str | int) -> None:
    reference = case_of(talk).reference
    match one:
        case int(hours):
            talk.passes(timedelta(hours=hours * 11))
        case "claim":
            talk.acts(Claimed())
        case "hand back":
            talk.acts(HandedBack())
        case "reopen":
            talk.acts(Reopened(reference))
        case "resolve":
            talk.acts(Resolved(reference, "Done.", "mistake"))
        case str(word):
            talk.says(word)


def test_a_playbook_without_waves_asks_nobody(shop: Playbook, local: object) -> None:
    quiet = shop.file.model_copy(update={"followup": shop.file.followup.model_copy(update={"waves": ()})})
    talk = Talk(replace(shop, file=quiet), local, language="en")  # type: ignore[arg-type]
    assert questions(settle(talk).passes(30 * DAY)) == []
