"""The Telegram door under `kill -9` and SIGTERM: no update lost, none taken twice, no answer twice or out of order.

`make crash` runs it at full size, on both databases.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.telegram import Plan, run, table
from tests.real.postgres import NoPostgres, new_database, running_postgres

pytestmark = [pytest.mark.alone, pytest.mark.timeout(240)]

SHORT = {"kills": 4, "people": 12}


@pytest.mark.parametrize(("way", "how"), [("polling", "kill"), ("webhook", "term")])
async def test_no_update_is_lost_or_taken_twice_when_the_server_dies(tmp_path: Path, way: str, how: str) -> None:
    outcome = await run(Plan(way=way, how=how, **SHORT), tmp_path, f"sqlite:///{tmp_path / 'amends.db'}")
    assert outcome.well, table({"SQLite": outcome})


async def test_the_next_process_takes_over_where_the_one_that_polled_was_killed(tmp_path: Path) -> None:
    try:
        with running_postgres() as server:
            outcome = await run(Plan(servers=2, **SHORT), tmp_path, new_database(server))
    except NoPostgres as reason:
        pytest.skip(f"PostgreSQL: {reason}")
    assert outcome.well, table({"PostgreSQL": outcome})
