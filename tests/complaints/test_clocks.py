"""Clocks: working time is counted right, whatever the calendar, the zone and the season."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.clocks import Calendar, Office

LONDON, SHANGHAI = "Europe/London", "Asia/Shanghai"
NINE_TO_FIVE = ((time(9), time(17)),)
OFFICE = Calendar((NINE_TO_FIVE,) * 5 + ((), ()))
ALWAYS = Calendar((((time(0), time(0)),),) * 7)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SATURDAY = date(2026, 11, 21)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-11-18T10:00", 2, "2026-11-18T12:00"),
        ("2026-11-18T10:00", 7, "2026-11-18T17:00"),
        ("2026-11-18T16:00", 2, "2026-11-19T10:00"),
        ("2026-11-18T03:00", 1, "2026-11-18T10:00"),
        ("2026-11-18T17:00", 1, "2026-11-19T10:00"),
        ("2026-11-20T16:30", 1, "2026-11-23T09:30"),
        ("2026-11-21T12:00", 8, "2026-11-23T17:00"),
        ("2026-11-18T10:00:30", 0, "2026-11-18T10:00:30"),
    ],
    ids=["within a day", "to the minute of closing", "overnight", "before opening", "at closing", "over a weekend",
         "from a weekend", "none"],
)  # fmt: skip
def test_work_goes_on_only_in_office_hours(start: str, hours: int, expected: str) -> None:
    assert Office(OFFICE, LONDON).due(utc(start), timedelta(hours=hours)) == utc(expected)


def test_a_lunch_break_does_not_count() -> None:
    day = ((time(9), time(12)), (time(13), time(17)))
    assert Office(Calendar((day,) * 7), LONDON).due(utc("2026-11-18T11:30"), timedelta(hours=1)) == utc(
        "2026-11-18T13:30"
    )


def test_holidays_are_passed_over() -> None:
    holidays = frozenset({date(2026, 12, 25), date(2026, 12, 28)})
    calendar = Calendar(OFFICE.week, holidays)
    assert Office(calendar, LONDON).due(utc("2026-12-24T16:00"), timedelta(hours=2)) == utc("2026-12-29T10:00")


def test_a_leap_day_is_a_day_like_any_other() -> None:
    assert Office(OFFICE, LONDON).due(utc("2028-02-28T16:00"), timedelta(hours=2)) == utc("2028-02-29T10:00")


def test_the_calendar_speaks_local_time() -> None:
    assert Office(OFFICE, SHANGHAI).due(utc("2026-11-18T00:00"), timedelta(hours=1)) == utc("2026-11-18T02:00")


def test_the_day_the_clocks_go_forward_is_an_hour_shorter() -> None:
    assert Office(ALWAYS, LONDON).due(utc("2026-03-29T00:00"), timedelta(hours=24)) == utc("2026-03-30T00:00")
    assert Office(OFFICE, LONDON).due(utc("2026-03-27T16:00"), timedelta(hours=2)) == utc("2026-03-30T09:00")


def test_the_day_the_clocks_go_back_is_an_hour_longer() -> None:
    assert Office(OFFICE, LONDON).due(utc("2026-10-23T15:00"), timedelta(hours=2)) == utc("2026-10-26T10:00")


def test_a_period_that_opens_in_the_lost_hour_opens_when_the_clocks_have_jumped() -> None:
    night = Calendar((((time(1, 30), time(3)),),) * 7)
    assert Office(night, LONDON).due(utc("2026-03-29T00:00"), MINUTE) == utc("2026-03-29T01:01")
    assert Office(night, LONDON).due(utc("2026-03-29T00:00"), timedelta(hours=1)) == utc("2026-03-29T02:00")


def test_a_day_that_a_country_skipped_has_no_hours() -> None:
    """Samoa went from 29 to 31 December 2011."""
    calendar = Calendar((NINE_TO_FIVE,) * 7)
    end_of_29th = datetime(2011, 12, 29, 17, tzinfo=ZoneInfo("Pacific/Apia"))
    expected = datetime(2011, 12, 31, 10, tzinfo=ZoneInfo("Pacific/Apia"))
    assert Office(calendar, "Pacific/Apia").due(end_of_29th, timedelta(hours=1)) == expected


def test_a_calendar_without_work_is_refused() -> None:
    with pytest.raises(ValueError, match="work on one of them"):
        Calendar(((),) * 7)


def test_a_workday_that_makes_up_for_a_holiday_has_the_hours_of_a_working_day() -> None:
    """Spring Festival of 2026: free from Monday the 16th to Monday the 23rd, worked on Saturdays the 14th and 28th."""
    free = frozenset(date(2026, 2, day) for day in range(15, 24))
    calendar = Calendar(OFFICE.week, free, frozenset({date(2026, 2, 14), date(2026, 2, 28)}))
    friday = datetime(2026, 2, 13, 16, tzinfo=ZoneInfo(SHANGHAI))
    assert Office(calendar, SHANGHAI).due(friday, 2 * HOUR) == datetime(2026, 2, 14, 10, tzinfo=ZoneInfo(SHANGHAI))
    assert Office(calendar, SHANGHAI).due(friday, 10 * HOUR) == datetime(2026, 2, 24, 10, tzinfo=ZoneInfo(SHANGHAI))
    assert Office(calendar, SHANGHAI).worked(friday, friday + timedelta(days=15)) == (1 + 8 + 4 * 8 + 7) * HOUR


def test_a_workday_is_worked_whatever_holiday_it_is_and_keeps_its_own_hours() -> None:
    half = Calendar((NINE_TO_FIVE,) * 5 + (((time(9), time(12)),), ()), frozenset({SATURDAY}), frozenset({SATURDAY}))
    assert Office(half, LONDON).worked(utc("2026-11-21T00:00"), utc("2026-11-22T00:00")) == 3 * HOUR


def test_a_clock_set_back_takes_no_working_time_away() -> None:
    assert Office(OFFICE, LONDON).worked(utc("2026-11-18T12:00"), utc("2026-11-18T11:00")) == timedelta(0)


def test_working_time_is_told_to_the_microsecond() -> None:
    start = utc("2026-11-18T10:00")
    assert Office(OFFICE, LONDON).worked(start, start + timedelta(microseconds=7)) == timedelta(microseconds=7)


def open_minutes(calendar: Calendar, zone: str, start: datetime) -> Iterator[tuple[datetime, bool]]:
    """Every minute from `start` on, and whether it is worked, by looking at the clock on the wall.

    A period is open from the first minute of its day that shows its start or later, to the first that
    shows its end or later; the clock turned back in between does not reopen it.
    """
    moment = start - timedelta(hours=30)
    passed: dict[date, time] = {}
    while True:
        wall = moment.astimezone(ZoneInfo(zone))
        latest = passed[wall.date()] = max(passed.get(wall.date(), time(0)), wall.time())
        periods = plain_hours(calendar, wall.date())
        if moment >= start:
            yield moment, any(opens <= latest and (latest < closes or closes == time(0)) for opens, closes in periods)
        moment += MINUTE


def plain_hours(calendar: Calendar, day: date) -> tuple[tuple[time, time], ...]:
    own = calendar.week[day.weekday()]
    if day in calendar.workdays:
        return own if own else [hours for hours in calendar.week if hours][0]  # noqa: RUF015
    return () if day in calendar.holidays else own


def slow_due(calendar: Calendar, zone: str, start: datetime, working: timedelta) -> datetime:
    left = working
    for moment, is_open in open_minutes(calendar, zone, start):
        if left <= timedelta(0):
            return moment
        left -= MINUTE if is_open else timedelta(0)
    raise AssertionError("time does not end")


def slow_worked(calendar: Calendar, zone: str, start: datetime, end: datetime) -> timedelta:
    minutes = open_minutes(calendar, zone, start)
    return sum((MINUTE for moment, is_open in takewhile(lambda one: one[0] < end, minutes) if is_open), timedelta(0))


quarters = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[time, time], ...]:
    marks = sorted(draw(st.lists(quarters, max_size=6, unique=True)))
    pairs = list(zip(marks[::2], marks[1::2], strict=False))
    return (*pairs, (marks[-1], time(0))) if len(marks) % 2 else tuple(pairs)


BUSY = 5
"""Fewer periods a week would take too long to watch."""

CASES = int(os.environ.get("CLOCK_CASES", "100"))
"""`make clocks` tries 10,000."""

SEASONS = [
    utc("2026-03-27T00:00"), utc("2026-10-23T00:00"), utc("2028-02-27T00:00"), utc("2026-12-23T00:00"),
    utc("2026-02-13T00:00"),
]  # fmt: skip
SPECIAL = [
    date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29), date(2026, 12, 25), date(2026, 2, 14), date(2026, 2, 16),
]  # fmt: skip
calendars = st.builds(
    Calendar,
    st.tuples(*[days()] * 7).filter(lambda week: sum(map(len, week)) >= BUSY),
    st.frozensets(st.sampled_from(SPECIAL)),
    st.frozensets(st.sampled_from(SPECIAL)),
)
zones = st.sampled_from([LONDON, SHANGHAI, "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"])
starts = st.builds(
    lambda season, minutes: season + minutes * MINUTE, st.sampled_from(SEASONS), st.integers(0, 4 * 24 * 60)
)


@settings(max_examples=CASES, deadline=None)
@given(calendar=calendars, zone=zones, start=starts, working=st.integers(1, 10 * 60))
def test_due_agrees_with_a_clock_watched_minute_by_minute(
    calendar: Calendar, zone: str, start: datetime, working: int
) -> None:
    assert Office(calendar, zone).due(start, working * MINUTE) == slow_due(calendar, zone, start, working * MINUTE)


@settings(max_examples=CASES, deadline=None)
@given(calendar=calendars, zone=zones, start=starts, minutes=st.integers(-60, 3 * 24 * 60))
def test_the_time_worked_agrees_with_a_clock_watched_minute_by_minute(
    calendar: Calendar, zone: str, start: datetime, minutes: int
) -> None:
    end = start + minutes * MINUTE
    assert Office(calendar, zone).worked(start, end) == slow_worked(calendar, zone, start, end)


@settings(max_examples=CASES, deadline=None)
@given(calendar=calendars, zone=zones, start=starts, working=st.integers(1, 100 * 60))
def test_what_is_due_after_some_working_time_is_due_when_that_has_been_worked(
    calendar: Calendar, zone: str, start: datetime, working: int
) -> None:
    assert Office(calendar, zone).worked(start, Office(calendar, zone).due(start, working * MINUTE)) == working * MINUTE
