"""Timers: wake-up times as rows, one for each conversation, kind and subject.

A timer that is due is held by whoever fires it, goes through the turn like any event, and is removed by that
turn in the transaction of its effects; so it fires once, whoever holds it and however often.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.tables.core import conversations, timers

Key = tuple[str, str, str]
"""Conversation id, kind, subject."""

REST = timedelta(seconds=30)
"""How long a timer whose turn failed is left alone."""


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer that is due, and the address of its conversation. `due` is aware, UTC."""

    conversation_id: str
    channel: str
    account: str
    chat: str
    kind: str
    subject: str
    due: datetime

    @property
    def key(self) -> Key:
        return self.conversation_id, self.kind, self.subject


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


def hold_due(conn: Connection, dialect: Dialect, now: datetime, limit: int = 64) -> list[DueTimer]:
    """Up to `limit` timers that are due and that nobody else holds, earliest first.

    They are held while the transaction of `conn` lasts, and free at once when its process dies. Nothing is written.
    """
    moment = to_micros(now)
    # A rest that ends later than any may was begun before the clock was set back.
    awake = or_(timers.c.lease_until <= moment, timers.c.lease_until > to_micros(now + REST))
    due = select(*_KEY, timers.c.due, *_PLACE).join(conversations, conversations.c.id == timers.c.conversation_id)
    due = due.where(timers.c.due <= moment, awake).order_by(timers.c.due)
    held = conn.execute(dialect.holding(due, [column.name for column in _KEY], limit))
    found = [
        DueTimer(row.conversation_id, row.channel, row.account, row.chat, row.kind, row.subject, from_micros(row.due))
        for row in held
    ]
    return sorted(found, key=lambda timer: timer.due)


def put_off(conn: Connection, failed: Iterable[DueTimer], now: datetime) -> None:
    """Let timers that could not be fired rest a while, so that those behind them have their turn."""
    until = to_micros(now + REST)
    conn.execute(_REST, [{**key_of(timer.key), "until": until} for timer in failed])


_KEY = (timers.c.conversation_id, timers.c.kind, timers.c.subject)
_PLACE = (conversations.c.channel, conversations.c.account, conversations.c.chat)
_REST = (
    update(timers)
    .where(
        timers.c.conversation_id == bindparam("of_id"),
        timers.c.kind == bindparam("of_kind"),
        timers.c.subject == bindparam("of_subject"),
    )
    .values(lease_until=bindparam("until"))
)
