"""What becomes of a case's offers when it is settled, or goes on elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from complaints.offers.lifecycle import PENDING
from complaints.offers.negotiation import withdrawn

if TYPE_CHECKING:
    from complaints.case import Case


def taken_back(case: Case, by: str, now: datetime) -> Case:
    """The case with whatever pended in it withdrawn; what was accepted is owed all the same."""
    for offer in case.offers:
        if offer.state in PENDING:
            case = case.with_offer(withdrawn(offer, by, now))
    return case
