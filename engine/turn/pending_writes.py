"""Everything a batch of turns wants written, gathered row by row and written table by table.

However many turns there are, each table costs one statement, and none where it has no rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, insert

from complaints.case import Case
from storage.audit import trail as audit
from storage.cases import cases, opt_outs, promises, surveys
from storage.cases import offers as offer_rows
from storage.conversations import conversations, notes, threads, transcript
from storage.conversations import deep_links as links
from storage.db.bulk_write import ManyRows
from storage.db.dialect import Dialect
from storage.delivery import timers, webhooks
from storage.delivery.timers import Key
from storage.files import attachments
from storage.incidents import stories
from storage.privacy import requests
from storage.security.events import SecurityEvent, record
from storage.staff import desk_examples
from storage.tables.core import events, outbox
from storage.tables.space import rings

Rows = list[dict[str, Any]]


@dataclass(slots=True)
class Changes:
    """The rows to write. `timers` maps a key to its due time in microseconds, or to None to forget it."""

    conversations: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: Rows = field(default_factory=list)
    messages: Rows = field(default_factory=list)
    opened: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    attachments: Rows = field(default_factory=list)
    outbox: Rows = field(default_factory=list)
    threads: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: Rows = field(default_factory=list)
    corrections: Rows = field(default_factory=list)
    desk_examples: Rows = field(default_factory=list)
    cases_moved: Rows = field(default_factory=list)
    links: Rows = field(default_factory=list)
    requests: Rows = field(default_factory=list)
    promises: dict[tuple[str, str, int], dict[str, Any]] = field(default_factory=dict)
    surveys: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    offers: dict[Table, dict[offer_rows.Key, dict[str, Any]]] = field(default_factory=dict)
    tidings: Rows = field(default_factory=list)
    opt_outs: Rows = field(default_factory=list)
    news: Rows = field(default_factory=list)
    audit: Rows = field(default_factory=list)
    rings: Rows = field(default_factory=list)
    security: list[SecurityEvent] = field(default_factory=list)
    stories: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    timers: dict[Key, int | None] = field(default_factory=dict)

    def put_case(self, row: dict[str, Any]) -> None:
        """A case that was opened earlier in this batch is not on file yet, so its row is made anew."""
        kept = self.opened if row["reference"] in self.opened else self.changed
        kept[row["reference"]] = row

    def put_promises(self, rows: Rows) -> None:
        """Of two states of a promise in one batch the later stands."""
        self.promises.update({promises.key_of(row): row for row in rows})

    def put_story(self, row: dict[str, Any] | None) -> None:
        """Of two states of a story in one batch the later stands, with the vector of the earlier if it has none."""
        if row is not None:
            key = row["conversation_id"], row["n"]
            before = self.stories.get(key)
            if before and (not row["vector"] or before["at"] == row["at"]):
                row["vector"] = before["vector"] or row["vector"]
            self.stories[key] = row

    def put_survey(self, row: dict[str, Any]) -> None:
        """Of two states of a survey in one batch the later stands; when it was asked may be of the earlier."""
        key = row["reference"], row["resolution"]
        before = self.surveys.get(key, row)
        row["asked_seq"] = row["asked_seq"] or before["asked_seq"]
        row["delivered_at"] = before["delivered_at"] or row["delivered_at"]
        self.surveys[key] = row

    def put_offers(self, of_id: str, case: Case) -> None:
        """What was offered in a case and found out about it; of two states in one batch the later stands."""
        for table, row in offer_rows.rows_of(of_id, case):
            self.offers.setdefault(table, {})[offer_rows.key_of(table, row)] = row

    def put_thread(self, row: dict[str, Any]) -> None:
        """Of two turns of a chat in one batch the later one's thread stands; who spoke last may be of the earlier."""
        before = self.threads.get(row["conversation_id"])
        if before and not row["speaker"]:
            row = {**row, "speaker": before["speaker"], "spoke_at": before["spoke_at"]}
        self.threads[row["conversation_id"]] = row


class Writer:
    """The statements that write changes, made once for a database."""

    def __init__(self, dialect: Dialect) -> None:
        self._many = ManyRows()
        self._events = insert(events)
        self._outbox = insert(outbox)
        self._threads = threads.writing(dialect)
        self._rings = dialect.insert(rings).on_conflict_do_nothing()
        self._attachments = attachments.remembering(dialect)
        self._timers = timers.setting(dialect)
        self._promises = promises.writing(dialect)
        self._surveys = surveys.writing(dialect)
        self._opt_outs = opt_outs.keeping(dialect)
        self._offers = {table: offer_rows.writing(dialect, table) for table in offer_rows.TABLES}
        self._stories = stories.keeping(dialect)

    def write(self, conn: Connection, changes: Changes) -> None:
        """Write everything, one statement a table."""
        gone = [timers.key_of(key) for key, due in changes.timers.items() if due is None]
        wanted = [timers.row_of(key, due) for key, due in changes.timers.items() if due is not None]
        for statement, rows in (
            (conversations.SAVE, list(changes.conversations.values())),
            (self._events, changes.events),
            (transcript.ADD, changes.messages),
            (cases.ADD, list(changes.opened.values())),
            (cases.CHANGE, [cases.change_of(row) for row in changes.changed.values()]),
            (cases.MOVE, changes.cases_moved),
            (promises.MOVE, changes.cases_moved),
            (self._promises, list(changes.promises.values())),
            (surveys.MOVE, changes.cases_moved),
            (self._surveys, list(changes.surveys.values())),
            *((move, changes.cases_moved) for move in offer_rows.MOVES),
            *((self._offers[table], list(rows.values())) for table, rows in changes.offers.items()),
            (surveys.TELL, changes.tidings),
            (self._opt_outs, changes.opt_outs),
            (self._attachments, changes.attachments),
            (timers.CANCEL, gone),
            (self._timers, wanted),
            (self._outbox, changes.outbox),
            (self._threads, list(changes.threads.values())),
            (notes.ADD, changes.notes),
            (notes.ADD_CORRECTIONS, changes.corrections),
            (desk_examples.ADD, changes.desk_examples),
            (links.USE, changes.links),
            (webhooks.TELL, changes.news),
            (requests.ADD, changes.requests),
            (audit.ADD, changes.audit),
            (self._rings, changes.rings),
            (self._stories, list(changes.stories.values())),
        ):
            self._many.write(conn, statement, rows)
        record(conn, changes.security)
