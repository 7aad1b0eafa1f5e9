"""The lifecycle: every move a case may make, in one table. Anything else raises and changes nothing."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a case stands, in the customer's sight (ISO 10002 §8)."""

    RECEIVED = "received"
    ASSESSED = "assessed"
    IN_PROGRESS = "in_progress"
    REMEDY_OFFERED = "remedy_offered"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({State.RECEIVED, State.ASSESSED, State.IN_PROGRESS, State.REMEDY_OFFERED, State.REOPENED})


class IllegalMove(ValueError):
    """A case cannot go from one state to the other."""


MOVES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.ASSESSED, State.IN_PROGRESS, State.RESOLVED, State.WITHDRAWN}),
    State.ASSESSED: frozenset({State.IN_PROGRESS, State.RESOLVED, State.WITHDRAWN}),
    State.IN_PROGRESS: frozenset({State.REMEDY_OFFERED, State.RESOLVED, State.WITHDRAWN}),
    State.REMEDY_OFFERED: frozenset({State.IN_PROGRESS, State.RESOLVED, State.WITHDRAWN}),
    State.RESOLVED: frozenset({State.CLOSED, State.REOPENED}),
    State.CLOSED: frozenset({State.REOPENED}),
    State.REOPENED: frozenset({State.ASSESSED, State.IN_PROGRESS, State.RESOLVED, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset({State.REOPENED}),
}


def check_move(current: State, wanted: State) -> None:
    """Raise `IllegalMove` unless the table allows the move."""
    if wanted not in MOVES[current]:
        allowed = ", ".join(sorted(MOVES[current]))
        raise IllegalMove(f"a case that is {current} cannot become {wanted}; it may become {allowed}")
