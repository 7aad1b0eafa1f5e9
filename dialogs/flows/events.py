"""What may happen to a conversation. Events are facts, named in the past tense, and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from complaints.record import Attachment
from dialogs.flows.staff import Acted
from dialogs.understanding.reading import Reading


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something came that cannot be taken: the key of what the playbook says to it, and the facts in those words."""

    key: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """The customer wrote, sent files, or both. The reading is filled in before the step.

    `troubles` are what came with it and could not be taken. `album` names the pictures sent in one go, where
    a channel brings them one by one; only the first of them is answered.
    """

    text: str = ""
    files: tuple[Attachment, ...] = ()
    reading: Reading | None = None
    troubles: tuple[Trouble, ...] = ()
    album: str = ""


@dataclass(frozen=True, slots=True)
class Tapped:
    """The customer tapped the button with this opaque id. It may be stale, foreign or forged."""

    button: str


@dataclass(frozen=True, slots=True)
class Left:
    """The customer cannot be reached here any more: they blocked us, or the chat is gone."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer came due. It may belong to a state that has moved on."""

    kind: str
    subject: str
    due: datetime


Body = Said | Tapped | Left | Fired | Acted


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
    body: Body
    language: str = ""
    timezone: str = ""
