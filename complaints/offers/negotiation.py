"""The moves of a negotiation: making, approving, answering and withdrawing offers. Whatever cannot be raises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from complaints.offers.errors import BadTerms, OfferNotAllowed, StillPending, TooLate
from complaints.offers.lifecycle import PENDING, OfferState
from complaints.offers.limits import LONGEST_DUE, LONGEST_VALID, TOP, OfferLimits
from complaints.offers.offer import PAID, Counter, Line, Offer, granted

MOST_LINES, MOST_CONDITIONS, LONGEST = 10, 5, 1000
_REFUSED = frozenset({OfferState.DECLINED, OfferState.COUNTERED})


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes or approves an offer: an account or a program, its role, the name of a program's token, and theirs."""

    id: str
    role: str
    token: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """What is offered, until when it stands, and our words to it."""

    lines: tuple[Line, ...]
    valid_until: datetime
    text: str = ""


def made(
    earlier: tuple[Offer, ...], terms: OfferTerms, maker: Maker, limits: OfferLimits, now: datetime, key: str = ""
) -> Offer:
    """A new offer of a case: open, or waiting for a second person where the limit or the rounds are used up.

    Raises `BadTerms`, and `StillPending` while an earlier one is not answered.
    """
    if any(offer.state in PENDING for offer in earlier):
        raise StillPending("an offer of this case is not answered yet: withdraw it first")
    check(terms, now)
    offer = Offer(
        len(earlier) + 1,
        OfferState.DRAFT,
        terms.lines,
        maker.id,
        maker.role,
        now,
        terms.valid_until,
        terms.text,
        key,
        maker.name,
    )
    may = limits.allow(maker.role, in_all(earlier, offer), maker.token) and _has_a_round_left(earlier, maker, limits)
    return offer.moved(OfferState.OPEN, put_at=now) if may else offer.moved(OfferState.WAITING_APPROVAL)


def check(terms: OfferTerms, now: datetime) -> None:
    """Raise `BadTerms` unless the terms say something definite that can be kept."""
    if not 0 < len(terms.lines) <= MOST_LINES:
        raise BadTerms(f"an offer has 1 to {MOST_LINES} lines")
    if not now < terms.valid_until <= now + LONGEST_VALID:
        raise BadTerms(f"an offer stands for {LONGEST_VALID.days} days at most, and not until a time that has passed")
    for n, line in enumerate(terms.lines, 1):
        if line.kind in PAID and line.money is None:
            raise BadTerms(f"line {n}: a {line.kind} says how much")
        if line.due and not now < line.due <= now + LONGEST_DUE:
            raise BadTerms(f"line {n}: it is due within {LONGEST_DUE.days} days, and not in the past")


def in_all(earlier: tuple[Offer, ...], offer: Offer) -> Mapping[str, Decimal]:
    """What the customer would have accepted in this case with this offer, by currency."""
    totals = granted(earlier)
    for currency, amount in offer.total.items():
        totals[currency] = totals.get(currency, Decimal(0)) + amount
    return totals


def rounds(offers: tuple[Offer, ...]) -> int:
    """How often the customer has said no, or named something else."""
    return sum(offer.state in _REFUSED for offer in offers)


def _has_a_round_left(earlier: tuple[Offer, ...], maker: Maker, limits: OfferLimits) -> bool:
    return maker.role in TOP or rounds(earlier) < limits.rounds


def approved(earlier: tuple[Offer, ...], offer: Offer, by: Maker, limits: OfferLimits, now: datetime) -> Offer:
    """A second person lets it go out; it stands for as long as it was to. Raises `OfferNotAllowed`, `IllegalChange`."""
    if by.id == offer.made_by:
        raise OfferNotAllowed("whoever made an offer does not approve it")
    if by.role not in TOP or not limits.allow(by.role, in_all(earlier, offer), by.token):
        raise OfferNotAllowed("this is for somebody who may promise so much")
    until = now + (offer.valid_until - offer.made_at)
    lines = tuple(replace(line, due=_still(line, now)) for line in offer.lines)
    return offer.moved(OfferState.OPEN, put_at=now, approved_by=by.id, approved_at=now, valid_until=until, lines=lines)


def accepted(offer: Offer, by: str, now: datetime, due: Mapping[str, datetime]) -> Offer:
    """They said yes: each line is owed by its day, or its kind's in `due`. Raises `TooLate`, `IllegalChange`."""
    after = offer.moved(OfferState.ACCEPTED, decided_at=now, decided_by=by)
    if now >= offer.valid_until:
        raise TooLate("the offer has lapsed")
    return replace(after, lines=tuple(replace(line, due=_still(line, now) or due[line.kind]) for line in offer.lines))


def _still(line: Line, now: datetime) -> datetime | None:
    """Its day, unless that passed while the offer waited: then another is named when they accept."""
    return line.due if line.due and line.due > now else None


def declined(offer: Offer, by: str, now: datetime) -> Offer:
    """They said no."""
    return offer.moved(OfferState.DECLINED, decided_at=now, decided_by=by)


def countered(offer: Offer, counter: Counter, by: str, now: datetime) -> Offer:
    """They would have something else."""
    return offer.moved(OfferState.COUNTERED, decided_at=now, decided_by=by, counter=counter)


def expired(offer: Offer, now: datetime) -> Offer:
    """Nobody answered in time. Raises `IllegalChange` before its time has passed, too."""
    if now < offer.valid_until:
        raise TooLate("the offer still stands")
    return offer.moved(OfferState.EXPIRED, decided_at=now, decided_by="clock")


def withdrawn(offer: Offer, by: str, now: datetime) -> Offer:
    """We take it back before it was answered."""
    return offer.moved(OfferState.WITHDRAWN, decided_at=now, decided_by=by)


def conditioned(offer: Offer, condition: str) -> Offer:
    """They would say yes on a condition: it is kept, and the offer stands as it was."""
    kept = tuple(dict.fromkeys((*offer.conditions, condition[:LONGEST])))
    return replace(offer, conditions=kept[-MOST_CONDITIONS:])
