"""The audit trail: one chain of keyed digests per conversation, written in the turn's transaction.

Each entry's digest is HMAC-SHA256 over the digest before it and the entry's own words. The
conversation keeps the count and a keyed head over both. The trail holds who did what and when;
personal values stand in it only as keyed digests, each with a random salt that is kept beside it: without the salt
nobody can tell by trying which value a digest was made of, not even with the key.

What is found when somebody alters it, and what is not, stands in docs/audit.md.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from os import urandom
from typing import Any

import msgspec
from sqlalchemy import insert

from complaints.record import Slot
from storage.tables.core import audit

PERSONAL = frozenset(slot.value for slot in Slot) - {"category", "wanted", "customer_type"} | {"old", "new", "value"}
"""Keys of an entry's detail whose values may be personal, and so are kept as digests only."""

BODY = "body"
"""The key of an entry's detail that holds the digest of a case's body."""

SAID = "said"
"""The key of an entry's detail that holds the transcript's digest as it was then."""

LONGEST = 80
"""Longer values than this are free text, and free text may be personal."""

ADD = insert(audit)

MARK = "hmac:"
"""Begins each digest in an entry's detail."""

_SORTED = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a conversation's trail stands: how many entries, the last digest, the keyed head."""

    count: int = 0
    last: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One thing that was done. `subject` is a case's reference, or empty for the conversation itself;
    `at` is microseconds.
    """

    at: int
    actor: str
    action: str
    subject: str
    detail: Mapping[str, str]


def append(key: bytes, conversation_id: str, chain: Chain, entry: TrailEntry) -> tuple[Chain, dict[str, Any]]:
    """The chain with one more entry, and the entry as a row."""
    n, salt = chain.count + 1, new_salt()
    detail = _SORTED.encode(without_personal(key, entry.detail, salt)).decode()
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
        "salt": salt,
    }
    return Chain(n, digest, head_of(key, conversation_id, n, digest)), row


def without_personal(key: bytes, detail: Mapping[str, str], salt: str) -> dict[str, str]:
    """The detail with values that may be personal replaced by salted digests of them."""
    return {name: _kept(key, name, value, salt) for name, value in detail.items()}


def _kept(key: bytes, name: str, value: str, salt: str) -> str:
    if name == BODY:
        return salted(key, salt, value)
    return salted(key, salt, keyed(key, value)) if name in PERSONAL or len(value) > LONGEST else value


def new_salt() -> str:
    """96 random bits. Without them nobody can tell by trying which value a digest was made of."""
    return b64encode(urandom(12)).decode()


def keyed(key: bytes, value: str) -> str:
    """A value's keyed digest: tells whether two are the same, and nothing else to whoever lacks the key."""
    return MARK + hmac.digest(key, value.encode("utf-8", "replace"), "sha256").hex()[:32]


def salted(key: bytes, salt: str, digest: str) -> str:
    """A keyed digest with its salt, as it stands in the trail. Entries of earlier versions have no salt."""
    return keyed(key, salt + digest) if salt else digest


def head_of(key: bytes, conversation_id: str, count: int, last: str) -> str:
    """The keyed head of a trail. An empty trail has an empty head only while its count is 0."""
    return hmac.digest(key, f"{conversation_id}|{count}|{last}".encode(), "sha256").hex()


def digest_of(key: bytes, previous: str, *words: str | int) -> str:
    """An entry's digest: over the digest before it, and its own words."""
    return hmac.digest(key, previous.encode() + _SORTED.encode(words), "sha256").hex()
