"""Keyed digests of texts that could not be read in time, until they expire. Of the texts nothing is kept here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Index, Table, Text, delete, select

from storage.db.dialect import Dialect
from storage.db.metadata import metadata
from storage.db.timestamps import from_micros, to_micros

unread_texts = Table(
    "unread_texts",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("expires_at", BigInteger, nullable=False),
    Index(None, "expires_at"),
)


def keep(conn: Connection, dialect: Dialect, digest: str, expires: datetime, now: datetime) -> None:
    """Keep a digest, anew if it is known; those that have expired go."""
    conn.execute(delete(unread_texts).where(unread_texts.c.expires_at <= to_micros(now)))
    row = {"digest": digest, "expires_at": to_micros(expires)}
    kept = dialect.insert(unread_texts).values(row)
    conn.execute(kept.on_conflict_do_update(index_elements=["digest"], set_={"expires_at": row["expires_at"]}))


def forget(conn: Connection, dialect: Dialect, digests: Sequence[str]) -> None:
    """Let go of these before they expire."""
    if digests:
        those = dialect.among(unread_texts.c.digest, "digests")
        conn.execute(delete(unread_texts).where(those), {"digests": dialect.texts(digests)})


def kept(conn: Connection, now: datetime, most: int) -> dict[str, datetime]:
    """When each digest that is still good expires: the newest so many of them, the oldest first."""
    table = unread_texts
    good = select(table).where(table.c.expires_at > to_micros(now)).order_by(table.c.expires_at.desc()).limit(most)
    return {row.digest: from_micros(row.expires_at) for row in reversed(conn.execute(good).all())}
