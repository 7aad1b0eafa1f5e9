"""The figures of the board: each is one condition over cases, resolutions or promises; the list is made of the same.

A case belongs to the day it was received, a resolution to the day it was made, a promise to the day it was given.
What a customer has not confirmed, and spam, is counted nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, literal, or_, select, true

from complaints.findings import Upheld
from complaints.lifecycle import OPEN, State
from complaints.promises import Kind
from complaints.statistics import Share, wilson
from complaints.survey import Solved
from storage.analytics.figures import FIGURES, FigureScope
from storage.cases.promises import SPAM, PromiseState
from storage.db.timestamps import from_micros, to_micros
from storage.tables.core import cases, conversations
from storage.tables.offers import findings
from storage.tables.promises import promises
from storage.tables.surveys import surveys

Condition = ColumnElement[bool]
LEAST = 10
"""Below so many answers nothing is said of satisfaction."""
QUARTER = 15 * 60 * 1_000_000
"""All zones differ by quarters of an hour, so days and hours of any of them are made of these."""

_SETTLED = (PromiseState.KEPT, PromiseState.MISSED)
_RUNS = cases.c.state.in_(sorted(state.value for state in OPEN))
_MISSED = exists().where(
    promises.c.reference == cases.c.reference, promises.c.state == PromiseState.MISSED, promises.c.kept_at == 0
)
_HELD = exists().where(surveys.c.reference == cases.c.reference, surveys.c.reopened_at == 0)
_SATISFIED = and_(
    surveys.c.solved != Solved.NO,
    or_(surveys.c.outcome >= 4, and_(surveys.c.outcome == 0, surveys.c.solved == Solved.YES)),
)


def _found(*kinds: Upheld) -> Condition:
    """Whether one of these was found of a case."""
    said = findings.c.upheld.in_([kind.value for kind in kinds])
    return exists().where(findings.c.reference == cases.c.reference, said)


@dataclass(frozen=True, slots=True)
class FigureSource:
    """Rows that are counted: their table, and the moment that says to which day each belongs."""

    table: Any
    moment: ColumnElement[int]


CASES = FigureSource(cases, cases.c.opened_at)
RESOLUTIONS = FigureSource(surveys, surveys.c.resolved_at)
PROMISES = FigureSource(promises, promises.c.began_at)


@dataclass(frozen=True, slots=True)
class BoardFigure:
    """What a figure counts: `part`, and as a share `of` those. Nothing is said of fewer than `least`."""

    source: FigureSource
    part: Condition
    of: Condition | None = None
    least: int = 0


BOARD: Mapping[str, BoardFigure] = {
    "received": BoardFigure(CASES, true()),
    "resolved": BoardFigure(RESOLUTIONS, true()),
    "open": BoardFigure(CASES, _RUNS),
    "overdue": BoardFigure(CASES, and_(_RUNS, _MISSED)),
    "response_rate": BoardFigure(
        PROMISES,
        and_(promises.c.kind == Kind.FIRST_RESPONSE.value, promises.c.state == PromiseState.KEPT),
        and_(promises.c.kind == Kind.FIRST_RESPONSE.value, promises.c.state.in_(_SETTLED)),
    ),
    "resolution_rate": BoardFigure(
        CASES, and_(cases.c.state.in_((State.RESOLVED.value, State.CLOSED.value)), _HELD), true()
    ),
    "satisfaction": BoardFigure(
        RESOLUTIONS, _SATISFIED, or_(surveys.c.solved != "", surveys.c.outcome > 0), least=LEAST
    ),
    "first_contact": BoardFigure(RESOLUTIONS, FIGURES["first_contact"], FIGURES["first"]),
    "reopened": BoardFigure(RESOLUTIONS, FIGURES["reopened"], true()),
    "survey_response": BoardFigure(RESOLUTIONS, and_(FIGURES["sent"], FIGURES["answered"]), FIGURES["sent"]),
    "upheld": BoardFigure(CASES, _found(Upheld.YES, Upheld.PARTLY), _found(*Upheld)),
}
"""`open` and `overdue` are, of the cases received in the days, those still so now. `response_rate` are first answers in
time; `resolution_rate` the received cases that were resolved and stayed so; `satisfaction` the answers of those who
are satisfied, where whoever says that it is not solved is not, whatever score they gave."""
NAMES = tuple(BOARD)
MORE_IS_BETTER: Mapping[str, bool] = {
    name: name != "reopened" for name, figure in BOARD.items() if figure.of is not None
}
"""The shares, and which way is up."""

_PLAYBOOK_OF_CASE = (
    select(func.min(promises.c.playbook)).where(promises.c.reference == cases.c.reference).scalar_subquery()
)
BY = ("", "day", "category", "channel", "team", "language", "playbook", "priority")


@dataclass(frozen=True, slots=True)
class CountedFigure:
    """One figure of one group. `share` is what was counted; a plain count is `part` of as many.

    `value` is None where nothing may be said; `low` and `high` are Wilson's 95 % interval of a share.
    """

    name: str
    of: str
    share: Share

    @property
    def is_share(self) -> bool:
        return BOARD[self.name].of is not None

    @property
    def value(self) -> float | None:
        figure = BOARD[self.name]
        if figure.of is None:
            return self.share.part
        return self.share.value if self.share.n >= figure.least else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.share) if self.is_share and self.value is not None else None


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the week on the clocks of a zone; Monday is 0."""

    weekday: int
    hour: int
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class CaseBehind:
    """A case behind a figure; `at` is when what is counted happened (aware, UTC)."""

    reference: str
    conversation_id: str
    at: datetime
    team: str
    category: str
    state: str


