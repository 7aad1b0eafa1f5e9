"""The board for supervisors: how complaints go, as pictures with a table under each; every mark opens its cases.

Whoever serves some teams only sees those. Pictures are SVG drawn here: no script, nothing from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from fastapi import Response
from sqlalchemy import Connection

from handlers.desk.query_names import query_of
from handlers.desk.reports.drawing import Bar, ChartBars, bars, heat
from handlers.desk.reports.figures import OPEN, TOGETHER
from handlers.desk.reports.saved_tables import saved
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.http.problems import BadRequest, NotFound
from staff.board import BOARD_COLUMNS, board_row
from staff.figures import BadDays, DaySpan, days
from staff.words import later
from storage.analytics.board import BY, NAMES, CountedFigure, Hour, Step, board, cases_behind, moments, steps
from storage.analytics.figures import FigureScope

PAGE = "/desk/board"
DAILY = ("received", "resolved", "open")
HEAD = ("received", "resolved", "open", "overdue")
RATES = (
    "response_rate", "resolution_rate", "satisfaction", "first_contact", "reopened", "survey_response", "upheld",
)  # fmt: skip


_GROUPED = ("hour", *(by for by in BY if by != "day"))
_HOUR = re.compile(r"([0-6])-(1?[0-9]|2[0-3])")


def add(pages: Pages) -> None:
    pages.get(PAGE, show, OPEN)
    pages.get(f"{PAGE}/cases", show_cases, OPEN)
    pages.get(f"{PAGE}.csv", save, OPEN)


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """What an address asks for: days and whose teams; of a list, which figure of which group, and which page."""

    days: DaySpan
    teams: tuple[str, ...] | None
    by: str
    figure: str
    of: str
    whole: bool
    page: int

    @property
    def scope(self) -> FigureScope:
        """The days, or the one day whose cases are asked for."""
        return self.days.scope(self.teams)

    @property
    def before(self) -> DaySpan:
        """As many days before these."""
        length = self.days.last - self.days.first
        last = self.days.first - timedelta(days=1)
        return DaySpan(last - length, last, self.days.zone)

    @property
    def hour(self) -> Hour | None:
        """The hour of the week whose cases are asked for. Raises `NotFound` for one that no week has."""
        if self.by != "hour":
            return None
        found = _HOUR.fullmatch(self.of)
        if found is None:
            raise NotFound(later("There is no such figure."))
        return Hour(int(found[1]), int(found[2]), self.days.zone)

    def link(self, path: str = "/cases", **more: str | int) -> str:
        """The address of a list behind a figure of these days."""
        asked = {"from": self.days.first, "to": self.days.last, **more}
        return (
            f"{PAGE}{path}?{urlencode({name: value for name, value in asked.items() if value != '' or name == 'of'})}"
        )

    def of_day(self, figure: str, day: str) -> str:
        return f"{PAGE}/cases?{urlencode({'from': day, 'to': day, 'figure': figure})}"

    def other(self, page: int) -> str:
        """Another page of this list."""
        group = {"by": self.by, "of": self.of} if self.by else {}
        return self.link(figure=self.figure, **group, **({"whole": "1"} if self.whole else {}), page=page)


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """All that the board shows."""

    now: Mapping[str, CountedFigure]
    before: Mapping[str, CountedFigure]
    daily: Mapping[tuple[str, str], int]
    categories: Sequence[tuple[str, int]]
    hours: Sequence[tuple[int, int, int, int]]
    steps: Sequence[Step]

    @property
    def slowest(self) -> Step | None:
        return max((step for step in self.steps if step.median), key=lambda step: step.median or 0, default=None)


def asked_by(visit: Visit) -> BoardQuery:
    """What the address asks for. Raises `BadRequest` for days that cannot be."""
    query = query_of(visit, ("from", "to", "by", "figure", "of", "whole", "page"))
    try:
        span = days(query.get("from", "")[:10], query.get("to", "")[:10], visit.now, visit.zone)
    except BadDays:
        raise BadRequest(later("Choose a first day and a last day, ten years apart at most.")) from None
    teams = (*visit.staff.teams, "") if visit.staff.teams else None
    by = query.get("by", "") if query.get("by", "") in _GROUPED else ""
    page = query.get("page", "")[:4]
    number = int(page) if page.isascii() and page.isdecimal() else 1
    return BoardQuery(
        span, teams, by, query.get("figure", "")[:40], query.get("of", "")[:200], query.get("whole") == "1",
        max(number, 1),
    )  # fmt: skip


def read_counts(conn: Connection, asked: BoardQuery) -> BoardCounts:
    """Everything in one look, so that the pictures agree with one another."""
    scope, zone = asked.scope, asked.days.zone
    earlier = asked.before.scope(asked.teams)
    grouped = [one for one in board(conn, scope, "category") if one.name == "received" and one.share.n]
    return BoardCounts(
        {one.name: one for one in board(conn, scope)},
        {one.name: one for one in board(conn, earlier)},
        {(one.of, one.name): one.share.part for one in board(conn, scope, "day", zone)},
        sorted(((one.of, one.share.part) for one in grouped), key=lambda pair: (-pair[1], pair[0])),
        heat(moments(conn, scope, zone)),
        steps(conn, scope),
    )


async def show(visit: Visit) -> Response:
    """The board of some days, beside as many days before."""
    asked = asked_by(visit)
    counts = await visit.desk.read(read_counts, asked)
    dates = [(asked.days.first + timedelta(days=n)) for n in range((asked.days.last - asked.days.first).days + 1)]
    return visit.render(
        "board.html", asked=asked, counts=counts, head=HEAD, rates=RATES, dates=[day.isoformat() for day in dates],
        titles=titles(visit), picture=_daily(visit, asked, counts, dates),
        pareto=_pareto(counts.categories), named=visit.category_names,
    )  # fmt: skip


async def show_cases(visit: Visit) -> Response:
    """The cases behind one mark, no other and none missing."""
    asked = asked_by(visit)
    if asked.figure not in NAMES:
        raise NotFound(later("There is no such figure."))
    skip = TOGETHER * (asked.page - 1)
    hour, by = asked.hour, "" if asked.hour else asked.by
    found = await visit.desk.read(
        cases_behind, asked.scope, asked.figure, by, asked.of, TOGETHER + 1, skip, whole=asked.whole, hour=hour
    )
    return visit.render(
        "board_cases.html", asked=asked, cases=found[:TOGETHER], more=len(found) > TOGETHER,
        title=titles(visit)[asked.figure], categories=visit.category_names,
    )  # fmt: skip


async def save(visit: Visit) -> Response:
    """The figures of the board as a file."""
    asked = asked_by(visit)
    by = "" if asked.by == "hour" else asked.by
    found = await visit.desk.read(board, asked.scope, by, asked.days.zone)
    return saved(visit, "board", asked.days, BOARD_COLUMNS, [board_row(one) for one in found])


def titles(visit: Visit) -> Mapping[str, str]:
    """What the figures are called."""
    _ = visit.words.gettext
    return {
        "received": _("Received"), "resolved": _("Resolved"), "open": _("Open"), "overdue": _("Overdue"),
        "response_rate": _("First answer in time"), "resolution_rate": _("Resolved, and it held"),
        "satisfaction": _("Satisfied"), "first_contact": _("At first contact"), "reopened": _("Opened again"),
        "survey_response": _("Survey answered"), "upheld": _("Upheld"),
    }  # fmt: skip


def _daily(visit: Visit, asked: BoardQuery, counts: BoardCounts, dates: Sequence[date]) -> ChartBars:
    called = titles(visit)

    def bar(name: str, day: str) -> Bar:
        value = counts.daily.get((day, name), 0)
        within = bar("overdue", day) if name == "open" else None
        return Bar(name, value, f"{day} · {called[name]}: {value}", asked.of_day(name, day), within)

    return bars([(f"{day:%m-%d}", [bar(name, day.isoformat()) for name in DAILY]) for day in dates])


def _pareto(categories: Sequence[tuple[str, int]]) -> list[tuple[str, int, float, float]]:
    """Each category: its name, how many, its part of the greatest, and the share of all up to it."""
    whole, most, running = sum(n for _, n in categories), max((n for _, n in categories), default=1), 0
    lines = []
    for name, n in categories:
        running += n
        lines.append((name, n, n / most, running / whole))
    return lines
