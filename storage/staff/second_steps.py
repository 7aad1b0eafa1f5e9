"""The second step of signing in: the secret of somebody's code app (TOTP, RFC 6238), and their recovery codes."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.db.encryption import Seal
from storage.tables.core import recovery_codes, staff

CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def totp_secret(conn: Connection, staff_id: str, seal: Seal) -> str:
    """The secret in base32, or empty where there is no second step. Raises `Unsealable`."""
    sealed = conn.scalar(select(staff.c.totp).where(staff.c.id == staff_id)) or ""
    return seal.open(sealed, staff_id) if sealed else ""


def keep_totp(conn: Connection, staff_id: str, seal: Seal, secret: str, step: int) -> tuple[str, ...]:
    """Set up the second step, whose code of time step `step` was used to prove it.

    Returns the recovery codes, which cannot be shown again.
    """
    conn.execute(update(staff).where(staff.c.id == staff_id).values(totp=seal.close(secret, staff_id), totp_step=step))
    return renew_recovery_codes(conn, staff_id)


def drop_totp(conn: Connection, staff_id: str) -> bool:
    """Take the second step away, with its recovery codes. False when there was none."""
    conn.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))
    having = (staff.c.id == staff_id) & (staff.c.totp != "")
    return conn.execute(update(staff).where(having).values(totp="", totp_step=0)).rowcount == 1


def use_step(conn: Connection, staff_id: str, step: int) -> bool:
    """Use up the code of a time step and all before it. False when it was used already: one statement decides."""
    later = (staff.c.id == staff_id) & (staff.c.totp_step < step)
    return conn.execute(update(staff).where(later).values(totp_step=step)).rowcount == 1


def renew_recovery_codes(conn: Connection, staff_id: str) -> tuple[str, ...]:
    """New recovery codes in place of the old ones; each signs in once."""
    codes = tuple(_code() for _ in range(CODES))
    conn.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))
    conn.execute(insert(recovery_codes), [{"staff_id": staff_id, "digest": _digest(staff_id, code)} for code in codes])
    return codes


def use_recovery_code(conn: Connection, staff_id: str, code: str) -> bool:
    """Use a recovery code up. False when it is not one, or was used."""
    kept = (recovery_codes.c.staff_id == staff_id) & (recovery_codes.c.digest == _digest(staff_id, code))
    return conn.execute(delete(recovery_codes).where(kept)).rowcount == 1


def recovery_codes_left(conn: Connection, staff_id: str) -> int:
    """How many are not used up."""
    left = select(func.count()).select_from(recovery_codes).where(recovery_codes.c.staff_id == staff_id)
    return conn.scalar(left) or 0


def _code() -> str:
    """Twelve characters in groups of four, 59 bits: too many to try."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def _digest(staff_id: str, code: str) -> str:
    plain = "".join(each for each in code.casefold() if each.isalnum())
    return hashlib.sha256(f"{staff_id} {plain}".encode("utf-8", "replace")).hexdigest()
