"""Whether the data folder and the database still take what is written: a few bytes, really written."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from storage.db.database import Database
from storage.db.errors import Unavailable, sqlstate
from storage.db.timestamps import to_micros
from storage.files.room import FULL
from storage.tables.space import heartbeats

_FULL_STATE = "53100"
_PAGE = bytes(4096)


def beat_folder(folder: Path) -> str:
    """Write a file there, durably, and remove it: what is wrong, or nothing."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(probe, "wb") as file:
            file.write(_PAGE)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return "full" if error.errno in FULL else f"cannot be written: {error.strerror}"
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
    return ""


def beat_database(database: Database, name: str, now: datetime) -> str:
    """Commit a row: what is wrong, or nothing."""
    made = database.dialect.insert(heartbeats).values(name=name, at=to_micros(now))
    try:
        with database.write() as conn:
            conn.execute(made.on_conflict_do_update(index_elements=["name"], set_={"at": made.excluded.at}))
    except Unavailable as away:
        return "full" if _is_full(away.__cause__) else "cannot be written"
    return ""


def _is_full(cause: BaseException | None) -> bool:
    if not isinstance(cause, DBAPIError):
        return False
    return sqlstate(cause) == _FULL_STATE or "full" in str(cause.orig)
