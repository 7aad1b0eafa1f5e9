"""Bearer tokens for programs: only their SHA-256 is kept, so a stolen database opens nothing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from storage.db.errors import StorageError
from storage.db.timestamps import from_micros, to_micros
from storage.tables.core import api_tokens

PREFIX = "amends_"
"""Begins every token, so that people and scanners know one when they see it."""


class TokenScope(StrEnum):
    """What a token is for. `admin` is for all of it."""

    CHAT = "chat"
    READ = "read"
    WRITE = "write"
    METRICS = "metrics"
    ADMIN = "admin"


class TokenExists(StorageError):
    """A token of this name is already in use."""


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token: its name and scopes, and when it was made, revoked, expires and was last used; each
    None where it was not, or does not. `used_at` is late by a minute at most.
    """

    name: str
    created_at: datetime
    revoked_at: datetime | None
    scopes: frozenset[TokenScope] = frozenset((TokenScope.READ,))
    expires_at: datetime | None = None
    used_at: datetime | None = None

    def allows(self, scope: TokenScope) -> bool:
        """Whether it is for this."""
        return scope in self.scopes or TokenScope.ADMIN in self.scopes

    def is_good(self, now: datetime) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def create_token(
    conn: Connection,
    name: str,
    now: datetime,
    scopes: Iterable[TokenScope] = (TokenScope.READ,),
    expires_at: datetime | None = None,
) -> str:
    """Make a token and return it; it cannot be shown again. Raises `TokenExists`."""
    if any(token.name == name and token.is_good(now) for token in list_tokens(conn)):
        raise TokenExists(f"a token named {name} is in use; revoke it first, or choose another name")
    secret = PREFIX + secrets.token_urlsafe(32)
    row = {
        "name": name,
        "digest": digest_of(secret),
        "created_at": to_micros(now),
        "scopes": " ".join(sorted(set(scopes))),
        "expires_at": None if expires_at is None else to_micros(expires_at),
    }
    conn.execute(delete(api_tokens).where(api_tokens.c.name == name))
    conn.execute(insert(api_tokens), row)
    return secret


def revoke_token(conn: Connection, name: str, now: datetime) -> bool:
    """End a token. False when there is none of this name in use."""
    good = (api_tokens.c.name == name) & api_tokens.c.revoked_at.is_(None)
    return conn.execute(update(api_tokens).where(good).values(revoked_at=to_micros(now))).rowcount == 1


def find_token(conn: Connection, digest: str) -> Token | None:
    """The token of a digest, also one that is revoked or expired."""
    row = conn.execute(select(api_tokens).where(api_tokens.c.digest == digest)).one_or_none()
    return None if row is None else _token(row)


def note_use(conn: Connection, name: str, now: datetime) -> None:
    """Keep when a token was last used."""
    conn.execute(update(api_tokens).where(api_tokens.c.name == name).values(used_at=to_micros(now)))


def list_tokens(conn: Connection) -> list[Token]:
    """Every token by name, the revoked ones too."""
    return [_token(row) for row in conn.execute(select(api_tokens).order_by(api_tokens.c.name))]


def digest_of(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _token(row: Row[Any]) -> Token:
    scopes = frozenset(TokenScope(each) for each in row.scopes.split())
    moments = (row.revoked_at, row.expires_at, row.used_at)
    revoked, expires, used = (None if each is None else from_micros(each) for each in moments)
    return Token(row.name, from_micros(row.created_at), revoked, scopes, expires, used)
