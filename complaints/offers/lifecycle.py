"""The lifecycle of an offer: every move it may make, in one table. Anything else raises and changes nothing."""

from __future__ import annotations

from enum import StrEnum

from complaints.offers.errors import IllegalChange


class OfferState(StrEnum):
    """Where an offer stands."""

    DRAFT = "draft"
    WAITING_APPROVAL = "waiting_approval"
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    COUNTERED = "countered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    FULFILLED = "fulfilled"
    FAILED = "failed"


PENDING = frozenset({OfferState.DRAFT, OfferState.WAITING_APPROVAL, OfferState.OPEN})
"""Not answered yet; a case has one of these at most."""
BINDING = frozenset({OfferState.ACCEPTED, OfferState.FAILED, OfferState.FULFILLED})
"""The customer said yes: what it says is owed, or was given."""
OWED = frozenset({OfferState.ACCEPTED, OfferState.FAILED})

MOVES: dict[OfferState, frozenset[OfferState]] = {
    OfferState.DRAFT: frozenset({OfferState.WAITING_APPROVAL, OfferState.OPEN, OfferState.WITHDRAWN}),
    OfferState.WAITING_APPROVAL: frozenset({OfferState.OPEN, OfferState.DRAFT, OfferState.WITHDRAWN}),
    OfferState.OPEN: frozenset(
        {OfferState.ACCEPTED, OfferState.DECLINED, OfferState.COUNTERED, OfferState.EXPIRED, OfferState.WITHDRAWN}
    ),
    OfferState.ACCEPTED: frozenset({OfferState.FULFILLED, OfferState.FAILED}),
    OfferState.FAILED: frozenset({OfferState.FULFILLED}),
    OfferState.DECLINED: frozenset(),
    OfferState.COUNTERED: frozenset(),
    OfferState.EXPIRED: frozenset(),
    OfferState.WITHDRAWN: frozenset(),
    OfferState.FULFILLED: frozenset(),
}


def check_move(current: OfferState, wanted: OfferState) -> None:
    """Raise `IllegalChange` unless the table allows the move."""
    if wanted not in MOVES[current]:
        allowed = ", ".join(sorted(MOVES[current])) or "nothing else"
        raise IllegalChange(f"an offer that is {current} cannot become {wanted}; it may become {allowed}")
