"""The tables of offers and findings. They repeat what cases say, without anybody's words, for figures and lists.

Moments are integer microseconds in UTC, 0 where a thing has not happened; amounts are in the currency's smallest unit.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from storage.db.metadata import metadata

_OWED = text("owed = 1")

offers = Table(
    "offers",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("state", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("playbook", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("put_at", BigInteger, nullable=False),
    Column("valid_until", BigInteger, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", BigInteger, nullable=False),
    Column("failed_at", BigInteger, nullable=False),
    Column("fulfilled_at", BigInteger, nullable=False),
    Index(None, "made_at"),
    sqlite_with_rowid=False,
)
"""One row for each offer, as it stands (`complaints.offers.offer.Offer` explains the columns)."""

offer_lines = Table(
    "offer_lines",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("i", Integer, primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("kind", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("owed", Integer, nullable=False),
    Column("done_at", BigInteger, nullable=False),
    Column("done_by", Text, nullable=False),
    Index(None, "due", sqlite_where=_OWED, postgresql_where=_OWED),
    sqlite_with_rowid=False,
)
"""One row for each line of an offer, numbered from 1. `owed` is 1 once it was accepted and until it is done."""

findings = Table(
    "findings",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("playbook", Text, nullable=False),
    Column("upheld", Text, nullable=False),
    Column("responsible", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("contributing", Text, nullable=False),
    Column("risk", Integer, nullable=False),
    Index(None, "at"),
    sqlite_with_rowid=False,
)
"""What was found out about a case, as it stands. `contributing` are further causes, with blanks between; `risk` is the
weightiest of its risks, from 1 to 9, or 0.
"""
