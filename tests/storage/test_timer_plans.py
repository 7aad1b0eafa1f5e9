"""Looking for due timers costs no more for all that pend."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from storage.conversations.conversations import NEW
from storage.db.database import Database, open_database
from storage.db.timestamps import to_micros
from storage.delivery.timers import REST, hold_due, put_off, row_of
from storage.migrations.upgrade import bring_up_to_date

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FEW, MANY, TICKS = 1_000, 100_000, 40


def _fill(database: Database, begin: int, end: int) -> None:
    """So many timers, one due each minute from an hour from now on."""
    row = row_of(("", "clock", ""), to_micros(NOON + HOUR))
    made = {
        "conversation_id": _padded(database),
        "subject": "'C-2611-' || n",
        "due": ":due + n * CAST(60000000 AS bigint)",
    }
    with database.write() as conn:
        _insert_each(conn, "timers", row, made, begin, end)
        conn.execute(text("ANALYZE timers"))


def _tick(database: Database) -> float:
    """Seconds that one look takes, the best of many: with nothing due, as it mostly is."""
    best = 1.0
    for _ in range(TICKS):
        began = time.perf_counter()
        with database.read() as conn:
            assert hold_due(conn, database.dialect, NOON) == []
        best = min(best, time.perf_counter() - began)
    return best


@pytest.mark.timed
@pytest.mark.timeout(120)
def test_a_hundred_thousand_pending_timers_cost_no_more_per_tick_than_a_thousand(database: Database) -> None:
    _with_chats(database, MANY)
    _fill(database, 0, FEW)
    few = _tick(database)
    _fill(database, FEW, MANY)
    many = _tick(database)
    print(f"{few * 1000:.2f} ms with {FEW}, {many * 1000:.2f} ms with {MANY}")
    assert many < 1.5 * few + 0.001


def _with_chats(database: Database, count: int) -> None:
    row = {"id": "", "channel": "test", "account": "shop", "chat": "", **NEW}
    with database.write() as conn:
        _insert_each(conn, "conversations", row, {"id": _padded(database), "chat": "cast(n AS text)"}, 0, count)


def _insert_each(conn: Connection, table: str, row: dict[str, Any], made: dict[str, str], begin: int, end: int) -> None:
    """A row for each number `n`, made by the database itself: to send them takes longer than all else here."""
    values = ", ".join(made.get(name, f":{name}") for name in row)
    numbers = f"WITH RECURSIVE numbers(n) AS (SELECT {begin} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {end})"
    into = f"INSERT INTO {table} ({', '.join(row)})"
    conn.execute(text(f"{numbers} {into} SELECT {values} FROM numbers"), row)


def _padded(database: Database) -> str:
    """SQL for a number as an id of 32 digits."""
    return "printf('%032d', n)" if database.dialect.name == "sqlite" else "lpad(cast(n AS text), 32, '0')"


def test_of_what_is_due_only_what_fits_is_held_earliest_first(database: Database) -> None:
    _fill(database, 0, FEW)
    _with_chats(database, FEW)
    with database.read() as conn:
        held = hold_due(conn, database.dialect, NOON + HOUR + FEW * MINUTE, limit=64)
    assert [timer.due for timer in held] == [NOON + HOUR + n * MINUTE for n in range(64)]


def test_a_process_finds_what_another_does_not_hold_and_that_too_once_the_other_is_gone(postgres_url: str) -> None:
    database = open_database(postgres_url)
    bring_up_to_date(database)
    _fill(database, 0, FEW)
    _with_chats(database, FEW)
    later = NOON + HOUR + FEW * MINUTE

    def held(conn: Connection) -> list[int]:
        return [int(timer.conversation_id) for timer in hold_due(conn, database.dialect, later, limit=64)]

    with database.read() as one, database.read() as other:
        assert held(one) == list(range(64))
        assert held(other) == list(range(64, 128))
        one.invalidate()
    # The server takes a moment to notice that its client is gone, and what that one held is free from then on.
    for _ in range(200):
        with database.read() as third:
            again = held(third)
        if again == list(range(64)):
            break
        time.sleep(0.05)
    assert again == list(range(64))
    database.close()


def test_what_failed_rests_and_no_longer_than_that_though_the_clock_is_set_back(database: Database) -> None:
    _fill(database, 0, 2)
    _with_chats(database, 2)
    later = NOON + 2 * HOUR

    def held(now: datetime) -> int:
        with database.read() as conn:
            return len(hold_due(conn, database.dialect, now))

    with database.read() as conn:
        failed = hold_due(conn, database.dialect, later, limit=1)
    with database.write() as conn:
        put_off(conn, failed, later)
    assert (held(later), held(later + REST)) == (1, 2)
    assert held(later - MINUTE) == 2
