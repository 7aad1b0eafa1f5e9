"""How often somebody tried to sign in and failed, by login and address together, and until when they must wait.

Nothing here waits for what somebody else did: neither a login nor an address is ever locked as a whole. A try counts
before it is judged and is forgotten when it succeeds, so that many at once gain nothing. A login that does not exist
is counted like one that does: waiting tells nobody which is which.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import Connection, delete, func, select

from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.tables.core import sign_in_tries

FORGOTTEN_AFTER = timedelta(hours=24)
_COUNTED_ONLY = 1_000_000_000
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


def by_pair(login: str, address: str) -> Subject:
    """A login as tried from one address: whoever fails elsewhere locks nobody out here."""
    return Subject(f"login {login} {network_of(address)}", 5)


def by_browser(login: str, browser: str) -> Subject:
    """A login as tried in a browser that signed in with it before: only its own failures count."""
    return Subject(f"browser {login} {browser}", 5)


def by_session(digest: str) -> Subject:
    """Proofs given in one session: whoever stole it changes addresses in vain."""
    return Subject(f"session {digest}", 5)


def by_code(staff_id: str) -> Subject:
    """Codes of somebody whose password is known to whoever tries: in all, whatever the address."""
    return Subject(f"code {staff_id}", 30)


def by_login(login: str) -> Subject:
    """All failures of a login. They are told to whoever signs in next, and lock nothing."""
    return Subject(f"all {login}", _COUNTED_ONLY)


def network_of(address: str) -> str:
    """What one client may be thought to have of addresses: of IPv6 the first 64 bits."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(ip_network((known, 64), strict=False))
    return address


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


def tries_of(conn: Connection, subject: Subject) -> int:
    """How many tries have failed since the last that succeeded."""
    return conn.scalar(select(sign_in_tries.c.tries).where(sign_in_tries.c.subject == subject.key)) or 0


def free_again(conn: Connection, subjects: Iterable[Subject], now: datetime) -> datetime | None:
    """The moment before which one of these may not be tried; None when all may."""
    keys = [subject.key for subject in subjects]
    table = sign_in_tries
    locked = (table.c.subject.in_(keys)) & (table.c.locked_until > to_micros(now))
    until = conn.scalar(select(func.max(table.c.locked_until)).where(locked))
    return None if until is None else from_micros(until)
