"""Acceptances under `kill -9`, in short; `make crash` runs it at full size on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.offers import Plan, run, table

pytestmark = [pytest.mark.alone, pytest.mark.timeout(300)]


def test_no_acceptance_is_lost_and_nothing_is_paid_twice_when_servers_are_killed(tmp_path: Path) -> None:
    outcome = run(Plan(customers=6, kills=2), tmp_path, f"sqlite:///{tmp_path / 'amends.db'}")
    assert outcome.well, table({"SQLite": outcome})
