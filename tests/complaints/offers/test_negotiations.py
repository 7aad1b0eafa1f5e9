"""Negotiations played at random: each ends once, and what is owed is what was accepted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from complaints.offers.errors import OfferError
from complaints.offers.fulfilment import line_done, missed
from complaints.offers.lifecycle import BINDING, MOVES, PENDING, OfferState
from complaints.offers.limits import TOP, OfferLimits
from complaints.offers.negotiation import (
    Maker,
    OfferTerms,
    accepted,
    approved,
    conditioned,
    countered,
    declined,
    expired,
    made,
    rounds,
    withdrawn,
)
from complaints.offers.offer import Counter, Line, Offer, RemedyKind, granted, owed
from complaints.record import Money
from tests.conftest import sized

NEGOTIATIONS = sized(2_000, 10_000)
NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)
LIMITS = OfferLimits("CNY", {"agent": Decimal(100), "supervisor": Decimal(1000), "program": Decimal(50)})
PEOPLE = (
    Maker("li", "agent"), Maker("wu", "agent"), Maker("ma", "supervisor"), Maker("xu", "supervisor"),
    Maker("token:shop", "program", "shop"),
)  # fmt: skip
DUE = {kind: NOON + timedelta(days=200) for kind in RemedyKind}
ENDS = {state for state, moves in MOVES.items() if not moves}


@dataclass
class Table:
    """One case's negotiation, and what an honest bystander has written down of it."""

    dice: Random
    now: datetime = NOON
    offers: tuple[Offer, ...] = ()
    accepted: dict[int, Decimal] = field(default_factory=dict)
    paid: Decimal = Decimal(0)
    put: set[int] = field(default_factory=set)
    ended: dict[int, int] = field(default_factory=dict)

    def act(self) -> None:
        """Something happens, or is refused and then has changed nothing."""
        before = self.offers
        act = self.dice.choice((self.make, self.make, self.answer, self.answer, self.approve, self.fulfil, self.wait))
        try:
            act()
        except OfferError:
            assert self.offers == before
        self.note(before)

    def make(self) -> None:
        lines = tuple(self.line() for _ in range(self.dice.randint(1, 3)))
        until = self.now + timedelta(hours=self.dice.randint(-2, 200))
        self.offers = (*self.offers, made(self.offers, OfferTerms(lines, until), self.who(), LIMITS, self.now))

    def line(self) -> Line:
        cents = self.dice.choice((0, self.dice.randint(1, 20_000), self.dice.randint(1, 150_000)))
        currency = self.dice.choice(("CNY",) * 9 + ("EUR",))
        due = self.now + timedelta(hours=self.dice.randint(1, 400)) if self.dice.random() < 0.3 else None
        money = Money(Decimal(cents).scaleb(-2), currency) if cents else None
        return Line(self.dice.choice(tuple(RemedyKind)), money, due=due)

    def who(self) -> Maker:
        return self.dice.choice(PEOPLE)

    def any(self) -> Offer:
        if not self.offers:
            raise OfferError
        return self.dice.choice(self.offers)

    def answer(self) -> None:
        offer = self.any()
        match self.dice.choice(("accept", "decline", "counter", "condition", "withdraw", "expire")):
            case "accept":
                self.change(accepted(offer, "customer", self.now, DUE))
            case "decline":
                self.change(declined(offer, "customer", self.now))
            case "counter":
                self.change(countered(offer, Counter("more"), "customer", self.now))
            case "condition" if offer.state is OfferState.OPEN:
                self.change(conditioned(offer, "if it is today"))
            case "withdraw":
                self.change(withdrawn(offer, "li", self.now))
            case _:
                self.change(expired(offer, self.now))

    def approve(self) -> None:
        offer = self.any()
        earlier = tuple(one for one in self.offers if one.n != offer.n)
        self.change(approved(earlier, offer, self.who(), LIMITS, self.now))

    def fulfil(self) -> None:
        offer = self.any()
        if self.dice.random() < 0.2:
            self.change(missed(offer, self.now))
            return
        n = self.dice.randint(0, len(offer.lines) + 1)
        self.change(line_done(offer, n, "li", "42", self.now))
        money = offer.lines[n - 1].money
        self.paid += money.amount if money else 0

    def wait(self) -> None:
        self.now += timedelta(hours=self.dice.randint(1, 90))

    def change(self, offer: Offer) -> None:
        self.offers = tuple(offer if one.n == offer.n else one for one in self.offers)

    def note(self, before: tuple[Offer, ...]) -> None:
        was = {offer.n: offer.state for offer in before}
        for offer in self.offers:
            if offer.state is was.get(offer.n):
                continue
            if offer.state is OfferState.OPEN:
                self.put.add(offer.n)
            if offer.state is OfferState.ACCEPTED:
                assert offer.n in self.put, "accepted, and never offered"
                assert offer.n not in self.accepted, "accepted twice"
                self.accepted[offer.n] = sum((line.money.amount for line in offer.lines if line.money), Decimal(0))
            if offer.state in ENDS:
                self.ended[offer.n] = self.ended.get(offer.n, 0) + 1


@pytest.fixture(scope="module")
def tables() -> list[Table]:
    played = [Table(Random(seed)) for seed in range(NEGOTIATIONS)]
    for table in played:
        for _ in range(table.dice.randint(5, 60)):
            table.act()
    return played


def test_every_offer_ends_once_and_no_two_pend_at_a_time(tables: list[Table]) -> None:
    for table in tables:
        assert set(table.ended.values()) <= {1}
        assert sum(offer.state in PENDING for offer in table.offers) <= 1
        assert {offer.n for offer in table.offers if offer.state in ENDS} == set(table.ended)
        assert [offer.n for offer in table.offers] == list(range(1, len(table.offers) + 1))


def test_the_money_that_is_owed_or_paid_is_that_of_the_lines_accepted(tables: list[Table]) -> None:
    for table in tables:
        bound = sum(granted(table.offers).values(), Decimal(0))
        assert bound == sum(table.accepted.values(), Decimal(0))
        assert bound == table.paid + sum(owed(table.offers).values(), Decimal(0))
        assert {offer.n for offer in table.offers if offer.state in BINDING} == set(table.accepted)


def test_no_sum_over_a_limit_reached_a_customer_without_a_second_person(tables: list[Table]) -> None:
    roles = {one.id: one for one in PEOPLE}
    for table in tables:
        for offer in (one for one in table.offers if one.n in table.put):
            let = roles[offer.approved_by or offer.made_by]
            assert LIMITS.allow(let.role, offer.total), offer
            assert let.role in TOP if offer.approved_by else offer.made_by == let.id
            assert offer.approved_by != offer.made_by


def test_after_three_rounds_only_a_supervisor_lets_an_offer_go_out(tables: list[Table]) -> None:
    roles = {one.id: one.role for one in PEOPLE}
    late = [
        offer
        for table in tables
        for at, offer in enumerate(table.offers)
        if offer.n in table.put and rounds(table.offers[:at]) >= LIMITS.rounds
    ]
    assert late, "none of these went on for so long"
    assert all(roles[offer.approved_by or offer.made_by] in TOP for offer in late)


def test_enough_of_everything_happened(tables: list[Table]) -> None:
    seen = {offer.state for table in tables for offer in table.offers}
    assert seen == set(OfferState) - {OfferState.DRAFT}
