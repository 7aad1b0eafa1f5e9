"""What may happen to a conversation. Events are facts, named in the past tense, and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dialogs.flows.staff import Acted
from dialogs.understanding.reading import TypedCommand

if TYPE_CHECKING:
    from complaints.record import Attachment
    from dialogs.flows.state import Conversation
    from dialogs.understanding.reading import Advice, Reading


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something came that cannot be taken: the key of what the playbook says to it, and the facts in those words."""

    key: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Said:
    """The customer wrote, sent files, or both. The reading is filled in before the step.

    `edits` is the id of the event that brought the message this is a new version of; `before` the words of
    the version so far, or None where there was none that we know of. The turn finds them out.

    `troubles` are what came with it and could not be taken. `album` names the pictures sent in one go, where
    a channel brings them one by one; they are answered together. `act` is what a command at the head of the text
    asks for, where more words follow: "/new my kettle is broken". `advice` is a second reading, made in context: it
    takes the place of the first if the context is still the same when the turn comes.
    """

    text: str = ""
    files: tuple[Attachment, ...] = ()
    reading: Reading | None = None
    troubles: tuple[Trouble, ...] = ()
    album: str = ""
    edits: str = ""
    before: str | None = None
    act: TypedCommand = TypedCommand.NONE
    advice: Advice | None = None

    @property
    def words(self) -> str:
        """What is to be understood: the text, without a command at its head."""
        return past_command(self.text) if self.act else self.text


def past_command(text: str) -> str:
    """The words behind a command: "my kettle is broken" of "/new my kettle is broken"."""
    return text.split(maxsplit=1)[1] if text.startswith("/") and len(text.split(maxsplit=1)) > 1 else text


@dataclass(frozen=True, slots=True)
class Tapped:
    """The customer tapped the button with this opaque id. It may be stale, foreign or forged."""

    button: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """The link carried another chat over to here, whose id and channel these are. Its cases are this chat's already."""

    state: Conversation
    conversation: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class FromCampaign:
    """The link said where the customer comes from."""

    name: str


@dataclass(frozen=True, slots=True)
class ForOrder:
    """The link said which order it is about."""

    number: str


@dataclass(frozen=True, slots=True)
class Worthless:
    """The link has expired, was used by another, or was never made."""


@dataclass(frozen=True, slots=True)
class Engaged:
    """The link is good, but an agent has the chat that it would carry over."""


Link = Resumed | FromCampaign | ForOrder | Worthless | Engaged


@dataclass(frozen=True, slots=True)
class Started:
    """The customer opened the chat. `digest` is that of the token in the link, or empty.

    `link` is what the token stands for, found out by the turn; None for a plain start.
    """

    digest: str = ""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class WentOver:
    """The customer opened this chat's link elsewhere, and goes on there."""


@dataclass(frozen=True, slots=True)
class Left:
    """The customer cannot be reached here any more: they blocked us, or the chat is gone."""


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody spoke to us where others read along. What they said there is not kept."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer came due. It may belong to a state that has moved on."""

    kind: str
    subject: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Withheld:
    """The scanner found something harmful in a file of this chat. `tell`: the customer was not told of it yet."""

    name: str
    finding: str
    tell: bool = False


Body = Said | Tapped | Started | WentOver | Left | Called | Fired | Acted | Withheld


@dataclass(frozen=True)
class Event:
    """One thing that happened, with the address it came from and the channel's own id for it.

    `at` is aware (UTC). `language` (BCP 47) and `timezone` (IANA) are what the channel knows of the
    customer, or empty. `source` is a keyed digest of the network it came from, where one is known; `barred`: nobody
    of that network is heard for now.
    """

    id: str
    channel: str
    account: str
    chat: str
    at: datetime
    body: Body
    language: str = ""
    timezone: str = ""
    source: str = ""
    barred: bool = False
