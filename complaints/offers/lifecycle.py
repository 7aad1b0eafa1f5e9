"""The lifecycle of an offer: every move it may make, in one table. Anything else raises and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from complaints.offers.errors import IllegalChange

if TYPE_CHECKING:
    from complaints.offers.offer import Offer


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


def moved(offer: Offer, state: OfferState, **changes: Any) -> Offer:
    """The offer in another state. Raises `IllegalChange` where the table does not allow it."""
    if state not in MOVES[offer.state]:
        allowed = ", ".join(sorted(MOVES[offer.state])) or "nothing else"
        raise IllegalChange(f"an offer that is {offer.state} cannot become {state}; it may become {allowed}")
    return replace(offer, state=state, **changes)
