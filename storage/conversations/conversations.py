"""Conversations: where each chat's state lies, and how a turn loads, locks and saves it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from complaints.case import Case
from dialogs.flows.state import Controller, Conversation, from_json, to_json
from storage.audit.holdings import Holdings, conversation_seal
from storage.audit.trail import Chain
from storage.db.dialect import Dialect
from storage.tables.core import conversations


def conversation_id(channel: str, account: str, chat: str) -> str:
    """The id of the conversation at this address: 32 hex digits, always the same ones."""
    address = "\x00".join((channel, account, chat)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(address, digest_size=16).hexdigest()


Address = tuple[str, str, str]
"""Channel, account and chat."""


@dataclass(slots=True)
class ConversationRow:
    """One conversation while its turns are taken; it changes with each of them and is then saved.

    `turn` and `message_count` are storage's own counts, `transcript_head` seals the messages; `cases` are
    the chat's, oldest first.
    """

    id: str
    state: Conversation
    turn: int
    message_count: int
    case_count: int
    chain: Chain
    transcript_head: str
    cases: dict[str, Case]
    holdings: Holdings


NEW: dict[str, Any] = {
    "controller": Controller.BOT,
    "language": "",
    "turn": 0,
    "message_count": 0,
    "case_count": 0,
    "audit_count": 0,
    "audit_last": "",
    "audit_head": "",
    "transcript_head": "",
    "updated_at": 0,
    "state": to_json(Conversation()),
    "held": "",
    "seal": "",
}
"""The columns of a conversation in which nothing was said yet, besides its address."""

_SAVED = (
    "state", "controller", "language", "turn", "message_count", "case_count", "audit_count", "audit_last", "audit_head",
    "transcript_head", "updated_at", "held", "seal",
)  # fmt: skip

SAVE = (
    update(conversations)
    .where(conversations.c.id == bindparam("of_id"))
    .values({name: bindparam(name) for name in _SAVED})
)
"""Saves what `row_of` made."""


def locked(dialect: Dialect) -> Any:
    """The query that loads and locks the conversations bound as `ids`, always in the same order."""
    wanted = select(
        *(conversations.c[name] for name in ("id", "state", "turn", "message_count", "case_count")),
        *(conversations.c[name] for name in ("audit_count", "audit_last", "audit_head", "transcript_head")),
        *(conversations.c[name] for name in ("controller", "language", "updated_at", "held", "seal", "chat")),
    ).where(dialect.among(conversations.c.id, "ids"))
    return dialect.locking(wanted.order_by(conversations.c.id))


def place_of(row: Any, keys: Sequence[bytes]) -> ConversationRow:
    """A loaded row, made ready for its turns; `keys` are those of the conversations' seals."""
    chain = Chain(row.audit_count, row.audit_last, row.audit_head)
    return ConversationRow(
        row.id, from_json(row.state), row.turn, row.message_count, row.case_count, chain, row.transcript_head, {},
        _holdings_of(row, keys),
    )  # fmt: skip


def _holdings_of(row: Any, keys: Sequence[bytes]) -> Holdings:
    # What is new begins with a seal; what an earlier version began gets one when it is brought over.
    holdings = Holdings(row.held, sealed=bool(row.seal) or row.turn == 0)
    if row.seal and not any(row.seal == conversation_seal(key, row._mapping) for key in keys):
        holdings.doubt(row.seal, row._mapping)
    return holdings


def sealed(row: dict[str, Any], holdings: Holdings, key: bytes) -> dict[str, Any]:
    """The row that `row_of` made, with what is held and with its seal."""
    if holdings.sealed:
        row["held"] = holdings.written()
        row["seal"] = conversation_seal(key, {**row, "id": row["of_id"]})
    return row


def row_of(place: ConversationRow, now: int) -> dict[str, Any]:
    """A place as parameters of `SAVE`; `now` in microseconds."""
    return {
        "of_id": place.id,
        "state": to_json(place.state),
        "controller": place.state.controller,
        "language": place.state.session.language,
        "turn": place.turn,
        "message_count": place.message_count,
        "case_count": place.case_count,
        "audit_count": place.chain.count,
        "audit_last": place.chain.last,
        "audit_head": place.chain.head,
        "transcript_head": place.transcript_head,
        "updated_at": now,
        "held": "",
        "seal": "",
    }


def load_state(conn: Connection, of_id: str) -> Conversation | None:
    """The state of a conversation, or None where nothing was said yet."""
    saved = conn.scalar(select(conversations.c.state).where(conversations.c.id == of_id))
    return None if saved is None else from_json(saved)


def states_of(conn: Connection, dialect: Dialect, ids: Iterable[str]) -> list[Conversation]:
    """The states of these conversations, without a lock."""
    query = select(conversations.c.state).where(dialect.among(conversations.c.id, "ids"))
    return [from_json(state) for state in conn.scalars(query, {"ids": dialect.texts(ids)})]


def addresses_of(conn: Connection, dialect: Dialect, ids: Iterable[str]) -> dict[str, Address]:
    """Channel, account and chat of these conversations, by id."""
    columns = (conversations.c.channel, conversations.c.account, conversations.c.chat)
    found = conn.execute(
        select(conversations.c.id, *columns).where(dialect.among(conversations.c.id, "ids")),
        {"ids": dialect.texts(ids)},
    )
    return {row.id: (row.channel, row.account, row.chat) for row in found}
