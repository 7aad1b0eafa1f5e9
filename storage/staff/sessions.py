"""Who is signed in to the desk, where. Only a digest of the cookie's token is kept: a stolen database opens nothing."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from storage.db.timestamps import from_micros, to_micros
from storage.staff.accounts import Staff, find_staff, note_seen
from storage.tables.core import sessions

LONGEST = 200
"""Characters that are kept of what a browser calls itself."""
TOUCHED_AFTER = timedelta(minutes=1)
"""How stale the time of the last request may be: writing it down each time would cost a transaction a request."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts: at most, and without being used."""

    longest: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that somebody signed in with. `digest` names it and opens nothing. Moments are aware, UTC."""

    digest: str
    staff_id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    browser: str


def open_session(conn: Connection, staff_id: str, lifetime: Lifetime, now: datetime, address: str, browser: str) -> str:
    """Sign somebody in; returns the token for the cookie."""
    token = secrets.token_urlsafe(32)
    row = {
        "digest": digest_of(token), "staff_id": staff_id, "created_at": to_micros(now), "seen_at": to_micros(now),
        "expires_at": to_micros(now + lifetime.longest), "address": address, "browser": browser[:LONGEST],
    }  # fmt: skip
    conn.execute(insert(sessions), row)
    note_seen(conn, staff_id, now)
    return token


def find_session(conn: Connection, token: str, lifetime: Lifetime, now: datetime) -> tuple[Session, Staff] | None:
    """The good session of a token, and whose it is; None when it has ended or its account is disabled."""
    return find_digest(conn, digest_of(token), lifetime, now)


def find_digest(conn: Connection, digest: str, lifetime: Lifetime, now: datetime) -> tuple[Session, Staff] | None:
    """As `find_session`, for whoever holds on to a session: a stream asks whether it may go on."""
    row = conn.execute(select(sessions).where((sessions.c.digest == digest) & _good(lifetime, now))).one_or_none()
    owner = None if row is None else find_staff(conn, row.staff_id)
    if row is None or owner is None or owner.disabled:
        return None
    return _session(row), owner


def touch_session(conn: Connection, session: Session, now: datetime) -> None:
    """Remember that a session was used."""
    conn.execute(update(sessions).where(sessions.c.digest == session.digest).values(seen_at=to_micros(now)))
    note_seen(conn, session.staff_id, now)


def is_stale(session: Session, now: datetime) -> bool:
    """Whether it is time to touch it."""
    return now - session.seen_at >= TOUCHED_AFTER


def list_sessions(conn: Connection, staff_id: str, lifetime: Lifetime, now: datetime) -> list[Session]:
    """Somebody's good sessions, the newest first."""
    good = (sessions.c.staff_id == staff_id) & _good(lifetime, now)
    return [_session(row) for row in conn.execute(select(sessions).where(good).order_by(sessions.c.created_at.desc()))]


def revoke_session(conn: Connection, staff_id: str, digest: str, now: datetime) -> bool:
    """End one of somebody's sessions. False when it is not theirs, or has ended."""
    its = (sessions.c.digest == digest) & (sessions.c.staff_id == staff_id) & sessions.c.revoked_at.is_(None)
    return conn.execute(update(sessions).where(its).values(revoked_at=to_micros(now))).rowcount == 1


def revoke_sessions(conn: Connection, staff_id: str, now: datetime, but: str = "") -> int:
    """End all of somebody's sessions, but for one; returns how many."""
    theirs = (sessions.c.staff_id == staff_id) & sessions.c.revoked_at.is_(None) & (sessions.c.digest != but)
    return conn.execute(update(sessions).where(theirs).values(revoked_at=to_micros(now))).rowcount


def forget_sessions(conn: Connection, before: datetime) -> int:
    """Remove those that ended before a moment; returns how many."""
    return conn.execute(delete(sessions).where(sessions.c.expires_at < to_micros(before))).rowcount


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _good(lifetime: Lifetime, now: datetime) -> Any:
    return (
        sessions.c.revoked_at.is_(None)
        & (sessions.c.expires_at > to_micros(now))
        & (sessions.c.seen_at > to_micros(now - lifetime.idle))
    )


def _session(row: Row[Any]) -> Session:
    return Session(
        row.digest, row.staff_id, from_micros(row.created_at), from_micros(row.seen_at), from_micros(row.expires_at),
        row.address, row.browser,
    )  # fmt: skip
