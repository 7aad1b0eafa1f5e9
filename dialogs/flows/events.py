"""What may happen to a conversation. Events are facts, named in the past tense, and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from complaints.record import Attachment
from dialogs.understanding.reading import Reading


@dataclass(frozen=True, slots=True)
class Said:
    """The customer wrote, sent files, or both. The reading is filled in before the step."""

    text: str = ""
    files: tuple[Attachment, ...] = ()
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Tapped:
    """The customer tapped the button with this opaque id. It may be stale, foreign or forged."""

    button: str


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer came due. It may belong to a state that has moved on."""

    kind: str
    subject: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, with the address it came from and the channel's own id for it.

    `at` is aware (UTC). `language` (BCP 47) and `timezone` (IANA) are what the channel knows of the
    customer, or empty.
    """

    id: str
    channel: str
    account: str
    chat: str
    at: datetime
    body: Said | Tapped | Fired
    language: str = ""
    timezone: str = ""
