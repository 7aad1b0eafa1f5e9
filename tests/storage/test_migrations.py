"""The migrations make exactly the tables that the program declares, and cost nothing once applied."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from storage.conversations import search
from storage.db.database import Database, open_database
from storage.db.errors import SchemaBehind
from storage.migrations.upgrade import bring_up_to_date, check_current, newest_revision, stored_revision
from storage.tables.core import metadata
from tests.real.postgres import own_database


def test_the_migrations_make_the_tables_the_program_declares(database: Database) -> None:
    with database.write() as conn:
        opts = {"compare_type": True, "include_name": _is_declared}
        context = MigrationContext.configure(conn, opts=opts)
        assert compare_metadata(context, metadata) == []
        looked = inspect(conn)
        for table in metadata.tables.values():
            keys = looked.get_pk_constraint(table.name)["constrained_columns"]
            assert keys == [column.name for column in table.primary_key]
            assert {index["name"] for index in looked.get_indexes(table.name)} >= {i.name for i in table.indexes}


def _is_declared(name: str | None, *_: object) -> bool:
    """SQLite makes tables of its own beneath the one that is searched, which each database has in its own form."""
    return not (name or "").startswith((search.NAME, f"ix_{search.NAME}"))


def test_tables_made_by_migrations_and_by_metadata_have_the_same_ddl_on_sqlite(sqlite_url: str) -> None:
    migrated, declared = open_database(sqlite_url), open_database(sqlite_url + ".2")
    bring_up_to_date(migrated)
    with declared.write() as conn:
        metadata.create_all(conn)
    assert _ddl(declared) == _ddl(migrated) - {_ddl_of_version(migrated)}


def _ddl(database: Database) -> set[str]:
    with database.read() as conn:
        found = conn.scalars(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
        lines = {" ".join(line.replace('"', "").replace("'", "").split()) for line in found}
    return {line for line in lines if search.NAME not in line}


def _ddl_of_version(database: Database) -> str:
    return next(line for line in _ddl(database) if "alembic_version" in line)


def test_a_second_time_there_is_nothing_to_do(database: Database) -> None:
    assert stored_revision(database) == newest_revision()
    assert bring_up_to_date(database) is False
    check_current(database)


def test_a_current_database_is_opened_without_importing_alembic(sqlite_url: str) -> None:
    bring_up_to_date(open_database(sqlite_url))
    program = (
        "import sys\nfrom storage.db.database import open_database\n"
        "from storage.migrations.upgrade import bring_up_to_date\n"
        f"bring_up_to_date(open_database({sqlite_url!r}))\nsys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_tables_newer_than_the_program_are_left_alone(database: Database) -> None:
    with database.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaBehind, match="install a newer"):
        bring_up_to_date(database)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    with own_database(request.getfixturevalue("postgres_server")) as address:
        yield address


def test_many_processes_may_migrate_an_empty_database_at_once(empty_url: str) -> None:
    program = (
        "from storage.db.database import open_database\nfrom storage.migrations.upgrade import bring_up_to_date\n"
        f"bring_up_to_date(open_database({empty_url!r}))"
    )
    started = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]
