"""Webhooks as rows: who is told, and a message for each of them, written with the case that it tells of.

    waiting -> sent     the receiver took it
            -> waiting  it did not, or nobody knows: again later
            -> dead     given up, or the receiver wants no more

A message is claimed under a lease. Whoever claims it and dies leaves it to the next: it is told at least once.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import BigInteger, Connection, Integer, Text, bindparam, delete, func, insert, literal, select, update

from complaints.news import News, NewsKind
from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.tables.webhooks import webhook_attempts, webhook_messages, webhooks

if TYPE_CHECKING:
    from storage.db.encryption import Seal

PREFIX = "whsec_"
"""Begins every secret, as Standard Webhooks has it."""
PURPOSE = "webhooks"
"""What the secrets' seal is for."""
LEASE = timedelta(seconds=60)
_COLUMNS = ("id", "kind", "reference", "at", "body", "state", "attempts", "due", "lease_until")


class WebhookState(StrEnum):
    """How far a message to a receiver has come: it waits for its next try, was taken, or is given up."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class WebhookReceiver:
    """One receiver: the news it wants, when it was added, and since when it wants no more, with the reason."""

    id: str
    url: str
    kinds: tuple[str, ...]
    created_at: datetime
    ended_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A message to be sent now. `secret` is sealed; `attempt` counts from 1."""

    webhook_id: str
    url: str
    secret: str
    id: str
    body: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending once: the receiver's status, or 0 and what went wrong."""

    at: datetime
    status: int
    milliseconds: int
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Logged:
    """A message in the log, with its attempts, the first one first."""

    webhook_id: str
    id: str
    kind: str
    reference: str
    at: datetime
    state: str
    body: str
    attempts: tuple[Attempt, ...]


def add_webhook(conn: Connection, seal: Seal, url: str, kinds: Collection[str], now: datetime) -> tuple[str, str]:
    """Add a receiver; returns its id and the secret, which cannot be shown again."""
    of_id = secrets.token_hex(6)
    secret = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    row = {"id": of_id, "url": url, "secret": seal.close(secret, of_id), "kinds": f" {' '.join(kinds)} "}
    conn.execute(insert(webhooks), {**row, "created_at": to_micros(now), "ended_at": 0, "reason": ""})
    return of_id, secret


def remove_webhook(conn: Connection, of_id: str) -> bool:
    """Forget a receiver, and all that it was told. False when there is none of this id."""
    conn.execute(delete(webhook_attempts).where(webhook_attempts.c.webhook_id == of_id))
    conn.execute(delete(webhook_messages).where(webhook_messages.c.webhook_id == of_id))
    return conn.execute(delete(webhooks).where(webhooks.c.id == of_id)).rowcount == 1


def list_webhooks(conn: Connection) -> list[WebhookReceiver]:
    """Every receiver, the oldest first."""
    rows = conn.execute(select(webhooks).order_by(webhooks.c.created_at))
    return [
        WebhookReceiver(
            row.id, row.url, tuple(row.kinds.split()), from_micros(row.created_at),
            from_micros(row.ended_at) if row.ended_at else None, row.reason,
        )
        for row in rows
    ]  # fmt: skip


def row_of(told: News, moment: int) -> dict[str, Any]:
    """News as parameters of `TELL`; `moment` in microseconds."""
    at = from_micros(moment).isoformat().replace("+00:00", "Z")
    body = msgspec.json.encode({"type": told.kind.value, "timestamp": at, "data": told.facts}).decode()
    return {
        "id": f"msg_{secrets.token_hex(12)}",
        "kind": told.kind.value,
        "reference": told.facts["reference"],
        "at": moment,
        "body": body,
        "of_kind": f"% {told.kind.value} %",
    }


_NOW = bindparam("at", type_=BigInteger)
TELL = insert(webhook_messages).from_select(
    ["webhook_id", *_COLUMNS],
    select(
        webhooks.c.id,
        *(bindparam(name, type_=Text) for name in ("id", "kind", "reference")),
        _NOW,
        bindparam("body", type_=webhook_messages.c.body.type),
        literal(WebhookState.WAITING.value, Text),
        literal(0, Integer),
        _NOW,
        literal(0, BigInteger),
    ).where(webhooks.c.ended_at == 0, webhooks.c.kinds.like(bindparam("of_kind", type_=Text))),
)
"""Puts one piece of news on its way to everybody who wants it."""


def has_due(conn: Connection, now: datetime) -> bool:
    """Whether a claim might find anything."""
    return conn.execute(_READY, {"now": to_micros(now), "most": 1}).first() is not None


def claim_due(conn: Connection, dialect: Dialect, now: datetime, limit: int = 16) -> list[ClaimedDelivery]:
    """Claim up to `limit` messages that may be sent now, those that have waited longest first."""
    rows = conn.execute(dialect.locking(_READY, skip=True), {"now": to_micros(now), "most": limit}).all()
    if not rows:
        return []
    until = to_micros(now + LEASE)
    conn.execute(_LEASE, [{"of_webhook": row.webhook_id, "of_id": row.id, "until": until} for row in rows])
    known = {row.id: row for row in conn.execute(select(webhooks))}
    return [
        ClaimedDelivery(row.webhook_id, to.url, to.secret, row.id, row.body, row.attempts + 1)
        for row in rows
        if (to := known.get(row.webhook_id))
    ]


