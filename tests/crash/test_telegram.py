"""The Telegram door under `kill -9` and SIGTERM: no update lost, none taken twice, no answer twice or out of order.

`make crash` runs it at full size, both ways and on both databases, where two processes share the PostgreSQL.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.telegram import Plan, run, table

pytestmark = [pytest.mark.alone, pytest.mark.timeout(400)]

SHORT = {"kills": 4, "people": 12}


@pytest.mark.parametrize(("way", "how"), [("polling", "kill"), ("webhook", "term")])
async def test_no_update_is_lost_or_taken_twice_when_the_server_dies(tmp_path: Path, way: str, how: str) -> None:
    outcome = await run(Plan(way=way, how=how, **SHORT), tmp_path, f"sqlite:///{tmp_path / 'amends.db'}")
    assert outcome.well, table({"SQLite": outcome})
