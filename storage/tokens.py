"""Bearer tokens for the API: only their SHA-256 is kept, so a stolen database opens nothing."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from storage.errors import StorageError
from storage.instants import from_micros, to_micros
from storage.tables import api_tokens

PREFIX = "amends_"
"""Begins every token, so that people and scanners know one when they see it."""


class TokenExists(StorageError):
    """A token of this name is already in use."""


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token: its name, when it was made, when revoked (None while it is good)."""

    name: str
    created_at: datetime
    revoked_at: datetime | None


def create_token(conn: Connection, name: str, now: datetime) -> str:
    """Make a token and return it; it cannot be shown again. Raises `TokenExists`."""
    if any(token.name == name and token.revoked_at is None for token in list_tokens(conn)):
        raise TokenExists(f"a token named {name} is in use; revoke it first, or choose another name")
    secret = PREFIX + secrets.token_urlsafe(32)
    conn.execute(delete(api_tokens).where(api_tokens.c.name == name))
    conn.execute(insert(api_tokens), {"name": name, "digest": _digest(secret), "created_at": to_micros(now)})
    return secret


def revoke_token(conn: Connection, name: str, now: datetime) -> bool:
    """End a token. False when there is none of this name in use."""
    good = (api_tokens.c.name == name) & api_tokens.c.revoked_at.is_(None)
    return conn.execute(update(api_tokens).where(good).values(revoked_at=to_micros(now))).rowcount == 1


def check_token(conn: Connection, secret: str) -> str | None:
    """The name of a good token, or None."""
    good = (api_tokens.c.digest == _digest(secret)) & api_tokens.c.revoked_at.is_(None)
    return conn.scalar(select(api_tokens.c.name).where(good))


def list_tokens(conn: Connection) -> list[Token]:
    """Every token by name, the revoked ones too."""
    rows = conn.execute(select(api_tokens).order_by(api_tokens.c.name))
    return [Token(row.name, from_micros(row.created_at), _moment(row.revoked_at)) for row in rows]


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
