"""What uploads came to, by day; where a probe writes; who rang for a person, and which networks are not heard.

`at` and `until` are integer microseconds in UTC.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from storage.db.metadata import metadata

upload_tallies = Table(
    "upload_tallies",
    metadata,
    Column("source", Text, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("files", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

rings = Table(
    "rings",
    metadata,
    Column("source", Text, primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("conversation_id", String(32), primary_key=True),
    Index(None, "at"),
    sqlite_with_rowid=False,
)

blocks = Table(
    "blocks",
    metadata,
    Column("source", Text, primary_key=True),
    Column("until", BigInteger, nullable=False),
    Column("staff", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
