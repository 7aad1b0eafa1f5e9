"""Bringing the tables up to date.

Alembic is imported only when there is something to do: a start with current tables does not pay for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, column, select, table

from storage.db.database import Database
from storage.db.errors import SchemaBehind

_FOLDER = Path(__file__).parent
_STORED: Select[Any] = select(column("version_num")).select_from(table("alembic_version"))


def newest_revision() -> str:
    """The revision this program needs, from the names of the migrations: `0001_…py` is `0001`."""
    return max(file.name[:4] for file in (_FOLDER / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


def stored_revision(database: Database) -> str:
    """The revision the tables are at, or empty where there are none. Raises `Unavailable`."""
    with database.read() as conn:
        if not database.dialect.has_table(conn, "alembic_version"):
            return ""
        return conn.scalar(_STORED) or ""


def bring_up_to_date(database: Database) -> bool:
    """Apply the migrations that are missing; true if there were any.

    Raises:
        Unavailable: the database is away.
        SchemaBehind: the tables are newer than this program.
    """
    stored, newest = stored_revision(database), newest_revision()
    if stored == newest:
        return False
    if stored > newest:
        raise SchemaBehind(f"the tables are at {stored} and this program knows {newest}; install a newer Amends")
    with database.write() as conn:
        _upgrade(conn, database)
    return True


def check_current(database: Database) -> None:
    """Raise `SchemaBehind` unless the tables are exactly what this program needs."""
    stored, newest = stored_revision(database), newest_revision()
    if stored != newest:
        raise SchemaBehind(f"the tables are at {stored or 'nothing'}, not {newest}; run: amends migrate")


def _upgrade(conn: Connection, database: Database) -> None:
    from alembic import command
    from alembic.config import Config

    # Several processes may start at once on an empty database; only one may make its tables.
    database.dialect.lock_schema(conn)
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
