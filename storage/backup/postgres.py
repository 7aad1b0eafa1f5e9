"""A PostgreSQL database copied and brought back by PostgreSQL's own programs, of the server's version or newer."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL, Connection, text

from storage.backup.manifest import BadBackup, settled

LONGEST_WORDS = 600


def snapshot(conn: Connection) -> str:
    """The name by which a program may see the database as this transaction does, for as long as it lasts."""
    return str(conn.scalar(text("SELECT pg_export_snapshot()")))


def dump(url: URL, name: str, target: Path) -> None:
    """Write all of the database into a file, as of the snapshot of this name. Raises `BadBackup`."""
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}", f"--file={target}"]
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    _run("pg_dump", url, options)
    settled(target)


def restore(url: URL, dumped: Path, *, over: bool) -> None:
    """Bring a dump back, all of it or nothing; `over` drops what is there first. Raises `BadBackup`."""
    cleaning = ["--clean", "--if-exists"] if over else []
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", *cleaning]
    _run("pg_restore", url, [*options, str(dumped)])


def is_empty(conn: Connection) -> bool:
    """Whether the database has no table of anybody's in the schema that is searched first."""
    return not conn.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"))


def _run(program: str, url: URL, options: list[str]) -> None:
    found = shutil.which(program)
    if found is None:
        raise BadBackup(
            f"{program} is not on this machine; install PostgreSQL's client programs, e.g. postgresql-client"
        )
    # The password goes by the environment: arguments can be read by everybody on the machine.
    bare = url.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    command = [found, f"--dbname={bare}", "--no-password", *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if done.returncode:
        told = (done.stderr or done.stdout).strip()[-LONGEST_WORDS:]
        hint = " It must be of the server's version or newer." if "version" in told else ""
        raise BadBackup(f"{program} failed: {told}{hint}")
