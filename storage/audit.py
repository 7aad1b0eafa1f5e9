"""The audit trail: one chain of keyed digests per conversation, written in the turn's transaction.

Each entry's digest is HMAC-SHA256 over the digest before it and the entry's own words. The
conversation keeps the count and a keyed head over both, so that an entry edited, removed, added or
moved is found, and so is a trail cut short. The trail holds who did what and when; personal values
stand in it only as keyed digests.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select

from complaints.record import Slot
from storage.tables import audit, cases, conversations

PERSONAL = frozenset(slot.value for slot in Slot) - {"category", "wanted", "customer_type"} | {"old", "new", "value"}
"""Keys of an entry's detail whose values may be personal, and so are kept as digests only."""

LONGEST = 80
"""Longer values than this are free text, and free text may be personal."""

ADD = insert(audit)

_SORTED = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a conversation's trail stands: how many entries, the last digest, the keyed head."""

    count: int = 0
    last: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done. `subject` is a case's reference, or empty for the conversation itself;
    `at` is microseconds.
    """

    at: int
    actor: str
    action: str
    subject: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a trail: whose, at which entry (0 for the whole), and what."""

    conversation_id: str
    n: int
    what: str


def append(key: bytes, conversation_id: str, chain: Chain, entry: Entry) -> tuple[Chain, dict[str, Any]]:
    """The chain with one more entry, and the entry as a row."""
    n = chain.count + 1
    detail = _SORTED.encode(without_personal(key, entry.detail)).decode()
    digest = _digest(key, chain.last, conversation_id, n, entry.at, entry.actor, entry.action, entry.subject, detail)
    row = {
        "conversation_id": conversation_id,
        "n": n,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": detail,
        "digest": digest,
    }
    return Chain(n, digest, head_of(key, conversation_id, n, digest)), row


def without_personal(key: bytes, detail: Mapping[str, str]) -> dict[str, str]:
    """The detail with values that may be personal replaced by keyed digests of them."""
    return {
        name: keyed(key, value) if name in PERSONAL or len(value) > LONGEST else value for name, value in detail.items()
    }


def keyed(key: bytes, value: str) -> str:
    """A value's keyed digest: tells whether two are the same, and nothing else."""
    return "hmac:" + hmac.digest(key, value.encode("utf-8", "replace"), "sha256").hex()[:32]


def head_of(key: bytes, conversation_id: str, count: int, last: str) -> str:
    """The keyed head of a trail. An empty trail has an empty head only while its count is 0."""
    return hmac.digest(key, f"{conversation_id}|{count}|{last}".encode(), "sha256").hex()


def _digest(key: bytes, previous: str, *words: str | int) -> str:
    return hmac.digest(key, previous.encode() + _SORTED.encode(words), "sha256").hex()


def verify(conn: Connection, key: bytes) -> Iterator[Finding]:
    """Walk every trail, one conversation in memory at a time, and tell what is wrong with it.

    `conn` is from `Database.read`, which sees one moment however long the walk takes.
    """
    trails = _Stream(groupby(conn.execute(_TRAILS), key=lambda row: row.conversation_id))
    files = _Stream(groupby(conn.execute(_CASES), key=lambda row: row.conversation_id))
    for head in conn.execute(_HEADS):
        yield from _orphans(trails, head.id)
        yield from _verify_one(key, head, trails.take(head.id), files.take(head.id))
    yield from _orphans(trails, "")


_STREAMED = {"yield_per": 1000}
_TRAILS = select(audit).order_by(audit.c.conversation_id, audit.c.n).execution_options(**_STREAMED)
_CASES = (
    select(cases.c.conversation_id, cases.c.reference, cases.c.body)
    .order_by(cases.c.conversation_id, cases.c.reference)
    .execution_options(**_STREAMED)
)
_HEADS = (
    select(conversations.c.id, conversations.c.audit_count, conversations.c.audit_last, conversations.c.audit_head)
    .order_by(conversations.c.id)
    .execution_options(**_STREAMED)
)


class _Stream:
    """Groups in ascending order of their key, taken by key; those before it are passed by."""

    def __init__(self, groups: Iterator[tuple[str, Iterator[Row[Any]]]]) -> None:
        self._groups = groups
        self._next: tuple[str, list[Row[Any]]] | None = None
        self._advance()

    def _advance(self) -> None:
        found = next(self._groups, None)
        self._next = None if found is None else (found[0], list(found[1]))

    def before(self, key: str) -> Iterator[tuple[str, list[Row[Any]]]]:
        """The groups before `key`; all that are left when it is empty."""
        while self._next is not None and (not key or self._next[0] < key):
            yield self._next
            self._advance()

    def take(self, key: str) -> list[Row[Any]]:
        """The rows of `key`, or none."""
        for _ in self.before(key):
            pass
        if self._next is None or self._next[0] != key:
            return []
        rows = self._next[1]
        self._advance()
        return rows


def _orphans(trails: _Stream, before: str) -> Iterator[Finding]:
    for conversation_id, _rows in trails.before(before):
        yield Finding(conversation_id, 0, "a trail without its conversation")


def _verify_one(key: bytes, head: Any, trail: list[Row[Any]], filed: list[Row[Any]]) -> Iterator[Finding]:
    yield from _verify_chain(key, head, trail)
    latest: dict[str, str] = {}
    opened = set()
    for row in trail:
        if row.action == "opened":
            opened.add(row.subject)
        latest[row.subject] = _body_digest(row.detail) or latest.get(row.subject, "")
    for case in filed:
        if case.reference not in opened:
            yield Finding(head.id, 0, f"case {case.reference} has no entry that it was opened")
        elif latest[case.reference] != keyed(key, case.body):
            yield Finding(head.id, 0, f"case {case.reference} is not as its last entry left it")
    for reference in opened - {case.reference for case in filed}:
        yield Finding(head.id, 0, f"case {reference} was opened and is not there")


def _verify_chain(key: bytes, head: Any, trail: list[Row[Any]]) -> Iterator[Finding]:
    last = ""
    for place, row in enumerate(trail, start=1):
        if row.n != place:
            yield Finding(head.id, place, "an entry is missing or out of place")
            return
        if row.digest != _digest(key, last, head.id, row.n, row.at, row.actor, row.action, row.subject, row.detail):
            yield Finding(head.id, row.n, "the entry is not as it was written")
            return
        last = row.digest
    expected = head_of(key, head.id, len(trail), last) if trail or head.audit_count else ""
    if (head.audit_count, head.audit_last, head.audit_head) != (len(trail), last, expected):
        yield Finding(head.id, len(trail), "the trail's end is not where it was left")


def _body_digest(detail: str) -> str:
    try:
        return str(msgspec.json.decode(detail).get("body", ""))
    except (msgspec.DecodeError, AttributeError):
        return ""
