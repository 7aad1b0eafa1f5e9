"""How many chats of one network may ring for a person within a minute and an hour. Whoever is beyond it waits aside.

What rings is limited, never who may ask: people who share an address share what it may ring.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, delete, func, select

from storage.conversations.threads import ASIDE, Thread, thread_of
from storage.db.timestamps import to_micros
from storage.tables.core import threads
from storage.tables.space import rings

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
_MOST_SOURCES = 200


@dataclass(frozen=True, slots=True)
class Rate:
    """Chats of one network that may ring. 0 is no limit."""

    minute: int = 0
    hour: int = 0

    @property
    def is_limit(self) -> bool:
        return bool(self.minute or self.hour)

    def left(self, rung: Rung) -> int:
        """How many more may ring now; a large number where nothing limits them."""
        lefts = [most - had for most, had in ((self.minute, rung.minute), (self.hour, rung.hour)) if most]
        return max(0, min(lefts, default=2**31))


@dataclass(slots=True)
class Rung:
    """How many of a network's chats rang within the last minute, and the last hour."""

    minute: int = 0
    hour: int = 0

    def more(self) -> None:
        """One more rings now."""
        self.minute += 1
        self.hour += 1


def rung(conn: Connection, source: str, now: datetime) -> Rung:
    """How often this source rang of late."""
    recent = func.coalesce(func.sum(case((rings.c.at > to_micros(now - MINUTE), 1), else_=0)), 0)
    query = select(recent, func.count()).where(rings.c.source == source, rings.c.at > to_micros(now - HOUR))
    minute, hour = conn.execute(query).one()
    return Rung(int(minute), int(hour))


def row_of(source: str, conversation_id: str, now: datetime) -> dict[str, Any]:
    """That a chat rang."""
    return {"source": source, "at": to_micros(now), "conversation_id": conversation_id}


def next_aside(conn: Connection, rate: Rate, now: datetime) -> Iterator[Thread]:
    """Those that wait aside and may ring now: of each source the gravest first, then who has waited longest."""
    for source in conn.scalars(select(threads.c.source).where(ASIDE).distinct().limit(_MOST_SOURCES)).all():
        left = rate.left(rung(conn, source, now)) if source else _MOST_SOURCES
        query = select(threads).where(ASIDE, threads.c.source == source)
        query = query.order_by(threads.c.priority, threads.c.waiting_since).limit(min(left, _MOST_SOURCES))
        for thread in [thread_of(row) for row in conn.execute(query)] if left else ():
            if source or rate.left(rung(conn, thread.conversation_id, now)):
                yield thread


def forget_rings(conn: Connection, now: datetime) -> None:
    """What rang long ago limits nobody."""
    conn.execute(delete(rings).where(rings.c.at < to_micros(now - 2 * HOUR)))
