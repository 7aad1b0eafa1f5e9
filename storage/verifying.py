"""Checking that nobody changed the trail, the cases or the transcripts behind their backs.

What is found, and what is not, stands in `storage.audit`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, func, select

from storage.audit import SAID, digest_of, head_of, keyed
from storage.cases import CARRIED_IN, CARRIED_OUT, decode_case, row_of
from storage.references import counter_name, month_of, seal_of
from storage.tables import audit, cases, conversations, counters, messages
from storage.transcript import sealed, sealing_key

MOST_MISSING = 20
"""Missing references that are named for one month."""

_STREAMED = {"yield_per": 1000}
_HEADS = (
    select(
        conversations.c.id, conversations.c.audit_count, conversations.c.audit_last, conversations.c.audit_head,
        conversations.c.message_count, conversations.c.transcript_head,
    )
    .order_by(conversations.c.id)
    .execution_options(**_STREAMED)
)  # fmt: skip
_filed_in = func.substr(cases.c.reference, 3, 4)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: in which conversation (empty for none), at which entry (0 for the whole), and what."""

    conversation_id: str
    n: int
    what: str


def verify(conn: Connection, key: bytes) -> Iterator[Finding]:
    """Walk every trail, one conversation in memory at a time, and tell what is wrong with it.

    `conn` is from `Database.read`, which sees one moment however long the walk takes.
    """
    trails = _Stream(conn, "a trail", select(audit).order_by(audit.c.conversation_id, audit.c.n))
    said = _Stream(conn, "messages", select(messages).order_by(messages.c.conversation_id, messages.c.seq))
    filed = _Stream(conn, "cases", select(cases).order_by(cases.c.conversation_id, cases.c.reference))
    streams = (trails, said, filed)
    talking = sealing_key(key)
    for head in conn.execute(_HEADS):
        for stream in streams:
            yield from stream.orphans(head.id)
        trail = trails.take(head.id)
        yield from _chain(key, head, trail)
        yield from _transcript(talking, head, said.take(head.id), trail)
        yield from _cases(key, head.id, filed.take(head.id), trail)
    for stream in streams:
        yield from stream.orphans("")
    yield from _references(conn, key)


class _Stream:
    """Rows in groups by conversation, in ascending order of its id, taken by it."""

    def __init__(self, conn: Connection, name: str, query: Select[Any]) -> None:
        rows = conn.execute(query.execution_options(**_STREAMED))
        self._name = name
        self._groups: Iterator[tuple[str, Iterator[Row[Any]]]] = groupby(rows, key=lambda row: row.conversation_id)
        self._next: tuple[str, list[Row[Any]]] | None = None
        self._advance()

    def _advance(self) -> None:
        found = next(self._groups, None)
        self._next = None if found is None else (found[0], list(found[1]))

    def orphans(self, before: str) -> Iterator[Finding]:
        """Pass by the groups before this conversation, each of which has none; all that are left when it is empty."""
        while self._next is not None and (not before or self._next[0] < before):
            yield Finding(self._next[0], 0, f"{self._name} without a conversation")
            self._advance()

    def take(self, conversation_id: str) -> list[Row[Any]]:
        """The rows of this conversation, or none."""
        if self._next is None or self._next[0] != conversation_id:
            return []
        rows = self._next[1]
        self._advance()
        return rows


def _chain(key: bytes, head: Any, trail: list[Row[Any]]) -> Iterator[Finding]:
    last = ""
    for place, row in enumerate(trail, start=1):
        if row.n != place:
            yield Finding(head.id, place, "an entry is missing or out of place")
            return
        if row.digest != digest_of(key, last, head.id, row.n, row.at, row.actor, row.action, row.subject, row.detail):
            yield Finding(head.id, row.n, "the entry is not as it was written")
            return
        last = row.digest
    expected = head_of(key, head.id, len(trail), last) if trail or head.audit_count else ""
    if (head.audit_count, head.audit_last, head.audit_head) != (len(trail), last, expected):
        yield Finding(head.id, len(trail), "the trail's end is not where it was left")


