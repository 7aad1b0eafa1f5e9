"""Which tables hold something of a customer, and by which columns their rows are found.

A customer is a chat: its conversation's id. Every other table is named too, with the reason why it holds nothing of
one; a test asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from storage.db.metadata import metadata
from storage.tables.core import cases

CHAT, REFERENCE = "chat", "reference"
"""What a column is compared with: the conversation's id, or the references of its cases."""

OF_CUSTOMERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "attachments": {"conversation_id": CHAT},
        "audit": {"conversation_id": CHAT},
        "cases": {"conversation_id": CHAT},
        "conversations": {"id": CHAT},
        "corrections": {"conversation_id": CHAT},
        "desk_examples": {"conversation_id": CHAT},
        "events": {"conversation_id": CHAT},
        "findings": {"conversation_id": CHAT},
        "identities": {"conversation_id": CHAT},
        "incident_members": {"conversation_id": CHAT},
        "links": {"subject": CHAT, "used_by": CHAT},
        "messages": {"conversation_id": CHAT},
        "notes": {"conversation_id": CHAT},
        "offer_lines": {"conversation_id": CHAT},
        "offers": {"conversation_id": CHAT},
        "outbox": {"conversation_id": CHAT},
        "privacy_requests": {"conversation_id": CHAT},
        "promises": {"conversation_id": CHAT},
        "quarantine": {"conversation_id": CHAT},
        "rings": {"conversation_id": CHAT},
        "security_events": {"subject": CHAT},
        "staff_posts": {"conversation_id": CHAT},
        "staff_questions": {"reference": REFERENCE},
        "staff_receipts": {"conversation_id": CHAT},
        "staff_rooms": {"conversation_id": CHAT},
        "stories": {"conversation_id": CHAT},
        "surveys": {"conversation_id": CHAT},
        "threads": {"conversation_id": CHAT},
        "tidings": {"conversation_id": CHAT},
        "timers": {"conversation_id": CHAT},
        "unsent": {"conversation_id": CHAT},
        "webhook_messages": {"reference": REFERENCE},
    }
)
"""Each table with rows of customers, and the columns of which one must fit."""

OF_NOBODY: Mapping[str, str] = MappingProxyType(
    {
        "api_tokens": "tokens of other systems",
        "audit_books": "sums of seals",
        "audit_heads": "a chain of digests",
        "audit_roll": "counts and digests of each conversation, from which nothing can be read",
        "audit_seals": "seals of rows, by their keys",
        "blocks": "networks as digests, which go by themselves",
        "counters": "how many references were handed out",
        "heartbeats": "that something could be written",
        "incidents": "of several customers at once; a title drawn from a story goes with any of its members",
        "opt_outs": "keyed digests of contacts: who does not want to be asked stays unasked",
        "passkeys": "of colleagues",
        "playbook_versions": "how we work",
        "recovery_codes": "of colleagues",
        "saved_views": "how a colleague likes to see a list",
        "secret_keys": "check values of keys",
        "sessions": "of colleagues",
        "sign_in_tries": "of colleagues, as digests",
        "spent_challenges": "of passkeys, which go within minutes",
        "staff": "colleagues",
        "staff_asides": "albums of the staff chat, by number",
        "staff_identities": "of colleagues",
        "staff_links": "of colleagues",
        "staff_log": "what was done to accounts of colleagues",
        "staff_log_end": "the end of that log",
        "staff_teams": "of colleagues",
        "unread_texts": "keyed digests of texts that could not be read, for a day",
        "upload_tallies": "how much a network sent in a day, by its digest",
        "webhook_attempts": "how sending went",
        "webhooks": "other systems",
    }
)
"""Every other table, and why it holds nothing of a customer."""


def references_of(conn: Connection, of_id: str) -> list[str]:
    """The references of a customer's cases, the oldest first."""
    query = select(cases.c.reference).where(cases.c.conversation_id == of_id)
    return list(conn.scalars(query.order_by(cases.c.opened_at, cases.c.reference)))


def is_theirs(table: Table, of_id: str, references: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a row is the customer's."""
    fits = {CHAT: [of_id], REFERENCE: list(references)}
    return or_(*(table.c[name].in_(fits[what]) for name, what in OF_CUSTOMERS[table.name].items()))


def rows_of(conn: Connection, name: str, of_id: str, references: Sequence[str]) -> list[dict[str, Any]]:
    """All rows of the customer in one table, in the order of its key."""
    table = metadata.tables[name]
    found = conn.execute(select(table).where(is_theirs(table, of_id, references)).order_by(*table.primary_key))
    return [dict(row._mapping) for row in found]
