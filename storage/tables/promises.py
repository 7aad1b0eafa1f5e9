"""What figures are counted from besides the surveys: each promise that was made, and what became of it.

Moments are integer microseconds in UTC, 0 where a thing has not happened; `target` and `spent` are microseconds of
working time.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from storage.db.metadata import metadata

promises = Table(
    "promises",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("began_at", BigInteger, primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("priority", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("playbook", Text, nullable=False),
    Column("target", BigInteger, nullable=False),
    Column("spent", BigInteger, nullable=False),
    Column("kept_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Index(None, "began_at"),
    sqlite_with_rowid=False,
)
"""One row for each clock of a case, a new one when the case is opened again.

`state` is `running`, `kept` (in time), `missed` (kept too late, or not kept by then) or `dropped` (the case ended
without it: withdrawn, merged, closed for silence) or `spam`. `kept_at` is when it was kept, in time or not, and
`spent` the working time that took.
"""
