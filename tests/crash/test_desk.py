"""People at the desk under `kill -9` and cut streams, in short.

`make crash` runs it at full size, on both databases, where two processes share the PostgreSQL.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.desk.storm import Plan, run, table

pytestmark = [pytest.mark.alone, pytest.mark.timeout(240)]


def test_no_act_at_the_desk_is_lost_or_repeated_when_servers_are_killed_and_streams_cut(tmp_path: Path) -> None:
    outcome = run(Plan(kills=2, life=1.5), tmp_path, f"sqlite:///{tmp_path / 'amends.db'}")
    assert outcome.well, table({"SQLite": outcome})
