"""Bringing over what earlier versions stored: salts, seals and the roll, while the database is served.

A conversation is brought over in one transaction, under its lock, a few of them at a time; whoever is killed on the way
begins again with those that have no seal yet. Its old digests are checked first: what does not fit them is left as
it is and marked, so nothing that was altered before is made good.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, select, update

from storage.audit.books import BROKEN, held_book, save_book
from storage.audit.check_books import BROUGHT_OVER
from storage.audit.covered_tables import LEFT_OUT
from storage.audit.holdings import (
    HeldRows,
    attachment_seal,
    conversation_seal,
    outbox_seal,
    promise_digest,
    promise_name,
    proof_keys,
    survey_digest,
    survey_name,
    text_of,
    timer_name,
)
from storage.audit.roll import enter
from storage.audit.trail import MARK, SAID, digest_of, head_of, new_salt, salted
from storage.audit.witness import adopt
from storage.conversations.transcript import noted, row_keys, sealed
from storage.db.dialect import Dialect
from storage.delivery.outbox import SETTLED
from storage.security.keys import Keyring
from storage.tables.core import attachments, audit, conversations, messages, notes, outbox, timers
from storage.tables.promises import promises
from storage.tables.proof import audit_roll
from storage.tables.surveys import surveys

MOST_CONVERSATIONS, MOST_MESSAGES = 50, 2_000
"""How much is brought over in one transaction; a longer conversation is one of its own."""

Rows = list[dict[str, Any]]
_SORTED = msgspec.json.Encoder(order="sorted")
_WITHOUT = conversations.c.seal == bindparam("none", "", literal_execute=True)


def bring_over(conn: Connection, dialect: Dialect, ring: Keyring) -> int:
    """Bring a few conversations over; returns how many, 0 when there are no more."""
    query = select(conversations.c.id, conversations.c.message_count).where(_WITHOUT, conversations.c.turn > 0)
    ids: list[str] = []
    room = MOST_MESSAGES
    for row in conn.execute(query.order_by(conversations.c.id).limit(MOST_CONVERSATIONS)):
        if ids and row.message_count > room:
            break
        room -= row.message_count
        ids.append(row.id)
    locked = select(conversations).where(dialect.among(conversations.c.id, "ids"), _WITHOUT)
    bound = {"ids": dialect.texts(ids)}
    for found in conn.execute(dialect.locking(locked.order_by(conversations.c.id)), bound).mappings().all():
        _bring(conn, ring, dict(found))
    enter(conn, dialect, ring, ids)
    return len(ids)


def finish(conn: Connection, dialect: Dialect, ring: Keyring) -> None:
    """Everything was brought over: from now on whatever has no seal is a finding."""
    for name in sorted(LEFT_OUT):
        adopt(conn, dialect, ring, name)
    book = held_book(conn, dialect, ring, BROUGHT_OVER)
    if book.is_new:
        save_book(conn, ring, book)


def behind(conn: Connection, place: int) -> list[str]:
    """Conversations that the roll has not, or not as they are: of the 256 parts into which ids fall, this one."""
    first, after = f"{place:02x}", f"{place + 1:02x}" if place < 255 else "g"
    there = audit_roll.c.conversation_id == conversations.c.id
    query = select(conversations.c.id).outerjoin(audit_roll, there)
    query = query.where(conversations.c.id >= first, conversations.c.id < after, conversations.c.turn > 0)
    return list(conn.scalars(query.where(audit_roll.c.turn.is_(None) | (audit_roll.c.turn < conversations.c.turn))))


def _bring(conn: Connection, ring: Keyring, row: dict[str, Any]) -> None:
    said = _rows(conn, messages, row["id"], messages.c.seq)
    trail = _rows(conn, audit, row["id"], audit.c.n)
    keys = _keys_of(ring, row, said)
    if keys is None or not _is_whole(ring, row, trail):
        # It gets no seal that fits, so it is told for ever, and is not looked at again.
        _change(conn, conversations, ("id",), [{"id": row["id"], "seal": BROKEN}])
        return
    heads = _salt_messages(conn, keys, row, said)
    _salt_trail(conn, ring.current, row, trail, heads)
    _seal_rows(conn, proof_keys(ring)[0], row["id"])
    fresh = {**row, "held": text_of(_held(conn, row["id"]))}
    names = ("id", "transcript_head", "audit_last", "audit_head", "held")
    seal = conversation_seal(proof_keys(ring)[0], fresh)
    _change(conn, conversations, ("id",), [{**{name: fresh[name] for name in names}, "seal": seal}])


def _rows(conn: Connection, table: Table, of_id: str, *order: Any) -> Rows:
    query = select(table).where(table.c.conversation_id == of_id).order_by(*order)
    return [dict(row) for row in conn.execute(query).mappings()]


def _keys_of(ring: Keyring, row: dict[str, Any], said: Rows) -> list[bytes] | None:
    """The keys that the messages are sealed with; None where they are not as they were said."""
    if row["message_count"] != len(said):
        return None
    for unmarked in ring.every:
        keys, last = row_keys(ring, unmarked, said), ""
        for key, each in zip(keys, said, strict=True):
            last = sealed(key, last, each)
        if last == row["transcript_head"]:
            return keys
    return None


def _is_whole(ring: Keyring, row: dict[str, Any], trail: Rows) -> bool:
    """Whether the trail is as it was written."""
    last = ""
    for each in trail:
        words = [each[name] for name in _ENTRY]
        if not any(each["digest"] == digest_of(key, last, *words) for key in ring.every):
            return False
        last = each["digest"]
    ends = {head_of(key, row["id"], len(trail), last) if trail else "" for key in ring.every}
    return (row["audit_count"], row["audit_last"]) == (len(trail), last) and row["audit_head"] in ends


_ENTRY = ("conversation_id", "n", "at", "actor", "action", "subject", "detail")


def _salt_messages(conn: Connection, keys: Sequence[bytes], row: dict[str, Any], said: Rows) -> dict[str, str]:
    """Salt each message, and digest the transcript anew; returns what became of each running digest."""
    before, after, became = "", "", {"": ""}
    for key, each in zip(keys, said, strict=True):
        before = sealed(key, before, each)
        each["salt"] = each["salt"] or ("" if each["words"] else new_salt())
        after = became[before] = sealed(key, after, each)
    _change(
        conn, messages, ("conversation_id", "seq"), [_only(each, "conversation_id", "seq", "salt") for each in said]
    )
    row["transcript_head"] = after
    return became


def _salt_trail(conn: Connection, key: bytes, row: dict[str, Any], trail: Rows, heads: dict[str, str]) -> None:
    last = ""
    for each in trail:
        salt = each["salt"] or new_salt()
        each["detail"] = _SORTED.encode(dict(_salted(key, each, salt, heads))).decode()
        each["salt"] = salt
        last = each["digest"] = digest_of(key, last, *(each[name] for name in _ENTRY))
    changed = [_only(each, "conversation_id", "n", "detail", "salt", "digest") for each in trail]
    _change(conn, audit, ("conversation_id", "n"), changed)
    row["audit_last"], row["audit_head"] = last, head_of(key, row["id"], len(trail), last) if trail else ""


def _salted(key: bytes, entry: dict[str, Any], salt: str, heads: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The detail of an entry, what stood there as an unsalted digest salted."""
    for name, value in msgspec.json.decode(entry["detail"]).items():
        if name == SAID:
            yield name, MARK + heads.get(value.removeprefix(MARK), value.removeprefix(MARK))
        else:
            yield name, salted(key, salt, value) if value.startswith(MARK) and not entry["salt"] else value


