"""Timers: wake-up times as rows, one for each conversation, kind and subject.

A timer is claimed under a lease, fired through the turn like any event, and removed by that turn in
the transaction of its effects; so it fires once, whoever claims it and however often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, tuple_, update

from storage.dialect import Dialect
from storage.instants import from_micros, to_micros
from storage.tables import conversations, timers

Key = tuple[str, str, str]
"""Conversation id, kind, subject."""


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A claimed timer and the address of its conversation. `due` is aware, UTC."""

    conversation_id: str
    channel: str
    account: str
    chat: str
    kind: str
    subject: str
    due: datetime


def setting(dialect: Dialect) -> Any:
    """The statement that sets timers, each in place of one of the same key."""
    made = dialect.insert(timers)
    return made.on_conflict_do_update(
        index_elements=["conversation_id", "kind", "subject"],
        set_={"due": made.excluded.due, "lease_until": made.excluded.lease_until},
    )


CANCEL = delete(timers).where(
    timers.c.conversation_id == bindparam("of_id"),
    timers.c.kind == bindparam("of_kind"),
    timers.c.subject == bindparam("of_subject"),
)


def pending(dialect: Dialect) -> Any:
    """The query for the timers of the conversations bound as `ids`."""
    columns = (timers.c.conversation_id, timers.c.kind, timers.c.subject, timers.c.due)
    return select(*columns).where(dialect.among(timers.c.conversation_id, "ids"))


def row_of(key: Key, due: int) -> dict[str, Any]:
    """A timer as a row; `due` in microseconds."""
    return {"conversation_id": key[0], "kind": key[1], "subject": key[2], "due": due, "lease_until": 0}


def key_of(key: Key) -> dict[str, str]:
    """A key as parameters of `CANCEL`."""
    return {"of_id": key[0], "of_kind": key[1], "of_subject": key[2]}


def next_due(conn: Connection) -> datetime | None:
    """When the earliest timer comes due, or None."""
    due = conn.scalar(select(timers.c.due).order_by(timers.c.due).limit(1))
    return None if due is None else from_micros(due)


def claim_due(
    conn: Connection, dialect: Dialect, now: datetime, lease: timedelta = timedelta(seconds=30), limit: int = 64
) -> list[DueTimer]:
    """Claim up to `limit` timers that are due and that nobody holds, earliest first."""
    moment = to_micros(now)
    free = select(timers.c.conversation_id, timers.c.kind, timers.c.subject, timers.c.due)
    free = free.where(timers.c.due <= moment, timers.c.lease_until <= moment).order_by(timers.c.due).limit(limit)
    claimed = conn.execute(dialect.locking(free, skip=True)).all()
    if not claimed:
        return []
    lease_until = to_micros(now + lease)
    conn.execute(_LEASE, [{**key_of((row[0], row[1], row[2])), "until": lease_until} for row in claimed])
    return _addressed(conn, dialect, claimed)


_LEASE = (
    update(timers)
    .where(
        tuple_(timers.c.conversation_id, timers.c.kind, timers.c.subject)
        == tuple_(bindparam("of_id"), bindparam("of_kind"), bindparam("of_subject"))
    )
    .values(lease_until=bindparam("until"))
)


def _addressed(conn: Connection, dialect: Dialect, claimed: Any) -> list[DueTimer]:
    query = select(conversations.c.id, conversations.c.channel, conversations.c.account, conversations.c.chat)
    ids = dialect.texts({row.conversation_id for row in claimed})
    found = conn.execute(query.where(dialect.among(conversations.c.id, "ids")), {"ids": ids})
    places = {row.id: row for row in found}
    return [
        DueTimer(row.conversation_id, at.channel, at.account, at.chat, row.kind, row.subject, from_micros(row.due))
        for row in claimed
        if (at := places.get(row.conversation_id)) is not None
    ]
