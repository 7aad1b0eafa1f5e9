"""The transcript: every message of a conversation, numbered from 1."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select

from complaints.record import Attachment
from dialogs.flows.effects import Button
from storage.audit.trail import new_salt
from storage.db.timestamps import EPOCH, from_micros, to_micros
from storage.security.keys import Keyring
from storage.tables.core import events, messages


@dataclass(frozen=True, slots=True)
class MessageExtras:
    """What a program is told beside a message of the bot: further slots asked for, why a person comes, dangers."""

    also: tuple[str, ...] = ()
    person: str | None = None
    dangers: tuple[str, ...] = ()


NOTHING_HEARD = MessageExtras()


class Author(StrEnum):
    """Who wrote a message; `notice` tells what happened to the chat, and nobody speaks."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    NOTICE = "notice"


@dataclass(frozen=True)
class Message:
    """One message. `seq` counts from 1 within the conversation; `asks`, `heard` and `case` are as in `Say`; `at` is
    aware, UTC; `by` is the agent's name. `edits` is the number of the message that this is a new version of, or 0:
    both stay, and the newest counts. `album` is the same for neighbours that were sent in one go.
    """

    seq: int
    author: Author
    text: str
    buttons: tuple[Button, ...] = ()
    files: tuple[Attachment, ...] = ()
    asks: str | None = None
    case: str | None = None
    at: datetime = EPOCH
    by: str = ""
    edits: int = 0
    album: str = ""
    heard: MessageExtras = NOTHING_HEARD


class _Body(msgspec.Struct, omit_defaults=True, frozen=True):
    buttons: tuple[Button, ...] = ()
    files: tuple[Attachment, ...] = ()
    asks: str | None = None
    case: str | None = None
    by: str = ""
    edits: int = 0
    album: str = ""
    heard: MessageExtras = NOTHING_HEARD
    key: str = ""


_ENCODE = msgspec.json.Encoder()
_DECODE = msgspec.json.Decoder(_Body)

_COLUMNS = (messages.c.seq, messages.c.author, messages.c.text, messages.c.body, messages.c.at)
_AFTER = (
    select(*_COLUMNS)
    .where(messages.c.conversation_id == bindparam("conversation_id"), messages.c.seq > bindparam("after"))
    .order_by(messages.c.seq)
    .limit(bindparam("most"))
)
_LAST = (
    select(*_COLUMNS)
    .where(messages.c.conversation_id == bindparam("conversation_id"))
    .order_by(messages.c.seq.desc())
    .limit(bindparam("most"))
)

_BROUGHT = (
    select(*_COLUMNS)
    .join(events, (events.c.conversation_id == messages.c.conversation_id) & (events.c.first_seq == messages.c.seq))
    .where(events.c.conversation_id == bindparam("conversation_id"), events.c.event_id == bindparam("event_id"))
    .where(messages.c.author == Author.CUSTOMER)
)
FAR_BACK = 200
"""Messages among which the newest version of an edited one is looked for."""

ADD = insert(messages)
"""Adds rows made by `row_of`."""


def row_of(conversation_id: str, turn: int, message: Message, mark: str = "") -> dict[str, Any]:
    """The message as a row of its conversation. `mark` tells which of several keys it is sealed with."""
    body = _Body(
        message.buttons, message.files, message.asks, message.case, message.by, message.edits, message.album,
        message.heard, mark,
    )  # fmt: skip
    return {
        "conversation_id": conversation_id,
        "seq": message.seq,
        "turn": turn,
        "author": message.author,
        "at": to_micros(message.at),
        "text": message.text,
        "body": _ENCODE.encode(body).decode(),
        "salt": new_salt(),
        "words": "",
    }


def mark_of(body: str) -> str:
    """Which key a row's body says that it is sealed with; empty where it says none, or cannot be read."""
    try:
        return _DECODE.decode(body).key
    except msgspec.DecodeError:
        return ""


def sealing_key(key: bytes) -> bytes:
    """The key that transcripts are sealed with, made from the audit trail's."""
    return hmac.digest(key, b"transcript", "sha256")


def sealed(key: bytes, head: str, row: Mapping[Any, Any]) -> str:
    """The keyed digest over a transcript with this row at its end; `head` is the digest so far, empty at first.

    It covers a salted digest of the words, so those of one message can be erased, with their salt, and the rest of the
    transcript still be verified. Rows of earlier versions have no salt, and their words themselves are covered.
    """
    words = words_digest(key, row)
    if not words:
        return _keyed(key, _ENCODE.encode((head, *(row[name] for name in _SEALED))))
    about = f"{head}\0{words}\0{row['conversation_id']}\0{row['seq']}\0{row['turn']}\0{row['author']}\0{row['at']}"
    return _keyed(key, about.encode())


