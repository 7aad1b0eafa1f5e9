"""What becomes of a case's offers when it is settled, or goes on elsewhere."""

from __future__ import annotations

from datetime import datetime

from complaints.case import Case
from complaints.offers.lifecycle import PENDING
from complaints.offers.negotiation import withdrawn


def taken_back(case: Case, by: str, now: datetime) -> Case:
    """The case with whatever pended in it withdrawn; what was accepted is owed all the same."""
    for offer in case.offers:
        if offer.state in PENDING:
            case = case.with_offer(withdrawn(offer, by, now))
    return case
