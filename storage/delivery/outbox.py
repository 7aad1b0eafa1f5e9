"""The outbox: messages that a channel must be given, and how far each has come.

    new -> sending -> sent          the channel took it
                   -> retry         it certainly did not leave; again later
                   -> unknown       it may have arrived; shown to people, never sent again
                                    (what was claimed and had not begun to leave goes back to retry)
                   -> dead          refused for good, given up, or silenced by a takeover

A message is claimed under a lease only when all before it in its conversation are finished, so order
is kept. Who controls the conversation is looked at in the claim itself, so once a takeover has
committed no message of the bot's leaves.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    select,
    update,
)

from dialogs.flows.state import Controller
from storage.audit.holdings import outbox_seal
from storage.audit.witness import proof_key_in
from storage.cases.surveys import ASKS, note_delivered
from storage.conversations.transcript import Author, Message, message_of
from storage.db.dialect import Dialect
from storage.db.timestamps import to_micros
from storage.tables.core import conversations, messages, outbox


class DeliveryState(StrEnum):
    """How far a message has come: `sending` is claimed under a lease, `unknown` may have arrived or not."""

    NEW = "new"
    SENDING = "sending"
    RETRY = "retry"
    SENT = "sent"
    UNKNOWN = "unknown"
    DEAD = "dead"


UNFINISHED = (DeliveryState.NEW, DeliveryState.SENDING, DeliveryState.RETRY)
SETTLED = (DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.DEAD)
MOST_ATTEMPTS = 12
LEAVING = "leaving"
"""The reason noted with a message that is on its way to the channel just now."""
VANISHED = "the sender did not come back"
TAKEN_OVER = "taken_over"
"""The reason noted with a message of the bot's that an agent's takeover silenced."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed message, with its address and the claim's own name. `attempt` counts from 1.

    `language` is the one that the chat is held in.
    """

    conversation_id: str
    channel: str
    account: str
    chat: str
    message: Message
    lease: str
    attempt: int
    language: str = ""


def unfinished(table: FromClause = outbox) -> ColumnElement[bool]:
    """The message is not settled: in the very words of the index, for as a bound value no database would know it.

    Every query for open messages has this, so that none reads what was settled long ago.
    """
    return table.c.state.in_([literal_column(f"'{state}'") for state in UNFINISHED])


def row_of(conversation_id: str, seq: int, channel: str, author: str, now: int) -> dict[str, Any]:
    """A message to be delivered, as a row; `now` in microseconds."""
    return {
        "conversation_id": conversation_id,
        "seq": seq,
        "channel": channel,
        "author": author,
        "state": DeliveryState.NEW,
        "attempts": 0,
        "due": now,
        "at": now,
        "lease": "",
        "lease_until": 0,
        "receipt": "",
        "reason": "",
        "seal": "",
    }


def claim(
    conn: Connection,
    dialect: Dialect,
    now: datetime,
    channel: str,
    lease: timedelta = timedelta(seconds=60),
    limit: int = 32,
    resting: Iterable[str] = (),
) -> list[Outgoing]:
    """Claim up to `limit` messages of a channel that may be sent now, none of the conversations that rest.

    Expired claims become `unknown` first, and the bot's messages in agents' chats `dead`.
    """
    moment = to_micros(now)
    dialect.along_an_index(conn)
    _expire(conn, moment)
    _silence(conn, dialect)
    # What is compared with the whole list must not be turned into "differs from one of them".
    rests = func.coalesce(dialect.among(outbox.c.conversation_id, "resting"), false())
    heads = dialect.locking(_READY.where(~rests), skip=True)
    bound = {"now": moment, "of_channel": channel, "most": limit, "resting": dialect.texts(resting)}
    found = conn.execute(heads, bound).all()
    if not found:
        return []
    name = secrets.token_hex(8)
    until = to_micros(now + lease)
    rows = [{"of_id": row.conversation_id, "of_seq": row.seq, "name": name, "until": until} for row in found]
    conn.execute(_CLAIM, rows)
    return _claimed(conn, found, name, until)


def has_unfinished(conn: Connection, channel: str, now: datetime) -> bool:
    """Whether a claim might find anything to do."""
    due = and_(unfinished(), outbox.c.due <= to_micros(now), outbox.c.channel == channel)
    return conn.execute(select(outbox.c.seq).where(due).limit(1)).first() is not None


def _expire(conn: Connection, moment: int) -> None:
    """What was about to leave when its sender vanished may have arrived; what was only claimed has not."""
    late = and_(outbox.c.state == literal_column(f"'{DeliveryState.SENDING}'"), outbox.c.lease_until <= moment)
    left = outbox.c.reason == LEAVING
    gone = update(outbox).where(late, left).values(state=DeliveryState.UNKNOWN, reason=VANISHED, lease_until=0)
    _seal(
        conn,
        conn.execute(gone.returning(outbox.c.conversation_id, outbox.c.seq)).all(),
        DeliveryState.UNKNOWN,
        VANISHED,
    )
    conn.execute(update(outbox).where(late, ~left).values(state=DeliveryState.RETRY, attempts=outbox.c.attempts - 1))


def end_leases(conn: Connection) -> None:
    """Whoever was sending is gone for certain: the next claim need not wait until their leases run out."""
    conn.execute(
        update(outbox).where(outbox.c.state == literal_column(f"'{DeliveryState.SENDING}'")).values(lease_until=0)
    )


def _silence(conn: Connection, dialect: Dialect) -> None:
    """In a chat that an agent has, what the bot had still to say is said no more."""
    theirs = select(conversations.c.id).where(conversations.c.controller == literal_column("'agent'"))
    unsent = and_(unfinished(), outbox.c.state != DeliveryState.SENDING, outbox.c.author == Author.BOT)
    silenced = update(outbox).where(dialect.among_found(outbox.c.conversation_id, theirs), unsent)
    dead = silenced.values(state=DeliveryState.DEAD, reason=TAKEN_OVER)
    _seal(
        conn, conn.execute(dead.returning(outbox.c.conversation_id, outbox.c.seq)).all(), DeliveryState.DEAD, TAKEN_OVER
    )


def _seal(conn: Connection, settled: Iterable[Any], state: DeliveryState, reason: str) -> None:
    """Seal what was settled without its receipt."""
    key = proof_key_in(conn)
    rows = [
        {"of_id": of_id, "of_seq": seq, "new_seal": outbox_seal(key, of_id, seq, state, "", reason)}
        for of_id, seq in settled
        if key
    ]
    if rows:
        conn.execute(_SEAL, rows)


_SEAL = (
    update(outbox)
    .where(outbox.c.conversation_id == bindparam("of_id"), outbox.c.seq == bindparam("of_seq"))
    .values(seal=bindparam("new_seal"))
)


_EARLIER = outbox.alias("earlier")
_BLOCKED = exists().where(
    _EARLIER.c.conversation_id == outbox.c.conversation_id,
    _EARLIER.c.seq < outbox.c.seq,
    unfinished(_EARLIER),
)
_READY = (
    select(outbox.c.conversation_id, outbox.c.seq, outbox.c.attempts)
    .join(conversations, conversations.c.id == outbox.c.conversation_id)
    .where(unfinished(), outbox.c.state != DeliveryState.SENDING, outbox.c.due <= bindparam("now"), ~_BLOCKED)
    .where(outbox.c.channel == bindparam("of_channel"))
    .where((conversations.c.controller != Controller.AGENT) | (outbox.c.author != Author.BOT))
    .order_by(outbox.c.due, outbox.c.conversation_id)
    .limit(bindparam("most"))
)
"""The first unfinished message of each conversation, if it is due.

