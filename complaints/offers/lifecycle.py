"""The lifecycle of an offer: every move it may make, in one table. Anything else raises and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from complaints.offers.errors import IllegalChange
from complaints.offers.offer import Offer, State

MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.WAITING_APPROVAL, State.OPEN, State.WITHDRAWN}),
    State.WAITING_APPROVAL: frozenset({State.OPEN, State.DRAFT, State.WITHDRAWN}),
    State.OPEN: frozenset({State.ACCEPTED, State.DECLINED, State.COUNTERED, State.EXPIRED, State.WITHDRAWN}),
    State.ACCEPTED: frozenset({State.FULFILLED, State.FAILED}),
    State.FAILED: frozenset({State.FULFILLED}),
    State.DECLINED: frozenset(),
    State.COUNTERED: frozenset(),
    State.EXPIRED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.FULFILLED: frozenset(),
}


def moved(offer: Offer, state: State, **changes: Any) -> Offer:
    """The offer in another state. Raises `IllegalChange` where the table does not allow it."""
    if state not in MOVES[offer.state]:
        allowed = ", ".join(sorted(MOVES[offer.state])) or "nothing else"
        raise IllegalChange(f"an offer that is {offer.state} cannot become {state}; it may become {allowed}")
    return replace(offer, state=state, **changes)
