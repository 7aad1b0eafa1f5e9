"""Where else something was written that may be of the same customer, and whether that is proven.

Anybody can type an order number, an address or a phone number. So chats whose records hold the same ones are only
said to do so, by what; they are no proof of who is who. Chats of one customer are only those that they came from by
a link of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from complaints.case import Case
from complaints.record import Record
from dialogs.flows.state import Conversation
from storage.cases.cases import cases_in
from storage.conversations.conversations import load_state
from storage.conversations.search import found
from storage.conversations.threads import Thread, find_thread
from storage.db.dialect import Dialect

MOST = 5
LOOKED_AT = 20
"""Chats that are looked at for each fact: the search finds a little more than it should."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another chat, with its cases, oldest first.

    `proven` says that it is the same customer's: they took one chat along to the other. Otherwise `same` says which
    facts both records hold, of `email`, `phone` and `order_number`: whoever typed them.
    """

    thread: Thread
    cases: tuple[Case, ...]
    same: tuple[str, ...] = ()
    proven: bool = False


def elsewhere(conn: Connection, dialect: Dialect, conversation_id: str, record: Record) -> list[Elsewhere]:
    """At most `MOST` other chats that concern people, the newest first. They are found a second after they changed."""
    sought = dict(_facts(record))
    found_there = {of_id for fact in sought.values() for of_id in found(conn, dialect, fact, LOOKED_AT)}
    own = _own(load_state(conn, conversation_id))
    ids = (found_there | own) - {conversation_id}
    looked = (_looked_at(conn, of_id, conversation_id, sought, own) for of_id in sorted(ids))
    known = [one for one in looked if one and (one.proven or one.same)]
    return sorted(known, key=lambda one: (one.proven, one.thread.changed_at), reverse=True)[:MOST]


def _facts(record: Record) -> Iterator[tuple[str, str]]:
    contact = record.contact
    known = {
        "email": contact.email.casefold() if contact else "",
        "phone": contact.phone if contact else "",
        "order_number": record.order_number,
    }
    return ((name, fact) for name, fact in known.items() if fact)


def _own(state: Conversation | None) -> set[str]:
    """The chats that their customer took along to this one."""
    return {other.conversation for other in state.session.other_chats} if state else set()


def _looked_at(conn: Connection, of_id: str, here: str, sought: Mapping[str, str], own: set[str]) -> Elsewhere | None:
    thread, cases, state = find_thread(conn, of_id), cases_in(conn, of_id), load_state(conn, of_id)
    if thread is None:
        return None
    records = [case.record for case in cases] + ([state.intake.draft.record] if state and state.intake.draft else [])
    held = {fact for record in records for fact in _facts(record)}
    same = tuple(name for name, fact in sought.items() if (name, fact) in held)
    return Elsewhere(thread, cases, same, proven=of_id in own or here in _own(state))
