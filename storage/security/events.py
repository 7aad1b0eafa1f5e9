"""Security events: written once, read by administrators, never with a word that a customer wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, insert, literal, or_, select, tuple_

from storage.db.timestamps import from_micros, to_micros
from storage.tables.security import security_events

_SORTED = msgspec.json.Encoder(order="sorted")


class SecurityEventKind(StrEnum):
    """What happened. Each kind is described in docs/security-events.md."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_LOCKED = "sign_in_locked"
    SIGN_IN_ODD = "sign_in_odd"
    TOKEN_USED = "token_used"  # noqa: S105
    TOKEN_REFUSED = "token_refused"  # noqa: S105
    EXPORTED = "exported"
    CHAT_VIEWED = "chat_viewed"
    CASE_VIEWED = "case_viewed"
    BLOCKED = "blocked"
    LIMITED = "limited"
    CLOCK_WRONG = "clock_wrong"
    TIMES_RIGHTED = "times_righted"
    FORWARDED = "forwarded"
    NOT_READ = "not_read"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """One thing that happened.

    Attributes:
        at: aware, UTC.
        actor: a staff id, a token's name, `command line`, or empty for a stranger.
        subject: what it was done to: a conversation's id, a case's reference, a staff id, or empty.
        address: the client's address as `handlers` resolved it, or empty.
        detail: short texts; never a customer's words, a password or a token.
    """

    at: datetime
    kind: SecurityEventKind
    actor: str = ""
    subject: str = ""
    address: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


def record(conn: Connection, events: Iterable[SecurityEvent]) -> None:
    """Add events to the log."""
    rows = [
        {
            "id": uuid4().hex,
            "at": to_micros(event.at),
            "kind": event.kind.value,
            "actor": event.actor,
            "subject": event.subject,
            "address": event.address,
            "detail": _SORTED.encode(dict(event.detail)).decode(),
        }
        for event in events
    ]
    if rows:
        conn.execute(insert(security_events), rows)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which events are wanted; an empty value asks for nothing in particular.

    `who` is an actor, what it was done to, or an address; `since` and `until` (not included) are aware.
    """

    kind: str = ""
    who: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def newest(conn: Connection, limit: int = 100, kind: SecurityEventKind | None = None) -> list[SecurityEvent]:
    """The newest events first: of one kind, or of all."""
    return [event for event, _ in page_of(conn, Sought(kind or ""), limit=limit)]


def page_of(conn: Connection, sought: Sought, after: str = "", limit: int = 100) -> list[tuple[SecurityEvent, str]]:
    """Events, the newest first, each with the cursor at which the page behind it begins."""
    query = select(security_events).where(*_wanted(sought), *_behind(after))
    rows = conn.execute(query.order_by(security_events.c.at.desc(), security_events.c.id.desc()).limit(limit))
    return [(_event(row), f"{row.at}-{row.id}") for row in rows]


def _wanted(sought: Sought) -> Iterator[ColumnElement[bool]]:
    table = security_events.c
    if sought.kind:
        yield table.kind == sought.kind
    if sought.who:
        yield or_(table.actor.in_(sought.who), table.subject.in_(sought.who), table.address.in_(sought.who))
    if sought.since:
        yield table.at >= to_micros(sought.since)
    if sought.until:
        yield table.at < to_micros(sought.until)


def _behind(after: str) -> Iterator[ColumnElement[bool]]:
    """What comes after a cursor; everything where that is none."""
    at, _, key = after.partition("-")
    if at.isascii() and at.isdecimal() and len(at) < 19:
        yield tuple_(security_events.c.at, security_events.c.id) < tuple_(literal(int(at)), literal(key))


def forget_before(conn: Connection, moment: datetime, most: int = 500) -> int:
    """Remove the oldest events from before a moment, at most so many; returns how many."""
    old = select(security_events.c.id).where(security_events.c.at < to_micros(moment))
    ids = list(conn.scalars(old.order_by(security_events.c.at).limit(most)))
    if ids:
        conn.execute(delete(security_events).where(security_events.c.id.in_(ids)))
    return len(ids)


def _event(row: Any) -> SecurityEvent:
    detail = msgspec.json.decode(row.detail)
    return SecurityEvent(from_micros(row.at), kind_of(row.kind), row.actor, row.subject, row.address, detail)


def kind_of(name: str) -> SecurityEventKind:
    """The kind of this name; `unknown` for one of a newer version."""
    try:
        return SecurityEventKind(name)
    except ValueError:
        return SecurityEventKind.UNKNOWN
