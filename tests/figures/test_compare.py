"""Comparing two versions of a playbook on the command line: from rows to a verdict with its intervals."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner

from bot.cli.main import app
from storage.db.database import Database
from storage.db.timestamps import to_micros
from storage.tables.core import cases, conversations, playbook_versions
from storage.tables.surveys import surveys
from tests.figures.rows import HOUR, NOON, chat, reference
from tests.figures.test_board import chat_row, survey_row

MANY = 3000
OLD, NEW, LATE = "aaaa00000000", "bbbb00000000", "bbbbcc000000"


def written(database: Database, sides: dict[str, tuple[int, float]]) -> None:
    """For each version so many resolutions, of which so many are opened again."""
    random, n = Random(7), 0
    made: dict[str, list[dict[str, Any]]] = {"conversations": [], "cases": [], "surveys": []}
    for version, (many, share) in sides.items():
        for k in range(many):
            n += 1
            shared = {"reference": reference(n), "conversation_id": chat(n), "team": "care", "category": "delivery"}
            at = NOON + n * HOUR / 60
            made["conversations"].append(chat_row(n, random))
            case = {"state": "closed", "priority": "normal", "body": "{}", "partial": False, "changed_at": 0}
            made["cases"].append(shared | case | {"opened_at": to_micros(at)})
            row = survey_row(shared | {"playbook": version}, 1, at, random)
            made["surveys"].append(row | {"reopened_at": int(k < many * share), "asked_at": 0})
    with database.write() as conn:
        for table in (conversations, cases, surveys):
            conn.execute(insert(table), made[table.name])
        for version in (OLD, NEW, LATE):
            conn.execute(insert(playbook_versions), {"version": version, "name": "x", "content": "", "first_used": 0})


def compared(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMENDS_DATABASE_URL", str(database.url))
    done = CliRunner().invoke(app, ["playbook", "compare", *words])
    return done.exit_code, done.output


def line_of(said: str, name: str) -> str:
    return next(line for line in said.splitlines() if line.startswith(name))


@pytest.mark.parametrize(
    ("many", "share", "verdict"),
    [(MANY, 0.15, "helped"), (MANY, 0.45, "worse"), (MANY * 2, 0.3, "no"), (40, 0.3, "more cases")],
)
def test_a_change_is_judged_from_its_rows(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int, share: float, verdict: str
) -> None:
    written(database, {OLD: (MANY, 0.3), LATE: (many, share)})
    code, said = compared(database, tmp_path, monkeypatch, "aaaa", "bbbbc")
    assert code == 0, said
    line = line_of(said, "reopened")
    assert line.endswith(verdict)
    assert line.split()[1:5] == ["30.0%", str(MANY), f"{share:.1%}", str(many)]
    assert f"{share - 0.3:+.1%}" in line
    assert "too early" in line_of(said, "response_rate")


def test_a_version_that_is_not_plain_is_asked_for_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(database, {OLD: (1, 0.0)})
    code, said = compared(database, tmp_path, monkeypatch, "aaaa", "bbbb")
    assert (code, "write more digits" in said) == (1, True)
    code, said = compared(database, tmp_path, monkeypatch, "aaaa", "cccc")
    assert (code, "these were in use" in said) == (1, True)