def board(conn: Connection, scope: FigureScope, by: str = "", zone: ZoneInfo | None = None) -> list[CountedFigure]:
    """Every figure, for all or for each group that has any row, by group. `day` is a day of the zone, in ISO form."""
    found: dict[tuple[str, str], Share] = {}
    for source in (CASES, RESOLUTIONS, PROMISES):
        for key, share in _counts(conn, source, scope, by, zone or ZoneInfo("UTC")).items():
            found[key] = _sum(found.get(key), share)
    groups = sorted({of for of, _ in found}) if by else [""]
    nothing = Share(0, 0)
    return [CountedFigure(name, of, found.get((of, name), nothing)) for of in groups for name in NAMES]


def shares(conn: Connection, scope: FigureScope, name: str, playbook: str) -> dict[str, Share]:
    """A share under one version of the playbook, by category. Raises KeyError for a name that is no share."""
    MORE_IS_BETTER[name]
    figure = BOARD[name]
    group = _group(figure.source, "category").label("of_group")
    query = _query(figure.source, scope, group, _summed(name)).where(_group(figure.source, "playbook") == playbook)
    return {str(row[0]): _share(name, row) for row in conn.execute(query.group_by(group))}


def moments(conn: Connection, scope: FigureScope, zone: ZoneInfo) -> dict[tuple[int, int], int]:
    """How many cases were received at each hour of each day of the week (Monday is 0)."""
    group = _group(CASES, "day").label("of_group")
    query = _query(CASES, scope, group, [func.count().label("many")]).group_by(group)
    found: dict[tuple[int, int], int] = {}
    for row in conn.execute(query):
        at = from_micros(int(row.of_group) * QUARTER).astimezone(zone)
        key = at.weekday(), at.hour
        found[key] = found.get(key, 0) + int(row.many)
    return found


def cases_behind(
    conn: Connection, scope: FigureScope, name: str, by: str = "", of: str = "", limit: int = 200, skip: int = 0,
    *, whole: bool = False, hour: Hour | None = None,
) -> list[CaseBehind]:  # fmt: skip
    """What a figure counts, the newest first; `whole`: what it is a share of. Raises KeyError for an unknown name.

    A case that was resolved twice is there twice, as it is counted. Days are asked for by the scope; `hour` asks for
    one of the week, as `moments` counts them.
    """
    figure = BOARD[name]
    table, moment = figure.source.table, figure.source.moment
    columns = [table.c.reference, table.c.conversation_id, moment.label("at"), table.c.team, table.c.category]
    query = _from(figure.source, scope, [*columns, cases.c.state])
    query = query.where(figure.of if whole and figure.of is not None else _part(figure))
    query = query.where(_group(figure.source, by) == of) if by not in ("", "day") else query
    query = query.where(_group(figure.source, "day").in_(_quarters(scope, hour))) if hour else query
    rows = conn.execute(query.order_by(moment.desc(), table.c.reference.desc()).limit(limit).offset(skip))
    return [CaseBehind(row[0], row[1], from_micros(row[2]), *row[3:6]) for row in rows]


