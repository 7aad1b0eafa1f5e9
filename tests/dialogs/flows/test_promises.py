"""What happens in a case because time passes: warnings, truthful new times, breaches, words, waiting and closing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from complaints.case import Case
from complaints.lifecycle import State
from complaints.priority import Priority
from complaints.promises import Clock, Kind, due_of
from dialogs.flows.effects import AskForPerson, Refused, SetTimer
from dialogs.flows.events import Event, Left, Said
from dialogs.flows.promises.sla_timers import AGAIN, KIND
from dialogs.flows.scene import Scene
from dialogs.flows.setting import Setting
from dialogs.flows.staff import Claimed, Prioritised, Progressed, Replied, Resolved, Snoozed
from dialogs.flows.wording import show_case
from storage.cases.cases import decode_case
from tests.dialogs.flows.settled import settle
from tests.dialogs.talk import Talk

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
STORY = "The blender I bought stopped working after a week"
WORKDAY = datetime(2026, 11, 18, 2, tzinfo=UTC)
"""Ten in the morning in Shanghai, where the shop works from nine to nine."""


def filed(talk: Talk, story: str = STORY) -> Case:
    """A case is on file, and nothing else goes on."""
    talk.now = WORKDAY
    talk.says(story)
    while talk.asks != "confirm":
        talk.says("skip")
    talk.says("yes")
    return case_of(talk)


def case_of(talk: Talk) -> Case:
    return next(iter(talk.cases.values()))


def clock_of(talk: Talk, kind: Kind) -> Clock:
    clock = case_of(talk).clock(kind)
    assert clock
    return clock


@pytest.fixture
def talk(chinese: Talk) -> Talk:
    """A customer in Shanghai who writes English."""
    chinese.language = "en"
    return chinese


def answered(talk: Talk, *words: str) -> None:
    talk.acts(Claimed())
    for text in words:
        talk.acts(Replied(text))


def test_a_filed_case_has_both_clocks_and_one_timer(talk: Talk) -> None:
    case = filed(talk)
    assert [clock.kind for clock in case.clocks] == [Kind.FIRST_RESPONSE, Kind.RESOLUTION]
    assert [clock.told for clock in case.clocks] == [case.promise.first_response, case.promise.resolution]
    assert [subject for kind, subject in talk.pending if kind == KIND] == [case.reference]


def test_owner_lead_and_supervisor_are_warned_in_turn_before_the_promise_is_broken(talk: Talk) -> None:
    promised = filed(talk).promise.first_response
    talk.passes(promised - talk.now)
    warned = [(at, detail["to"]) for at, detail in talk.did("clock_warned")]
    assert [to for _, to in warned] == ["owner", "lead", "supervisor"]
    moments = [at for at, _ in warned]
    assert moments == sorted(moments)
    assert moments[-1] < promised


def test_a_case_that_nobody_was_asked_for_is_put_in_the_queue_before_its_promise_is_broken(talk: Talk) -> None:
    filed(talk)
    assert talk.conversation.controller == "bot"
    talk.passes(11 * HOUR)
    assert talk.conversation.controller == "queue"
    assert talk.conversation.queue.person_reason == "promise"


def test_the_customer_hears_a_new_time_before_the_old_one_passes_again_and_again(talk: Talk) -> None:
    filed(talk)
    known = clock_of(talk, Kind.FIRST_RESPONSE).told
    for _ in range(3):
        talk.passes(known - talk.now)
        later = clock_of(talk, Kind.FIRST_RESPONSE).told
        assert later > known
        known = later
    news = talk.did("told_anew")
    assert len(news) >= 3
    assert all(
        at < datetime.fromisoformat(detail["was"]) < datetime.fromisoformat(detail["now"]) for at, detail in news
    )


def test_nobody_hears_of_a_new_time_at_night_unless_it_is_urgent(talk: Talk) -> None:
    filed(talk)
    heard = talk.passes(10 * DAY)
    assert heard
    assert all(8.5 <= at.hour + 8 - 24 * (at.hour >= 16) + at.minute / 60 < 21.5 for at, _ in heard)


def test_a_missed_target_is_recorded_once_with_its_cause_whatever_the_customer_heard(talk: Talk) -> None:
    due = due_of(clock_of_filed(talk), talk.playbook.office)
    talk.passes(4 * DAY)
    ((at, detail),) = [one for one in talk.did("clock_breached") if one[1]["clock"] == "first_response"]
    assert at == due
    assert detail["cause"] == "nobody_free"
    assert clock_of(talk, Kind.FIRST_RESPONSE).breached_at == due


def clock_of_filed(talk: Talk) -> Clock:
    filed(talk)
    return clock_of(talk, Kind.FIRST_RESPONSE)


def test_a_bots_reply_is_no_first_answer_and_a_persons_is(talk: Talk) -> None:
    filed(talk)
    talk.says("status")
    assert clock_of(talk, Kind.FIRST_RESPONSE).kept_at is None
    answered(talk, "I am looking into it.")
    assert clock_of(talk, Kind.FIRST_RESPONSE).kept_at == talk.now
    talk.passes(DAY)
    assert not [detail for _, detail in talk.did("clock_warned") if detail["clock"] == "first_response"]


def test_the_outcomes_clock_stands_still_from_a_question_until_the_customer_writes(talk: Talk) -> None:
    filed(talk)
    answered(talk, "I am looking into it.")
    assert clock_of(talk, Kind.RESOLUTION).runs, "whoever asks nothing stops no clock"
    talk.acts(Replied("Could you send me a photo?"))
    stood = talk.now
    before = due_of(clock_of(talk, Kind.RESOLUTION), talk.playbook.office)
    assert before is None
    spent = clock_of(talk, Kind.RESOLUTION).spent
    talk.passes(3 * HOUR)
    talk.says("here it is")
    after = clock_of(talk, Kind.RESOLUTION)
    assert after.runs
    assert after.spent == spent
    assert due_of(after, talk.playbook.office) == talk.playbook.office.due(talk.now, after.target - spent)
    assert talk.now - stood > 3 * HOUR


def test_an_answer_within_minutes_changes_no_time_and_says_nothing_of_clocks(talk: Talk) -> None:
    filed(talk)
    promised = case_of(talk).promise
    answered(talk, "Which colour is it?")
    talk.says("red")
    assert case_of(talk).promise == promised
    assert not talk.did("told_anew")


def test_putting_a_chat_aside_for_an_answer_stops_the_clock_and_for_anything_else_does_not(talk: Talk) -> None:
    filed(talk)
    answered(talk, "I am looking into it.")
    talk.acts(Snoozed(talk.now + HOUR))
    assert clock_of(talk, Kind.RESOLUTION).runs
    talk.acts(Snoozed(talk.now + HOUR, awaits=True))
    assert not clock_of(talk, Kind.RESOLUTION).runs


def test_a_silent_customer_is_asked_again_then_told_and_only_then_the_case_is_closed(talk: Talk) -> None:
    reference = filed(talk).reference
    answered(talk, "Could you send me a photo?")
    heard = talk.passes(12 * DAY)
    assert [action for _, action, _ in talk.trail][-4:] == [
        "customer_reminded",
        "closing_announced",
        "resolved",
        "closed",
    ]
    assert len(heard) == 3
    assert all(reference in text for _, text in heard)
    assert heard[2][0] - heard[1][0] >= talk.playbook.file.clocks.close
    assert case_of(talk).state is State.CLOSED
    assert talk.conversation.controller == "bot"


def test_one_word_keeps_a_case_open_and_the_customer_hears_the_new_time(talk: Talk) -> None:
    filed(talk)
    answered(talk, "Could you send me a photo?")
    talk.passes(6 * DAY)
    assert case_of(talk).close_at
    talk.says("sorry, I was away, it is red")
    assert "goes on now" in talk.told[-1][1]
    assert case_of(talk).promise.resolution == due_of(clock_of(talk, Kind.RESOLUTION), talk.playbook.office)
    talk.passes(4 * DAY)
    assert case_of(talk).is_open


def test_a_time_told_before_we_waited_is_taken_back_before_it_passes(talk: Talk) -> None:
    filed(talk)
    talk.now += DAY
    answered(talk, "I am looking into it.")
    talk.passes(2 * DAY)
    promised = clock_of(talk, Kind.RESOLUTION).told
    talk.acts(Replied("Could you send me a photo?"))
    assert promised - talk.now < 2 * DAY
    talk.passes(promised - talk.now)
    assert len(talk.did("customer_reminded")) == 1


def test_who_hears_nothing_for_long_hears_how_it_stands(talk: Talk) -> None:
    reference = filed(talk).reference
    answered(talk, "I am looking into it.")
    heard = [text for _, text in talk.passes(3 * DAY)]
    assert heard == [text for text in heard if text.startswith(f"A word on {reference} (being looked into)")]
    assert len(heard) == 1


def test_a_word_from_a_person_puts_the_next_word_off(talk: Talk) -> None:
    filed(talk)
    answered(talk, "I am looking into it.")
    talk.passes(DAY)
    talk.acts(Replied("Still on it."))
    assert not talk.passes(DAY)


@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.REMEDY_OFFERED])
def test_a_case_that_is_moved_on_is_told_of(talk: Talk, state: State) -> None:
    filed(talk)
    answered(talk, "I am looking into it.")
    talk.acts(Progressed(case_of(talk).reference, State.REMEDY_OFFERED))
    if state is State.IN_PROGRESS:
        talk.acts(Progressed(case_of(talk).reference, state))
    assert case_of(talk).state is state
    assert case_of(talk).reference in talk.told[-1][1]


def test_a_move_that_makes_no_sense_is_refused_and_nobody_hears(talk: Talk) -> None:
    filed(talk)
    heard = len(talk.told)
    for state in (State.REMEDY_OFFERED, State.CLOSED, State.RESOLVED, State.WITHDRAWN):
        assert talk.acts(Progressed(case_of(talk).reference, state)) == (Refused("not_now"),)
    assert len(talk.told) == heard


def test_a_settled_case_is_closed_some_days_later_and_its_clocks_are_done(talk: Talk) -> None:
    filed(talk)
    answered(talk)
    talk.acts(Resolved(case_of(talk).reference, "A new blender is on its way.", "faulty batch"))
    assert all(clock.kept_at for clock in case_of(talk).clocks)
    talk.says("No surveys, please")
    assert talk.passes(6 * DAY) == []
    ((_, text),) = talk.passes(2 * DAY)
    assert "closed" in text
    assert case_of(talk).state is State.CLOSED
    assert not [kind for kind, _ in talk.pending if kind == KIND]


def test_a_case_that_was_withdrawn_is_watched_no_more(talk: Talk) -> None:
    filed(talk)
    talk.says("withdraw")
    talk.says("yes")
    assert case_of(talk).state is State.WITHDRAWN
    assert not talk.pending


def test_a_higher_priority_brings_a_sooner_time_and_the_customer_hears_it(talk: Talk) -> None:
    before = filed(talk).promise
    talk.acts(Prioritised(case_of(talk).reference, Priority.URGENT, "a child was hurt"))
    after = case_of(talk).promise
    assert after.first_response < before.first_response
    assert after.resolution < before.resolution
    assert "sooner than I'd said" in talk.told[-1][1]


def test_a_lower_priority_takes_no_promise_back(talk: Talk) -> None:
    before = filed(talk).promise
    talk.acts(Prioritised(case_of(talk).reference, Priority.LOW))
    assert case_of(talk).priority is Priority.LOW
    assert case_of(talk).promise == before


def test_status_shows_the_clock_that_every_page_shows_and_that_it_stands_still(talk: Talk) -> None:
    filed(talk)
    assert "You'll hear by" in talk.says("status")
    answered(talk, "Could you send me a photo?")
    event = Event("1", "test", "test", "chat", talk.now, Said(), "en", talk.timezone)
    scene = Scene(talk.conversation, event, Setting("chat", talk.playbook, talk.now))
    assert "waiting for your answer" in show_case(scene, case_of(talk))


def test_after_a_day_away_all_that_was_due_is_done_once_spread_and_not_at_night(talk: Talk) -> None:
    case = filed(talk)
    night = WORKDAY + DAY + 17 * HOUR
    talk.fires(KIND, case.reference, night)
    (again,) = [effect for effect in talk.effects if isinstance(effect, SetTimer)]
    assert timedelta(0) < again.due - night <= 15 * MINUTE + timedelta(seconds=1)
    talk.fires(AGAIN, case.reference, night + 2 * HOUR)
    assert (KIND, case.reference) in talk.pending, "put off once, however late it is then"
    heard = talk.passes(14 * HOUR)
    (news,) = [
        at for at, detail in talk.did("told_anew") if detail["clock"] == "first_response" and at < night + 8 * HOUR
    ]
    assert timedelta(0) <= news - datetime(2026, 11, 20, 0, 30, tzinfo=UTC) <= 15 * MINUTE
    assert len(heard) == len(set(heard))


def test_a_nudge_that_was_missed_waits_for_the_morning_too(talk: Talk) -> None:
    talk.now = WORKDAY
    talk.says(STORY)
    heard = len(talk.told)
    talk.fires("nudge", "draft", WORKDAY + 17 * HOUR)
    assert len(talk.told) == heard
    at, *more = {moment for moment, _ in talk.passes(8 * HOUR)}
    assert timedelta(0) <= at - datetime(2026, 11, 19, 0, 30, tzinfo=UTC) <= 15 * MINUTE
    assert not more, "one nudge, and not the next at its heels"


def test_who_left_hears_nothing_but_colleagues_are_warned_all_the_same(talk: Talk) -> None:
    filed(talk)
    talk._takes(Left())
    assert [effect for effect in talk.effects if isinstance(effect, AskForPerson)]
    assert talk.passes(3 * DAY) == []
    assert talk.did("clock_warned")
    talk.says("I am here again")
    assert talk.passes(2 * DAY)


def test_a_case_saved_before_there_were_clocks_loads_and_is_guarded_from_its_next_change_on(talk: Talk) -> None:
    saved = Path(__file__).parents[1] / "in_flight" / "cases" / "shape1-answered.json"
    case = decode_case(saved.read_text())
    talk.cases, talk.now = {case.reference: case}, WORKDAY + 2 * HOUR
    assert case.clocks == ()
    talk.acts(Claimed())
    talk.acts(Replied("Could you send me a photo?"))
    assert clock_of(talk, Kind.FIRST_RESPONSE).kept_at == case.answered_at
    assert not clock_of(talk, Kind.RESOLUTION).runs
    talk.says("here it is")
    talk.passes(10 * DAY)
    assert talk.did("clock_warned")
    assert [detail["cause"] for _, detail in talk.did("clock_breached")] == ["not_done"]


def test_an_ordinary_turn_sets_no_timer_of_a_case(talk: Talk) -> None:
    filed(talk)
    talk.says("status")
    talk.says("thank you")
    assert not [effect for effect in talk.effects if isinstance(effect, SetTimer)]


def test_a_case_that_nobody_touches_for_a_month_wakes_seldom(talk: Talk) -> None:
    """A timer that fires in vain would cost a turn each time."""
    filed(talk)
    before = talk.conversation.turn
    talk.passes(30 * DAY)
    assert talk.conversation.turn - before < 100


def test_whoever_waits_for_days_hears_one_time_at_once_and_ever_more_rarely(chinese: Talk) -> None:
    """A case opened again that nobody took: the queue and the case each gave new times, some six a day for ever."""
    settle(chinese).says("又坏了")
    chinese.taps(chinese.buttons[0])
    heard = [(at, text) for at, text in chinese.passes(7 * DAY) if "之前会有人在这里回复您" in text]
    assert 3 <= len(heard) <= 6
    gaps = [after[0] - before[0] for before, after in pairwise(heard)]
    assert min(gaps) > HOUR, "one voice for one promise"
    assert max(gaps) > DAY, "not every few hours for days on end"
    assert "已经通知了更多同事" in heard[0][1]
    assert not any("已经通知了更多同事" in text for _, text in heard[1:]), "they were told long ago"