It is locked together with its conversation, so that a takeover and a claim wait for each other.
"""

_CLAIM = (
    update(outbox)
    .where(outbox.c.conversation_id == bindparam("of_id"), outbox.c.seq == bindparam("of_seq"))
    .values(state=DeliveryState.SENDING, attempts=outbox.c.attempts + 1, reason="")
    .values(lease=bindparam("name"), lease_until=bindparam("until"))
)


_CLAIMED = (
    select(messages, *(conversations.c[name] for name in ("channel", "account", "chat", "language")))
    .select_from(outbox)
    .join(messages, and_(messages.c.conversation_id == outbox.c.conversation_id, messages.c.seq == outbox.c.seq))
    .join(conversations, conversations.c.id == outbox.c.conversation_id)
    .where(outbox.c.state == literal_column(f"'{DeliveryState.SENDING}'"), outbox.c.lease_until == bindparam("until"))
    .where(outbox.c.lease == bindparam("name"))
    .order_by(messages.c.at, messages.c.conversation_id)
)
"""By the very moment at which the lease runs out, for that has an index; a chat's whole history has not to be read."""


def _claimed(conn: Connection, found: Any, name: str, until: int) -> list[Outgoing]:
    attempts = {(row.conversation_id, row.seq): row.attempts + 1 for row in found}
    return [
        Outgoing(
            row.conversation_id, row.channel, row.account, row.chat, message_of(row), name,
            attempts[row.conversation_id, row.seq], row.language,
        )
        for row in conn.execute(_CLAIMED, {"name": name, "until": until})
    ]  # fmt: skip


def still_mine(conn: Connection, dialect: Dialect, outgoing: Outgoing) -> bool:
    """Whether the claim still holds and nobody took the chat over since: asked just before sending.

    From here on the message may have arrived, whatever becomes of us.
    """
    query = (
        select(outbox.c.lease, outbox.c.state, outbox.c.author, conversations.c.controller)
        .join(conversations, conversations.c.id == outbox.c.conversation_id)
        .where(outbox.c.conversation_id == outgoing.conversation_id, outbox.c.seq == outgoing.message.seq)
    )
    row = conn.execute(dialect.locking(query)).first()
    if row is None or row.state != DeliveryState.SENDING or row.lease != outgoing.lease:
        return False
    mine = bool(row.author != Author.BOT or row.controller != Controller.AGENT)
    return mine and _settle(conn, outgoing, keeps_lease=True, reason=LEAVING)


