"""Clocks: when a promise falls due, counted in working time on a business calendar.

Pure: the moment, the calendar and the zone are arguments. Moments go in and come out aware, in UTC;
the calendar speaks of local wall time. A period opens when the clock on the wall first shows its start
(or has jumped past it) and closes when it first shows its end, so a day on which the clocks change is
as long as it really is.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When people work: seven days, Monday first, each of `(start, end)` in order and apart.

    An end of `00:00` is the end of the day. On holidays nobody works. `workdays` are days that are worked
    though the week or a holiday says otherwise, as those that make up for long holidays in China: they have
    the hours of their own weekday, or where that has none, those of the first day that has any.
    """

    week: tuple[tuple[tuple[time, time], ...], ...]
    holidays: Container[date] = field(default=frozenset())
    workdays: Container[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a calendar needs seven days and work on one of them at least")

    def hours(self, day: date) -> tuple[tuple[time, time], ...]:
        """The periods of one day, on the wall clock."""
        usual = self.week[day.weekday()]
        if day in self.workdays:
            return usual or next(hours for hours in self.week if hours)
        return () if day in self.holidays else usual


Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Office:
    """A calendar on the walls of one place: `zone` is an IANA name. Each day is worked out once."""

    calendar: Calendar
    zone: str
    _days: dict[date, tuple[Period, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def due(self, start: datetime, working: timedelta) -> datetime:
        """The first moment at which `working` time has been worked since `start`, in UTC.

        No working time is due at once, be it day or night.
        """
        left = working
        if left <= timedelta(0):
            return start.astimezone(UTC)
        for opens, closes in self._periods(start):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        raise OverflowError("the calendar of this world ended before the work was done")

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments; none where the end is not after the start."""
        total = timedelta(0)
        for opens, closes in self._periods(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody works at this moment."""
        opens, _ = next(self._periods(moment))
        return opens <= moment

    def _periods(self, start: datetime) -> Iterator[Period]:
        """What is left of every working period from `start` on, in UTC."""
        begin = start.astimezone(UTC)
        day = start.astimezone(ZoneInfo(self.zone)).date()
        while day < date.max:
            for opens, closes in self._hours(day):
                if closes > begin:
                    yield max(opens, begin), closes
            day += _DAY

    def _hours(self, day: date) -> tuple[Period, ...]:
        if day not in self._days:
            self._days[day] = tuple(_moments(self.calendar, ZoneInfo(self.zone), day))
        return self._days[day]


def _moments(calendar: Calendar, zone: ZoneInfo, day: date) -> Iterator[Period]:
    for start, end in calendar.hours(day):
        last = day + _DAY if end == time(0) else day
        yield _first(zone, datetime.combine(day, start)), _first(zone, datetime.combine(last, end))


def _first(zone: ZoneInfo, wall: datetime) -> datetime:
    """The first moment at which the wall clock shows `wall` or later, in UTC."""
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    return _jump(zone, wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment)


def _jump(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second at which the clocks went forward, somewhere after one moment and up to another."""
    offset = before.astimezone(zone).utcoffset()
    while (seconds := int((after - before).total_seconds())) > 1:
        middle = before + timedelta(seconds=seconds // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
