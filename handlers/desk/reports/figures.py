"""Figures for supervisors and administrators: each opens the cases behind it, and each table may be saved as CSV.

Whoever serves some teams only sees the figures of those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Response
from sqlalchemy import Connection

from handlers.desk.query_names import query_of
from handlers.desk.reports.saved_tables import saved
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.http.problems import BadRequest, NotFound
from staff.figures import (
    BY,
    CASES,
    FOLLOW_UP,
    PROMISES,
    BadDays,
    DaySpan,
    case_row,
    days,
    follow_up_row,
    people,
    promises_row,
    read_report,
)
from staff.rights import needs
from staff.words import later
from storage.analytics.figures import (
    FIGURES,
    GROUPS,
    KINDS,
    PROMISE_GROUPS,
    SCORES,
    WHATEVER_CAME,
    Behind,
    FigureScope,
    promises_behind,
    resolutions_behind,
)
from storage.cases.promises import STATES
from storage.staff.accounts import Role

PAGE = "/desk/figures"
OPEN = needs(Role.SUPERVISOR)
TOGETHER = 200
"""How many cases a page lists."""
MOST = 100_000
"""How many cases a file holds."""


def add(pages: Pages) -> None:
    pages.get(PAGE, show, OPEN)
    pages.get(f"{PAGE}/cases", show_cases, OPEN)
    pages.get(f"{PAGE}/follow-up.csv", save_follow_up, OPEN)
    pages.get(f"{PAGE}/promises.csv", save_promises, OPEN)
    pages.get(f"{PAGE}/cases.csv", save_cases, OPEN)


@dataclass(frozen=True, slots=True)
class FiguresQuery:
    """What an address asks for: days, whose teams, grouped by what; and of the lists, which figure of which group.

    `figure` is one of the follow-up's; or `promise` and `state` are those of a promise.
    """

    days: DaySpan
    scope: FigureScope
    by: str
    figure: str
    promise: str
    state: str
    of: str
    page: int

    def link(self, path: str = "/cases", **more: str | int) -> str:
        """The address of a page of figures for these days; `more` says what else it asks for."""
        asked: dict[str, Any] = {"from": self.days.first, "to": self.days.last, "by": self.by, **more}
        return f"{PAGE}{path}?{urlencode({name: value for name, value in asked.items() if value != ''})}"

    def answers(self, figure: str, of: str) -> str:
        """The list behind a figure of the follow-up."""
        return self.link(by=self.by if self.by in GROUPS else "", figure=figure, of=of)

    def promises(self, promise: str, state: str, of: str) -> str:
        """The list behind a figure of the promises."""
        return self.link(by=self.by if self.by in PROMISE_GROUPS else "", promise=promise, state=state, of=of)

    def this(self, path: str = "/cases", page: int = 0) -> str:
        """The list itself, or another page or form of it."""
        more = {"figure": self.figure, "promise": self.promise, "state": self.state, "of": self.of}
        return self.link(path, **more, page=page or "")


def asked_by(visit: Visit) -> FiguresQuery:
    """What the address asks for. Raises `BadRequest` for days that cannot be; a group that is not known is none."""
    query = query_of(visit, ("from", "to", "by", "figure", "promise", "state", "of", "page"))
    try:
        span = days(query.get("from", "")[:10], query.get("to", "")[:10], visit.now, visit.zone)
    except BadDays:
        raise BadRequest(later("Choose a first day and a last day, ten years apart at most.")) from None
    # What is of no team is everybody's.
    teams = (*visit.staff.teams, "") if visit.staff.teams else None
    known = {name: query.get(name, "")[:200] for name in ("by", "figure", "promise", "state", "of", "page")}
    by = known["by"] if known["by"] in BY else ""
    page = int(known["page"]) if known["page"].isascii() and known["page"].isdecimal() else 1
    named = {name: known[name] for name in ("figure", "promise", "state", "of")}
    return FiguresQuery(span, span.scope(teams), by, **named, page=min(max(page, 1), 1000))


async def show(visit: Visit) -> Response:
    """All figures of some days."""
    asked = asked_by(visit)
    report = await visit.desk.read(read_report, asked.scope, asked.by)
    return visit.render(
        "figures.html", asked=asked, report=report, scores=SCORES,
        groups=BY, named=await _names(visit, asked.by),
        answers_grouped=asked.by in GROUPS, promises_grouped=asked.by in PROMISE_GROUPS,
    )  # fmt: skip


async def show_cases(visit: Visit) -> Response:
    """The cases behind one figure, no other and none missing."""
    asked = asked_by(visit)
    found = await visit.desk.read(_behind, asked, TOGETHER + 1, TOGETHER * (asked.page - 1))
    return visit.render(
        "figures_cases.html", asked=asked, cases=found[:TOGETHER], more=len(found) > TOGETHER,
        named=await _names(visit, asked.by), agents=await _names(visit, "agent"),
        categories=visit.category_names,
    )  # fmt: skip


async def save_follow_up(visit: Visit) -> Response:
    """The follow-up as a file."""
    asked = asked_by(visit)
    report = await visit.desk.read(read_report, asked.scope, asked.by)
    names = await visit.desk.read(people, asked.by)
    return saved(visit, "follow-up", asked.days, FOLLOW_UP, [follow_up_row(line, names) for line in report.answers])


async def save_promises(visit: Visit) -> Response:
    """The promises as a file."""
    asked = asked_by(visit)
    report = await visit.desk.read(read_report, asked.scope, asked.by)
    return saved(visit, "promises", asked.days, PROMISES, [promises_row(line) for line in report.keeping])


async def save_cases(visit: Visit) -> Response:
    """The cases behind one figure as a file."""
    asked = asked_by(visit)
    found = await visit.desk.read(_behind, asked, MOST, 0)
    names = await visit.desk.read(people)
    return saved(visit, "cases", asked.days, CASES, [case_row(one, names) for one in found])


def _behind(conn: Connection, asked: FiguresQuery, limit: int, skip: int) -> list[Behind]:
    scope, by, of = asked.scope, asked.by, asked.of
    if asked.figure in FIGURES and (not by or (by in GROUPS and (by != "wave" or of.isdecimal()))):
        return resolutions_behind(conn, scope, asked.figure, by, of, limit, skip)
    if asked.promise in KINDS and asked.state in (WHATEVER_CAME, *STATES) and (not by or by in PROMISE_GROUPS):
        return promises_behind(conn, scope, asked.promise, asked.state, by, of, limit, skip)
    raise NotFound(later("There is no such figure."))


async def _names(visit: Visit, by: str) -> Mapping[str, str]:
    """What the groups are called, by what stands in the rows; one that is not here is called what it is."""
    _ = visit.words.gettext
    match by:
        case "category":
            return visit.category_names
        case "team":
            return {team: visit.team_named(team) for team in visit.desk.teams}
        case "agent":
            return await visit.desk.read(people)
        case "wave":
            return {"0": _("not asked"), "1": _("the first"), "2": _("the reminder")}
        case "priority":
            return {"urgent": _("Urgent"), "high": _("High"), "normal": _("Normal"), "low": _("Low")}
    return {}
