"""A database only to be looked at, wherever it lies: on a medium that cannot be written too.

SQLite makes files beside a database even to read it. Where none can be made, it is told that nothing will change; and
where a WAL file is left there, which it would then pass over, both are copied to where they can be read.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.pool import QueuePool

from storage.db.database import Database, open_database
from storage.db.dialect import Sqlite


@contextmanager
def looking(url: str) -> Iterator[Database]:
    """The database at this URL, to read from. Raises as `open_database` does."""
    file = sqlite_file(url)
    if file is None or not file.exists() or can_be_written(file):
        database = open_database(url)
        try:
            yield database
        finally:
            database.close()
        return
    with readable(file) as found, still(found) as database:
        yield database


@contextmanager
def still(file: Path) -> Iterator[Database]:
    """A file of which nobody changes a byte, ourselves included; what a WAL file beside it holds is not seen."""
    url = make_url(f"sqlite:///{file.absolute().as_uri()}?mode=ro&immutable=1&uri=true")
    engine = create_engine(url, poolclass=QueuePool, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    database = Database(make_url(f"sqlite:///{file}"), engine, engine, Sqlite())
    try:
        yield database
    finally:
        database.close()


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for any other."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def can_be_written(file: Path) -> bool:
    """Whether the file may be changed, and others made beside it."""
    return os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)


@contextmanager
def readable(file: Path) -> Iterator[Path]:
    """A file that holds all that was committed: itself, or a copy into which its WAL file has been moved."""
    wal = Path(f"{file}-wal")
    if not wal.exists() or not wal.stat().st_size:
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="amends-") as folder:
        copied = Path(folder) / "amends.db"
        shutil.copyfile(file, copied)
        shutil.copyfile(wal, f"{copied}-wal")
        with sqlite3.connect(copied) as conn:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        conn.close()
        yield copied


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only=ON")
