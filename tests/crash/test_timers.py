"""Timers under `kill -9`, in short; `make crash` runs it at full size, where four processes share the PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.timers import Plan, run, table
from tests.real.postgres import NoPostgres, new_database, running_postgres

pytestmark = [pytest.mark.alone, pytest.mark.timeout(240)]

SHORT = Plan(kills=1, timers=120, servers=1, span=7.0, lead=1.0)


def test_each_timer_fires_once_and_not_early_when_the_server_is_killed(tmp_path: Path) -> None:
    outcome = run(SHORT, tmp_path, f"sqlite:///{tmp_path / 'amends.db'}")
    assert outcome.well, table({"SQLite": outcome})


def test_each_timer_fires_once_and_in_time_by_processes_that_share_a_database_and_die(tmp_path: Path) -> None:
    try:
        with running_postgres() as server:
            outcome = run(replace(SHORT, servers=2), tmp_path, new_database(server))
    except NoPostgres as reason:
        pytest.skip(f"PostgreSQL: {reason}")
    assert outcome.well, table({"PostgreSQL": outcome})
