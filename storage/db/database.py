"""Opening a database, reading from it, and writing to it in transactions.

SQLite: one connection writes and the others only read. SQLite before 3.51.3 can corrupt a WAL file
that two connections checkpoint, so only the writer of the serving process checkpoints; every other
connection has `wal_autocheckpoint=0`. One process serves a file; locks on it and beside it see to that.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from storage.audit import witness
from storage.audit.holdings import proof_keys
from storage.db.dialect import Dialect, Postgres, Sqlite
from storage.db.errors import AlreadyServed, BadAddress, Unavailable, WriteConflict, is_away, is_clash
from storage.security.keys import AnyKey, Keyring, ring_of

CHECKPOINT_PAGES = 1000
"""How many pages of 4 KiB may wait in the WAL file before the serving writer moves them."""

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "cache_size=-65536",
    "temp_store=MEMORY",
    "wal_autocheckpoint=0",
)


class Database:
    """One database: its engines, its dialect, and the lock of a served SQLite file."""

    def __init__(self, url: URL, reader: Engine, writer: Engine, dialect: Dialect) -> None:
        self.url = url
        self.reader = reader
        self.writer = writer
        self.dialect = dialect
        self._locks: tuple[int, ...] = ()
        self._ring: Keyring | None = None
        self._proof = b""

    def seal_with(self, key: AnyKey) -> None:
        """From now on what is written here is sealed with this key, so that `amends audit verify` can tell."""
        if self._ring is None:
            witness.listen(self.writer)
        self._ring = ring_of(key)
        self._proof = proof_keys(self._ring)[0]

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one moment of the database and writes nothing. Raises `Unavailable`."""
        with _telling_away(), self.reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, committed at the end or rolled back. Raises `Unavailable`."""
        with _telling_away(), self.writer.begin() as connection:
            if self._ring is None:
                yield connection
                return
            witness.begin(connection, self.dialect, self._ring, self._proof)
            try:
                yield connection
                witness.end(connection)
            finally:
                witness.forget(connection)

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None."""
        return Path(self.url.database or "") if self.dialect.name == "sqlite" else None

    def claim_for_serving(self) -> None:
        """Become the one process that serves this SQLite file. Raises `AlreadyServed`. Nothing on PostgreSQL."""
        if self.file is None or self._locks:
            return
        self._locks = _locked(self.file)
        event.listen(self.writer, "connect", _checkpointing)
        self.writer.dispose()

    def close(self) -> None:
        """Close every connection and give up the claim. Readers go first, so that the writer checkpoints last."""
        self.reader.dispose()
        self.writer.dispose()
        # Not before: closing any descriptor of the file gives up the locks that SQLite itself holds on it.
        locks, self._locks = self._locks, ()
        for lock in locks:
            os.close(lock)


def open_database(url: str | URL) -> Database:
    """A database by its SQLAlchemy URL: `sqlite:///folder/file.db` or `postgresql://user@host/name`.

    Nothing is connected yet, so this works while the database is away.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        return _open_postgres(parsed.set(drivername="postgresql+psycopg"))
    raise BadAddress(f"this kind of database is not supported; use {_ADDRESSES}")


_ADDRESSES = "sqlite:///FILE or postgresql://USER@HOST/NAME"


def _parsed(url: str | URL) -> URL:
    # The errors of the parser may show a part of a password.
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise BadAddress(f"this cannot be read as the address of a database; use {_ADDRESSES}") from None


def _open_sqlite(url: URL) -> Database:
    if not url.database or url.database == ":memory:":
        raise BadAddress("an in-memory SQLite database would lose everything; name a file: sqlite:///FILE")
    _make_private(Path(url.database))
    reader = create_engine(url, poolclass=QueuePool, pool_size=4, max_overflow=4, hide_parameters=True)
    # One connection writes: waiting for it in the pool is fair, waiting for SQLite's own lock is not.
    writer = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=10, hide_parameters=True)
    for engine, begin in ((reader, "BEGIN"), (writer, "BEGIN IMMEDIATE")):
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_with(begin))
    event.listen(reader, "connect", _only_reading)
    return Database(url, reader, writer, Sqlite())


def _make_private(file: Path) -> None:
    """Make the file so that only we can read what customers told us; its folder too, where it is missing."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


_ALIVE: dict[str, Any] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
"""How soon the driver gives up a server that is gone without a word: seconds, but for the milliseconds of TCP's own."""

_PATIENCE = ("statement_timeout = '10s'", "lock_timeout = '5s'")
"""How long a server may work on one statement of ours, and let it wait for a lock."""


def _open_postgres(url: URL) -> Database:
    engine = create_engine(
        url, pool_size=4, max_overflow=8, pool_timeout=10, pool_use_lifo=True, hide_parameters=True,
        connect_args={name: value for name, value in _ALIVE.items() if name not in url.query},
    )  # fmt: skip
    event.listen(engine, "connect", _prepare_postgres)
    # Readers see one moment throughout, and cannot write, as on SQLite.
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database(url, reader, engine, Postgres())


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: SQLAlchemy's "begin" event does.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgres(connection: Any, _record: Any) -> None:
    # A plan made while a table was empty reads all of it, and is kept for a minute or more while it fills.
    # Every query of ours has an index, so reading a whole table is never what we want.
    connection.execute("SET enable_seqscan = off")
    connection.execute("SET jit = off")
    for each in _PATIENCE:
        connection.execute(f"SET {each}")
    connection.commit()


def _only_reading(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA query_only=ON")


def _checkpointing(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")


def _begin_with(statement: str) -> Any:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin


def _locked(file: Path) -> tuple[int, ...]:
    """The locks of whoever serves the file: on a file beside it, as earlier versions know it, and on the file itself,
    for the other may be deleted. SQLite's own locks are of another kind and do not meet these.
    """
    beside = _lock(f"{file}.lock", file)
    try:
        return beside, _lock(file, file)
    except AlreadyServed:
        os.close(beside)
        raise


def _lock(path: str | Path, file: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise AlreadyServed(
            f"{file} is already served by another process; stop that one, or use PostgreSQL to serve with several"
        ) from None
    return descriptor


@contextmanager
def _telling_away() -> Iterator[None]:
    """Turn the many ways in which a database can be away into one."""
    try:
        yield
    except Unavailable:
        raise
    except Exception as error:
        if is_clash(error):
            raise WriteConflict("another transaction was in the way") from error
        if is_away(error):
            raise Unavailable(f"the database is not available: {type(error).__name__}") from error
        raise
