"""Why an offer cannot become what somebody wants it to be. Nothing has changed when one of these is raised.

OfferError
├── BadTerms         what is offered makes no sense: the message says which line and why
├── IllegalChange    the lifecycle has no such move
├── StillPending     another offer of the case waits for an answer or an approval
├── TooLate          its time has passed
├── NotAllowed       over the limit of whoever approves, or approved by whoever made it
└── NoSuchLine       there is no such line, or it is done already
"""

from __future__ import annotations

from complaints.refusals import RefusalReason


class OfferError(ValueError):
    """Something about an offer cannot be done. `reason` names it for whoever words it."""

    reason = RefusalReason.OFFER_NOT_NOW


class BadTerms(OfferError):
    reason = RefusalReason.OFFER_TERMS


class IllegalChange(OfferError):
    pass


class StillPending(OfferError):
    reason = RefusalReason.OFFER_PENDING


class TooLate(OfferError):
    reason = RefusalReason.OFFER_TOO_LATE


class OfferNotAllowed(OfferError):
    reason = RefusalReason.OFFER_LIMIT


class NoSuchLine(OfferError):
    reason = RefusalReason.OFFER_LINE