def leaving(conn: Connection, dialect: Dialect, conversation_ids: Iterable[str], now: datetime) -> set[str]:
    """The conversations in which a message of the bot's is on its way to the channel at this very moment."""
    on_its_way = and_(
        outbox.c.state == DeliveryState.SENDING, outbox.c.reason == LEAVING, outbox.c.author == Author.BOT
    )
    query = select(outbox.c.conversation_id).where(dialect.among(outbox.c.conversation_id, "ids"), on_its_way)
    query = query.where(outbox.c.lease_until > to_micros(now))
    return set(conn.scalars(query, {"ids": dialect.texts(conversation_ids)}))


def finish(
    conn: Connection,
    outgoing: Outgoing,
    state: DeliveryState,
    *,
    receipt: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> bool:
    """Record how a claim ended: `sent`, `unknown` or `dead`. False when the claim was no longer ours.

    `at` is when the channel took it; of a message that asks after a resolution it is kept with the survey.
    """
    mine = _settle(conn, outgoing, state=state, receipt=receipt, reason=reason)
    if mine and at and state == DeliveryState.SENT and outgoing.message.asks == ASKS:
        note_delivered(conn, outgoing.conversation_id, outgoing.message.seq, at)
    return mine


def postpone(conn: Connection, outgoing: Outgoing, due: datetime, reason: str, *, counted: bool = True) -> bool:
    """The message certainly did not leave; try again at `due`, or give up after `MOST_ATTEMPTS`.

    `counted` is False when the channel asked us to wait, which is no failure.
    """
    if counted and outgoing.attempt >= MOST_ATTEMPTS:
        return finish(conn, outgoing, DeliveryState.DEAD, reason=reason)
    attempts = outgoing.attempt if counted else outgoing.attempt - 1
    return _settle(conn, outgoing, state=DeliveryState.RETRY, due=to_micros(due), attempts=attempts, reason=reason)


def _settle(conn: Connection, outgoing: Outgoing, *, keeps_lease: bool = False, **values: Any) -> bool:
    mine = and_(
        outbox.c.conversation_id == outgoing.conversation_id,
        outbox.c.seq == outgoing.message.seq,
        outbox.c.state == DeliveryState.SENDING,
        outbox.c.lease == outgoing.lease,
    )
    changed = values if keeps_lease else {"lease_until": 0, **values}
    if (key := proof_key_in(conn)) and (state := values.get("state")) in SETTLED:
        told = values.get("receipt", ""), values.get("reason", "")
        changed = {**changed, "seal": outbox_seal(key, outgoing.conversation_id, outgoing.message.seq, state, *told)}
    return conn.execute(update(outbox).where(mine).values(**changed)).rowcount == 1


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a message has come: its `state`, and the `reason` where it did not arrive."""

    seq: int
    state: DeliveryState
    reason: str


def standings(conn: Connection, conversation_id: str, after: int = 0) -> list[Standing]:
    """How far each message of a chat that follows the one numbered `after` has come. None for what is only stored."""
    mine = (outbox.c.conversation_id == conversation_id) & (outbox.c.seq > after)
    rows = conn.execute(select(outbox.c.seq, outbox.c.state, outbox.c.reason).where(mine).order_by(outbox.c.seq))
    return [Standing(row.seq, DeliveryState(row.state), row.reason) for row in rows]


def tally(conn: Connection) -> dict[str, int]:
    """How many messages stand in each state."""
    counted = conn.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    return {row.state: row[1] for row in counted}


@dataclass(frozen=True, slots=True)
class Earlier:
    """The message that was sent before another one: its receipt, and what hung on it, by the buttons' ids."""

    receipt: str
    buttons: tuple[str, ...]
    asks: str
    also: tuple[str, ...] = ()


def sent_before(conn: Connection, conversation_id: str, seq: int) -> Earlier | None:
    """What the customer was sent last before the message numbered `seq`, or None."""
    row = conn.execute(_SENT_BEFORE, {"of_id": conversation_id, "of_seq": seq}).first()
    if row is None:
        return None
    message = message_of(row)
    shown = tuple(button.id for button in message.buttons)
    return Earlier(row.receipt, shown, message.asks or "", message.heard.also)


_SENT_BEFORE = (
    select(messages, outbox.c.receipt)
    .join(outbox, and_(outbox.c.conversation_id == messages.c.conversation_id, outbox.c.seq == messages.c.seq))
    .where(messages.c.conversation_id == bindparam("of_id"), messages.c.seq < bindparam("of_seq"))
    .where(outbox.c.state == DeliveryState.SENT)
    .order_by(messages.c.seq.desc())
    .limit(1)
)