def _quarters(scope: FigureScope, hour: Hour) -> list[int]:
    """The quarters of hours within the scope that belong to this hour of the week. Days are few, rows are many."""
    first, last = (to_micros(at.astimezone(UTC)) // QUARTER for at in (scope.since, scope.until))
    hours = ((n, from_micros(n * QUARTER).astimezone(hour.zone)) for n in range(first, last + 1))
    return [n for n, at in hours if (at.weekday(), at.hour) == (hour.weekday, hour.hour)]


def _counts(
    conn: Connection, source: FigureSource, scope: FigureScope, by: str, zone: ZoneInfo
) -> dict[tuple[str, str], Share]:
    names = [name for name, figure in BOARD.items() if figure.source is source]
    group = _group(source, by).label("of_group")
    query = _query(source, scope, group, [column for name in names for column in _summed(name)])
    found: dict[tuple[str, str], Share] = {}
    for row in conn.execute(query.group_by(group) if by else query):
        of = _day(row.of_group, zone) if by == "day" else str(row.of_group or "")
        for name in names:
            found[of, name] = _sum(found.get((of, name)), _share(name, row))
    return found


def _day(quarter: Any, zone: ZoneInfo) -> str:
    return from_micros(int(quarter) * QUARTER).astimezone(zone).date().isoformat()


def _sum(one: Share | None, other: Share) -> Share:
    return Share(one.part + other.part, one.n + other.n) if one else other


def _summed(name: str) -> list[ColumnElement[Any]]:
    figure = BOARD[name]
    whole = _part(figure) if figure.of is None else figure.of
    sums = {name: _part(figure), f"{name}_n": whole}
    return [func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(key) for key, condition in sums.items()]


def _share(name: str, row: Any) -> Share:
    return Share(int(row._mapping[name]), int(row._mapping[f"{name}_n"]))


def _part(figure: BoardFigure) -> Condition:
    return figure.part if figure.of is None else and_(figure.of, figure.part)


def _group(source: FigureSource, by: str) -> ColumnElement[Any]:
    match by:
        case "":
            return literal("")
        case "day":
            # Both databases divide whole numbers to whole numbers; SQLAlchemy's own division would not.
            return source.moment.op("/")(QUARTER)
        case "channel" | "language":
            return conversations.c[by]
        case "playbook" if source is CASES:
            return func.coalesce(_PLAYBOOK_OF_CASE, "")
        case "priority" if source is RESOLUTIONS:
            return cases.c.priority
    column: ColumnElement[Any] = source.table.c[by]
    return column


def _query(source: FigureSource, scope: FigureScope, group: ColumnElement[Any], columns: Sequence[Any]) -> Select[Any]:
    return _from(source, scope, [group, *columns])


def _from(source: FigureSource, scope: FigureScope, columns: Sequence[Any]) -> Select[Any]:
    """The rows of the scope with their cases and chats."""
    table, moment = source.table, source.moment
    joined = table if source is CASES else table.join(cases, cases.c.reference == table.c.reference)
    joined = joined.join(conversations, conversations.c.id == cases.c.conversation_id)
    since, until = (to_micros(at.astimezone(UTC)) for at in (scope.since, scope.until))
    query = select(*columns).select_from(joined).where(moment >= since, moment < until)
    query = query.where(cases.c.partial.is_(False), _no_spam(source))
    return query if scope.teams is None else query.where(table.c.team.in_(scope.teams))


def _no_spam(source: FigureSource) -> Condition:
    if source is PROMISES:
        return promises.c.state != SPAM
    spam = promises.alias("spam")
    return ~exists().where(spam.c.reference == cases.c.reference, spam.c.state == SPAM)


STEPS = ("first_answer", "resolution", "verdict")
"""The way of a case: until a person answers, from there to the resolution, and until the customer says how it was."""


@dataclass(frozen=True, slots=True)
class Step:
    """How long one step takes, in seconds by the clock on the wall, by nearest rank; None where nobody took it."""

    name: str
    n: int
    median: float | None
    p90: float | None


def steps(conn: Connection, scope: FigureScope) -> list[Step]:
    """The time in each step of the resolutions of these days, each counted where both of its ends are known."""
    answered = (
        select(func.max(promises.c.kept_at))
        .where(promises.c.reference == surveys.c.reference, promises.c.kind == Kind.FIRST_RESPONSE.value)
        .where(promises.c.kept_at > 0, promises.c.kept_at <= surveys.c.resolved_at)
        .correlate(surveys)
        .scalar_subquery()
    )
    columns = [cases.c.opened_at, answered.label("answered"), surveys.c.resolved_at, surveys.c.answered_at]
    rows = conn.execute(_from(RESOLUTIONS, scope, [*columns, surveys.c.resolution])).all()
    first = [row.answered - row.opened_at for row in rows if row.answered and row.resolution == 1]
    resolved = [row.resolved_at - row.answered for row in rows if row.answered]
    said = [row.answered_at - row.resolved_at for row in rows if row.answered_at]
    return [_step(name, spans) for name, spans in zip(STEPS, (first, resolved, said), strict=True)]


def _step(name: str, spans: Sequence[int]) -> Step:
    ordered = sorted(spans)
    ranks = [ordered[(len(ordered) * percent + 99) // 100 - 1] / 1_000_000 if ordered else None for percent in (50, 90)]
    return Step(name, len(ordered), *ranks)
