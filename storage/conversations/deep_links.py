"""Links that open a chat on a messenger: only the digests of their tokens are kept.

A `resume` link carries one chat over to where it is opened, once; its subject is the conversation. A
`campaign` link says where a customer came from and an `order` link what they bought; they may be opened
by anyone, any number of times, until they expire.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage.db.dialect import Dialect
from storage.db.timestamps import to_micros
from storage.tables.core import links

RESUME, CAMPAIGN, ORDER = "resume", "campaign", "order"
TOKEN_BYTES = 24
"""192 bits. Telegram takes 64 characters after `start=`; this makes 32."""


@dataclass(frozen=True, slots=True)
class DeepLink:
    """A link that was made. Moments are microseconds; `used_by` is a conversation, or empty."""

    digest: str
    kind: str
    subject: str
    expires_at: int
    used_by: str


def digest_of(token: str) -> str:
    """What is kept of a token. It has bits enough that nobody finds it from this."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def make_link(conn: Connection, kind: str, subject: str, now: datetime, lasts: timedelta) -> str:
    """Make a link; returns its token, which cannot be shown again. What of this subject has expired is forgotten."""
    moment, token = to_micros(now), secrets.token_urlsafe(TOKEN_BYTES)
    of_old = (links.c.subject == subject) & (links.c.kind == kind) & (links.c.expires_at <= moment)
    conn.execute(delete(links).where(of_old))
    row = {"digest": digest_of(token), "kind": kind, "subject": subject, "created_at": moment}
    conn.execute(insert(links), {**row, "expires_at": to_micros(now + lasts), "used_by": "", "used_at": 0})
    return token


def find_links(conn: Connection, dialect: Dialect, digests: Any, *, locked: bool = False) -> dict[str, DeepLink]:
    """Those of the links with these digests that there are; `locked` until the transaction ends, in one order."""
    columns = (links.c.digest, links.c.kind, links.c.subject, links.c.expires_at, links.c.used_by)
    query = select(*columns).where(dialect.among(links.c.digest, "digests")).order_by(links.c.digest)
    rows = conn.execute(dialect.locking(query) if locked else query, {"digests": dialect.texts(digests)})
    return {row.digest: DeepLink(row.digest, row.kind, row.subject, row.expires_at, row.used_by) for row in rows}


USE = (
    update(links)
    .where(links.c.digest == bindparam("of_digest"))
    .values(used_by=bindparam("by"), used_at=bindparam("at"))
)
"""Marks a link, held under its lock, as used."""
