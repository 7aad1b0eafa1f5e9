"""An offer: numbered lines of what we would do, until when it stands, and what came of it.

Lines are numbered from 1. All moments are aware, UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from complaints.offers.lifecycle import BINDING, OWED, OfferState, check_move
from complaints.record import Money


class RemedyKind(StrEnum):
    """What a line is."""

    REFUND = "refund"
    PARTIAL_REFUND = "partial_refund"
    EXCHANGE = "exchange"
    REPAIR = "repair"
    DELIVERY = "delivery"
    COMPENSATION = "compensation"
    PRICE_DIFFERENCE = "price_difference"
    COUPON = "coupon"
    POINTS = "points"
    GIFT = "gift"
    APOLOGY = "apology"
    EXPLANATION = "explanation"
    OTHER = "other"


PAID = frozenset({RemedyKind.REFUND, RemedyKind.PARTIAL_REFUND, RemedyKind.COMPENSATION, RemedyKind.PRICE_DIFFERENCE})
"""What is money, and so says how much."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is offered.

    `item` is what it is about, or what it is where `kind` does not say so; `means` by which way ("to the card", "by
    courier"); `due` is by when the customer will have it, or None until they accept. `done_at`, `done_by` and `proof`
    (a transfer's number, say) come with the doing.
    """

    kind: RemedyKind
    money: Money | None = None
    item: str = ""
    means: str = ""
    due: datetime | None = None
    done_at: datetime | None = None
    done_by: str = ""
    proof: str = ""

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


@dataclass(frozen=True, slots=True)
class Counter:
    """What the customer would have instead: their words, and the kind and sum where they name them."""

    text: str = ""
    kind: str = ""
    money: Money | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer of a case; `n` counts from 1 in it.

    `made_by` is an account or a program called `name`, `role` under whose limit it was made, `key` the act that made
    it. `text` are words of ours that go with it. `approved_by` is the second person, where one was needed. `conditions`
    are those on which the customer would say yes; `unclear` counts answers that we did not understand. `reminded_at`:
    they were reminded of it; `warned_at`: after a yes they heard that something will be late.
    """

    n: int
    state: OfferState
    lines: tuple[Line, ...]
    made_by: str
    role: str
    made_at: datetime
    valid_until: datetime
    text: str = ""
    key: str = ""
    name: str = ""
    put_at: datetime | None = None
    approved_by: str = ""
    approved_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    counter: Counter | None = None
    conditions: tuple[str, ...] = ()
    unclear: int = 0
    reminded_at: datetime | None = None
    warned_at: datetime | None = None
    failed_at: datetime | None = None
    fulfilled_at: datetime | None = None

    @property
    def total(self) -> dict[str, Decimal]:
        """What its money comes to, by currency."""
        return _summed(line.money for line in self.lines)

    @property
    def due(self) -> datetime | None:
        """By when the first thing that is not done yet is due."""
        return min((line.due for line in self.lines if line.due and not line.is_done), default=None)

    @property
    def ends(self) -> datetime | None:
        """By when all of it will have been done."""
        return max((line.due for line in self.lines if line.due), default=None)

    def moved(self, state: OfferState, **changes: Any) -> Offer:
        """The offer in another state. Raises `IllegalChange` where the table does not allow it."""
        check_move(self.state, state)
        return replace(self, state=state, **changes)


def owed(offers: tuple[Offer, ...]) -> dict[str, Decimal]:
    """The money that the customer accepted and has not got yet, by currency."""
    return _summed(line.money for offer in offers if offer.state in OWED for line in offer.lines if not line.is_done)


def granted(offers: tuple[Offer, ...]) -> dict[str, Decimal]:
    """The money that the customer accepted, paid or not, by currency."""
    return _summed(line.money for offer in offers if offer.state in BINDING for line in offer.lines)


def _summed(amounts: Iterable[Money | None]) -> dict[str, Decimal]:
    """What several amounts come to, by currency."""
    totals: dict[str, Decimal] = {}
    for money in amounts:
        if money is not None:
            totals[money.currency] = totals.get(money.currency, Decimal(0)) + money.amount
    return totals
