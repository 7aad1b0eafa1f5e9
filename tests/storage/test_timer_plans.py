"""Looking for due timers costs no more for all that pend."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, text

from storage.conversations import NEW
from storage.database import Database
from storage.instants import to_micros
from storage.tables import conversations, timers
from storage.timers import claim_due, next_due, row_of

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FEW, MANY, TICKS = 1_000, 100_000, 40


def _fill(database: Database, begin: int, end: int) -> None:
    """So many timers, one due each minute from an hour from now on."""
    numbers = range(begin, end)
    rows = [row_of((f"{n:032}", "clock", f"C-2611-{n:06}"), to_micros(NOON + HOUR + n * MINUTE)) for n in numbers]
    with database.write() as conn:
        conn.execute(insert(timers), rows)
        conn.execute(text("ANALYZE timers"))


def _tick(database: Database) -> float:
    """Seconds that one look and one claim take, the best of many: with nothing due, as it mostly is."""
    best = 1.0
    for _ in range(TICKS):
        began = time.perf_counter()
        with database.read() as conn:
            assert next_due(conn) == NOON + HOUR
        with database.write() as conn:
            assert claim_due(conn, database.dialect, NOON) == []
        best = min(best, time.perf_counter() - began)
    return best


@pytest.mark.timeout(120)
def test_a_hundred_thousand_pending_timers_cost_no_more_per_tick_than_a_thousand(database: Database) -> None:
    _fill(database, 0, FEW)
    few = _tick(database)
    _fill(database, FEW, MANY)
    many = _tick(database)
    print(f"{few * 1000:.2f} ms with {FEW}, {many * 1000:.2f} ms with {MANY}")
    assert many < 1.5 * few + 0.001


def test_of_what_is_due_only_what_fits_is_claimed_earliest_first(database: Database) -> None:
    _fill(database, 0, FEW)
    with database.write() as conn:
        new = [{"id": f"{n:032}", "channel": "test", "account": "shop", "chat": str(n), **NEW} for n in range(FEW)]
        conn.execute(insert(conversations), new)
        later = NOON + HOUR + FEW * MINUTE
        first, then = (claim_due(conn, database.dialect, later, limit=64) for _ in range(2))
    assert [timer.due for timer in (*first, *then)] == [NOON + HOUR + n * MINUTE for n in range(128)]
