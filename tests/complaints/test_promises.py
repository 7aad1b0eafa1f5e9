"""Promises: what was worked counts, what was waited does not, and what was told becomes no later by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.case import Case, Promise
from complaints.clocks import Calendar, Office
from complaints.lifecycle import State
from complaints.priority import Priority
from complaints.promises import Clock, Kind, begun, breached, due_of, hastened, kept, resumed, spent_by, stopped
from complaints.record import Record
from tests.complaints.test_clocks import (
    CASES,
    HOUR,
    LONDON,
    MINUTE,
    OFFICE,
    calendars,
    open_minutes,
    starts,
    utc,
    zones,
)

DESK = Office(OFFICE, LONDON)
TEN = utc("2026-11-18T10:00")


def a_clock(hours: int = 4) -> Clock:
    return begun(Kind.RESOLUTION, hours * HOUR, TEN, DESK)


def test_a_clock_that_stands_still_is_due_later_by_the_working_time_it_stood() -> None:
    clock = resumed(stopped(a_clock(), TEN + HOUR, DESK), TEN + 3 * HOUR)
    assert due_of(clock, DESK) == TEN + 6 * HOUR
    assert clock.told == TEN + 4 * HOUR, "what the customer heard does not change unsaid"


def test_standing_still_overnight_costs_no_working_time() -> None:
    clock = resumed(stopped(a_clock(8), utc("2026-11-18T17:00"), DESK), utc("2026-11-19T09:00"))
    assert due_of(clock, DESK) == utc("2026-11-19T10:00")


def test_a_clock_is_stopped_and_resumed_once_however_often_that_is_asked_for() -> None:
    once = stopped(a_clock(), TEN + HOUR, DESK)
    assert stopped(once, TEN + 2 * HOUR, DESK) == once
    on = resumed(once, TEN + 2 * HOUR)
    assert resumed(on, TEN + 3 * HOUR) == on


def test_a_promise_that_was_kept_neither_runs_nor_falls_due() -> None:
    done = kept(a_clock(), TEN + HOUR, DESK)
    assert due_of(done, DESK) is None
    assert spent_by(done, TEN + 5 * HOUR, DESK) == HOUR
    assert kept(done, TEN + 2 * HOUR, DESK) == resumed(done, TEN + 2 * HOUR) == done


def test_a_target_met_exactly_is_met_and_a_minute_more_is_missed() -> None:
    assert not kept(a_clock(4), TEN + 4 * HOUR, DESK).is_missed
    assert kept(a_clock(4), TEN + 4 * HOUR + MINUTE, DESK).is_missed


def test_a_target_that_is_no_shorter_changes_nothing() -> None:
    clock = a_clock(4)
    assert hastened(clock, 4 * HOUR, TEN + HOUR, DESK) is clock
    assert hastened(clock, 4 * HOUR - MINUTE, TEN + HOUR, DESK) != clock


def test_what_was_worked_counts_when_a_case_becomes_more_pressing() -> None:
    clock = hastened(a_clock(7), 4 * HOUR, TEN + HOUR, DESK)
    assert due_of(clock, DESK) == clock.told == TEN + 4 * HOUR


def test_what_cannot_be_done_any_more_is_not_promised() -> None:
    """Six hours were worked, and an hour is all the new target allows: a fifth of it is left."""
    clock = hastened(a_clock(7), HOUR, TEN + 6 * HOUR, DESK)
    assert due_of(clock, DESK) == clock.told == TEN + 6 * HOUR + 12 * MINUTE


def test_a_longer_target_takes_no_promise_back() -> None:
    assert hastened(a_clock(), 40 * HOUR, TEN + HOUR, DESK) == a_clock()


def test_a_time_already_told_is_never_put_off_by_haste() -> None:
    late = TEN + 3 * HOUR + 55 * MINUTE
    assert hastened(a_clock(4), 3 * HOUR, late, DESK).told == TEN + 4 * HOUR


def test_the_first_cause_of_a_breach_stands() -> None:
    first = breached(a_clock(), TEN + 4 * HOUR, "nobody_free")
    assert breached(first, TEN + 5 * HOUR, "not_done") == first


def test_a_case_from_before_there_were_clocks_gets_them_from_what_it_was_promised() -> None:
    promise = Promise(TEN + HOUR, TEN + 5 * HOUR)
    answered = TEN + 2 * HOUR
    old = Case(
        "C-2611-000042", State.IN_PROGRESS, Priority.NORMAL, (), Record(), promise, "care", "en", "0" * 12, TEN,
        answered_at=answered,
    )  # fmt: skip
    case = old.clocked(DESK)
    first, outcome = case.clock(Kind.FIRST_RESPONSE), case.clock(Kind.RESOLUTION)
    assert first
    assert outcome
    assert (first.target, first.kept_at) == (HOUR, answered)
    assert due_of(outcome, DESK) == promise.resolution
    assert case.clocked(DESK) is case


spells = st.lists(st.integers(1, 18 * 60), min_size=1, max_size=5)


def slow_due(office: Office, start: datetime, target: timedelta, spells: list[int]) -> datetime:
    """Minute by minute: the clock runs for the first spell, stands still for the second, and so on; then it runs."""
    marks, at = [], 0
    for spell in spells:
        marks.append(at := at + spell)
    minutes = open_minutes(office.calendar, office.zone, start)
    left = target
    for n, (moment, is_open) in enumerate(minutes):
        stands = sum(mark <= n for mark in marks) % 2 == 1
        if left <= timedelta(0):
            return moment
        left -= MINUTE if is_open and not stands else timedelta(0)
    raise AssertionError("time does not end")


@settings(max_examples=CASES, deadline=None)
@given(calendar=calendars, zone=zones, start=starts, working=st.integers(1, 6 * 60), spells=spells)
def test_pauses_agree_with_a_clock_watched_minute_by_minute(
    calendar: Calendar, zone: str, start: datetime, working: int, spells: list[int]
) -> None:
    """Whatever the spells, the target falls due when so much was worked while the clock ran."""
    office, moment = Office(calendar, zone), start
    clock = begun(Kind.RESOLUTION, working * MINUTE, start, office)
    spells = spells[: len(spells) // 2 * 2]
    for n, spell in enumerate(spells):
        moment += spell * MINUTE
        due = due_of(clock, office)
        if due and due <= moment:
            break
        clock = resumed(clock, moment) if n % 2 else stopped(clock, moment, office)
    assert due_of(clock, office) == slow_due(office, start, working * MINUTE, spells)


@settings(max_examples=CASES, deadline=None)
@given(
    calendar=calendars, zone=zones, start=starts, working=st.integers(1, 600), then=st.integers(1, 600),
    minutes=st.integers(-300, 3000),
)  # fmt: skip
def test_haste_never_puts_anything_off(
    calendar: Calendar, zone: str, start: datetime, working: int, then: int, minutes: int
) -> None:
    """Also where the clock on the wall was set back in between."""
    office = Office(calendar, zone)
    clock = begun(Kind.FIRST_RESPONSE, working * MINUTE, start, office)
    quick = hastened(clock, then * MINUTE, start + minutes * MINUTE, office)
    assert quick.told <= clock.told
    assert quick.target <= clock.target