_OWN = (webhook_messages.c.webhook_id == bindparam("of_webhook"), webhook_messages.c.id == bindparam("of_id"))
_READY = (
    select(webhook_messages)
    .where(webhook_messages.c.state == literal(WebhookState.WAITING.value, literal_execute=True))
    .where(webhook_messages.c.due <= bindparam("now"), webhook_messages.c.lease_until <= bindparam("now"))
    .order_by(webhook_messages.c.due)
    .limit(bindparam("most"))
)
_LEASE = update(webhook_messages).where(*_OWN).values(lease_until=bindparam("until"))
_SETTLE = (
    update(webhook_messages)
    .where(*_OWN)
    .values(state=bindparam("to"), due=bindparam("again"), attempts=bindparam("made"), lease_until=0)
)


def settle(conn: Connection, claimed: ClaimedDelivery, came: Attempt, again: datetime | None) -> None:
    """Write down what came of sending; `again` is when it is tried next, if it did not arrive. None: never."""
    log = {"at": to_micros(came.at), "status": came.status, "milliseconds": came.milliseconds, "trouble": came.trouble}
    conn.execute(insert(webhook_attempts), {"webhook_id": claimed.webhook_id, "message_id": claimed.id, **log})
    state = WebhookState.SENT if not came.trouble else WebhookState.WAITING if again else WebhookState.DEAD
    own = {"of_webhook": claimed.webhook_id, "of_id": claimed.id}
    conn.execute(_SETTLE, {**own, "to": state, "again": to_micros(again or came.at), "made": claimed.attempt})


def end_webhook(conn: Connection, of_id: str, now: datetime, reason: str) -> None:
    """The receiver wants no more: it is told nothing further, nor what waits for it."""
    conn.execute(
        update(webhooks).where(webhooks.c.id == of_id, webhooks.c.ended_at == 0),
        {"ended_at": to_micros(now), "reason": reason},
    )
    waiting = (webhook_messages.c.webhook_id == of_id) & (webhook_messages.c.state == WebhookState.WAITING)
    conn.execute(update(webhook_messages).where(waiting), {"state": WebhookState.DEAD})


def resend(conn: Connection, message_id: str, now: datetime) -> int:
    """Send a message once more, under its own id, to whom it was for and who still listens; returns to how many."""
    listening = select(webhooks.c.id).where(webhooks.c.ended_at == 0)
    again = (webhook_messages.c.id == message_id) & webhook_messages.c.webhook_id.in_(listening)
    fresh = {"state": WebhookState.WAITING, "due": to_micros(now), "attempts": 0, "lease_until": 0}
    return conn.execute(update(webhook_messages).where(again), fresh).rowcount


def log(conn: Connection, limit: int = 50, message_id: str = "") -> list[Logged]:
    """The newest messages first, or one of them for each of its receivers."""
    query = select(webhook_messages).order_by(webhook_messages.c.at.desc(), webhook_messages.c.id).limit(limit)
    rows = conn.execute(query.where(webhook_messages.c.id == message_id) if message_id else query).all()
    made = _attempts(conn, {row.id for row in rows})
    return [
        Logged(
            row.webhook_id, row.id, row.kind, row.reference, from_micros(row.at), row.state, row.body,
            tuple(made.get((row.webhook_id, row.id), ())),
        )
        for row in rows
    ]  # fmt: skip


def _attempts(conn: Connection, ids: Iterable[str]) -> dict[tuple[str, str], list[Attempt]]:
    made: dict[tuple[str, str], list[Attempt]] = {}
    of_any = webhook_attempts.c.webhook_id.in_(select(webhooks.c.id))
    query = select(webhook_attempts).where(of_any, webhook_attempts.c.message_id.in_(list(ids)))
    for row in conn.execute(query.order_by(webhook_attempts.c.at)):
        attempt = Attempt(from_micros(row.at), row.status, row.milliseconds, row.trouble)
        made.setdefault((row.webhook_id, row.message_id), []).append(attempt)
    return made


def given_up(conn: Connection, since: datetime) -> int:
    """How many of the messages of this time never arrived and are not tried any more."""
    dead = (webhook_messages.c.at >= to_micros(since)) & (webhook_messages.c.state == WebhookState.DEAD)
    return conn.scalar(select(func.count()).select_from(webhook_messages).where(dead)) or 0


def forget(conn: Connection, before: datetime) -> int:
    """Forget what is settled and older; returns how many messages that were."""
    old = (webhook_messages.c.at < to_micros(before)) & (webhook_messages.c.state != WebhookState.WAITING)
    conn.execute(delete(webhook_attempts).where(webhook_attempts.c.at < to_micros(before)))
    return conn.execute(delete(webhook_messages).where(old)).rowcount


ALL = tuple(kind.value for kind in NewsKind)
