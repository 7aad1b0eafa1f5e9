"""Figures: how the follow-up went and how promises were kept, each a count over rows that can be listed one by one.

Every figure is one condition, and nothing else says what it means: the count and the list of the cases behind it are
made of the same words. A resolution belongs to the day it was made, a promise to the day it was given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, literal, select, true

from complaints.promises import Kind
from complaints.survey import Solved
from storage.cases.promises import SPAM, STATES
from storage.conversations.transcript import Author
from storage.db.timestamps import from_micros, to_micros
from storage.tables.core import messages
from storage.tables.promises import promises
from storage.tables.surveys import surveys

SCORES = (1, 2, 3, 4, 5)
KINDS = tuple(kind.value for kind in Kind)
WHATEVER_CAME = "all"
"""Asks for promises in every state."""


@dataclass(frozen=True, slots=True)
class FigureScope:
    """What is counted: from `since` to before `until` (aware), and of these teams only, or of all (None)."""

    since: datetime
    until: datetime
    teams: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class SurveyFigures:
    """How the follow-up went for one group of resolutions, `of` being empty for all of them.

    `counts` has every figure of `FIGURES`; the averages are None where there is no score.
    """

    of: str
    counts: Mapping[str, int]
    outcome: float | None
    treatment: float | None


@dataclass(frozen=True, slots=True)
class Keeping:
    """How one kind of promise was kept for one group. `counts` has `all` and each of the states.

    `median` and `p90` are working seconds until the promise was kept, in time or not; by nearest rank, None where
    none was kept.
    """

    kind: str
    of: str
    counts: Mapping[str, int]
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class Behind:
    """One case behind a figure: `at` is when it was resolved or promised; `number` counts its resolutions."""

    reference: str
    conversation_id: str
    at: datetime
    team: str
    category: str
    agent: str = ""
    number: int = 0
    outcome: int = 0
    treatment: int = 0
    kind: str = ""
    state: str = ""


_FIRST_ANSWER = (
    select(func.min(promises.c.kept_at))
    .where(promises.c.reference == surveys.c.reference, promises.c.kind == Kind.FIRST_RESPONSE.value)
    .where(promises.c.kept_at > 0)
    .correlate(surveys)  # two selects out, where SQLAlchemy does not look of its own accord
    .scalar_subquery()
)
_CAME_BACK = exists().where(
    messages.c.conversation_id == surveys.c.conversation_id,
    messages.c.author == Author.CUSTOMER,
    messages.c.at > _FIRST_ANSWER,
    messages.c.at <= surveys.c.resolved_at,
)

FIGURES: Mapping[str, ColumnElement[bool]] = {
    "resolutions": true(),
    "sent": surveys.c.asked_at > 0,
    "delivered": and_(surveys.c.asked_at > 0, surveys.c.delivered_at > 0),
    "answered": surveys.c.answered_at > 0,
    "solved": surveys.c.solved == Solved.YES,
    "partly": surveys.c.solved == Solved.PARTLY,
    "unsolved": surveys.c.solved == Solved.NO,
    "outcome": surveys.c.outcome > 0,
    "treatment": surveys.c.treatment > 0,
    **{f"outcome_{score}": surveys.c.outcome == score for score in SCORES},
    **{f"treatment_{score}": surveys.c.treatment == score for score in SCORES},
    "reopened": surveys.c.reopened_at > 0,
    "first": surveys.c.resolution == 1,
    "first_contact": and_(surveys.c.resolution == 1, surveys.c.reopened_at == 0, ~_CAME_BACK),
}
"""What counts as what. `first` are cases that were resolved for the first time; `first_contact` those of them where
the customer had not to write again after a person's first answer, and that were not opened again since."""

_SPAM_CASE = exists().where(promises.c.reference == surveys.c.reference, promises.c.state == SPAM).correlate(surveys)
_NO_SPAM: Mapping[str, ColumnElement[bool]] = {surveys.name: ~_SPAM_CASE, promises.name: promises.c.state != SPAM}
"""What turned out to be spam is counted nowhere."""

_WAVE = case((surveys.c.answered_wave > 0, surveys.c.answered_wave), else_=surveys.c.wave)
GROUPS: Mapping[str, ColumnElement[Any]] = {
    "category": surveys.c.category,
    "team": surveys.c.team,
    "agent": surveys.c.agent,
    "wave": _WAVE,
    "playbook": surveys.c.playbook,
}
"""What resolutions may be grouped by. The wave is the one that was answered, else the last that was sent."""
PROMISE_GROUPS: Mapping[str, ColumnElement[Any]] = {
    "category": promises.c.category,
    "team": promises.c.team,
    "priority": promises.c.priority,
    "playbook": promises.c.playbook,
}
"""What promises may be grouped by."""


def answers(conn: Connection, scope: FigureScope, by: str = "") -> list[SurveyFigures]:
    """How the follow-up went, in one line or in one for each group; groups without a resolution have none."""
    group = _group(GROUPS, by)
    counted = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in FIGURES.items()]
    averages = [
        func.avg(case((column > 0, column * 1.0))).label(f"mean_{column.name}")
        for column in (surveys.c.outcome, surveys.c.treatment)
    ]
    query = select(group, *counted, *averages).where(*_within(surveys, surveys.c.resolved_at, scope))
    rows = conn.execute(query.group_by(group).order_by(group) if by else query)
    return [_answers(row) for row in rows if row.resolutions]


