"""Offers: exact money, one table of moves, limits that add up over a case, and days that are kept or missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest

from complaints.offers.amounts import exact, minor_units
from complaints.offers.errors import BadTerms, IllegalChange, NoSuchLine, OfferNotAllowed, StillPending, TooLate
from complaints.offers.fulfilment import line_done, missed
from complaints.offers.lifecycle import MOVES, OfferState
from complaints.offers.limits import LONGEST_DUE, LONGEST_VALID, OfferLimits
from complaints.offers.negotiation import (
    Maker,
    OfferTerms,
    accepted,
    approved,
    declined,
    expired,
    made,
)
from complaints.offers.offer import Line, Offer, RemedyKind, granted, owed
from complaints.offers.righting import righted_offer
from complaints.record import Money

NOW = datetime(2026, 11, 18, 4, tzinfo=UTC)
DAY = timedelta(days=1)
LI, MA, XU = Maker("li", "agent"), Maker("ma", "supervisor"), Maker("xu", "supervisor")
LIMITS = OfferLimits("CNY", {"agent": Decimal(100), "program": Decimal(10)}, {"shop": Decimal(500)})
DUE = dict.fromkeys(RemedyKind, NOW + 10 * DAY)


def money(amount: str, currency: str = "CNY") -> Money:
    return exact(amount, currency)


def terms(*amounts: str, currency: str = "CNY") -> OfferTerms:
    return OfferTerms(tuple(Line(RemedyKind.REFUND, money(one, currency)) for one in amounts), NOW + 7 * DAY)


def offered(*amounts: str, by: Maker = LI, earlier: tuple[Offer, ...] = ()) -> Offer:
    return made(earlier, terms(*amounts), by, LIMITS, NOW)


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [("19.90", "CNY", 1990), (20, "CNY", 2000), ("20", "JPY", 20), ("1.234", "KWD", 1234), (Decimal("0.01"), "EUR", 1)],
)
def test_money_is_exact(amount: object, currency: str, units: int) -> None:
    assert minor_units(exact(amount, currency)) == units


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("1.5", "JPY"), ("0.001", "CNY"), ("0", "CNY"), ("-3", "CNY"), ("NaN", "CNY"), ("1e30", "CNY"), (1.5, "CNY"),
     ("twenty", "CNY"), ("3", "yuan"), ("3", "")],
)  # fmt: skip
def test_what_cannot_be_paid_is_no_amount(amount: object, currency: str) -> None:
    with pytest.raises(BadTerms):
        exact(amount, currency)


@pytest.mark.parametrize(("old", "new"), list(product(OfferState, OfferState)))
def test_only_moves_of_the_table_are_made(old: OfferState, new: OfferState) -> None:
    offer = replace(offered("5"), state=old)
    if new in MOVES[old]:
        assert offer.moved(new).state is new
        return
    with pytest.raises(IllegalChange, match=f"an offer that is {old} cannot become {new}"):
        offer.moved(new)


def test_within_the_limit_it_is_open_and_over_it_waits_for_a_second_person() -> None:
    assert offered("60", "40").state is OfferState.OPEN
    assert offered("60", "40.01").state is OfferState.WAITING_APPROVAL
    assert offered("11", by=Maker("token:x", "program", "x")).state is OfferState.WAITING_APPROVAL
    assert offered("11", by=Maker("token:shop", "program", "shop")).state is OfferState.OPEN
    assert offered("9999", by=MA).state is OfferState.OPEN, "who has no limit may promise anything"


def test_the_limit_is_for_all_that_is_promised_in_a_case() -> None:
    first = accepted(offered("80"), "customer", NOW, DUE)
    assert offered("20", earlier=(first,)).state is OfferState.OPEN
    assert offered("20.01", earlier=(first,)).state is OfferState.WAITING_APPROVAL


def test_an_amount_in_another_currency_is_for_a_second_person() -> None:
    assert made((), terms("1", currency="EUR"), LI, LIMITS, NOW).state is OfferState.WAITING_APPROVAL


def test_nobody_approves_their_own_offer_nor_below_a_supervisor() -> None:
    waits = offered("500")
    for who in (LI, Maker("wu", "agent")):
        with pytest.raises(OfferNotAllowed):
            approved((), waits, who, LIMITS, NOW)
    assert approved((), waits, MA, LIMITS, NOW).state is OfferState.OPEN
    by_ma = replace(waits, made_by="ma")
    with pytest.raises(OfferNotAllowed):
        approved((), by_ma, MA, LIMITS, NOW)
    assert approved((), by_ma, XU, LIMITS, NOW).approved_by == "xu"


def test_what_waited_for_approval_stands_for_as_long_as_it_was_to() -> None:
    later = NOW + 3 * DAY
    waits = replace(offered("500"), lines=(Line(RemedyKind.REFUND, money("500"), due=NOW + DAY),))
    let = approved((), waits, MA, LIMITS, later)
    assert let.valid_until == later + 7 * DAY
    assert let.lines[0].due is None, "that day has passed; another is named when they accept"


def test_one_offer_at_a_time() -> None:
    with pytest.raises(StillPending):
        offered("5", earlier=(offered("6"),))
    assert offered("5", earlier=(declined(offered("6"), "customer", NOW),)).n == 2


@pytest.mark.parametrize(
    "wrong",
    [
        OfferTerms((), NOW + DAY),
        OfferTerms((Line(RemedyKind.REFUND),), NOW + DAY),
        OfferTerms((Line(RemedyKind.APOLOGY),), NOW),
        OfferTerms((Line(RemedyKind.APOLOGY),), NOW + 61 * DAY),
        OfferTerms((Line(RemedyKind.APOLOGY, due=NOW - DAY),), NOW + DAY),
        OfferTerms((Line(RemedyKind.APOLOGY),) * 11, NOW + DAY),
    ],
)
def test_terms_that_say_nothing_definite_are_refused(wrong: OfferTerms) -> None:
    with pytest.raises(BadTerms):
        made((), wrong, LI, LIMITS, NOW)


def test_a_yes_comes_in_time_or_not_at_all() -> None:
    offer = offered("5")
    with pytest.raises(TooLate):
        accepted(offer, "customer", offer.valid_until, DUE)
    with pytest.raises(TooLate):
        expired(offer, offer.valid_until - DAY)
    assert expired(offer, offer.valid_until).state is OfferState.EXPIRED
    with pytest.raises(IllegalChange):
        accepted(expired(offer, offer.valid_until), "customer", NOW, DUE)


def test_after_a_yes_each_line_has_its_day_and_is_done_once() -> None:
    offer = accepted(offered("5", "6"), "customer", NOW, DUE)
    assert {line.due for line in offer.lines} == {DUE[RemedyKind.REFUND]}
    half = line_done(offer, 1, "li", "T1", NOW + DAY)
    assert (half.state, owed((half,)), granted((half,))) == (
        OfferState.ACCEPTED,
        {"CNY": Decimal(6)},
        {"CNY": Decimal(11)},
    )
    for n in (0, 1, 3):
        with pytest.raises(NoSuchLine):
            line_done(half, n, "li", "", NOW)
    assert line_done(half, 2, "li", "T2", NOW + DAY).state is OfferState.FULFILLED


def test_after_a_clock_that_ran_ahead_nothing_has_happened_in_the_future() -> None:
    ahead = NOW + 400 * DAY
    late = made((), OfferTerms((Line(RemedyKind.APOLOGY, due=ahead + DAY),), ahead + 7 * DAY), LI, LIMITS, ahead)
    fixed = righted_offer(late, NOW)
    assert (fixed.made_at, fixed.put_at) == (NOW, NOW)
    assert fixed.valid_until == NOW + LONGEST_VALID
    assert fixed.lines[0].due == NOW + LONGEST_DUE


def test_what_is_missed_is_still_owed_and_may_be_done_late() -> None:
    offer = accepted(offered("5"), "customer", NOW, DUE)
    with pytest.raises(IllegalChange):
        missed(offer, NOW + 9 * DAY)
    late = missed(offer, NOW + 10 * DAY)
    assert (late.state, owed((late,))) == (OfferState.FAILED, {"CNY": Decimal(5)})
    assert line_done(late, 1, "li", "", NOW + 11 * DAY).state is OfferState.FULFILLED
