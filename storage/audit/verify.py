"""Checking that nobody changed the trail, the cases or the transcripts behind their backs.

What is found, and what is not, stands in docs/audit.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from storage.audit.check_books import check_books, check_head, is_complete
from storage.audit.check_conversations import ConversationProof, HoldingTables
from storage.audit.findings import STREAMED, AuditFinding, Stream
from storage.audit.trail import BODY, MARK, SAID, digest_of, head_of, keyed, salted
from storage.cases.cases import CARRIED_IN, CARRIED_OUT, decode_case, row_of
from storage.cases.references import counter_name, month_of, seal_of
from storage.conversations.transcript import passed_by
from storage.db.timestamps import from_micros
from storage.files.attachments import FileStore
from storage.security.keys import AnyKey, Keyring, ring_of
from storage.tables.core import audit, cases, conversations, counters, messages

ERASED, ERASED_MESSAGES = "erased", "messages"
"""The action of the entry that says whose words were erased, and the key of their numbers, as `3,5` or `1-12`."""
MOST_MISSING = 20
"""Missing references that are named for one month."""

_HEADS = select(conversations).order_by(conversations.c.id).execution_options(**STREAMED)
_filed_in = func.substr(cases.c.reference, 3, 4)


def verify(conn: Connection, key: AnyKey, files: FileStore | None = None, head: str = "") -> Iterator[AuditFinding]:
    """Walk everything, one conversation in memory at a time, and tell what is wrong with it.

    Args:
        conn: from `Database.read`, which sees one moment however long the walk takes. Nothing is written.
        key: what was sealed with, or the ring of it and older ones.
        files: where the files lie, if their content is to be checked too.
        head: a head that was kept elsewhere, as `amends audit head` printed it; raises `NoHead` for what is none.
    """
    ring = ring_of(key)
    if head:
        yield from check_head(conn, head)
    yield from _conversations(conn, ring, files)
    yield from _references(conn, ring)
    yield from check_books(conn, ring)


@dataclass(frozen=True, slots=True)
class ToldErasure:
    """What the trail says of an erasure: whose, when (aware, UTC), by whom, by which right, and which messages."""

    of_id: str
    at: datetime
    by: str
    reason: str
    messages: str


def erasures(conn: Connection, most: int) -> list[ToldErasure]:
    """What was erased, the newest first."""
    query = select(audit).where(audit.c.action == ERASED, audit.c.subject == "").order_by(audit.c.at.desc()).limit(most)
    return [
        ToldErasure(
            row.conversation_id, from_micros(row.at), row.actor, _noted(row.detail, "reason"),
            _noted(row.detail, ERASED_MESSAGES),
        )
        for row in conn.execute(query)
    ]  # fmt: skip


def _conversations(conn: Connection, ring: Keyring, files: FileStore | None) -> Iterator[AuditFinding]:
    trails = Stream(conn, "a trail", select(audit).order_by(audit.c.conversation_id, audit.c.n))
    said = Stream(conn, "messages", select(messages).order_by(messages.c.conversation_id, messages.c.seq))
    filed = Stream(conn, "cases", select(cases).order_by(cases.c.conversation_id, cases.c.reference))
    holdings = HoldingTables(conn, ring, is_complete(conn, ring), files)
    streams = (trails, said, filed, *holdings.streams)
    for row in conn.execute(_HEADS):
        for stream in streams:
            yield from stream.orphans(row.id)
        messages_of, trail = said.take(row.id), trails.take(row.id)
        known = ConversationProof(
            row, messages_of, trail, filed.take(row.id), passed_by(ring, row.transcript_head, messages_of)
        )
        yield from _chain(ring, row, trail)
        yield from _transcript(known)
        yield from _cases(ring, row.id, known.cases, trail)
        yield from holdings.check(known)
    for stream in streams:
        yield from stream.orphans("")


def _chain(ring: Keyring, head: Any, trail: list[Row[Any]]) -> Iterator[AuditFinding]:
    last = ""
    for place, row in enumerate(trail, start=1):
        if row.n != place:
            yield AuditFinding(head.id, place, "an entry is missing or out of place")
            return
        if not ring.fits(partial(_is_made_with, row, last)):
            yield AuditFinding(head.id, row.n, "the entry is not as it was written")
            return
        last = row.digest
    any_trail = trail or head.audit_count
    ends = {head_of(key, head.id, len(trail), last) if any_trail else "" for key in ring.every}
    if (head.audit_count, head.audit_last) != (len(trail), last) or head.audit_head not in ends:
        yield AuditFinding(head.id, len(trail), "the trail's end is not where it was left")


def _is_made_with(row: Row[Any], last: str, key: bytes) -> bool:
    words = (row.conversation_id, row.n, row.at, row.actor, row.action, row.subject, row.detail)
    return bool(row.digest == digest_of(key, last, *words))


def _transcript(known: ConversationProof) -> Iterator[AuditFinding]:
    head, passed = known.row, set(known.heads)
    if (head.message_count, head.transcript_head) != (len(known.said), known.heads[-1]):
        yield AuditFinding(head.id, 0, "the messages are not as they were said")
    elif stray := next((row for row in known.trail if _noted(row.detail, SAID) not in passed), None):
        yield AuditFinding(head.id, stray.n, "the messages are not those that this entry followed")
    yield from _erased(head.id, known.said, known.trail)


def _erased(of_id: str, said: list[Row[Any]], trail: list[Row[Any]]) -> Iterator[AuditFinding]:
    """Words may be gone only if the trail says that they were erased; nothing stands in their place."""
    allowed = [_spans(_noted(row.detail, ERASED_MESSAGES)) for row in trail if row.action == ERASED]
    for row in said:
        was_told = any(row.seq in span for spans in allowed for span in spans)
        if row.words and (row.salt or row.text or not was_told):
            yield AuditFinding(of_id, 0, f"the words of message {row.seq} were taken away")


def _spans(told: str) -> list[range]:
    """The numbers of messages that an entry names: `3,5` or `1-12`."""
    ends = [part.partition("-")[::2] for part in told.split(",") if part]
    return [range(int(first), int(last or first) + 1) for first, last in ends if (first + last).isdecimal()]


def _cases(ring: Keyring, of_id: str, filed: list[Row[Any]], trail: list[Row[Any]]) -> Iterator[AuditFinding]:
    opened = _held(trail)
    latest = {row.subject: row for row in trail if _noted(row.detail, BODY)}
    for case in filed:
        if case.reference not in opened:
            yield AuditFinding(of_id, 0, f"case {case.reference} has no entry that it was opened")
        elif wrong := _amiss(ring, case, latest.get(case.reference)):
            yield AuditFinding(of_id, 0, f"case {case.reference} {wrong}")
    for reference in sorted(opened - {case.reference for case in filed}):
        yield AuditFinding(of_id, 0, f"case {reference} was opened and is not there")


def _held(trail: list[Row[Any]]) -> set[str]:
    """The cases that this conversation has, by its trail: opened here or carried over to here, and not carried away."""
    held: set[str] = set()
    for row in trail:
        if row.action in ("opened", CARRIED_IN):
            held.add(row.subject)
        elif row.action == CARRIED_OUT:
            held.discard(row.subject)
    return held


def _amiss(ring: Keyring, case: Row[Any], entry: Row[Any] | None) -> str:
    """What is wrong with a case in the table, or empty."""
    if entry is None or not _holds(ring, entry, case.body):
        return "is not as its last entry left it"
    try:
        expected = row_of(case.conversation_id, decode_case(case.body), entry.at)
    except msgspec.DecodeError:
        return "cannot be read"
    # A newer program may write the same case in other words; its digest was compared above.
    names = [name for name, value in expected.items() if name != "body" and getattr(case, name) != value]
    return f"is listed as something else than it is: {', '.join(names)}" if names else ""


def _holds(ring: Keyring, entry: Row[Any], body: str) -> bool:
    """Whether the entry has the digest of this body. One that was brought over is salted with a younger key."""
    given = MARK + _noted(entry.detail, BODY)
    plain = [keyed(key, body) for key in ring.every]
    return any(given == salted(key, entry.salt, digest) for key in ring.every for digest in plain)


def _noted(detail: str, name: str) -> str:
    """A digest in an entry's detail, without its mark; or empty."""
    try:
        return str(msgspec.json.decode(detail).get(name, "")).removeprefix(MARK)
    except (msgspec.DecodeError, AttributeError):
        return ""


