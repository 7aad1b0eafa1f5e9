"""The parts of `playbook.yml` that speak of time: lengths, hours, the calendar, targets, and how clocks are kept."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationInfo, WithJsonSchema, field_validator

from dialogs.playbooks.parts.public_holidays import UnknownCountry, of_country
from dialogs.playbooks.strict import Strict, wrong

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


_STORED = TypeAdapter(timedelta)


def _duration(value: object, info: ValidationInfo) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if info.mode == "json":  # as a version is kept: ISO 8601, which no author writes
        return _STORED.validate_python(value)
    if isinstance(value, str) and (match := re.fullmatch(r"([1-9]\d{0,4})([mhd])", value)):
        return timedelta(**{_UNITS[match[2]]: int(match[1])})
    raise wrong(f"{value} is not a length of time", "Write a number and m, h or d, like 30m, 20h or 3d.")


def _working(value: object, info: ValidationInfo) -> timedelta:
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}d", value):
        raise wrong(f"{value} is unclear in working time", "Say it in hours, like 24h: working days differ in length.")
    return _duration(value, info)


def _clock(value: str) -> time:
    """`09:00`; `24:00` ends a day, as `00:00` does."""
    if match := re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)|(24):00", value.strip()):
        return time(0) if match[3] else time(int(match[1]), int(match[2]))
    raise wrong(f"{value.strip()} is not a time of day", "Write hours and minutes, like 09:00.")


def _period(value: object) -> object:
    """`09:00-21:00` as a period; a period in full is left for pydantic to judge."""
    if not isinstance(value, str):
        return value
    start, dash, end = value.replace("–", "-").partition("-")
    if not dash:
        raise wrong(f"{value} is not a period", 'Write it with quotes and a dash, like "09:00-21:00".')
    return {"start": _clock(start), "end": _clock(end)}


_LENGTH = {"type": "string", "pattern": "^[1-9][0-9]{0,4}[mhd]$", "examples": ["30m", "20h", "3d"]}
_WORKING_LENGTH = {"type": "string", "pattern": "^[1-9][0-9]{0,4}[mh]$", "examples": ["4h"]}
_PERIOD = {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}[-–][0-9]{1,2}:[0-9]{2}$", "examples": ["09:00-21:00"]}

Duration = Annotated[timedelta, BeforeValidator(_duration), WithJsonSchema(_LENGTH)]
WorkingTime = Annotated[timedelta, BeforeValidator(_working), WithJsonSchema(_WORKING_LENGTH)]


class Period(Strict):
    """Hours of one day: from `start` up to `end`, written `"09:00-21:00"`; `24:00` or `00:00` ends a day.

    Only quiet hours may run over midnight.
    """

    start: time
    end: time


Hours = Annotated[Period, BeforeValidator(_period), WithJsonSchema(_PERIOD)]


class CalendarRules(Strict):
    """When people work. Clocks run only then. Days are numbered as in ISO 8601: 1 is Monday.

    `country` (`CN`) and `subdivision` (`ENG`, of `GB`) bring in the public holidays, and the workdays that make up
    for them. `holidays` and `workdays` are days of one's own, and win: a workday is worked whatever else it is.
    """

    hours: dict[Annotated[int, Field(ge=1, le=7)], tuple[Hours, ...]]
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    subdivision: str = ""
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    @field_validator("country")
    @classmethod
    def _known(cls, country: str | None) -> str | None:
        if country:
            _check_country(country, "")
        return country

    @field_validator("subdivision")
    @classmethod
    def _part(cls, subdivision: str, info: ValidationInfo) -> str:
        country = info.data.get("country", "")
        if subdivision and country is None:
            raise wrong("a subdivision is of a country", "Add country above it, like GB.")
        if subdivision and country:
            _check_country(country, subdivision)
        return subdivision

    @field_validator("workdays")
    @classmethod
    def _not_both(cls, workdays: frozenset[date], info: ValidationInfo) -> frozenset[date]:
        for day in sorted(workdays & info.data.get("holidays", frozenset())):
            raise wrong(f"{day} is a holiday and a workday", "Keep one of them.")
        return workdays

    @field_validator("hours")
    @classmethod
    def _in_order(cls, hours: dict[int, tuple[Period, ...]]) -> dict[int, tuple[Period, ...]]:
        for day, periods in hours.items():
            ends = [time(0), *(period.end or time.max for period in periods)]
            for at, period in enumerate(periods):
                _check_period(period, ends[at], day, at)
        if not any(hours.values()):
            raise wrong("nobody ever works", "Give at least one day its hours, or no clock can run.")
        return hours


def _check_country(country: str, subdivision: str) -> None:
    try:
        of_country(country, subdivision)
    except UnknownCountry as error:
        remedy = "Use a code of ISO 3166, like CN, or GB with the subdivision ENG; or list the holidays."
        raise wrong(str(error), remedy) from None


def _check_period(period: Period, free: time, day: int, at: int) -> None:
    if period.end != time(0) and period.end <= period.start:
        raise wrong("a period ends before it starts", "Split it at midnight over two days.", day, at)
    if period.start < free:
        raise wrong(
            "periods of a day overlap or are out of order", "Write them in order, each after the last.", day, at
        )


class Targets(Strict):
    """Working time until a person's first answer and until the outcome."""

    first_response: WorkingTime
    resolution: WorkingTime

    @field_validator("resolution")
    @classmethod
    def _later(cls, resolution: timedelta, info: ValidationInfo) -> timedelta:
        if resolution < info.data.get("first_response", resolution):
            raise wrong("the outcome is promised before the first answer", "Make resolution the longer of the two.")
        return resolution


class Clocks(Strict):
    """How promises are guarded, and what customers hear meanwhile.

    `warn`: with which percentage of a promise left its owner is warned; with half of that the team's lead, with a
    quarter a supervisor, and then the customer hears a new time. `word`: working time without a word from us after
    which the customer hears how it stands. `remind`, `notice` and `close`: how long we wait for the customer's
    answer until we ask again, until we say that the case will be closed, and from then until it is. `closed_after`
    is from the outcome until the case is closed, `reopen_within` for how long from it the customer may reopen it.
    """

    warn: int = Field(default=20, ge=4, le=80)
    word: WorkingTime = timedelta(hours=24)
    remind: Duration = timedelta(days=2)
    notice: Duration = timedelta(days=5)
    close: Duration = timedelta(days=3)
    closed_after: Duration = timedelta(days=8)
    """A day after the survey's reminder: nobody hears of the closing and of that in one breath."""
    reopen_within: Duration = timedelta(days=30)

    @field_validator("notice")
    @classmethod
    def _after_reminder(cls, notice: timedelta, info: ValidationInfo) -> timedelta:
        if notice <= info.data.get("remind", timedelta(0)):
            raise wrong("the notice comes before the reminder", "Make notice the longer of the two.")
        return notice

    @field_validator("reopen_within")
    @classmethod
    def _past_closing(cls, reopen: timedelta, info: ValidationInfo) -> timedelta:
        if reopen < info.data.get("closed_after", reopen):
            raise wrong("a case is closed when nobody may reopen it any more", "Make reopen_within the longer one.")
        return reopen