def _seal_rows(conn: Connection, proof: bytes, of_id: str) -> None:
    files = [
        {**_only(each, "conversation_id", "digest"), "seal": attachment_seal(proof, each)}
        for each in _rows(conn, attachments, of_id)
    ]
    _change(conn, attachments, ("conversation_id", "digest"), files)
    settled = [
        {**_only(each, "conversation_id", "seq"), "seal": _settled(proof, each)}
        for each in _rows(conn, outbox, of_id)
        if each["state"] in SETTLED and not each["seal"]
    ]
    _change(conn, outbox, ("conversation_id", "seq"), settled)


def _settled(proof: bytes, row: dict[str, Any]) -> str:
    return outbox_seal(proof, row["conversation_id"], row["seq"], row["state"], row["receipt"], row["reason"])


def _held(conn: Connection, of_id: str) -> HeldRows:
    held = HeldRows(
        {timer_name(each["kind"], each["subject"]): each["due"] for each in _rows(conn, timers, of_id)},
        {promise_name(each): promise_digest(each) for each in _rows(conn, promises, of_id)},
        {survey_name(each): survey_digest(each) for each in _rows(conn, surveys, of_id)},
        len(_rows(conn, outbox, of_id)),
    )
    written = _rows(conn, notes, of_id, notes.c.turn, notes.c.n)
    for each in written:
        each["salt"] = each["salt"] or new_salt()
        held.notes, held.noted = held.notes + 1, noted(held.noted, each)
    of_note = ("conversation_id", "turn", "n")
    _change(conn, notes, of_note, [_only(each, *of_note, "salt") for each in written])
    return held


def _only(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _change(conn: Connection, table: Table, keys: tuple[str, ...], rows: Rows) -> None:
    """Write the columns that are no keys in each of these rows."""
    if not rows:
        return
    own = [table.c[name] == bindparam(f"of_{name}") for name in keys]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name not in keys}
    renamed = [{f"{'of' if name in keys else 'new'}_{name}": value for name, value in row.items()} for row in rows]
    conn.execute(update(table).where(*own).values(values), renamed)
