"""Accounts at an issuer (OpenID Connect), each joined to one of ours by issuer and subject, never by an e-mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.db.dialect import Dialect
from storage.db.timestamps import to_micros
from storage.staff.accounts import BadStaff
from storage.tables.accounts import staff_identities


def find_identity(conn: Connection, issuer: str, subject: str) -> str | None:
    """The id of the account that is joined to this one of the issuer's."""
    its = (staff_identities.c.issuer == issuer) & (staff_identities.c.subject == subject)
    return conn.scalar(select(staff_identities.c.staff_id).where(its))


def has_identity(conn: Connection, staff_id: str, issuer: str) -> bool:
    """Whether an account is joined to one of this issuer's."""
    its = (staff_identities.c.issuer == issuer) & (staff_identities.c.staff_id == staff_id)
    return conn.execute(select(staff_identities.c.subject).where(its)).first() is not None


def join_identity(conn: Connection, dialect: Dialect, issuer: str, subject: str, staff_id: str, now: datetime) -> None:
    """Join an account to one of the issuer's. Raises `BadStaff` when that one is somebody's already."""
    row = {"issuer": issuer, "subject": subject, "staff_id": staff_id, "created_at": to_micros(now)}
    conn.execute(dialect.insert(staff_identities).values(row).on_conflict_do_nothing())
    if find_identity(conn, issuer, subject) != staff_id:
        raise BadStaff("identity", "this account of the issuer is joined to another account here")


def leave_identities(conn: Connection, staff_id: str) -> int:
    """Part an account from all issuers; returns from how many of their accounts."""
    return conn.execute(delete(staff_identities).where(staff_identities.c.staff_id == staff_id)).rowcount
