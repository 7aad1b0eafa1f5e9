"""Trying a password: in turn, counted before it is judged, and taking the same time whether or not there is an account.

The sign-in page and whoever proves themselves again do it the same way, so what fails at one counts at the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, select

from handlers.desk.accounts.admission import PasswordTry
from handlers.desk.accounts.known import browser_id
from storage.security.events import SecurityEvent, SecurityEventKind
from storage.staff.accounts import folded
from storage.staff.login_attempts import (
    Subject,
    begin_try,
    by_browser,
    by_login,
    by_pair,
    forget_tries,
    free_again,
    tries_of,
)
from storage.tables.core import staff

if TYPE_CHECKING:
    from handlers.desk.request_context import Guest


@dataclass(frozen=True, slots=True)
class PasswordVerdict:
    """What came of a try. `staff_id`: whose password it is, empty when it was not; `until`: when one may try again;
    `failures`: how many tries of this login, from wherever, had failed before it; `hashed`: what is on file.
    """

    staff_id: str = ""
    until: datetime | None = None
    failures: int = 0
    hashed: str = ""


@dataclass(frozen=True, slots=True)
class _Begun:
    staff_id: str
    hashed: str | None
    until: datetime | None
    failures: int


async def try_password(guest: Guest, login: str, password: str, *also: Subject) -> PasswordVerdict:
    """Check a password; `also`: what else failures count for. Raises `TooMany`, `Unavailable`."""
    login = folded(login)
    known = browser_id(guest, login)
    asking = PasswordTry(login, guest.address, bool(known))
    subjects = (by_browser(login, known) if known else by_pair(login, guest.address), *also)
    admission = guest.desk.accounts.admission
    async with admission.turn(asking):
        begun = await guest.desk.write(_begin, guest, login, subjects)
        if begun.until is not None:
            tell_locked(guest, begun.staff_id)
            return PasswordVerdict(until=begun.until)
        if not await guest.desk.matches(begun.hashed, password):
            admission.failed(asking)
            tell_failed(guest, begun.staff_id, "password")
            return PasswordVerdict()
        await guest.desk.write(forget, (*subjects, by_login(login)))
    admission.succeeded(asking)
    return PasswordVerdict(begun.staff_id, failures=begun.failures, hashed=begun.hashed or "")


def counted(conn: Connection, guest: Guest, subjects: Iterable[Subject]) -> datetime | None:
    """Count one try for all of these; or the moment before which none is allowed, and then nothing is counted."""
    listed, dialect = tuple(subjects), guest.desk.database.dialect
    if until := free_again(conn, listed, guest.now):
        return until
    # Somebody else may have used the last free try since: each subject's row decides, under its lock.
    locked = [until for each in listed if (until := begin_try(conn, dialect, each, guest.now))]
    return max(locked, default=None)


def forget(conn: Connection, subjects: Iterable[Subject]) -> None:
    """It succeeded, so all of these start afresh."""
    for each in subjects:
        forget_tries(conn, each)


def tell(guest: Guest, kind: SecurityEventKind, staff_id: str = "", **detail: str) -> None:
    """Put it into the security log. What was typed as a login may be a password: only the account's id is told."""
    if guest.desk.security is not None:
        event = SecurityEvent(guest.now, kind, staff_id, staff_id, guest.address, detail)
        guest.desk.security.note(event)


def tell_failed(guest: Guest, staff_id: str, how: str) -> None:
    """A proof that was not good: `password`, `code`, `passkey` or `issuer`."""
    guest.desk.tally["sign_ins_failed"] += 1
    tell(guest, SecurityEventKind.SIGN_IN_FAILED, staff_id, how=how)


def tell_locked(guest: Guest, staff_id: str) -> None:
    """A try that was not even judged."""
    guest.desk.tally["sign_ins_locked"] += 1
    structlog.get_logger("amends.desk").warning("sign_in_locked", address=guest.address)
    tell(guest, SecurityEventKind.SIGN_IN_LOCKED, staff_id)


def minutes_until(guest: Guest, until: datetime) -> int:
    """Whole minutes to wait, at least one."""
    return max(1, ceil((until - guest.now).total_seconds() / 60))


def waiting_words(guest: Guest, until: datetime) -> str:
    """What somebody is told who has to wait."""
    return guest.words.ngettext(
        "That did not work a few times, so please wait a minute before you try again.",
        "That did not work several times, so please wait %(minutes)s minutes before you try again.",
        minutes_until(guest, until),
    ) % {"minutes": minutes_until(guest, until)}


def _begin(conn: Connection, guest: Guest, login: str, subjects: tuple[Subject, ...]) -> _Begun:
    """One look for the account, which costs the same whether or not there is one."""
    open_one = (staff.c.login == login) & staff.c.disabled_at.is_(None)
    found = conn.execute(select(staff.c.id, staff.c.password).where(open_one)).one_or_none()
    failures = tries_of(conn, by_login(login))
    until = counted(conn, guest, (*subjects, by_login(login)))
    return _Begun(found.id if found else "", (found.password or None) if found else None, until, failures)