def _answers(row: Any) -> SurveyFigures:
    counts = {name: int(getattr(row, name)) for name in FIGURES}
    return SurveyFigures(str(row[0]), counts, _number(row.mean_outcome), _number(row.mean_treatment))


def keeping(conn: Connection, scope: FigureScope, by: str = "") -> list[Keeping]:
    """How each kind of promise was kept, for all or for each group."""
    group = _group(PROMISE_GROUPS, by)
    counted = [func.sum(case((promises.c.state == state, 1), else_=0)).label(state) for state in STATES]
    query = select(promises.c.kind, group, func.count().label("all"), *counted).group_by(promises.c.kind)
    query = query.where(*_within(promises, promises.c.began_at, scope)).order_by(promises.c.kind)
    rows = conn.execute(query.group_by(group).order_by(group) if by else query).all()
    middle, high = (_rank(conn, scope, group, percent) for percent in (50, 90))
    return [_keeping(row, middle, high) for row in rows]


def _keeping(row: Any, middle: Mapping[tuple[str, str], float], high: Mapping[tuple[str, str], float]) -> Keeping:
    key = row[0], str(row[1])
    counts = {name: int(row._mapping[name]) for name in ("all", *STATES)}
    return Keeping(*key, counts, middle.get(key), high.get(key))


def _rank(
    conn: Connection, scope: FigureScope, group: ColumnElement[Any], percent: int
) -> dict[tuple[str, str], float]:
    """For each kind and group the working seconds within which this share was kept: by nearest rank."""
    parts = [promises.c.kind, group]
    kept = select(
        promises.c.kind,
        group,
        promises.c.spent,
        func.row_number().over(partition_by=parts, order_by=promises.c.spent).label("n"),
        func.count().over(partition_by=parts).label("of_all"),
    ).where(*_within(promises, promises.c.began_at, scope), promises.c.kept_at > 0)
    ranked = kept.subquery()
    # Rounded up without a fraction: the least rank that covers the share.
    query = select(ranked).where(ranked.c.n == (ranked.c.of_all * percent + 99) // 100)
    return {(row.kind, str(row[1])): row.spent / 1_000_000 for row in conn.execute(query)}


def resolutions_behind(
    conn: Connection, scope: FigureScope, figure: str, by: str = "", of: str = "", limit: int = 200, skip: int = 0
) -> list[Behind]:
    """The resolutions that a figure counts, the newest first. Raises KeyError for one that is not known."""
    query = select(surveys).where(*_within(surveys, surveys.c.resolved_at, scope), FIGURES[figure])
    query = _of_group(query, _group(GROUPS, by), by, of)
    order = (surveys.c.resolved_at.desc(), surveys.c.reference, surveys.c.resolution)
    return [
        Behind(
            row.reference, row.conversation_id, from_micros(row.resolved_at), row.team, row.category,
            agent=row.agent, number=row.resolution, outcome=row.outcome, treatment=row.treatment,
        )
        for row in conn.execute(query.order_by(*order).limit(limit).offset(skip))
    ]  # fmt: skip


def promises_behind(
    conn: Connection,
    scope: FigureScope,
    kind: str,
    state: str,
    by: str = "",
    of: str = "",
    limit: int = 200,
    skip: int = 0,
) -> list[Behind]:
    """The promises that a figure counts, the newest first; `state` may be `WHATEVER_CAME`."""
    query = select(promises).where(*_within(promises, promises.c.began_at, scope), promises.c.kind == kind)
    query = _of_group(query, _group(PROMISE_GROUPS, by), by, of)
    query = query if state == WHATEVER_CAME else query.where(promises.c.state == state)
    order = (promises.c.began_at.desc(), promises.c.reference)
    return [
        Behind(
            row.reference, row.conversation_id, from_micros(row.began_at), row.team, row.category,
            kind=row.kind, state=row.state,
        )
        for row in conn.execute(query.order_by(*order).limit(limit).offset(skip))
    ]  # fmt: skip


def _group(groups: Mapping[str, ColumnElement[Any]], by: str) -> ColumnElement[Any]:
    """What to group by; one that these rows do not have leaves them together."""
    return groups[by].label("of_group") if by else literal("").label("of_group")


def _of_group(query: Select[Any], group: ColumnElement[Any], by: str, of: str) -> Select[Any]:
    if not by:
        return query
    return query.where(group == (int(of) if by == "wave" else of))


def _within(table: Any, moment: ColumnElement[int], scope: FigureScope) -> Sequence[ColumnElement[bool]]:
    """The rows of the scope, in the words of the index."""
    within = [moment >= to_micros(scope.since), moment < to_micros(scope.until), _NO_SPAM[table.name]]
    return within if scope.teams is None else [*within, table.c.team.in_(scope.teams)]


def _number(average: Any) -> float | None:
    return None if average is None else float(average)
