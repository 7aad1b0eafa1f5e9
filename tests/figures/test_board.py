"""Every figure of the board equals a plain count over rows, and lists exactly the cases that it counts; on both."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select

from complaints.findings import Upheld
from complaints.statistics import Share, wilson
from storage.analytics.board import BOARD, BY, NAMES, CaseBehind, board, cases_behind, moments, shares
from storage.analytics.figures import FigureScope
from storage.db.database import Database
from storage.db.timestamps import from_micros, to_micros
from storage.tables.core import cases, conversations
from storage.tables.offers import findings
from storage.tables.promises import promises
from storage.tables.surveys import surveys
from tests.conftest import sized
from tests.figures.rows import HOUR, NOON, WORDS, chat, reference

Row = dict[str, Any]
MANY = 300
ZONES = [ZoneInfo(name) for name in ("UTC", "Asia/Shanghai", "Europe/Berlin", "Asia/Kathmandu")]
TEAMS = ("care", "quality", "logistics")
OPEN = ("received", "assessed", "in_progress", "remedy_offered", "reopened")
OVER = ("resolved", "closed", "withdrawn")


@pytest.fixture
def rows(database: Database) -> dict[str, list[Row]]:
    """Three hundred cases over forty days around the end of summer time, with all that may come of them."""
    random = Random(1717)
    made = drawn(random)
    with database.write() as conn:
        for table in (conversations, cases, surveys, promises, findings):
            conn.execute(insert(table), made[table.name])
    return made


def drawn(random: Random) -> dict[str, list[Row]]:
    made: dict[str, list[Row]] = {"conversations": [], "cases": [], "surveys": [], "promises": [], "findings": []}
    for n in range(MANY):
        opened = NOON - timedelta(days=40) + timedelta(minutes=random.randrange(40 * 1440))
        team, category = random.choice(TEAMS), random.choice(("delivery", "billing"))
        playbook, key = random.choice(("v1", "v2")), {"reference": reference(n), "conversation_id": chat(n)}
        made["conversations"].append(chat_row(n, random))
        facts = {"state": random.choice(OPEN + OVER), "priority": random.choice(("urgent", "normal")), "body": "{}"}
        about = {"partial": random.random() < 0.1, "changed_at": 0, "opened_at": to_micros(opened)}
        made["cases"].append(key | facts | about | {"team": team, "category": category})
        shared = key | {"team": team, "category": category, "playbook": playbook}
        made["findings"] += [finding_row(shared, random)] if random.random() < 0.6 else []
        spam = random.random() < 0.05
        made["promises"] += [_promise(shared, kind, to_micros(opened), random, spam) for kind in _KINDS]
        made["surveys"] += [
            survey_row(shared, k + 1, opened + k * 30 * HOUR, random) for k in range(random.randrange(3))
        ]
    return made


_KINDS = ("first_response", "resolution")


def chat_row(n: int, random: Random) -> Row:
    texts = dict.fromkeys(("account", "chat", "audit_last", "audit_head", "transcript_head"), str(n))
    numbers = dict.fromkeys(("turn", "message_count", "case_count", "audit_count", "updated_at"), 0)
    told = {"channel": random.choice(("web", "telegram")), "language": random.choice(("en", "zh-Hans"))}
    return {"id": chat(n), "controller": "bot", "state": "{}"} | texts | numbers | told


def _promise(shared: Row, kind: str, at: int, random: Random, spam: bool) -> Row:
    state = "spam" if spam else random.choice(("running", "kept", "missed", "dropped"))
    kept = at + 1 if state == "kept" or random.random() < 0.3 else 0
    rest = {"priority": random.choice(("urgent", "normal")), "target": 1, "spent": 1, "cause": ""}
    return shared | {"kind": kind, "began_at": at, "kept_at": kept, "state": state} | rest


def survey_row(shared: Row, number: int, at: Any, random: Random) -> Row:
    moment = to_micros(at)
    maybe = {name: random.choice((0, moment + 9)) for name in ("asked_at", "answered_at", "reopened_at")}
    numbers = dict.fromkeys(("wave", "answered_wave", "reminded_at", "asked_seq", "delivered_at", "done_at"), 0)
    said = {"solved": random.choice(("", "yes", "partly", "no")), "outcome": random.randrange(6), "treatment": 0}
    plain = dict.fromkeys((*WORDS, "agent"), "")
    return shared | {"resolution": number, "resolved_at": moment} | maybe | numbers | said | plain


def finding_row(shared: Row, random: Random) -> Row:
    plain = {"at": 1, "by": "", "responsible": "us", "cause": "", "contributing": "", "risk": 0}
    return shared | plain | {"upheld": random.choice([kind.value for kind in Upheld])}


def plainly(made: dict[str, list[Row]], name: str, scope: FigureScope) -> tuple[list[Row], list[Row]]:
    """The rows that a figure counts and those it is a share of, by loops over all rows."""
    by_reference = {row["reference"]: row for row in made["cases"]}
    spam = {row["reference"] for row in made["promises"] if row["state"] == "spam"}
    table, moment = _WHERE[name]
    since, until = to_micros(scope.since), to_micros(scope.until)
    mine = [
        row for row in made[table]
        if since <= row[moment] < until and (scope.teams is None or row["team"] in scope.teams)
        and not by_reference[row["reference"]]["partial"] and row["reference"] not in spam
    ]  # fmt: skip
    whole = [row for row in mine if _of(name, row, made)]
    part = [row for row in whole if _counts(name, row, made)]
    return part, (part if name in ("received", "resolved", "open", "overdue") else whole)


_WHERE = (
    dict.fromkeys(("received", "open", "overdue", "resolution_rate", "upheld"), ("cases", "opened_at"))
    | dict.fromkeys(
        ("resolved", "satisfaction", "first_contact", "reopened", "survey_response"), ("surveys", "resolved_at")
    )
    | {"response_rate": ("promises", "began_at")}
)  # fmt: skip


def _of(name: str, row: Row, made: dict[str, list[Row]]) -> bool:
    match name:
        case "upheld":
            return row["reference"] in {one["reference"] for one in made["findings"]}
        case "response_rate":
            return row["kind"] == "first_response" and row["state"] in ("kept", "missed")
        case "satisfaction":
            return bool(row["solved"] or row["outcome"])
        case "first_contact":
            return bool(row["resolution"] == 1)
        case "survey_response":
            return bool(row["asked_at"])
    return True


def _counts(name: str, row: Row, made: dict[str, list[Row]]) -> bool:
    late = {p["reference"] for p in made["promises"] if p["state"] == "missed" and not p["kept_at"]}
    held = {s["reference"] for s in made["surveys"] if not s["reopened_at"]}
    match name:
        case "open":
            return row["state"] in OPEN
        case "overdue":
            return row["state"] in OPEN and row["reference"] in late
        case "response_rate":
            return bool(row["state"] == "kept")
        case "upheld":
            found = {one["reference"] for one in made["findings"] if one["upheld"] in ("yes", "partly")}
            return row["reference"] in found
        case "resolution_rate":
            return row["state"] in ("resolved", "closed") and row["reference"] in held
        case "satisfaction":
            score = row["outcome"] or {"yes": 5, "partly": 3, "no": 1}[row["solved"]]
            return row["solved"] != "no" and score >= 4
        case "first_contact":
            return not row["reopened_at"]
        case "reopened":
            return bool(row["reopened_at"])
        case "survey_response":
            return bool(row["answered_at"])
    return True


def group_of(made: dict[str, list[Row]], name: str, row: Row, by: str, zone: ZoneInfo) -> str:
    match by:
        case "day":
            return from_micros(row[_WHERE[name][1]]).astimezone(zone).date().isoformat()
        case "channel" | "language":
            return str(next(one[by] for one in made["conversations"] if one["id"] == row["conversation_id"]))
        case "playbook":
            return str(next(one["playbook"] for one in made["promises"] if one["reference"] == row["reference"]))
        case "priority" if "priority" not in row:
            return str(next(one["priority"] for one in made["cases"] if one["reference"] == row["reference"]))
    return str(row[by]) if by else ""


def drawn_scope(random: Random) -> tuple[FigureScope, str, ZoneInfo]:
    since = NOON - random.randrange(42 * 24) * HOUR
    teams = random.choice((None, None, ("care",), ("care", "quality"), ()))
    scope = FigureScope(since, since + random.choice((0, 1, 24, 24 * 7, 24 * 50)) * HOUR, teams)
    return scope, random.choice(BY), random.choice(ZONES)


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_every_figure_is_a_count_over_rows(database: Database, rows: dict[str, list[Row]]) -> None:
    random = Random(42)
    assert {*_WHERE} == {*BOARD}
    with database.read() as conn:
        for _ in range(sized(1000, 10_000)):
            scope, by, zone = drawn_scope(random)
            found = {(one.of, one.name): one for one in board(conn, scope, by, zone)}
            for name in random.sample(sorted(BOARD), 3):
                part, whole = plainly(rows, name, scope)
                mine = [Counter(group_of(rows, name, row, by, zone) for row in some) for some in (part, whole)]
                counted = {of: one.share for (of, figure), one in found.items() if figure == name and one.share.n}
                assert counted == {of: Share(mine[0][of], n) for of, n in mine[1].items()}
                of = random.choice(sorted(mine[1])) if mine[1] and by != "day" else ""
                if by == "day":
                    continue
                for all_of_it, meant in ((False, part), (True, whole)):
                    behind = cases_behind(conn, scope, name, by if mine[1] else "", of, MANY * 3, whole=all_of_it)
                    expected = [row["reference"] for row in meant if group_of(rows, name, row, by, zone) == of]
                    assert Counter(one.reference for one in behind) == Counter(expected)


def test_a_share_has_wilsons_interval_and_few_answers_say_nothing(
    database: Database, rows: dict[str, list[Row]]
) -> None:
    seen = set()
    with database.read() as conn:
        for hours in range(1, 200):
            for one in board(conn, FigureScope(NOON - 9 * 24 * HOUR, NOON + (hours - 9 * 24) * HOUR)):
                if one.name == "satisfaction":
                    seen.add(one.value is None)
                    assert (one.value is None) == (one.share.n < 10)
                    assert one.interval == (None if one.share.n < 10 else wilson(one.share))
    assert seen == {True, False}
    assert {"received", "resolved", "open", "overdue", "upheld"} < {*NAMES}


def test_whoever_is_not_helped_is_not_satisfied_whatever_score_they_gave(
    database: Database, rows: dict[str, list[Row]]
) -> None:
    with database.read() as conn:
        behind: list[CaseBehind] = cases_behind(conn, EVER, "satisfaction", limit=1000)
        unhappy = conn.scalars(select(surveys.c.reference).where(surveys.c.solved == "no", surveys.c.outcome == 5))
        pairs = {(row["reference"], row["resolved_at"]) for row in rows["surveys"] if row["solved"] == "no"}
        assert list(unhappy)
    assert behind
    assert not {(one.reference, to_micros(one.at)) for one in behind} & pairs


EVER = FigureScope(NOON - 60 * 24 * HOUR, NOON + 60 * 24 * HOUR)


def test_hours_of_the_week_are_those_of_the_reader(database: Database, rows: dict[str, list[Row]]) -> None:
    part, _ = plainly(rows, "received", EVER)
    with database.read() as conn:
        for zone in ZONES:
            times = [from_micros(row["opened_at"]).astimezone(zone) for row in part]
            assert moments(conn, EVER, zone) == Counter((at.weekday(), at.hour) for at in times)


def test_a_share_under_one_version_is_that_of_its_rows(database: Database, rows: dict[str, list[Row]]) -> None:
    part, whole = plainly(rows, "reopened", EVER)
    with database.read() as conn:
        for version in ("v1", "v2"):
            counts = [Counter(r["category"] for r in some if r["playbook"] == version) for some in (part, whole)]
            assert shares(conn, EVER, "reopened", version) == {k: Share(counts[0][k], n) for k, n in counts[1].items()}
        with pytest.raises(KeyError):
            shares(conn, EVER, "received", "v1")
