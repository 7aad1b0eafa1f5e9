"""A fresh database with its tables. Making the tables takes longer than most tests, so SQLite's are copied."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from storage.db.database import Database, open_database
from storage.migrations.upgrade import bring_up_to_date


def with_tables(url: str) -> Database:
    """Open a database, and bring its tables up to date; a file that is not there yet begins as a copy."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database and not Path(address.database).exists():
        shutil.copy(_migrated(), address.database)
    database = open_database(url)
    bring_up_to_date(database)
    return database


@cache
def _migrated() -> Path:
    file = Path(tempfile.mkdtemp()) / "amends.db"
    database = open_database(f"sqlite:///{file}")
    bring_up_to_date(database)
    database.close()
    return file
