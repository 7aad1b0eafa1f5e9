"""What a step wants done. Effects are plain data; the turn carries them out in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from complaints.refusals import RefusalReason

if TYPE_CHECKING:
    from complaints.case import Case
    from complaints.record import Attachment


OPTED_OUT = "opted_out_of_surveys"
"""What is recorded of whoever does not want to be asked again."""


@dataclass(frozen=True, slots=True)
class Button:
    """A choice shown with a message: an opaque id and the words on it."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Say:
    """A message to the customer.

    `asks` names the slot the message asks for (`consent` and `confirm` among them) and stands on the
    last message of a turn, `also` the further slots that the same question asks for; `case` is the reference just
    filed or spoken of. `person` is why a person has been asked for, `dangers` are the kinds heard in this chat so far.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    asks: str | None = None
    case: str | None = None
    also: tuple[str, ...] = ()
    person: str | None = None
    dangers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A new case is on file."""

    case: Case


@dataclass(frozen=True, slots=True)
class ChangeCase:
    """A case has changed; `action` (past tense) and `detail` go to the audit trail and timeline."""

    case: Case
    action: str
    detail: dict[str, str]


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Wake this conversation at `due`; replaces a pending timer of the same kind and subject."""

    kind: str
    subject: str
    due: datetime


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Forget a pending timer, if there is one."""

    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class AskForPerson:
    """Put the chat in the queue for an agent, with the reason and the time the customer was told."""

    reason: str
    by: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """Something about the conversation itself that the audit trail must hold (consent, …)."""

    action: str
    detail: dict[str, str]


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """The customer asks for a right of theirs (`rights_erase`, …); `due` (aware) ends the day they were told."""

    reference: str
    right: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Tell:
    """An agent's own words and files to the customer; `by` is the name the customer sees."""

    text: str
    files: tuple[Attachment, ...]
    by: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Something that happened to the chat, told to the customer: who is here, who comes when, what is offered. No bot
    speaks. `buttons` and `asks` as in `Say`.
    """

    text: str
    case: str | None = None
    buttons: tuple[Button, ...] = ()
    asks: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Words among colleagues. They never reach the customer."""

    text: str
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Tidings:
    """Something for colleagues about the survey of one resolution: `praise`, its `result`, that the customer would
    like `contact`, or that they must be asked by hand (`ask`). For the account `staff`, who resolved the case, and for
    those who lead the `team`.
    """

    kind: str
    reference: str
    resolution: int
    staff: str
    team: str


@dataclass(frozen=True, slots=True)
class CarryCase:
    """A case goes on in another chat of the same customer, where they can be reached."""

    reference: str
    to: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A colleague knew better what a text is about: it becomes an example to learn from."""

    text: str
    language: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Taught:
    """A colleague knew better what stands in a message: an example for the part `teaches`, `dangers` or `facts`.

    `told` is what it should have heard: of dangers the kinds as in `languages/<code>/dangers`, of facts what was asked
    and each fact with its place, `story item 3-9`.
    """

    teaches: str
    text: str
    language: str
    told: str


@dataclass(frozen=True, slots=True)
class Refused:
    """What a colleague wanted is not possible now: why, and whose chat it is. `detail` says
    more, in English, where the reason alone does not say what to do.
    """

    reason: RefusalReason
    holder: str = ""
    detail: str = ""


Effect = (
    Say
    | OpenCase
    | ChangeCase
    | SetTimer
    | CancelTimer
    | AskForPerson
    | Recorded
    | OpenRequest
    | Tell
    | Announce
    | Note
    | Tidings
    | CarryCase
    | Corrected
    | Taught
    | Refused
)
