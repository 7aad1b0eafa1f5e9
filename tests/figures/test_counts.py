"""Every figure equals a count over raw rows, made in plain Python; and lists exactly the cases that it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import mean
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from storage.analytics.figures import (
    FIGURES,
    GROUPS,
    PROMISE_GROUPS,
    FigureScope,
    answers,
    keeping,
    promises_behind,
    resolutions_behind,
)
from storage.db.database import Database, open_database
from storage.db.timestamps import to_micros
from storage.migrations.upgrade import bring_up_to_date
from tests.figures.rows import HOUR, NOON, WORDS, filled, given_promises, resolutions, said

Row = dict[str, Any]
SCOPES = [
    FigureScope(NOON - 24 * HOUR, NOON + 24 * HOUR),
    FigureScope(NOON - 24 * HOUR, NOON + 24 * HOUR, ("care", "quality")),
    FigureScope(NOON - 24 * HOUR, NOON + 24 * HOUR, ()),
    FigureScope(NOON, NOON),
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path_factory.mktemp('figures') / 'amends.db'}")
    bring_up_to_date(opened)
    yield opened
    opened.close()


def plainly(rows: list[Row], scope: FigureScope, moment: str) -> list[Row]:
    since, until = to_micros(scope.since), to_micros(scope.until)
    teams = scope.teams
    return [row for row in rows if since <= row[moment] < until and (teams is None or row["team"] in teams)]


def came_back(row: Row, vows: list[Row], words: list[Row]) -> bool:
    """Whether the customer wrote between a person's first answer and the resolution."""
    first = [v["kept_at"] for v in vows if v["reference"] == row["reference"] and v["kind"] == "first_response"]
    answered = min((at for at in first if at), default=None)
    return answered is not None and any(
        word["author"] == "customer" and answered < word["at"] <= row["resolved_at"]
        for word in words
        if word["conversation_id"] == row["conversation_id"]
    )


def meanings(vows: list[Row], words: list[Row]) -> dict[str, Callable[[Row], bool]]:
    """What each figure counts, said once more."""
    told: dict[str, Callable[[Row], bool]] = {
        "resolutions": lambda row: True,
        "sent": lambda row: row["asked_at"] != 0,
        "delivered": lambda row: row["asked_at"] != 0 and row["delivered_at"] != 0,
        "answered": lambda row: row["answered_at"] != 0,
        "solved": lambda row: row["solved"] == "yes",
        "partly": lambda row: row["solved"] == "partly",
        "unsolved": lambda row: row["solved"] == "no",
        "outcome": lambda row: row["outcome"] in range(1, 6),
        "treatment": lambda row: row["treatment"] in range(1, 6),
        "reopened": lambda row: row["reopened_at"] != 0,
        "first": lambda row: row["resolution"] == 1,
        "first_contact": lambda row: (
            row["resolution"] == 1 and not row["reopened_at"] and not came_back(row, vows, words)
        ),
    }
    for n in range(1, 6):
        told[f"outcome_{n}"] = lambda row, n=n: row["outcome"] == n  # type: ignore[misc]
        told[f"treatment_{n}"] = lambda row, n=n: row["treatment"] == n  # type: ignore[misc]
    return told


def group_of(row: Row, by: str) -> str:
    if by == "wave":
        return str(row["answered_wave"] or row["wave"])
    return str(row[by]) if by else ""


def nearest(values: list[int], percent: int) -> float | None:
    """The least value that this share does not exceed."""
    ordered = sorted(values)
    return next((v / 1e6 for n, v in enumerate(ordered, 1) if 100 * n >= percent * len(ordered)), None)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    drawn=st.lists(resolutions, max_size=25),
    vowed=st.lists(given_promises, max_size=25),
    spoken=st.lists(said, max_size=20),
    scope=st.sampled_from(SCOPES),
    by=st.sampled_from(["", *GROUPS]),
)
def test_each_figure_of_the_follow_up_is_a_count_over_raw_rows(
    kept: Database, drawn: list[Row], vowed: list[Row], spoken: list[Row], scope: FigureScope, by: str
) -> None:
    asked, vows, words = filled(kept, drawn, vowed, spoken)
    told, rows = meanings(vows, words), plainly(asked, scope, "resolved_at")
    assert set(told) == set(FIGURES)
    with kept.read() as conn:
        lines = answers(conn, scope, by)
        assert [line.of for line in lines] == sorted({group_of(row, by) for row in rows})
        for line in lines:
            mine = [row for row in rows if group_of(row, by) == line.of]
            assert line.counts == {name: sum(map(meant, mine)) for name, meant in told.items()}
            for name in ("outcome", "treatment"):
                marks = [row[name] for row in mine if row[name]]
                assert getattr(line, name) == pytest.approx(mean(marks) if marks else None)
            for name, meant in told.items():
                behind = resolutions_behind(conn, scope, name, by, line.of)
                assert sorted((b.reference, b.number) for b in behind) == sorted(
                    (row["reference"], row["resolution"]) for row in mine if meant(row)
                )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    vowed=st.lists(given_promises, max_size=30),
    scope=st.sampled_from(SCOPES),
    by=st.sampled_from(["", *PROMISE_GROUPS]),
)
def test_each_figure_of_the_promises_is_a_count_over_raw_rows(
    kept: Database, vowed: list[Row], scope: FigureScope, by: str
) -> None:
    _, vows, _ = filled(kept, [], vowed, [])
    rows = plainly(vows, scope, "began_at")
    with kept.read() as conn:
        lines = keeping(conn, scope, by)
        assert [(line.kind, line.of) for line in lines] == sorted({(row["kind"], group_of(row, by)) for row in rows})
        for line in lines:
            mine = [row for row in rows if (row["kind"], group_of(row, by)) == (line.kind, line.of)]
            spent = [row["spent"] for row in mine if row["kept_at"]]
            assert (line.median, line.p90) == (nearest(spent, 50), nearest(spent, 90))
            for state, count in line.counts.items():
                meant = [row["reference"] for row in mine if state in ("all", row["state"])]
                behind = promises_behind(conn, scope, line.kind, state, by, line.of)
                assert (count, sorted(b.reference for b in behind)) == (len(meant), sorted(meant))


