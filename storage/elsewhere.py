"""Where else the same customer wrote: other chats whose records hold the same address, phone or order number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from complaints.case import Case
from complaints.record import Record
from storage.cases import cases_in
from storage.conversations import load_state
from storage.dialect import Dialect
from storage.search import found
from storage.threads import Thread, find_thread

MOST = 5
LOOKED_AT = 20
"""Chats that are looked at for each fact: the search finds a little more than it should."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another chat of the same customer, with its cases, oldest first."""

    thread: Thread
    cases: tuple[Case, ...]


def elsewhere(conn: Connection, dialect: Dialect, conversation_id: str, record: Record) -> list[Elsewhere]:
    """At most `MOST` other chats that concern people, the newest first. They are found a second after they changed."""
    sought = frozenset(_facts(record))
    ids = {of_id for fact in sought for of_id in found(conn, dialect, fact, LOOKED_AT)} - {conversation_id}
    same = [known for of_id in sorted(ids) if (known := _looked_at(conn, of_id, sought))]
    return sorted(same, key=lambda one: one.thread.changed_at, reverse=True)[:MOST]


def _facts(record: Record) -> Iterator[str]:
    contact = record.contact
    known = (contact.email.casefold(), contact.phone) if contact else ()
    return (fact for fact in (*known, record.order_number) if fact)


def _looked_at(conn: Connection, conversation_id: str, sought: frozenset[str]) -> Elsewhere | None:
    thread, cases = find_thread(conn, conversation_id), cases_in(conn, conversation_id)
    state = load_state(conn, conversation_id)
    records = [case.record for case in cases] + ([state.draft.record] if state and state.draft else [])
    same = any(fact in sought for record in records for fact in _facts(record))
    return Elsewhere(thread, cases) if thread and same else None
