"""Which keys a database was written with, so that no process goes on with another one.

A process with a wrong key would write a trail that nobody can verify, and could open no second step. The database
keeps each key's check value since its first use. One from before these were kept is judged by what is sealed in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from storage.audit.trail import head_of
from storage.cases.references import seal_of
from storage.db.dialect import Dialect
from storage.db.errors import StorageError
from storage.db.timestamps import from_micros, to_micros
from storage.security.keys import Keyring, check_value
from storage.staff.account_log import NAME
from storage.tables.core import counters, staff_log_end
from storage.tables.security import secret_keys


class WrongKey(StorageError):
    """A key that this database was written with is not on the ring."""


def check_keys(conn: Connection, ring: Keyring) -> None:
    """Raise `WrongKey` unless every key that the database was written with is at hand."""
    known = {row.check_value: row.since for row in conn.execute(select(secret_keys))}
    at_hand = {check_value(key) for key in ring.every}
    for value, since in known.items():
        if value not in at_hand:
            raise WrongKey(f"the key that it was written with from {from_micros(since):%Y-%m-%d} on is not at hand")
    if not known and any(True for _ in _sealed(conn)) and not _written_with(conn, ring):
        raise WrongKey("the key that it was written with is not at hand")


def record_key(conn: Connection, dialect: Dialect, ring: Keyring, now: datetime) -> None:
    """Keep the current key's check value, and that of the key before it where none was kept yet."""
    kept = set(conn.scalars(select(secret_keys.c.check_value)))
    used = [ring.current] if kept else [ring.current, *_written_with(conn, ring)]
    fresh = [value for value in dict.fromkeys(map(check_value, used)) if value not in kept]
    for value in fresh:
        row = {"check_value": value, "since": to_micros(now)}
        conn.execute(dialect.insert(secret_keys).values(row).on_conflict_do_nothing())


def is_recorded(conn: Connection, ring: Keyring) -> bool:
    """Whether the current key is known as one of the database's."""
    wanted = secret_keys.c.check_value == check_value(ring.current)
    return conn.scalar(select(secret_keys.c.since).where(wanted)) is not None


def _sealed(conn: Connection) -> Iterator[tuple[str, str, int, str]]:
    """Some of what is sealed in a database: which kind, the seal, and what it is over."""
    end = conn.execute(select(staff_log_end).where(staff_log_end.c.length > 0)).one_or_none()
    if end is not None:
        yield "log", end.head, end.length, end.last
    for row in conn.execute(select(counters).where(counters.c.seal != "")):
        yield "counter", row.seal, row.value, row.name


def _written_with(conn: Connection, ring: Keyring) -> list[bytes]:
    """The keys of the ring that something in the database is sealed with."""
    sealed = list(_sealed(conn))
    return [key for key in ring.every if any(_is_of(key, *one) for one in sealed)]


def _is_of(key: bytes, kind: str, seal: str, count: int, over: str) -> bool:
    made = head_of(key, NAME, count, over) if kind == "log" else seal_of(key, over, count)
    return made == seal
