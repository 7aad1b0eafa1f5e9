"""The tables of incidents: what of each story is kept for comparison, the incidents, and who belongs to which.

Moments are integer microseconds in UTC; 0 where a thing has not happened.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text, text

from storage.db.customer_words import CustomerWords
from storage.db.metadata import metadata

_WAITING = text("compared_at = 0")
_OPEN = text("state IN ('suspected', 'confirmed')")

stories = Table(
    "stories",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("reference", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("order_number", CustomerWords("stories.order_number"), nullable=False),
    Column("summary", CustomerWords("stories.summary"), nullable=False),
    Column("tokens", CustomerWords("stories.tokens"), nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("compared_at", BigInteger, nullable=False),
    Index("ix_stories_waiting", "at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    Index(None, "at"),
    Index(None, "reference"),
    sqlite_with_rowid=False,
)
"""One row for each complaint that was begun: the `n`th of its chat, from 0 on. `reference` is empty until it is filed;
`tokens` are telling words, one a line; `vector` half-precision numbers, little-endian.
"""

incidents = Table(
    "incidents",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("state", Text, nullable=False),
    Column("title", CustomerWords("incidents.title"), nullable=False),
    Column("tokens", CustomerWords("incidents.tokens"), nullable=False),
    Column("category", Text, nullable=False),
    Column("notices", CustomerWords("incidents.notices"), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("confirmed_at", BigInteger, nullable=False),
    Column("told_at", BigInteger, nullable=False),
    Column("solved_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger, nullable=False),
    Column("outcome", CustomerWords("incidents.outcome"), nullable=False),
    Column("staff", Text, nullable=False),
    Index("ix_incidents_open", "last_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index(None, "opened_at"),
    sqlite_with_rowid=False,
)
"""`opened_at` is the first member's story, `last_at` the newest one's; `notices` is JSON: the notice by language;
`staff` who confirmed it.
"""

incident_members = Table(
    "incident_members",
    metadata,
    Column("incident_id", String(16), primary_key=True),
    Column("conversation_id", String(32), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("staff", Text, nullable=False),
    Index(None, "conversation_id", "n"),
    sqlite_with_rowid=False,
)
"""A story and the incident it belongs to. `state` is `in`, or `out` where a colleague put it out: it stays out."""
