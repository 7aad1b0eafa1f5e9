"""Rows that a clock which had run ahead left in the future: found, and set right as far as a row alone can be.

What needs a chat to be understood (its promises, its queue, its reminders) gets a timer of its own that fires at once;
the turn of that timer sets the chat right. All here is cheap on an index, but for one look through the timers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    union,
    update,
)

from storage.audit.retiming import note_timers
from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.delivery.outbox import unfinished
from storage.tables.core import links, outbox, sessions, sign_in_tries, staff, threads, timers
from storage.tables.staff_chat import staff_links
from storage.tables.webhooks import webhook_messages

TOLERATED = timedelta(minutes=1)
"""Clocks of good machines differ by less."""
LEASE, RETRY, LOCK = timedelta(seconds=60), timedelta(hours=10), timedelta(minutes=15)
"""The longest lease on a message, the longest wait until one is tried again, the longest lock of a login."""
STAFF_LINK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Ahead:
    """The chats whose newest turn lies after now: how many, and the first and the last of these turns."""

    chats: int
    first: datetime
    last: datetime

    def looks_as_if_we_were_behind(self, now: datetime) -> bool:
        """A clock that ran ahead for a while leaves a gap, and after it a few turns close together. Where they follow
        from now on without such a gap, it is rather ours that is behind.
        """
        return self.first - now < self.last - self.first


@dataclass(frozen=True, slots=True)
class Righted:
    """How many of each were set right: chats (by a turn that comes at once), timers, other rows."""

    chats: int
    timers: int
    rows: int

    def __bool__(self) -> bool:
        return bool(self.chats or self.timers or self.rows)


def newest_turn(conn: Connection) -> datetime | None:
    """When the newest turn of all was taken."""
    each = (select(func.max(threads.c.changed_at)).where(threads.c.live == live) for live in (True, False))
    found = [moment for query in each for moment in conn.scalars(query) if moment is not None]
    return from_micros(max(found)) if found else None


def database_now(conn: Connection, dialect: Dialect) -> datetime | None:
    """What time the database's own machine has; None where that is ours."""
    if dialect.name == "sqlite":
        return None
    found: datetime = conn.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found


def ahead(conn: Connection, now: datetime) -> Ahead | None:
    """Whether there are chats whose newest turn lies after now."""
    count, first, last = conn.execute(
        select(func.count(), func.min(threads.c.changed_at), func.max(threads.c.changed_at)).where(_later(now))
    ).one()
    return Ahead(count, from_micros(first), from_micros(last)) if count else None


def _later(now: datetime) -> ColumnElement[bool]:
    # By both values of the column that leads the index.
    return and_(threads.c.live.in_((True, False)), threads.c.changed_at > to_micros(now + TOLERATED))


def set_right(
    conn: Connection, dialect: Dialect, now: datetime, longest: Mapping[str, timedelta], derived: Collection[str],
    kind: str, subject: str,
) -> Righted:  # fmt: skip
    """Set right what lies in the future. Nothing that is due sooner than its kind allows is touched.

    Args:
        longest: how far from now a timer of each kind may lie; one of an unknown kind, as far as the furthest of them.
        derived: the kinds whose moment is worked out when they fire: they are brought to now.
        kind, subject: of the timer that lets a chat set itself right.
    """
    beyond = _beyond(now, longest)
    chats = _wake(conn, dialect, now, and_(beyond, timers.c.kind.not_in(derived)), kind, subject)
    brought = conn.execute(
        update(timers)
        .where(beyond, timers.c.kind.in_(derived))
        .values(due=to_micros(now), lease_until=0)
        .returning(*_TIMER)
    ).all()
    note_timers(conn, dialect, brought)
    return Righted(chats, len(brought), _rows(conn, now))


_TIMER = (timers.c.conversation_id, timers.c.kind, timers.c.subject, timers.c.due)


def beyond(now: datetime, longest: Mapping[str, timedelta]) -> Select[int]:
    """The query that counts the timers which lie further off than their kind's longest."""
    return select(func.count()).select_from(timers).where(_beyond(now, longest))


def _beyond(now: datetime, longest: Mapping[str, timedelta]) -> ColumnElement[bool]:
    each = [
        and_(timers.c.kind == kind, timers.c.due > to_micros(now + most + TOLERATED)) for kind, most in longest.items()
    ]
    furthest = to_micros(now + max(longest.values()) + TOLERATED)
    return or_(*each, and_(timers.c.kind.not_in(longest), timers.c.due > furthest))


def _wake(
    conn: Connection, dialect: Dialect, now: datetime, beyond: ColumnElement[bool], kind: str, subject: str
) -> int:
    """Give each chat that must be looked at a timer which is due now."""
    moment = to_micros(now)
    found = union(
        select(threads.c.conversation_id).where(_later(now)), select(timers.c.conversation_id).where(beyond)
    ).subquery()
    row = select(found.c.conversation_id, literal(kind), literal(subject), literal(moment), literal_column("0"))
    # SQLite would read ON CONFLICT after a plain SELECT as a part of the join.
    made = dialect.insert(timers).from_select([column.name for column in timers.c], row.where(literal_column("1 = 1")))
    made = made.on_conflict_do_update(
        index_elements=["conversation_id", "kind", "subject"], set_={"due": moment, "lease_until": 0}
    )
    woken = conn.execute(made.returning(*_TIMER)).all()
    note_timers(conn, dialect, woken)
    return len(woken)


def _rows(conn: Connection, now: datetime) -> int:
    """What is not a chat's: leases, retries, locks, sessions, links, presence."""
    moment, late = to_micros(now), to_micros(now + TOLERATED)
    waits = and_(unfinished(), outbox.c.state != literal_column("'sending'"))
    held = outbox.c.state == literal_column("'sending'")
    tried = webhook_messages.c.state == literal_column("'waiting'")
    statements = [
        update(outbox).where(waits, _off(outbox.c.due, now, RETRY) | (outbox.c.at > late)).values(due=moment),
        _capped(outbox.c.lease_until, now, LEASE, held),
        update(webhook_messages)
        .where(tried, _off(webhook_messages.c.due, now, RETRY) | (webhook_messages.c.at > late))
        .values(due=moment),
        _capped(webhook_messages.c.lease_until, now, LEASE, tried),
        _capped(sign_in_tries.c.locked_until, now, LOCK),
        _capped(staff_links.c.expires_at, now, STAFF_LINK),
        # What was made by the wrong clock lasts as long as it would have, from now.
        *(
            update(table)
            .where(table.c.created_at > late)
            .values(expires_at=table.c.expires_at - table.c.created_at + moment, created_at=moment)
            for table in (sessions, links)
        ),
        *(
            update(column.table).where(column > late).values({column: moment})
            for column in (sessions.c.seen_at, staff.c.presence_at, staff.c.seen_at)
        ),
        update(threads).where(_later(now), threads.c.spoke_at > late).values(spoke_at=moment),
    ]
    return sum(max(conn.execute(statement).rowcount, 0) for statement in statements)


def _off(column: Column[int], now: datetime, longest: timedelta) -> ColumnElement[bool]:
    return column > to_micros(now + longest + TOLERATED)


def _capped(column: Column[int], now: datetime, longest: timedelta, *where: ColumnElement[bool]) -> Update:
    return update(column.table).where(_off(column, now, longest), *where).values({column: to_micros(now + longest)})
