"""Which tables have a book, and what of their rows is left out of the seals.

Every other table is named here too, with what holds it fast instead or why nothing does; a test asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table

from storage.db.metadata import metadata

LEFT_OUT: Mapping[str, frozenset[str]] = {
    "api_tokens": frozenset({"used_at"}),
    "identities": frozenset({"at"}),
    "links": frozenset({"used_by", "used_at"}),
    "opt_outs": frozenset(),
    "passkeys": frozenset({"used_at"}),
    "playbook_versions": frozenset(),
    "privacy_requests": frozenset(),
    "recovery_codes": frozenset(),
    "security_events": frozenset(),
    "sessions": frozenset({"seen_at"}),
    "staff": frozenset({"seen_at", "presence", "presence_at", "totp_step"}),
    "staff_identities": frozenset(),
    "staff_links": frozenset(),
    "staff_teams": frozenset(),
    "webhooks": frozenset(),
}
"""The tables with a book, by name; and their columns that change all the time and prove nothing."""

OTHERWISE: Mapping[str, str] = {
    "attachments": "each row has a seal; what messages and cases mention must be there",
    "audit": "the trail itself: a chain for each conversation",
    "audit_books": "each row has a seal; the heads say how far each has come",
    "audit_heads": "a chain",
    "audit_roll": "each row has a seal and they have a book",
    "audit_seals": "they are what the books add up",
    "blocks": "not held: they go by themselves; who blocked whom is in the trail",
    "cases": "the trail has a digest of each body, from which the other columns follow",
    "conversations": "each row has a seal; the roll counts them",
    "findings": "not held: repeats what cases say, for figures",
    "corrections": "not held: examples to learn from, which decide nothing about a case",
    "desk_examples": "not held: examples to learn from, which decide nothing about a case",
    "counters": "each row has a seal",
    "events": "not held: which events were taken, so that none is taken twice",
    "heartbeats": "not held: that something could be written",
    "incident_members": "not held: what a detector and colleagues take for one; cases are changed by their own acts",
    "incidents": "not held: what is done because of one is in the trails of its cases",
    "messages": "a chain for each conversation",
    "notes": "a chain for each conversation",
    "offer_lines": "not held: repeats what cases say, for figures and lists",
    "offers": "not held: repeats what cases say, for figures and lists",
    "outbox": "the conversation counts them; each has a seal once it is settled",
    "promises": "the conversation holds a digest of each",
    "quarantine": "not held: what failed is in the transcript and the trail as well",
    "rings": "not held: who rang of late, which goes by itself",
    "saved_views": "not held: how somebody likes to see a list",
    "sign_in_tries": "not held: counters that go by themselves",
    "secret_keys": "each is tried with the keys at hand",
    "spent_challenges": "not held: what a passkey has answered once, which goes by itself within minutes",
    "staff_asides": "not held: remarks of the staff chat that go by themselves",
    "staff_log": "a chain",
    "staff_log_end": "the end of that chain, sealed",
    "staff_posts": "not held: what the staff chat shows where",
    "staff_questions": "not held: questions of the staff chat that wait for an answer",
    "staff_receipts": "not held: what the staff chat shows where",
    "staff_rooms": "not held: what the staff chat shows where",
    "stories": "not held: repeats what conversations and cases say, for comparing",
    "surveys": "the conversation holds a digest of each",
    "threads": "not held: repeats what conversations and cases say, for lists",
    "tidings": "not held: repeats what surveys say, for colleagues to put away",
    "timers": "the conversation holds what is due when",
    "unread_texts": "not held: digests of texts that are not read again",
    "unsent": "not held: what somebody at the desk has not sent yet",
    "upload_tallies": "not held: what was sent today, which goes by itself",
    "webhook_attempts": "not held: how sending went",
    "webhook_messages": "not held: repeats what cases say, for receivers",
}
"""What holds the rows of every other table."""


def is_covered(table: Table) -> bool:
    return table.name in LEFT_OUT


def content(table: Table, row: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    """What the seal of a row covers: its columns by name, but for those left out.

    A column that holds nothing is not mentioned, so a column that is added later changes no seal.
    """
    names = sorted(str(column.name) for column in table.c if column.name not in LEFT_OUT.get(table.name, ()))
    return [(name, row[name]) for name in names if not _is_nothing(table, name, row[name])]


def _is_nothing(table: Table, name: str, value: Any) -> bool:
    column = table.c[name]
    default = getattr(column.server_default, "arg", None)
    return value is None or (not column.nullable and value in ("", 0)) or str(value) == str(default)


def table_of(name: str) -> Table:
    return metadata.tables[name]