def _transcript(key: bytes, head: Any, said: list[Row[Any]], trail: list[Row[Any]]) -> Iterator[Finding]:
    last, passed = "", {""}
    for row in said:
        last = sealed(key, last, row._mapping)
        passed.add(last)
    if (head.message_count, head.transcript_head) != (len(said), last):
        yield Finding(head.id, 0, "the messages are not as they were said")
    elif stray := next((row for row in trail if _noted(row.detail, SAID) not in passed), None):
        yield Finding(head.id, stray.n, "the messages are not those that this entry followed")


def _cases(key: bytes, of_id: str, filed: list[Row[Any]], trail: list[Row[Any]]) -> Iterator[Finding]:
    opened = _held(trail)
    latest = {row.subject: row for row in trail if _noted(row.detail, "body")}
    for case in filed:
        if case.reference not in opened:
            yield Finding(of_id, 0, f"case {case.reference} has no entry that it was opened")
        elif wrong := _amiss(key, case, latest.get(case.reference)):
            yield Finding(of_id, 0, f"case {case.reference} {wrong}")
    for reference in sorted(opened - {case.reference for case in filed}):
        yield Finding(of_id, 0, f"case {reference} was opened and is not there")


def _held(trail: list[Row[Any]]) -> set[str]:
    """The cases that this conversation has, by its trail: opened here or carried over to here, and not carried away."""
    held: set[str] = set()
    for row in trail:
        if row.action in ("opened", CARRIED_IN):
            held.add(row.subject)
        elif row.action == CARRIED_OUT:
            held.discard(row.subject)
    return held


def _amiss(key: bytes, case: Row[Any], entry: Row[Any] | None) -> str:
    """What is wrong with a case in the table, or empty."""
    if entry is None or "hmac:" + _noted(entry.detail, "body") != keyed(key, case.body):
        return "is not as its last entry left it"
    try:
        expected = row_of(case.conversation_id, decode_case(case.body), entry.at)
    except msgspec.DecodeError:
        return "cannot be read"
    # A newer program may write the same case in other words; its digest was compared above.
    names = [name for name, value in expected.items() if name != "body" and getattr(case, name) != value]
    return f"is listed as something else than it is: {', '.join(names)}" if names else ""


def _noted(detail: str, name: str) -> str:
    """A digest in an entry's detail, without its mark; or empty."""
    try:
        return str(msgspec.json.decode(detail).get(name, "")).removeprefix("hmac:")
    except (msgspec.DecodeError, AttributeError):
        return ""


def _references(conn: Connection, key: bytes) -> Iterator[Finding]:
    """References are handed out without gaps, so each month's counter tells which cases must be on file."""
    kept = {month_of(row.name): row for row in conn.execute(select(counters))}
    rows = conn.execute(select(_filed_in.label("month"), func.count().label("many")).group_by(_filed_in))
    filed = {row.month: row.many for row in rows}
    for month in sorted(kept.keys() | filed.keys()):
        counter = kept.get(month)
        value = 0 if counter is None else counter.value
        if counter is not None and counter.seal != seal_of(key, counter.name, value):
            yield Finding("", 0, f"the counter {counter_name(month)} is not as it was left")
        if filed.get(month, 0) > value:
            yield Finding("", 0, f"month {month} has more cases than references were handed out")
        elif filed.get(month, 0) < value:
            yield from _missing(conn, month, value)


def _missing(conn: Connection, month: str, value: int) -> Iterator[Finding]:
    there = set(conn.scalars(select(cases.c.reference).where(_filed_in == month)))
    wanted = (f"C-{month}-{n:06d}" for n in range(1, value + 1))
    for reference in islice((each for each in wanted if each not in there), MOST_MISSING):
        yield Finding("", 0, f"case {reference} was handed out and is not on file")
