"""The audit trail: one chain of keyed digests per conversation, written in the turn's transaction.

Each entry's digest is HMAC-SHA256 over the digest before it and the entry's own words. The
conversation keeps the count and a keyed head over both. The trail holds who did what and when;
personal values stand in it only as keyed digests.

What `storage.verifying` finds, when it was done by someone who can write to the database and does
not have the key:

- an entry edited, removed, added or moved, and a trail cut short;
- a case's body edited (its last entry holds the body's digest), and each of its columns that lists
  and filters go by; a case removed, or put on file without a trail;
- a message edited, removed, added or moved: the conversation keeps a running keyed digest over its
  messages, and each entry of the trail holds the digest as it was then;
- a conversation removed whole, with its trail, when it had a case: references are handed out
  without gaps, and each month's counter is sealed.

What is not found: a conversation without a case that is removed whole, with its trail and messages;
a month whose cases and counter are all removed; a conversation put back as a copy of the database
had it earlier, where that takes no case away; changes to tables beside these (attachments, outbox,
timers, handoffs, quarantine, tokens) and to a conversation's state, which is no record of anything
said or done; anything done by someone who has the key.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import insert

from complaints.record import Slot
from storage.tables import audit

PERSONAL = frozenset(slot.value for slot in Slot) - {"category", "wanted", "customer_type"} | {"old", "new", "value"}
"""Keys of an entry's detail whose values may be personal, and so are kept as digests only."""

SAID = "said"
"""The key of an entry's detail that holds the transcript's digest as it was then."""

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


def append(key: bytes, conversation_id: str, chain: Chain, entry: Entry) -> tuple[Chain, dict[str, Any]]:
    """The chain with one more entry, and the entry as a row."""
    n = chain.count + 1
    detail = _SORTED.encode(without_personal(key, entry.detail)).decode()
    digest = digest_of(key, chain.last, conversation_id, n, entry.at, entry.actor, entry.action, entry.subject, detail)
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


def digest_of(key: bytes, previous: str, *words: str | int) -> str:
    """An entry's digest: over the digest before it, and its own words."""
    return hmac.digest(key, previous.encode() + _SORTED.encode(words), "sha256").hex()
