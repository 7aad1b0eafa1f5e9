"""The tables of the staff chat: what it shows of each customer's chat, and who may join it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, text

from storage.db.customer_words import CustomerWords
from storage.db.metadata import metadata

_DUE = text("state = 'due'")

staff_rooms = Table(
    "staff_rooms",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("chat", BigInteger, primary_key=True),
    Column("seen", Integer, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("card", BigInteger, nullable=False),
    Column("card_shown", CustomerWords("staff_rooms.card_shown"), nullable=False),
    Column("topic", BigInteger, nullable=False),
    Column("since", Integer, nullable=False),
    Column("title", CustomerWords("staff_rooms.title"), nullable=False),
    Column("standing", Text, nullable=False),
    Column("panel", BigInteger, nullable=False),
    Column("panel_shown", CustomerWords("staff_rooms.panel_shown"), nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("leaving", Text, nullable=False),
    Column("doubt", Boolean, nullable=False),
    Index(None, "chat", "topic"),
    sqlite_with_rowid=False,
)

staff_posts = Table(
    "staff_posts",
    metadata,
    Column("chat", BigInteger, primary_key=True),
    Column("message", BigInteger, primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    sqlite_with_rowid=False,
)

staff_receipts = Table(
    "staff_receipts",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("chat", BigInteger, nullable=False),
    Column("message", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Index("ix_staff_receipts_due", "chat", sqlite_where=_DUE, postgresql_where=_DUE),
    sqlite_with_rowid=False,
)

staff_questions = Table(
    "staff_questions",
    metadata,
    Column("chat", BigInteger, primary_key=True),
    Column("topic", BigInteger, primary_key=True),
    Column("telegram_id", BigInteger, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("outcome", CustomerWords("staff_questions.outcome"), nullable=False),
    Column("answered_by", BigInteger, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

staff_asides = Table(
    "staff_asides",
    metadata,
    Column("chat", BigInteger, primary_key=True),
    Column("album", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

staff_links = Table(
    "staff_links",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("staff_id", String(32), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