def _references(conn: Connection, ring: Keyring) -> Iterator[AuditFinding]:
    """References are handed out without gaps, so each month's counter tells which cases must be on file."""
    kept = {month_of(row.name): row for row in conn.execute(select(counters))}
    rows = conn.execute(select(_filed_in.label("month"), func.count().label("many")).group_by(_filed_in))
    filed = {row.month: row.many for row in rows}
    for month in sorted(kept.keys() | filed.keys()):
        counter = kept.get(month)
        value = 0 if counter is None else counter.value
        if counter is not None and counter.seal not in {seal_of(key, counter.name, value) for key in ring.every}:
            yield AuditFinding("", 0, f"the counter {counter_name(month)} is not as it was left")
        if filed.get(month, 0) > value:
            yield AuditFinding("", 0, f"month {month} has more cases than references were handed out")
        elif filed.get(month, 0) < value:
            yield from _missing(conn, month, value)


def _missing(conn: Connection, month: str, value: int) -> Iterator[AuditFinding]:
    there = set(conn.scalars(select(cases.c.reference).where(_filed_in == month)))
    wanted = (f"C-{month}-{n:06d}" for n in range(1, value + 1))
    for reference in islice((each for each in wanted if each not in there), MOST_MISSING):
        yield AuditFinding("", 0, f"case {reference} was handed out and is not on file")
