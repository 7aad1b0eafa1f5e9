"""The trail, the log of accounts, and what proves all other tables. Moments are integer microseconds in UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from storage.db.metadata import metadata

audit_seals = Table(
    "audit_seals",
    metadata,
    Column("book", Text, primary_key=True),
    Column("row", Text, primary_key=True),
    Column("seal", String(64), nullable=False),
    sqlite_with_rowid=False,
)
"""The seal of each row of the tables that have a book; `row` is its key as JSON."""

audit_books = Table(
    "audit_books",
    metadata,
    Column("name", Text, primary_key=True),
    Column("changes", BigInteger, nullable=False),
    Column("many", BigInteger, nullable=False),
    Column("total", Text, nullable=False),
    Column("seal", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""For each table: how often it was changed, how many rows it has, and the sum of their seals."""

audit_roll = Table(
    "audit_roll",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("messages", Integer, nullable=False),
    Column("said", Text, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("done", Text, nullable=False),
    Column("seal", String(64), nullable=False),
    sqlite_with_rowid=False,
)
"""Where each conversation stood when it was looked at last: its turn, its messages and trail, with their digests."""

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("books", Text, nullable=False),
    Column("digest", String(64), nullable=False),
)
"""A chain over the books, a link for every moment at which something had changed."""

audit = Table(
    "audit",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("salt", Text, nullable=False, server_default=""),
    sqlite_with_rowid=False,
)

staff_log = Table(
    "staff_log",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("digest", String(64), nullable=False),
)

staff_log_end = Table(
    "staff_log_end",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("length", Integer, nullable=False),
    Column("last", Text, nullable=False),
    Column("head", Text, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
    Column("seal", Text, nullable=False),
)
