"""A SQLite file has one serving process; others may still do short work beside it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy.exc import DBAPIError

from storage.db.database import CHECKPOINT_PAGES, Database, open_database
from storage.db.errors import AlreadyServed, Unavailable
from storage.migrations.upgrade import bring_up_to_date


@pytest.fixture
def served(sqlite_url: str) -> Database:
    database = open_database(sqlite_url)
    bring_up_to_date(database)
    database.claim_for_serving()
    return database


def _pragma(database: Database, name: str, *, reader: bool = False) -> object:
    with (database.reader if reader else database.writer).connect() as conn:
        return conn.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_a_second_serve_on_one_file_is_refused(served: Database, sqlite_url: str) -> None:
    with pytest.raises(AlreadyServed, match="already served by another process"):
        open_database(sqlite_url).claim_for_serving()


def test_a_serve_in_another_process_is_refused_until_the_first_ends(served: Database, sqlite_url: str) -> None:
    program = f"from storage.db.database import open_database\nopen_database({sqlite_url!r}).claim_for_serving()"
    second = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "AlreadyServed" in second.stderr
    served.close()
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_only_the_serving_writer_checkpoints(served: Database, sqlite_url: str) -> None:
    assert _pragma(served, "wal_autocheckpoint") == CHECKPOINT_PAGES
    assert _pragma(served, "wal_autocheckpoint", reader=True) == 0
    assert _pragma(open_database(sqlite_url), "wal_autocheckpoint") == 0


def test_what_was_acknowledged_survives_a_power_cut(served: Database) -> None:
    assert _pragma(served, "synchronous") == 2
    assert _pragma(served, "journal_mode") == "wal"


def test_only_we_may_read_the_file(served: Database) -> None:
    assert served.file is not None
    assert served.file.stat().st_mode & 0o077 == 0


def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises((Unavailable, DBAPIError)), database.read() as conn:
        conn.exec_driver_sql("DELETE FROM messages")


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    from sqlalchemy import func, insert, select

    from storage.tables.core import counters

    def fail_halfway() -> None:
        with database.write() as conn:
            conn.execute(insert(counters), {"name": "x", "value": 1, "seal": ""})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    with database.read() as conn:
        assert conn.scalar(select(func.count()).select_from(counters)) == 0


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_a_database_that_would_lose_everything_or_is_unknown_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"use sqlite|name a file"):
        open_database(url)


def test_a_database_that_is_not_there_is_unavailable_and_opening_it_is_not() -> None:
    database = open_database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable), database.read():
        pass


def test_a_server_is_not_waited_for_without_end(postgres_url: str) -> None:
    database = open_database(postgres_url)
    for opened in (database.read, database.write):
        with opened() as conn:
            assert conn.exec_driver_sql("SHOW statement_timeout").scalar() == "10s"
            assert conn.exec_driver_sql("SHOW lock_timeout").scalar() == "5s"
    with database.write() as conn:
        conn.exec_driver_sql("SET statement_timeout = '50ms'")
    with pytest.raises(Unavailable), database.write() as conn:
        conn.exec_driver_sql("SELECT pg_sleep(5)")
    database.close()


def test_what_an_operator_says_about_waiting_wins(postgres_url: str) -> None:
    from sqlalchemy import make_url

    given = make_url(postgres_url).update_query_dict({"connect_timeout": "17", "keepalives_idle": "31"})
    database = open_database(given)
    with database.read() as conn:
        held = conn.connection.dbapi_connection.info.get_parameters()  # type: ignore[union-attr]
    assert (held["connect_timeout"], held["keepalives_idle"], held["tcp_user_timeout"]) == ("17", "31", "10000")
    database.close()
