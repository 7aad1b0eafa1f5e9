"""Fulfilment: what was accepted is done line by line, in time, or it is missed and says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from complaints.offers.errors import IllegalChange, NoSuchLine
from complaints.offers.lifecycle import OWED, OfferState
from complaints.offers.offer import Offer


def line_done(offer: Offer, n: int, by: str, proof: str, now: datetime) -> Offer:
    """Line `n` (from 1) is done; with the last one the offer is fulfilled. Raises `NoSuchLine`, `IllegalChange`."""
    if offer.state not in OWED:
        raise IllegalChange(f"nothing is owed by an offer that is {offer.state}")
    if not 0 < n <= len(offer.lines):
        raise NoSuchLine(f"the offer has no line {n}")
    if offer.lines[n - 1].is_done:
        raise NoSuchLine(f"line {n} is done already")
    done = replace(offer.lines[n - 1], done_at=now, done_by=by, proof=proof)
    lines = (*offer.lines[: n - 1], done, *offer.lines[n:])
    after = replace(offer, lines=lines)
    return after.moved(OfferState.FULFILLED, fulfilled_at=now) if all(line.is_done for line in lines) else after


def missed(offer: Offer, now: datetime) -> Offer:
    """Something was not done by its day. Raises `IllegalChange` where nothing is overdue."""
    if offer.due is None or now < offer.due:
        raise IllegalChange("nothing is overdue")
    return offer.moved(OfferState.FAILED, failed_at=now)
