"""What a colleague may do in a customer's chat, as facts. They go through the same door as a customer's words.

Whether an account may do such a thing at all is decided before it gets here; whether it is possible
just now (somebody else has the chat, they have no room for another) is decided by the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from complaints.findings import Finding
    from complaints.lifecycle import State
    from complaints.offers.negotiation import OfferTerms
    from complaints.offers.offer import Counter
    from complaints.priority import Priority
    from complaints.record import AnySlot, Attachment

LONGEST_SNOOZE = timedelta(days=60)
"""How long a chat may be put aside."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """They take the chat over. A supervisor's pull takes it from the bot or from whoever has it."""

    pull: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """The chat is offered to an account; it is theirs once they claim it. `name` is that account's."""

    to: str
    name: str


@dataclass(frozen=True, slots=True)
class Transferred:
    """The holder passes the chat on: to an account (`to`, `name`) or into a team's queue."""

    to: str = ""
    name: str = ""
    team: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Replied:
    """Words or files to the customer."""

    text: str = ""
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Noted:
    """Words among colleagues."""

    text: str
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class HandedBack:
    """The bot goes on."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Snoozed:
    """Put aside until a moment (aware, UTC), or until the customer writes. `awaits`: they were asked something."""

    until: datetime
    awaits: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """The holder is no longer there: the chat goes back to its queue."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message of the customer's: the id of the event that brought it, and its words."""

    event: str
    text: str


@dataclass(frozen=True, slots=True)
class MarkedFact:
    """Where a fact stands in a message of the customer's: characters `start` to `end` of `text`; `asked` is what the
    message answers, `story` where that is nothing in particular.
    """

    text: str
    fact: str
    start: int
    end: int
    asked: str = "story"


@dataclass(frozen=True, slots=True)
class SlotPut:
    """A fact of the record set right; of the draft where `reference` is empty. `said`: where it stands in messages."""

    slot: AnySlot
    value: Any
    reference: str = ""
    said: tuple[MarkedFact, ...] = ()


@dataclass(frozen=True, slots=True)
class DangerDenied:
    """A danger that was heard is none. `said` are the messages it was heard in, as far as they are known."""

    kind: str
    said: tuple[Quoted, ...] = ()


@dataclass(frozen=True, slots=True)
class DangerFound:
    """A message tells of a danger that was not heard. `at_once`: somebody should have seen to it at once."""

    kind: str
    said: Quoted
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class PutOnFile:
    """The unfinished draft becomes a case, marked as not confirmed by the customer."""


@dataclass(frozen=True, slots=True)
class Prioritised:
    reference: str
    priority: Priority
    why: str = ""


@dataclass(frozen=True, slots=True)
class Progressed:
    """A case has come so far: `assessed`, `in_progress`, `remedy_offered`. The customer hears."""

    reference: str
    state: State


@dataclass(frozen=True, slots=True)
class Resolved:
    """A case is done: what was done, why it had happened, the remedy given if any.

    `done_by` (aware, UTC) is when the customer will have what was promised, where that takes its time. `finding` is
    what was found out, and `told` what the customer reads, where that is not the outcome.
    """

    reference: str
    outcome: str
    cause: str
    remedy: str = ""
    done_by: datetime | None = None
    finding: Finding | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out about a case."""

    reference: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class OfferMade:
    """Something is offered to put a case right, by somebody of this role, or a program by its token. `key` is the act's
    own name, by which it is found again when it comes twice.
    """

    reference: str
    terms: OfferTerms
    role: str
    token: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class OfferApproved:
    """A second person lets an offer go out."""

    reference: str
    n: int
    role: str


@dataclass(frozen=True, slots=True)
class OfferWithdrawn:
    reference: str
    n: int


@dataclass(frozen=True, slots=True)
class OfferAnswered:
    """The customer's answer, heard elsewhere: `accept`, `decline` or `counter`, with what they would have instead."""

    reference: str
    n: int
    decision: str
    wish: Counter | None = None


@dataclass(frozen=True, slots=True)
class OfferLineDone:
    """Line `i` of an accepted offer is done; `proof` is a transfer's number, say."""

    reference: str
    n: int
    i: int
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Reopened:
    reference: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """Two cases have to do with each other; `other` may be of another chat."""

    reference: str
    other: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A case goes on in another one of the same chat."""

    reference: str
    into: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """The chat's tags, all of them."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetThrough:
    """A chat that waits aside rings like any other."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """The visitor is not heard any more."""


@dataclass(frozen=True, slots=True)
class MarkedSpam:
    """The chat is spam: closed, without a case."""


@dataclass(frozen=True, slots=True)
class Unbarred:
    """The visitor is heard again, and the chat is no spam."""


@dataclass(frozen=True, slots=True)
class Informed:
    """Whoever belongs to an incident is told of it. `notices` are its words by language; where there are none for the
    customer's, the playbook's own are said. `since` is aware, UTC. `over`: what they hear is that it is put right.
    """

    incident: str
    category: str
    since: datetime
    notices: tuple[tuple[str, str], ...] = ()
    over: bool = False


StaffAct = (
    Claimed
    | Offered
    | Transferred
    | Replied
    | Noted
    | HandedBack
    | Snoozed
    | Lost
    | SlotPut
    | DangerDenied
    | DangerFound
    | PutOnFile
    | Prioritised
    | Progressed
    | Resolved
    | Found
    | OfferMade
    | OfferApproved
    | OfferWithdrawn
    | OfferAnswered
    | OfferLineDone
    | Reopened
    | Linked
    | Merged
    | Tagged
    | LetThrough
    | Blocked
    | MarkedSpam
    | Unbarred
    | Informed
)


@dataclass(frozen=True, slots=True)
class Acted:
    """Somebody of ours did something. `actor` is an account's id, or `routing` for the queue itself;
    `name` is what the customer sees; `stands_in`: they may do for the holder all that a holder does, but write.
    """

    actor: str
    name: str
    act: StaffAct
    stands_in: bool = False

    @property
    def receives(self) -> str:
        """The account that would hold the chat after this, or empty."""
        match self.act:
            case Claimed():
                return self.actor
            case Offered(to=to) | Transferred(to=to):
                return to
            case _:
                return ""
