"""People at the desk under `kill -9` and cut streams; `make crash` runs it at full size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.desk.storm import Plan, run, table
from tests.real.postgres import NoPostgres, new_database, running_postgres

pytestmark = [pytest.mark.alone, pytest.mark.timeout(240)]

SHORT = Plan(kills=2, life=1.5)


def test_no_act_at_the_desk_is_lost_or_repeated_when_servers_are_killed_and_streams_cut(tmp_path: Path) -> None:
    outcome = run(SHORT, tmp_path, f"sqlite:///{tmp_path / 'amends.db'}")
    assert outcome.well, table({"SQLite": outcome})


def test_nor_is_one_by_two_processes_that_share_a_database(tmp_path: Path) -> None:
    try:
        with running_postgres() as server:
            outcome = run(replace(SHORT, servers=2), tmp_path, new_database(server))
    except NoPostgres as reason:
        pytest.skip(f"PostgreSQL: {reason}")
    assert outcome.well, table({"PostgreSQL": outcome})