def test_both_databases_count_alike(database: Database, kept: Database) -> None:
    rows = [
        {**_resolution(n), "team": ["care", "quality"][n % 2], "outcome": n % 6, "answered_wave": n % 3}
        for n in range(40)
    ]
    vows = [{**_promise(n), "spent": n * 1_000_000, "kept_at": n and 1} for n in range(40)]
    told = []
    for opened in (database, kept):
        filled(opened, rows, vows, [])
        with opened.read() as conn:
            told.append([(answers(conn, SCOPES[0], by), keeping(conn, SCOPES[0])) for by in ("", "team", "wave")])
    assert told[0] == told[1]
    assert told[0][0][0]


def _resolution(n: int) -> Row:
    texts = dict.fromkeys(("channel", "reason", "words", "more", "contact", "dropped", "reopened_by"), "")
    moments = dict.fromkeys(
        ("asked_at", "reminded_at", "asked_seq", "delivered_at", "answered_at", "done_at", "reopened_at"), 0
    )
    facts = {"agent": "li", "team": "care", "category": "delivery", "playbook": "v1", "solved": ""}
    counted = {"wave": 0, "answered_wave": 0, "outcome": 0, "treatment": 0}
    at = to_micros(NOON - timedelta(hours=23) + n * timedelta(minutes=1))
    return {"case": n, "resolution": 1, "resolved_at": at, **texts, **moments, **facts, **counted}


def _promise(n: int) -> Row:
    facts = {"priority": "urgent", "team": "care", "category": "delivery", "playbook": "v1", "cause": ""}
    at = to_micros(NOON - timedelta(hours=23) + n * timedelta(minutes=1))
    return {"case": n, "kind": "resolution", "began_at": at, "target": 1, "spent": 0, "kept_at": 0, "state": "kept"} | (
        facts
    )


def test_no_figure_reads_what_lies_outside_its_days(kept: Database) -> None:
    filled(kept, [_resolution(1)], [_promise(1)], [])
    plans: list[str] = []

    def explain(conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.startswith("SELECT"):
            raw = conn.connection.dbapi_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in raw)

    event.listen(kept.reader, "before_cursor_execute", explain)
    with kept.read() as conn:
        for scope in SCOPES[:2]:
            for by in ("", *GROUPS):
                answers(conn, scope, by)
                resolutions_behind(conn, scope, "first_contact", by, "1" if by == "wave" else "care")
            for by in ("", *PROMISE_GROUPS):
                keeping(conn, scope, by)
                promises_behind(conn, scope, "resolution", "kept", by, "care")
    event.remove(kept.reader, "before_cursor_execute", explain)
    touching = [plan for plan in plans if any(table in plan for table in ("surveys", "promises", "messages"))]
    assert len(touching) > 20
    assert not [plan for plan in touching if plan.startswith("SCAN") and "(subquery" not in plan]
    assert any("ix_surveys_resolved_at (resolved_at>? AND resolved_at<?)" in plan for plan in touching)
    assert any("ix_promises_began_at (began_at>? AND began_at<?)" in plan for plan in touching)


def test_what_one_customer_writes_counts_from_the_answer_to_their_own_case(kept: Database) -> None:
    """It once counted from the first answer that anybody got, so that nobody was helped at first contact."""

    def row(case: int, **facts: Any) -> Row:
        blank = dict.fromkeys(("agent", "playbook", "solved", *WORDS), "")
        none = dict.fromkeys((name for name in _NUMBERS if name not in facts), 0)
        return {"case": case, "resolution": 1, "team": "care", "category": "delivery", **blank, **none, **facts}

    def answer(case: int, at: int) -> Row:
        plain = {"priority": "normal", "team": "care", "category": "delivery", "playbook": "", "cause": ""}
        times = {"began_at": at, "kept_at": at, "target": 1, "spent": 1}
        return {"case": case, "kind": "first_response", "state": "kept", **plain, **times}

    at = [to_micros(NOON + n * HOUR) for n in range(6)]
    filled(
        kept,
        [row(1, resolved_at=at[1]), row(2, resolved_at=at[4]), row(3, resolved_at=at[5])],
        [answer(1, at[0]), answer(2, at[3]), answer(3, at[3])],
        [{"case": 2, "author": "customer", "at": at[2]}, {"case": 3, "author": "customer", "at": at[4]}],
    )
    with kept.read() as conn:
        [line] = answers(conn, SCOPES[0])
        behind = resolutions_behind(conn, SCOPES[0], "first_contact")
    assert line.counts["first_contact"] == 2
    assert [one.reference for one in behind] == ["C-2611-000002", "C-2611-000001"]


_NUMBERS = (
    "wave", "answered_wave", "asked_at", "reminded_at", "asked_seq", "delivered_at", "answered_at", "done_at",
    "outcome", "treatment", "reopened_at",
)  # fmt: skip
