"""Passkeys on file: what of them proves somebody later is a public key, so a stolen database opens nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.staff.accounts import BadStaff
from storage.tables.accounts import passkeys, spent_challenges

LONGEST_NAME = 80
MOST = 20
"""Passkeys that one account may have."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey: `id` and `public_key` are base64url, `sign_count` is 0 where the device does not count."""

    id: str
    staff_id: str
    name: str
    public_key: str
    sign_count: int
    created_at: datetime
    used_at: datetime


def add_passkey(conn: Connection, dialect: Dialect, made: Passkey) -> None:
    """Keep a passkey. Raises `BadStaff` for one that is on file already, or one too many."""
    if len(list_passkeys(conn, made.staff_id)) >= MOST:
        raise BadStaff("passkeys", f"an account has at most {MOST} passkeys; remove one first")
    row = {
        "id": made.id, "staff_id": made.staff_id, "name": made.name.strip()[:LONGEST_NAME],
        "public_key": made.public_key, "sign_count": made.sign_count,
        "created_at": to_micros(made.created_at), "used_at": to_micros(made.used_at),
    }  # fmt: skip
    fresh = dialect.insert(passkeys).values(row).on_conflict_do_nothing().returning(passkeys.c.id)
    if conn.scalar(fresh) is None:
        raise BadStaff("passkey known", "this passkey is on file already")


def find_passkey(conn: Connection, passkey_id: str) -> Passkey | None:
    """A passkey by its id."""
    row = conn.execute(select(passkeys).where(passkeys.c.id == passkey_id)).one_or_none()
    return None if row is None else _passkey(row)


def list_passkeys(conn: Connection, staff_id: str) -> list[Passkey]:
    """Somebody's passkeys, the oldest first."""
    theirs = select(passkeys).where(passkeys.c.staff_id == staff_id).order_by(passkeys.c.created_at, passkeys.c.id)
    return [_passkey(row) for row in conn.execute(theirs)]


def remove_passkey(conn: Connection, staff_id: str, passkey_id: str) -> bool:
    """Remove one of somebody's passkeys. False when it is not theirs."""
    its = (passkeys.c.id == passkey_id) & (passkeys.c.staff_id == staff_id)
    return conn.execute(delete(passkeys).where(its)).rowcount == 1


def remove_passkeys(conn: Connection, staff_id: str) -> int:
    """Remove all of somebody's passkeys; returns how many."""
    return conn.execute(delete(passkeys).where(passkeys.c.staff_id == staff_id)).rowcount


def use_passkey(conn: Connection, passkey_id: str, sign_count: int, now: datetime) -> None:
    """Remember that a passkey was used, and how far its device has counted."""
    used = {"sign_count": sign_count, "used_at": to_micros(now)}
    conn.execute(update(passkeys).where(passkeys.c.id == passkey_id).values(used))


def spend_challenge(conn: Connection, dialect: Dialect, challenge: str, expires_at: datetime, now: datetime) -> bool:
    """Use a challenge up. False when it was used already: one statement decides."""
    conn.execute(delete(spent_challenges).where(spent_challenges.c.expires_at < to_micros(now)))
    digest = hashlib.sha256(challenge.encode()).hexdigest()
    row = {"digest": digest, "expires_at": to_micros(expires_at)}
    fresh = dialect.insert(spent_challenges).values(row).on_conflict_do_nothing().returning(spent_challenges.c.digest)
    return conn.scalar(fresh) is not None


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(
        row.id, row.staff_id, row.name, row.public_key, row.sign_count, from_micros(row.created_at),
        from_micros(row.used_at),
    )  # fmt: skip
