"""Rows of history: many old chats, put in by the thousand, to see whether a turn's cost grows with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Engine, create_engine, insert

from storage.tables.core import conversations, events, messages

PER_CHAT = 20
"""Messages in one old chat: ten from the customer, ten from the bot."""
LONG_AGO = 1_700_000_000_000_000


def seed(database_url: str, rows: int) -> None:
    """Insert `rows` old messages, with their conversations and events, spread over chats."""
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    for table, made in ((conversations, _chats), (messages, _messages), (events, _events)):
        _fill(engine, table, made(range(rows // PER_CHAT)))
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _fill(engine: Engine, table: Any, rows: Iterator[dict[str, Any]]) -> None:
    while some := list(islice(rows, 20_000)):
        with engine.begin() as connection:
            connection.execute(insert(table).inline(), some)


def _name(chat: int) -> str:
    return hashlib.blake2b(f"history {chat}".encode(), digest_size=16).hexdigest()


def _chats(chats: range) -> Iterator[dict[str, Any]]:
    for chat in chats:
        yield {
            "id": _name(chat), "channel": "rest", "account": "default", "chat": f"history-{chat}", "controller": "bot",
            "language": "en", "turn": PER_CHAT // 2, "message_count": PER_CHAT, "case_count": 0, "audit_count": 0,
            "audit_last": "", "audit_head": "", "transcript_head": "", "updated_at": LONG_AGO, "state": "{}",
        }  # fmt: skip


def _messages(chats: range) -> Iterator[dict[str, Any]]:
    for chat in chats:
        for seq in range(1, PER_CHAT + 1):
            yield {
                "conversation_id": _name(chat), "seq": seq, "turn": (seq + 1) // 2, "at": LONG_AGO,
                "author": "customer" if seq % 2 else "bot", "text": f"An old message, number {seq}.", "body": "{}",
            }  # fmt: skip


def _events(chats: range) -> Iterator[dict[str, Any]]:
    for chat in chats:
        for turn in range(1, PER_CHAT // 2 + 1):
            yield {
                "conversation_id": _name(chat), "event_id": f"{chat}-{turn}", "turn": turn,
                "first_seq": 2 * turn - 1, "last_seq": 2 * turn, "at": LONG_AGO,
            }  # fmt: skip
