"""How often somebody tried to sign in and failed, by login and by address, and until when they must wait.

A try counts before it is judged and is taken back when it succeeds, so that many at once gain nothing.
A login that does not exist is counted like one that does: waiting tells nobody which is which.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from storage.dialect import Dialect
from storage.instants import from_micros, to_micros
from storage.tables import sign_in_tries

FORGOTTEN_AFTER = timedelta(hours=24)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Subject:
    """What tries are counted by, and how many it may fail before it waits."""

    name: str
    free: int

    @property
    def key(self) -> str:
        """Logins that were mistyped may be passwords: they are not kept."""
        return hashlib.sha256(self.name.encode("utf-8", "replace")).hexdigest()


def by_login(login: str) -> Subject:
    return Subject(f"login {login}", 5)


def by_code(staff_id: str) -> Subject:
    return Subject(f"code {staff_id}", 5)


def by_address(address: str) -> Subject:
    """A whole office may share an address, so it is given more."""
    return Subject(f"address {address}", 25)


def wait_after(tries: int, free: int) -> timedelta:
    """How long to wait after so many tries that failed: half a minute, doubled each time, to a quarter of an hour."""
    if tries < free:
        return timedelta()
    return min(_LONGEST_WAIT, _FIRST_WAIT * (1 << min(tries - free, 10)))


def begin_try(conn: Connection, dialect: Dialect, subject: Subject, now: datetime) -> datetime | None:
    """Count one more try; or the moment before which none is allowed, and then nothing is counted."""
    table, at = sign_in_tries, to_micros(now)
    fresh = {"subject": subject.key, "tries": 0, "locked_until": 0, "at": at}
    conn.execute(delete(table).where(table.c.at < to_micros(now - FORGOTTEN_AFTER)))
    conn.execute(dialect.insert(table).values(fresh).on_conflict_do_nothing())
    row = conn.execute(dialect.locking(select(table).where(table.c.subject == subject.key))).one()
    if row.locked_until > at:
        return from_micros(row.locked_until)
    until = to_micros(now + wait_after(row.tries + 1, subject.free))
    values = {"tries": row.tries + 1, "locked_until": until if until > at else 0, "at": at}
    conn.execute(table.update().where(table.c.subject == subject.key).values(values))
    return None


def forget_tries(conn: Connection, subject: Subject) -> None:
    """It succeeded, so it starts afresh."""
    conn.execute(delete(sign_in_tries).where(sign_in_tries.c.subject == subject.key))


def take_back(conn: Connection, subject: Subject) -> None:
    """Uncount one try of an address that succeeded, and leave those of the others who share it."""
    table = sign_in_tries
    its = (table.c.subject == subject.key) & (table.c.tries > 0)
    conn.execute(table.update().where(its).values(tries=table.c.tries - 1, locked_until=0))
