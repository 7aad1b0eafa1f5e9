"""Checking what hangs on a conversation's own row: its state, its place in the roll, and what it holds elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from complaints.record import Attachment
from storage.audit.findings import AuditFinding, Stream
from storage.audit.holdings import (
    HeldRows,
    attachment_seal,
    conversation_seal,
    digest_seal,
    held_of,
    outbox_seal,
    promise_digest,
    promise_name,
    proof_keys,
    survey_digest,
    survey_name,
    timer_name,
)
from storage.audit.roll import roll_seal
from storage.cases.cases import decode_case
from storage.conversations.conversations import conversation_id
from storage.conversations.transcript import noted
from storage.delivery.outbox import SETTLED
from storage.files.attachments import FileStore
from storage.security.keys import Keyring
from storage.tables.core import attachments, notes, outbox, timers
from storage.tables.promises import promises
from storage.tables.proof import audit_roll
from storage.tables.surveys import surveys

_FILES = msgspec.json.Decoder(tuple[Attachment, ...])


@dataclass(frozen=True, slots=True)
class ConversationProof:
    """What was read of a conversation: its row, messages, trail, cases, and the running digests of its messages."""

    row: Any
    said: list[Row[Any]]
    trail: list[Row[Any]]
    cases: list[Row[Any]]
    heads: Sequence[str]


class HoldingTables:
    """The tables that conversations hold, read in step with them.

    `complete` is whether everything of earlier versions was brought over, so that nothing is without a seal.
    """

    def __init__(self, conn: Connection, ring: Keyring, complete: bool, files: FileStore | None) -> None:
        self._ring, self._keys, self._complete, self._files = ring, proof_keys(ring), complete, files
        self._roll = _stream(conn, "a line of the roll", audit_roll)
        self._timers = _stream(conn, "timers", timers)
        self._promises = _stream(conn, "promises", promises)
        self._surveys = _stream(conn, "surveys", surveys)
        self._outbox = _stream(conn, "messages to deliver", outbox)
        self._notes = _stream(conn, "notes", notes)
        self._attachments = _stream(conn, "files", attachments)

    @property
    def streams(self) -> tuple[Stream, ...]:
        """All but the files: they may come before their conversation."""
        return self._roll, self._timers, self._promises, self._surveys, self._outbox, self._notes

    def check(self, known: ConversationProof) -> Iterator[AuditFinding]:
        """What is wrong with one conversation. To be called for each, in the order of their ids."""
        of_id, row = known.row.id, known.row
        taken = {
            name: stream.take(of_id)
            for name, stream in zip(
                ("roll", "timers", "promises", "surveys", "outbox", "notes"), self.streams, strict=True
            )
        }
        for _ in self._attachments.orphans(of_id):
            pass
        files = self._attachments.take(of_id)
        yield from self._roll_of(known, taken["roll"])
        if not row.seal:
            if row.turn and (self._complete or taken["roll"]):
                yield AuditFinding(of_id, 0, "the conversation has no seal")
            return
        if not self._fits(row.seal, lambda key: conversation_seal(key, row._mapping)):
            yield AuditFinding(of_id, 0, "the conversation is not as its last turn left it")
            return
        held = held_of(row.held)
        if not all(self._fits(seal, partial(_doubted, digest)) for seal, digest in held.doubts):
            yield AuditFinding(
                of_id, 0, "the conversation was not as its last turn had left it when another turn began"
            )
        if not _is_erased(known) and conversation_id(row.channel, row.account, row.chat) != of_id:
            yield AuditFinding(of_id, 0, "the conversation's address is not its own")
        for what in (
            *self._kept("timer", held.timers, taken["timers"], _timer, lambda timer: timer.due),
            *self._digests("promise", held.promises, taken["promises"], promise_name, promise_digest),
            *self._digests("survey", held.surveys, taken["surveys"], survey_name, survey_digest),
            *self._outgoing(held, taken["outbox"], known.said),
            *self._noted(held, taken["notes"]),
            *self._filed(known, files, taken["notes"]),
        ):
            yield AuditFinding(of_id, 0, what)

    def _fits(self, seal: str, made_with: Callable[[bytes], str]) -> bool:
        return any(seal == made_with(key) for key in self._keys)

    def _roll_of(self, known: ConversationProof, found: list[Row[Any]]) -> Iterator[AuditFinding]:
        row = known.row
        if not found:
            return
        (line,) = found
        if not self._ring.fits(lambda key: line.seal == roll_seal(key, line._mapping)):
            yield AuditFinding(row.id, 0, "its line of the roll is not as it was written")
        behind = row.turn < line.turn or line.said not in known.heads[line.messages : line.messages + 1]
        done = known.trail[line.entries - 1].digest if 0 < line.entries <= len(known.trail) else ""
        if behind or done != line.done:
            yield AuditFinding(row.id, 0, "the conversation was put back to what it had been earlier, or written anew")

    def _kept(
        self, what: str, held: Mapping[str, Any], rows: list[Row[Any]], name: Callable[[Any], str],
        value: Callable[[Any], Any],
    ) -> Iterator[str]:  # fmt: skip
        there = {name(row): value(row) for row in rows}
        for each in sorted(held.keys() - there.keys()):
            yield f"the {what} {each} is not there"
        for each in sorted(there.keys() - held.keys()):
            yield f"the {what} {each} was put there by nobody"
        for each in sorted(each for each in held.keys() & there.keys() if held[each] != there[each]):
            yield f"the {what} {each} is not as it was left"

    def _digests(
        self, what: str, held: Mapping[str, Any], rows: list[Row[Any]], name: Callable[[Any], str],
        digest: Callable[[Any], str],
    ) -> Iterator[str]:  # fmt: skip
        yield from self._kept(what, held, rows, lambda row: name(row._mapping), lambda row: digest(row._mapping))

    def _outgoing(self, held: HeldRows, rows: list[Row[Any]], said: list[Row[Any]]) -> Iterator[str]:
        if len(rows) != held.outbox:
            yield f"{len(rows)} messages are to deliver or delivered, and there were {held.outbox}"
        authors = {message.seq: message.author for message in said}
        for row in rows:
            if authors.get(row.seq) != row.author:
                yield f"message {row.seq} is to be delivered and was not said"
            elif not self._fits(row.seal, partial(_settled, row)):
                yield f"message {row.seq} was not delivered as it is written"

    def _noted(self, held: HeldRows, rows: list[Row[Any]]) -> Iterator[str]:
        last = ""
        for row in rows:
            last = noted(last, row._mapping)
        if (len(rows), last) != (held.notes, held.noted):
            yield "the notes are not as they were written"

    def _filed(self, known: ConversationProof, rows: list[Row[Any]], written: list[Row[Any]]) -> Iterator[str]:
        there = {row.digest for row in rows}
        for digest in sorted(_mentioned(known, written) - there):
            yield f"the file {digest[:12]} was sent and is not listed"
        for row in rows:
            if not self._fits(row.seal, partial(_listed, row)):
                yield f"the file {row.digest[:12]} is not listed as it was"
            elif self._files and not self._files.holds(row.digest):
                yield f"the file {row.digest[:12]} is not kept as it was sent"


def _is_erased(known: ConversationProof) -> bool:
    """Whether the customer's address is gone because they were erased."""
    return not known.row.chat and any(row.action == "erased" for row in known.trail)


def _doubted(digest: str, key: bytes) -> str:
    return digest_seal(key, digest)


def _settled(row: Any, key: bytes) -> str:
    if row.state not in SETTLED:
        return ""
    return outbox_seal(key, row.conversation_id, row.seq, row.state, row.receipt, row.reason)


def _listed(row: Any, key: bytes) -> str:
    return attachment_seal(key, row._mapping)


def _stream(conn: Connection, name: str, table: Any) -> Stream:
    rest = [column for column in table.primary_key if column.name != "conversation_id"]
    return Stream(conn, name, select(table).order_by(table.c.conversation_id, *rest))


def _timer(row: Any) -> str:
    return timer_name(row.kind, row.subject)


def _mentioned(known: ConversationProof, written: list[Row[Any]]) -> set[str]:
    """The files that messages, notes and cases of a conversation speak of."""
    found: set[str] = set()
    for row in known.said:
        if '"files"' in row.body:
            found.update(file["digest"] for file in msgspec.json.decode(row.body).get("files", ()))
    for note in written:
        found.update(file.digest for file in _FILES.decode(note.files or "[]"))
    for case in known.cases:
        try:
            found.update(file.digest for file in decode_case(case.body).record.evidence)
        except msgspec.DecodeError:
            continue
    return found
