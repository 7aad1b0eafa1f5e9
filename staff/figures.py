"""Figures as tables, for the command line, the desk and files: their columns, and how a span of days is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from staff.spreadsheets import Cell
from storage.analytics.figures import (
    FIGURES,
    GROUPS,
    PROMISE_GROUPS,
    Behind,
    FigureScope,
    Keeping,
    SurveyFigures,
    answers,
    keeping,
)
from storage.cases.promises import STATES
from storage.staff.accounts import list_staff

USUAL = 28
"""How many days are shown when nobody says which."""
LONGEST = 3660
BY = ("", *dict.fromkeys((*GROUPS, *PROMISE_GROUPS)))
"""What figures may be grouped by; a table that does not have it stays in one line."""


class BadDays(ValueError):
    """These days cannot be counted."""


@dataclass(frozen=True, slots=True)
class DaySpan:
    """From the first of these days to the end of the last, on the clocks of one zone."""

    first: date
    last: date
    zone: ZoneInfo

    def scope(self, teams: tuple[str, ...] | None = None) -> FigureScope:
        """The same as moments."""
        since, until = (datetime.combine(day, datetime.min.time(), self.zone) for day in (self.first, self._after))
        return FigureScope(since, until, teams)

    @property
    def _after(self) -> date:
        return self.last + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a scope, grouped by one thing as far as each table has it, and all together."""

    whole: SurveyFigures
    answers: Sequence[SurveyFigures]
    keeping: Sequence[Keeping]


NOTHING = SurveyFigures("", dict.fromkeys(FIGURES, 0), None, None)


def days(first: str, last: str, now: datetime, zone: ZoneInfo) -> DaySpan:
    """Days as they were typed (2026-11-22); what is empty is usual. Raises `BadDays`."""
    try:
        end = date.fromisoformat(last) if last else now.astimezone(zone).date()
        begin = date.fromisoformat(first) if first else end - timedelta(days=USUAL - 1)
    except (ValueError, OverflowError):
        raise BadDays("write days as 2026-11-22") from None
    if not date(1971, 1, 1) <= begin <= end <= date(9000, 1, 1) or (end - begin).days > LONGEST:
        raise BadDays("the first day comes before the last, and ten years at most lie between them")
    return DaySpan(begin, end, zone)


def read_report(conn: Connection, scope: FigureScope, by: str) -> Report:
    """Count everything."""
    whole = next(iter(answers(conn, scope)), NOTHING)
    grouped = answers(conn, scope, by) if by in GROUPS else [whole]
    return Report(whole, grouped, keeping(conn, scope, by if by in PROMISE_GROUPS else ""))


FOLLOW_UP = ("group", *FIGURES, "mean_outcome", "mean_treatment")
PROMISES = ("promise", "group", "all", *STATES, "median_hours", "p90_hours")
CASES = ("reference", "at", "team", "category", "agent", "resolution", "outcome", "treatment", "promise", "state")


def people(conn: Connection, by: str = "agent") -> dict[str, str]:
    """What files call the groups: accounts by their names, all else by what stands in the rows."""
    return {one.id: one.name for one in list_staff(conn, disabled=True)} if by == "agent" else {}


def follow_up_row(line: SurveyFigures, names: Mapping[str, str]) -> list[Cell]:
    """One line of the follow-up, in the order of `FOLLOW_UP`."""
    return [names.get(line.of, line.of), *(line.counts[name] for name in FIGURES), line.outcome, line.treatment]


def promises_row(line: Keeping) -> list[Cell]:
    """One line of the promises, in the order of `PROMISES`; times in working hours."""
    return [line.kind, line.of, *(line.counts[name] for name in ("all", *STATES)), hours(line.median), hours(line.p90)]


def case_row(one: Behind, names: Mapping[str, str]) -> list[Cell]:
    """One case behind a figure, in the order of `CASES`."""
    agent = names.get(one.agent, one.agent)
    scores: list[Cell] = [one.number or None, one.outcome or None, one.treatment or None]
    return [one.reference, one.at.isoformat(), one.team, one.category, agent, *scores, one.kind, one.state]


def hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 3600
