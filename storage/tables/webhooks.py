"""The tables of the webhooks: who is told, what is on its way to them, and each attempt.

Moments are integer microseconds in UTC; 0 where a thing has not happened.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from storage.db.customer_words import CustomerWords
from storage.db.metadata import metadata

_WAITING = text("state = 'waiting'")

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""`kinds` has a blank before and after each kind of news that is wanted; `secret` is sealed."""

webhook_messages = Table(
    "webhook_messages",
    metadata,
    Column("webhook_id", String(16), primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("body", CustomerWords("webhook_messages.body"), nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Index("ix_webhook_messages_waiting", "due", sqlite_where=_WAITING, postgresql_where=_WAITING),
    Index(None, "at"),
    sqlite_with_rowid=False,
)
"""`state` is `waiting`, `sent` or `dead`; `body` is what is sent, to the byte."""

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("webhook_id", String(16), primary_key=True),
    Column("message_id", String(40), primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("status", Integer, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("trouble", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""`status` is what the receiver answered, 0 where it did not; `trouble` is what went wrong, or empty."""
