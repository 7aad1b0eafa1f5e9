"""A SQLite database copied while it is served: by SQLite itself, in one step, as of one moment.

Copying the file would not do: what was committed last is in the WAL file beside it, and moves while one copies.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.backup.manifest import BadBackup, settled

PAGES = -1
"""All in one step: a copy in steps would begin anew with each message that arrives meanwhile."""


def copy(source: Path, target: Path) -> None:
    """Copy a database that may be served. All that was committed before is in it. Raises `BadBackup`."""
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(target)) as copied:
            # Only the serving process may move the WAL file's pages.
            live.execute("PRAGMA wal_autocheckpoint=0")
            live.execute("PRAGMA query_only=ON")
            live.backup(copied, pages=PAGES)
            copied.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BadBackup(f"{source} cannot be copied: {error}") from None
    settled(target)


def faults(file: Path, most: int = 10) -> list[str]:
    """What SQLite finds wrong with the pages of a file that nobody writes to; nothing where it is whole."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as conn:
            return checked(conn, most)
    except sqlite3.Error as error:
        return [str(error)]


def checked(conn: sqlite3.Connection, most: int = 10) -> list[str]:
    """What `quick_check` finds. A page that is garbled may also stop it with an error of its own."""
    try:
        found = [str(row[0]) for row in conn.execute(f"PRAGMA quick_check({most:d})")]
    except sqlite3.Error as error:
        return [str(error)]
    return [] if found == ["ok"] else found
