"""The calendar under the date grammars: what `20号` or `Tuesday` means, seen from a day. Always looking back."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

LATE = frozenset({"下午", "傍晚", "晚上", "晚", "夜里", "深夜", "pm", "afternoon", "evening", "night", "tonight"})
"""Parts of a day whose hours 1 to 11 lie after noon."""


@dataclass(frozen=True, slots=True)
class Day:
    """A stretch of text that names a day or a span of days.

    `exact` is set when a minute is known ("10 minutes ago"); `part` is the part of the day said; `loose` is the
    calendar unit that was left unsaid, `year`, `month` or `week`, so that another day could be meant: such a day
    comes round again, and the end of a range borrows its beginning's month.
    """

    start: int
    end: int
    first: date
    last: date | None = None
    part: str = ""
    exact: datetime | None = None
    loose: str = ""

    @property
    def day_only(self) -> bool:
        return self.loose == "month"

    def ahead(self, today: date) -> int:
        """In how many days such a day comes round next: 34 on 21 November for the 25th of December."""
        match self.loose:
            case "week":
                return (self.first - today).days % 7
            case "month":
                return min((self.first - today).days % length for length in (30, 31))
            case "year":
                return (self.first - today).days % 365
        return (self.first - today).days


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A stretch of text that names a time of day; `hour` is None for a mere "in the evening".

    `alone` says that it may stand without a day; `spoken` that it was not written as on a clock's face, so that
    "half past three" without a part of the day is in the afternoon, when people are about.
    """

    start: int
    end: int
    hour: int | None
    minute: int = 0
    part: str = ""
    alone: bool = True
    spoken: bool = False


def day_in(year: int, month: int, day: int) -> date | None:
    """The date, or None when the calendar has no such day."""
    if 1 <= month <= 12 and 1 <= day <= 31 and 1900 < year < 2200 and day <= monthrange(year, month)[1]:
        return date(year, month, day)
    return None


def full_year(said: str) -> int:
    """`26` is 2026; four digits are themselves."""
    return int(said) + (2000 if len(said) == 2 else 0)


def latest_month_day(today: date, month: int, day: int) -> date | None:
    """The latest such day that is not in the future."""
    for year in range(today.year, today.year - 5, -1):
        found = day_in(year, month, day)
        if found and found <= today:
            return found
    return None


def latest_day(today: date, day: int) -> date | None:
    """The latest day of that number that is not in the future."""
    for back in range(4):
        month = months_before(today, back)
        found = day_in(month.year, month.month, day)
        if found and found <= today:
            return found
    return None


def latest_weekday(today: date, weekday: int, before: bool = False) -> date:
    """The latest such weekday (0 is Monday): today counts, unless it must lie `before`."""
    back = (today.weekday() - weekday) % 7
    return today - timedelta(days=7 if before and back == 0 else back)


def weekday_of_week(today: date, weekday: int, weeks_back: int) -> date:
    """That weekday of the week, Monday to Sunday, so many weeks ago."""
    monday = today - timedelta(days=today.weekday(), weeks=weeks_back)
    return monday + timedelta(days=weekday)


def months_before(today: date, count: int) -> date:
    """The same day so many months ago, or the last day of that month."""
    index = today.year * 12 + today.month - 1 - count
    year, month = max(index // 12, 1900), index % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def whole_month(today: date, year: int, month: int) -> tuple[date, date] | None:
    """The month's first and last day, the last no later than today."""
    first = day_in(year, month, 1)
    if first is None or first > today:
        return None
    return first, min(today, date(year, month, monthrange(year, month)[1]))


def third_of_month(today: date, third: int) -> tuple[date, date]:
    """The beginning (0), middle (1) or end (2) of the latest month in which it has come, no later than today."""
    month = today if today.day > third * 10 else months_before(today.replace(day=1), 1)
    return third_of(today, month.year, month.month, third) or (month, month)


def third_of(today: date, year: int, month: int, third: int) -> tuple[date, date] | None:
    """The beginning (0), middle (1) or end (2) of a month, no later than today; None when it has not come."""
    first = day_in(year, month, third * 10 + 1)
    if first is None or first > today:
        return None
    last = monthrange(year, month)[1] if third == 2 else (third + 1) * 10
    return first, min(today, date(year, month, last))


def latest_third(today: date, year: int, month: int, third: int) -> tuple[date, date] | None:
    """That third of a month of a year, or, where `year` is 0, of the latest such month in which it has come."""
    years = (year,) if year else (today.year, today.year - 1)
    return next((span for each in years if (span := third_of(today, each, month, third))), None)


def latest_month(today: date, month: int) -> tuple[date, date] | None:
    """The latest such month that has begun."""
    return whole_month(today, today.year - (month > today.month), month)


def long_ago(now: datetime, count: float, unit: str) -> tuple[date, datetime | None]:
    """The day, and the minute for short stretches, that lies so many units back."""
    if unit in ("minute", "hour"):
        then = now - timedelta(**{f"{unit}s": count})
        return then.date(), then
    if unit in ("month", "year"):
        months = count * (12 if unit == "year" else 1)
        half = 15 if months % 1 else 0
        return months_before(now.date(), int(months)) - timedelta(days=half), None
    days = {"day": 1, "week": 7, "fortnight": 14}[unit] * count
    return now.date() - timedelta(days=int(days)), None


def hour_of_day(hour: int, part: str) -> int | None:
    """The hour on a 24-hour clock; None when there is no such hour. 24 means the midnight that ends the day."""
    if hour > 24:
        return None
    if part in LATE:
        return hour + 12 if hour < 12 else (24 if hour == 12 and part in _NIGHT else hour)
    if part in ("中午", "noon") and hour < 3:
        return hour + 12
    if part in _EARLY and hour == 12:
        return 0
    return hour


_NIGHT = frozenset({"晚上", "晚", "夜里", "深夜", "night", "tonight"})
_EARLY = frozenset({"凌晨", "am", "半夜", "清晨"})
