"""Handoffs: who waits for a person, since when, and the time they were told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from storage.instants import from_micros
from storage.tables import conversations, handoffs

_WAITING = (
    select(
        handoffs.c.conversation_id, handoffs.c.reason, handoffs.c.at, handoffs.c.answer_by,
        conversations.c.channel, conversations.c.language,
    )
    .join(conversations, conversations.c.id == handoffs.c.conversation_id)
    .where(handoffs.c.state == "waiting")
    .order_by(handoffs.c.answer_by)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Handoff:
    """One chat that waits for a person. Moments are aware, UTC; `answer_by` is what the customer was told."""

    conversation_id: str
    channel: str
    language: str
    reason: str
    at: datetime
    answer_by: datetime


def waiting_handoffs(conn: Connection, limit: int = 500) -> list[Handoff]:
    """Those who wait, the most pressing first."""
    return [
        Handoff(
            row.conversation_id, row.channel, row.language, row.reason, from_micros(row.at), from_micros(row.answer_by)
        )
        for row in conn.execute(_WAITING.limit(limit))
    ]
