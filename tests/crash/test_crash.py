"""The short storms; `make crash` runs the long ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.report import table
from tests.crash.storm import Plan, run
from tests.real.postgres import NoPostgres, new_database, running_postgres

pytestmark = [pytest.mark.alone, pytest.mark.timeout(240)]

FIVE_KILLS = Plan(kills=5, messages=600, chats=60)


def test_no_acknowledged_message_is_lost_or_doubled_when_the_server_is_killed(tmp_path: Path) -> None:
    outcome = run(FIVE_KILLS, tmp_path, f"sqlite:///{tmp_path / 'amends.db'}")
    assert outcome.well, table({"SQLite": outcome})


def test_no_acknowledged_message_is_lost_or_doubled_by_processes_that_share_a_database(tmp_path: Path) -> None:
    try:
        with running_postgres() as server:
            outcome = run(replace(FIVE_KILLS, servers=2), tmp_path, new_database(server))
    except NoPostgres as reason:
        pytest.skip(f"PostgreSQL: {reason}")
    assert outcome.well, table({"PostgreSQL": outcome})


def test_a_server_asked_to_leave_finishes_its_turns_and_is_gone_in_ten_seconds(tmp_path: Path) -> None:
    outcome = run(Plan(kills=3, messages=300, chats=60, how="term"), tmp_path, f"sqlite:///{tmp_path / 'amends.db'}")
    assert outcome.well, table({"SQLite": outcome})
