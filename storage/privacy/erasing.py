"""Erasing what is a customer's, so that it is gone and the trail still proves everything else.

What others hold fast (messages, notes, cases, deliveries) stays as an empty shell: the digests of its words stay, and
the salts that they were made with go, so nobody can tell by trying what they were. Everything else goes altogether.
The trail says what was erased, when, by whom and by which right. Other chats are not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select, update

from complaints.case import Case
from complaints.lifecycle import OPEN, State
from complaints.record import Record
from dialogs.flows.state import Conversation, HandoffState, SessionState, StatusState, SurveyState
from storage.audit.holdings import outbox_seal, promise_digest, promise_name, proof_keys
from storage.audit.trail import ADD, BODY, LONGEST, TrailEntry, append, keyed
from storage.audit.verify import ERASED, ERASED_MESSAGES
from storage.cases import cases as filed
from storage.cases import promises as kept
from storage.conversations.conversations import SAVE, ConversationRow, locked, place_of, row_of, sealed
from storage.conversations.search import forget
from storage.conversations.transcript import mark_of, note_words, row_keys, words_digest
from storage.conversations.transcript import sealed as passed
from storage.db.database import Database
from storage.db.dialect import Dialect
from storage.db.errors import AlreadyServed
from storage.db.metadata import metadata
from storage.db.timestamps import to_micros
from storage.delivery.outbox import SETTLED
from storage.files.attachments import FileStore
from storage.privacy.customer_tables import is_theirs, references_of
from storage.security.keys import Keyring
from storage.tables.core import attachments, audit, cases, conversations, messages, notes, outbox
from storage.tables.incidents import incident_members, incidents
from storage.tables.security import privacy_requests, security_events
from storage.tables.surveys import surveys
from storage.tables.webhooks import webhook_attempts, webhook_messages

GONE = (
    "attachments", "corrections", "desk_examples", "events", "findings", "identities", "incident_members", "links",
    "offer_lines", "offers", "quarantine", "rings", "staff_posts", "staff_questions", "staff_receipts", "staff_rooms",
    "stories", "threads", "tidings", "timers", "unsent",
)  # fmt: skip
"""Tables whose rows of a customer go altogether."""
_OF_OLD = "an earlier version stored this chat; let amends serve run until amends audit verify says nothing of it"
_ENCODE = msgspec.json.Encoder()


class NotErasable(Exception):
    """It cannot be erased now; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased: how many messages, notes and cases, and the digests of files that nobody else has."""

    messages: int
    notes: int
    cases: int
    files: tuple[str, ...]


def erase(database: Database, ring: Keyring, of_id: str, by: str, reason: str, now: datetime) -> Erasure:
    """Erase everything of one customer in one transaction; their files are for `remove_files`.

    Args:
        ring: the keys that the trail is sealed with.
        by: who erases it, for the trail. `reason` is by which right, in at most 80 characters.

    Raises:
        NotErasable: there is no such customer, or their data comes from an earlier version and has no salts yet.
    """
    with database.write() as conn:
        if database.file:
            conn.exec_driver_sql("PRAGMA secure_delete=ON")
        return _Erasing(conn, database.dialect, ring, of_id, by, reason, now).run()


def remove_files(store: FileStore, digests: Sequence[str]) -> None:
    """Remove the contents of these files, wherever they lie."""
    for digest in digests:
        for path in (store.path(digest), store.held(digest), store.quarantined(digest)):
            path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Erasing:
    conn: Connection
    dialect: Dialect
    ring: Keyring
    of_id: str
    by: str
    reason: str
    now: datetime

    def run(self) -> Erasure:
        row = self.conn.execute(locked(self.dialect), {"ids": self.dialect.texts([self.of_id])}).one_or_none()
        if row is None:
            raise NotErasable("there is no such customer; find the id with: amends privacy find")
        place = place_of(row, proof_keys(self.ring))
        if not place.holdings.sealed:
            raise NotErasable(_OF_OLD)
        references = references_of(self.conn, self.of_id)
        files = self._files()
        said, written = self._messages(place), self._notes(place)
        self._entry(place, "", {ERASED_MESSAGES: f"1-{place.message_count}", "reason": self.reason[:LONGEST]})
        self._cases(place)
        self._salts()
        self._deliveries()
        self._others(references)
        self._conversation(place)
        return Erasure(said, written, len(references), files)

    def _files(self) -> tuple[str, ...]:
        """Their files that no other chat has."""
        mine = select(attachments.c.digest).where(attachments.c.conversation_id == self.of_id)
        theirs = select(attachments.c.digest).where(attachments.c.conversation_id != self.of_id)
        return tuple(self.conn.scalars(mine.where(attachments.c.digest.not_in(theirs))))

    def _messages(self, place: ConversationRow) -> int:
        query = select(messages).where(messages.c.conversation_id == self.of_id).order_by(messages.c.seq)
        rows = [row._mapping for row in self.conn.execute(query)]
        if any(not row["salt"] and not row["words"] for row in rows):
            raise NotErasable(
                "these messages were stored by an earlier version; let amends serve bring them over first"
            )
        keys = self._keys(place.transcript_head, rows)
        for key, row in zip(keys, rows, strict=True):
            mark = mark_of(row["body"])
            bare = {"text": "", "body": _ENCODE.encode({"key": mark} if mark else {}).decode(), "salt": ""}
            one = (messages.c.conversation_id == self.of_id) & (messages.c.seq == row["seq"])
            self.conn.execute(update(messages).where(one), {**bare, "words": words_digest(key, row)})
        return len(rows)

    def _keys(self, head: str, rows: Sequence[Any]) -> list[bytes]:
        """The key that each message is sealed with: those with which the transcript ends where it should."""
        tried = [row_keys(self.ring, unmarked, rows) for unmarked in self.ring.every]
        return next((keys for keys in tried if _end(keys, rows) == head), tried[0])

    def _notes(self, place: ConversationRow) -> int:
        query = select(notes).where(notes.c.conversation_id == self.of_id).order_by(notes.c.turn, notes.c.n)
        rows = [row._mapping for row in self.conn.execute(query)]
        for row in rows:
            one = (notes.c.conversation_id == self.of_id) & (notes.c.turn == row["turn"]) & (notes.c.n == row["n"])
            bare = {"text": "", "files": "[]", "salt": "", "words": note_words(row)}
            self.conn.execute(update(notes).where(one), bare)
        return len(rows)

    def _cases(self, place: ConversationRow) -> None:
        query = select(cases.c.body).where(cases.c.conversation_id == self.of_id).order_by(cases.c.reference)
        for body in list(self.conn.scalars(query)):
            case = emptied(filed.decode_case(body))
            row = filed.row_of(self.of_id, case, to_micros(self.now))
            self.conn.execute(filed.CHANGE, filed.change_of(row))
            for promise in kept.rows_of(self.of_id, case):
                self.conn.execute(kept.writing(self.dialect), promise)
                place.holdings.held.promises[promise_name(promise)] = promise_digest(promise)
            self._entry(place, case.reference, {BODY: keyed(self.ring.current, row["body"])})

    def _entry(self, place: ConversationRow, subject: str, detail: dict[str, str]) -> None:
        entry = TrailEntry(to_micros(self.now), self.by, ERASED, subject, detail)
        place.chain, row = append(self.ring.current, self.of_id, place.chain, entry)
        self.conn.execute(ADD, row)

    def _salts(self) -> None:
        """Without its salt nobody can tell what a digest in the trail was made of. Those of now are of empty shells."""
        of_old = (audit.c.conversation_id == self.of_id) & (audit.c.action != ERASED)
        self.conn.execute(update(audit).where(of_old), {"salt": ""})

    def _deliveries(self) -> None:
        """What was to be sent is not sent any more; what the channel said of the rest is forgotten."""
        for row in list(self.conn.execute(select(outbox).where(outbox.c.conversation_id == self.of_id))):
            state = row.state if row.state in SETTLED else "dead"
            seal = outbox_seal(proof_keys(self.ring)[0], self.of_id, row.seq, state, "", "")
            one = (outbox.c.conversation_id == self.of_id) & (outbox.c.seq == row.seq)
            settled = {"state": state, "receipt": "", "reason": "", "lease": "", "lease_until": 0, "seal": seal}
            self.conn.execute(update(outbox).where(one), settled)

    def _others(self, references: Sequence[str]) -> None:
        conn = self.conn
        shared = select(incident_members.c.incident_id).where(incident_members.c.conversation_id == self.of_id)
        conn.execute(update(incidents).where(incidents.c.id.in_(shared)), {"title": "", "tokens": ""})
        for name in GONE:
            table = metadata.tables[name]
            conn.execute(delete(table).where(is_theirs(table, self.of_id, references)))
        forget(conn, self.dialect, self.of_id)
        theirs = select(webhook_messages.c.id).where(webhook_messages.c.reference.in_(references))
        conn.execute(delete(webhook_attempts).where(webhook_attempts.c.message_id.in_(theirs)))
        conn.execute(delete(webhook_messages).where(webhook_messages.c.reference.in_(references)))
        conn.execute(update(surveys).where(surveys.c.conversation_id == self.of_id), {"words": "", "more": ""})
        asked = privacy_requests.c.conversation_id == self.of_id
        conn.execute(update(privacy_requests).where(asked), {"reason": ""})
        by_them = (security_events.c.subject == self.of_id) & (security_events.c.actor == "")
        conn.execute(update(security_events).where(by_them), {"address": "", "detail": "{}"})

    def _conversation(self, place: ConversationRow) -> None:
        place.state = emptied_state(place.state)
        place.holdings.held.timers.clear()
        row = sealed(row_of(place, to_micros(self.now)), place.holdings, proof_keys(self.ring)[0])
        self.conn.execute(SAVE, row)
        self.conn.execute(update(conversations).where(conversations.c.id == self.of_id), {"chat": ""})


def _end(keys: Sequence[bytes], rows: Sequence[Any]) -> str:
    head = ""
    for key, row in zip(keys, rows, strict=True):
        head = passed(key, head, row)
    return head


def emptied(case: Case) -> Case:
    """A case without anything of its customer's. One that was open is open no more: nobody is there to be answered."""
    resolution = replace(case.resolution, outcome="", cause="") if case.resolution else None
    survey = replace(case.survey, words="", more="") if case.survey else None
    bare = replace(
        case, record=Record(category=case.record.category), resolution=resolution, survey=survey, campaign="",
        waiting_since=None, close_at=None, offers=(), finding=None,
    )  # fmt: skip
    return bare.moved(State.WITHDRAWN) if case.state in OPEN else bare


def emptied_state(state: Conversation) -> Conversation:
    """A chat's state with nothing said: what was decided about it stays (its language, that it is not heard or wants no
    surveys), and how many cases it had.
    """
    return Conversation(
        turn=state.turn,
        session=SessionState(language=state.session.language),
        status=StatusState(cases=state.status.cases),
        handoff=HandoffState(barred=state.handoff.barred),
        surveys=SurveyState(no_surveys=state.surveys.no_surveys),
    )


def scrub(database: Database) -> bool:
    """Make what was freed in a SQLite file unreadable: in the index, the file and its WAL. On PostgreSQL nothing is
    done here; its own vacuum gives space free. False where another process serves the file: only that one may do it.
    """
    if database.file is None:
        return True
    try:
        database.claim_for_serving()
    except AlreadyServed:
        return False
    database.reader.dispose()
    raw = database.writer.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA secure_delete=ON")
        for statement in _SCRUB:
            cursor.execute(statement).fetchall()
    finally:
        raw.close()
    return True


_SCRUB = (
    "INSERT INTO thread_search(thread_search) VALUES('optimize')",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "VACUUM",
    "PRAGMA wal_checkpoint(TRUNCATE)",
)
