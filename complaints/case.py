"""A case: one filed complaint, from the moment it is received until it is closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from complaints.lifecycle import OPEN, State, check_move
from complaints.priority import Priority
from complaints.record import Record


@dataclass(frozen=True, slots=True)
class Promise:
    """The times the customer was told: a person's first answer, and the outcome. Aware, UTC."""

    first_response: datetime
    resolution: datetime


@dataclass(frozen=True, slots=True)
class Resolution:
    """How a case ended: what was done (`outcome`, in the agent's words to the customer), why it had happened
    (`cause`, for us), the `remedy` given if any, and by whom. `at` is aware, UTC.
    """

    outcome: str
    cause: str
    remedy: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """One filed complaint.

    `partial` marks a case that was flagged from an unfinished draft, which the customer has not
    confirmed; `reasons` say why the priority is what it is, as playbook keys. `answered_at` is when a person
    first wrote to the customer (a bot's reply is no answer); `linked` are references of related cases;
    `merged_into` is the case of the same chat that this one went on in; `campaign` names what brought the
    customer here.
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

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def next_due(self) -> datetime:
        """The promise that is kept next: a person's first answer, then the outcome."""
        return self.promise.resolution if self.answered_at else self.promise.first_response

    def moved(self, state: State) -> Case:
        """The case in another state. Raises `IllegalMove` where the lifecycle does not allow it."""
        check_move(self.state, state)
        return replace(self, state=state)
