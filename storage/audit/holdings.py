"""What a conversation holds, in its own row: its timers, promises, surveys and notes, and what was to be delivered.

Those lie in tables of their own, and their rows come and go. The conversation's row, which every turn writes anyway,
repeats in short what there must be, and has one seal over all of it and its state. So a row that was edited, removed,
added or moved in one of those tables is found, and a turn pays a digest or two for it and no statement more.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import itemgetter
from typing import Any

import msgspec

from storage.security.keys import Keyring

_ENCODE = msgspec.json.Encoder()
MOST_DOUBTS = 8


class HeldRows(msgspec.Struct, omit_defaults=True):
    """In short what there is of a conversation in other tables.

    `timers` holds what is due (microseconds), by kind and subject; `promises` and `surveys` a digest of each row, by
    reference and the rest of its key; `outbox` how many messages were to be delivered; `notes` how many there are,
    and `noted` their running digest.

    `doubts` are seals that did not fit the row when a turn began, each with the digest of that row: an honest turn
    blesses nothing, and what was sealed with a key that its process did not have yet can still be proved.
    """

    timers: dict[str, int] = {}
    promises: dict[str, str] = {}
    surveys: dict[str, str] = {}
    outbox: int = 0
    notes: int = 0
    noted: str = ""
    doubts: list[tuple[str, str]] = []


_DECODE = msgspec.json.Decoder(HeldRows)

_SEALED = (
    "id", "controller", "language", "turn", "message_count", "case_count", "audit_count", "audit_last",
    "transcript_head", "updated_at", "state", "held",
)  # fmt: skip
_VALUES = itemgetter(*_SEALED)
_PROMISE = (
    "reference", "kind", "began_at", "priority", "team", "category", "playbook", "target", "spent", "kept_at", "state",
    "cause",
)  # fmt: skip
_SURVEY = (
    "reference", "resolution", "resolved_at", "agent", "team", "category", "playbook", "wave", "answered_wave",
    "channel", "asked_at", "reminded_at", "answered_at", "done_at", "solved", "outcome", "treatment", "reason",
    "contact", "dropped", "reopened_at", "reopened_by",
)  # fmt: skip
"""Without the customer's own words, which the case repeats."""


@dataclass(slots=True)
class Holdings:
    """What one conversation holds, read when it is needed.

    `sealed` is whether it has a seal at all: one of an earlier version gets it when it is brought over.
    """

    text: str = ""
    sealed: bool = True
    _held: HeldRows | None = field(default=None)

    @property
    def held(self) -> HeldRows:
        if self._held is None:
            self._held = held_of(self.text)
        return self._held

    def doubt(self, seal: str, row: Mapping[str, Any]) -> None:
        """The row did not fit its seal."""
        if len(self.held.doubts) < MOST_DOUBTS:
            self.held.doubts.append((seal, row_digest(row)))

    def written(self) -> str:
        return self.text if self._held is None else _ENCODE.encode(self._held).decode()


def held_of(text: str) -> HeldRows:
    """What is held, from its JSON text; nothing where that cannot be read."""
    try:
        return _DECODE.decode(text) if text else HeldRows()
    except msgspec.DecodeError:
        return HeldRows()


def text_of(held: HeldRows) -> str:
    return _ENCODE.encode(held).decode()


def conversation_seal(key: bytes, row: Mapping[str, Any]) -> str:
    """The seal of a conversation's row."""
    return digest_seal(key, row_digest(row))


def row_digest(row: Mapping[str, Any]) -> str:
    """The digest of a conversation's row. Made twice a turn, so in the quickest way at hand.

    Nothing in it can hold a NUL: numbers, names, digests, JSON.
    """
    return blake2b("\0".join(map(str, _VALUES(row))).encode(), digest_size=16).hexdigest()


def digest_seal(key: bytes, digest: str) -> str:
    """The seal of a row of this digest."""
    return blake2b(digest.encode(), key=key, digest_size=16).hexdigest()


def timer_name(kind: str, subject: str) -> str:
    return f"{kind} {subject}"


def promise_name(row: Mapping[str, Any]) -> str:
    return f"{row['reference']} {row['kind']} {row['began_at']}"


def survey_name(row: Mapping[str, Any]) -> str:
    return f"{row['reference']} {row['resolution']}"


def promise_digest(row: Mapping[str, Any]) -> str:
    """What stands for a promise in a conversation's row, which is sealed as a whole."""
    return _short(b"", [row[name] for name in _PROMISE])


def survey_digest(row: Mapping[str, Any]) -> str:
    """What stands for a survey there."""
    return _short(b"", [row[name] for name in _SURVEY])


def _short(key: bytes, words: Iterable[Any]) -> str:
    return blake2b(_ENCODE.encode(list(words)), key=key, digest_size=12).hexdigest()


def attachment_seal(key: bytes, row: Mapping[str, Any]) -> str:
    """The seal of a row that says whose a file is."""
    return _short(
        key, ["attachment", *(row[name] for name in ("conversation_id", "digest", "name", "media_type", "size"))]
    )


def outbox_seal(key: bytes, conversation_id: str, seq: int, state: str, receipt: str, reason: str) -> str:
    """The seal of a message that is settled: sent, unknown or dead."""
    return _short(key, ["outbox", conversation_id, seq, state, receipt, reason])


def proof_keys(ring: Keyring) -> tuple[bytes, ...]:
    """The keys that rows of conversations are sealed with, made from those on the ring: the current one first."""
    return tuple(hmac.digest(key, b"conversations", "sha256") for key in ring.every)
