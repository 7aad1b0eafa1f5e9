"""Links that join an account to a Telegram user: an opaque token, good once and not for long.

Only its SHA-256 is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert

from storage.db.timestamps import to_micros
from storage.staff.accounts import Staff, find_staff, link_telegram
from storage.tables.staff_chat import staff_links

GOOD_FOR = timedelta(minutes=15)


def make_link(conn: Connection, staff_id: str, now: datetime) -> str:
    """A token for this account; an earlier one is worthless from now on. Forty-three letters that a deep link takes."""
    conn.execute(delete(staff_links).where(staff_links.c.staff_id == staff_id))
    token = secrets.token_urlsafe(32)
    expires = to_micros(now + GOOD_FOR)
    conn.execute(insert(staff_links), {"digest": _digest(token), "staff_id": staff_id, "expires_at": expires})
    return token


def take_link(conn: Connection, token: str, telegram_id: int, now: datetime) -> Staff | None:
    """Join whoever shows the token to its account, and use the token up. None where it is not good, or no longer."""
    conn.execute(delete(staff_links).where(staff_links.c.expires_at <= to_micros(now)))
    good = delete(staff_links).where(staff_links.c.digest == _digest(token)).returning(staff_links.c.staff_id)
    staff_id = conn.scalar(good)
    account = find_staff(conn, staff_id) if staff_id else None
    if account is None or account.disabled:
        return None
    link_telegram(conn, account.id, telegram_id)
    return account


def deep_link(username: str, token: str) -> str:
    """What to open in Telegram, so that the bot of this name is shown the token."""
    return f"https://t.me/{username}?start={token}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
