"""A case: one filed complaint, from the moment it is received until it is closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from complaints.clocks import Office
from complaints.findings import Finding
from complaints.lifecycle import OPEN, State, check_move
from complaints.offers.lifecycle import OfferState
from complaints.offers.offer import Offer
from complaints.priority import Priority
from complaints.promises import Clock, Kind, kept
from complaints.record import Record
from complaints.survey import Survey


@dataclass(frozen=True, slots=True)
class Promise:
    """The times the customer was told: a person's first answer, and the outcome. Aware, UTC."""

    first_response: datetime
    resolution: datetime


@dataclass(frozen=True, slots=True)
class Resolution:
    """How a case ended: what was done (`outcome`, in the agent's words to the customer), why it had happened
    (`cause`, for us), the `remedy` given if any, and by whom. `at` is aware, UTC. `done_by` is when the customer
    will have what was promised (a refund takes days to arrive), or None where all is done. `told` is what the customer
    read of it, where that is not the `outcome` itself.
    """

    outcome: str
    cause: str
    remedy: str
    by: str
    at: datetime
    done_by: datetime | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One filed complaint.

    `partial` marks a case that was flagged from an unfinished draft, which the customer has not
    confirmed; `reasons` say why the priority is what it is, as playbook keys. `answered_at` is when a person
    first wrote to the customer (a bot's reply is no answer); `linked` are references of related cases;
    `merged_into` is the case of the same chat that this one went on in; `campaign` names what brought the
    customer here. `clocks` count what was promised, and `promise` is what the customer was told of it last; cases
    of old have no clocks yet (see `clocked`). `waiting_since` is when a colleague asked the customer something
    that is not answered yet; `reminded` how often we asked again, and `close_at` when the case is closed for
    silence, once the customer was told so. `resolved_at` is when it was settled last. `resolutions` counts how often
    a person has resolved it, and `survey` is what came of asking after the last of these; `reopenings` counts how
    often the customer found that a resolution did not hold. `spam`: it was none; nobody works on it and no figure
    counts it. `offers` is all that was offered to put it right, the first one first, and `finding` what was found out.
    """

    reference: str
    state: State
    priority: Priority
    reasons: tuple[str, ...]
    record: Record
    promise: Promise
    team: str
    language: str
    playbook: str
    opened_at: datetime
    partial: bool = False
    answered_at: datetime | None = None
    resolution: Resolution | None = None
    linked: tuple[str, ...] = ()
    merged_into: str = ""
    campaign: str = ""
    clocks: tuple[Clock, ...] = ()
    waiting_since: datetime | None = None
    reminded: int = 0
    close_at: datetime | None = None
    resolved_at: datetime | None = None
    resolutions: int = 0
    survey: Survey | None = None
    reopenings: int = 0
    spam: bool = False
    offers: tuple[Offer, ...] = ()
    finding: Finding | None = None

    @property
    def open_offer(self) -> Offer | None:
        """What the customer may accept now. Nothing of a case that is not worked on any more."""
        return next((offer for offer in self.offers if offer.state is OfferState.OPEN), None) if self.is_open else None

    def with_offer(self, offer: Offer) -> Case:
        """The case with this offer in place of that of its number, or as its newest."""
        kept = [one for one in self.offers if one.n != offer.n]
        return replace(self, offers=tuple(sorted((*kept, offer), key=lambda one: one.n)))

    @property
    def is_open(self) -> bool:
        return self.state in OPEN and not self.spam

    @property
    def next_due(self) -> datetime:
        """The promise that is kept next: a person's first answer, then the outcome. What the customer was told,
        and what every page shows.
        """
        return self.promise.resolution if self.answered_at else self.promise.first_response

    def clock(self, kind: Kind) -> Clock | None:
        return next((clock for clock in self.clocks if clock.kind is kind), None)

    def with_clocks(self, *changed: Clock) -> Case:
        """The case with these clocks in place of those of their kinds, and told what they tell."""
        by_kind = {clock.kind: clock for clock in (*self.clocks, *changed)}
        told = {clock.kind.value: clock.told for clock in by_kind.values()}
        return replace(self, clocks=tuple(by_kind.values()), promise=replace(self.promise, **told))

    def moved(self, state: State) -> Case:
        """The case in another state. Raises `IllegalMove` where the lifecycle does not allow it."""
        check_move(self.state, state)
        return replace(self, state=state)

    def clocked(self, office: Office) -> Case:
        """The case with its clocks; those of a case from before there were any follow from what it was promised."""
        if self.clocks:
            return self
        told = {Kind.FIRST_RESPONSE: self.promise.first_response, Kind.RESOLUTION: self.promise.resolution}
        since = self.opened_at
        made = {
            kind: Clock(kind, office.worked(since, due), since, due, since, began=since) for kind, due in told.items()
        }
        if self.answered_at:
            made[Kind.FIRST_RESPONSE] = kept(made[Kind.FIRST_RESPONSE], self.answered_at, office)
        return replace(self, clocks=tuple(made.values()))