def words_digest(key: bytes, row: Mapping[Any, Any]) -> str:
    """The salted digest of a message's words: made of them, or kept since they were erased; empty without a salt."""
    if not row["salt"]:
        return str(row["words"])
    text, body = row["text"], row["body"]
    words = f"words\0{row['conversation_id']}\0{row['seq']}\0{row['salt']}\0{len(text)}\0{text}{body}"
    return _keyed(key, words.encode())


def row_keys(ring: Keyring, unmarked: bytes, rows: Sequence[Mapping[Any, Any]]) -> list[bytes]:
    """The key that each row is sealed with, by its mark. Rows without a mark are all of one key."""
    keys = {"": sealing_key(unmarked)}
    found: list[bytes] = []
    for row in rows:
        mark = mark_of(row["body"]) if ring.older else ""
        if mark not in keys:
            keys[mark] = sealing_key(next(iter(ring.marked(mark)), unmarked))
        found.append(keys[mark])
    return found


def passed_by(ring: Keyring, head: str, rows: Sequence[Any]) -> list[str]:
    """The running digest before the first message and after each, made with the keys with which it ends at `head`.

    Where it ends there with no key, it is made with the current one.
    """
    mapped = [row._mapping for row in rows]
    walks = [_passed(row_keys(ring, unmarked, mapped), mapped) for unmarked in ring.every]
    return next((passed for passed in walks if passed[-1] == head), walks[0])


def _passed(keys: Sequence[bytes], rows: Sequence[Mapping[Any, Any]]) -> list[str]:
    passed = [""]
    for key, row in zip(keys, rows, strict=True):
        passed.append(sealed(key, passed[-1], row))
    return passed


def noted(head: str, row: Mapping[Any, Any]) -> str:
    """The running digest over a chat's notes with this one at its end, made as that over its messages.

    It has no key, for it is kept in the conversation's row, which is sealed.
    """
    return _keyed(b"", _ENCODE.encode((head, note_words(row), *(row[name] for name in _NOTED))))


def note_words(row: Mapping[Any, Any]) -> str:
    """The salted digest of a note's words: made of them, or kept since they were erased."""
    return _keyed(b"", _ENCODE.encode([row[name] for name in _NOTE])) if row["salt"] else str(row["words"])


def _keyed(key: bytes, words: bytes) -> str:
    """Made for every message there is, so by the quickest keyed digest at hand."""
    return blake2b(words, key=key, digest_size=16).hexdigest()


_SEALED = ("conversation_id", "seq", "turn", "author", "at", "text", "body")
_NOTE = ("conversation_id", "turn", "n", "salt", "text", "files")
_NOTED = ("conversation_id", "turn", "n", "after_seq", "staff", "name", "at")


def message_of(row: Any) -> Message:
    """A row as a message."""
    body = _DECODE.decode(row.body)
    return Message(
        row.seq, Author(row.author), row.text, body.buttons, body.files, body.asks, body.case, from_micros(row.at),
        body.by, body.edits, body.album, body.heard,
    )  # fmt: skip


def messages_after(conn: Connection, conversation_id: str, seq: int, limit: int = 200) -> list[Message]:
    """The messages that follow the one numbered `seq`, oldest first, at most `limit`."""
    found = conn.execute(_AFTER, {"conversation_id": conversation_id, "after": seq, "most": limit})
    return [message_of(row) for row in found]


def last_messages(conn: Connection, conversation_id: str, limit: int = 50) -> list[Message]:
    """The newest messages, oldest of them first."""
    found = conn.execute(_LAST, {"conversation_id": conversation_id, "most": limit})
    return [message_of(row) for row in found][::-1]


def messages_between(conn: Connection, conversation_id: str, first: int, last: int) -> tuple[Message, ...]:
    """The messages numbered `first` to `last`, both included."""
    if last < first:
        return ()
    return tuple(messages_after(conn, conversation_id, first - 1, last - first + 1))


def event_of(conn: Connection, conversation_id: str, seq: int) -> str:
    """The id of the event that brought a message; empty where nobody remembers it."""
    within = (events.c.first_seq <= seq) & (events.c.last_seq >= seq)
    found = conn.execute(select(events.c.event_id).where(events.c.conversation_id == conversation_id, within)).first()
    return str(found.event_id) if found else ""


def versions(conn: Connection, conversation_id: str, event_id: str) -> list[Message]:
    """The customer's message that this event brought, and its later versions, oldest first; empty if there is none."""
    row = conn.execute(_BROUGHT, {"conversation_id": conversation_id, "event_id": event_id}).first()
    if row is None:
        return []
    later = last_messages(conn, conversation_id, FAR_BACK)
    return [message_of(row), *(message for message in later if message.edits == row.seq)]
