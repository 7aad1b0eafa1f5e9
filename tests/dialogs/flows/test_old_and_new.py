"""Who sets a sum or a day right names the old one beside the new: which is which stands on record."""

from __future__ import annotations

from decimal import Decimal

import pytest

from complaints.record import Moment, Money, Record
from dialogs.flows.intake.old_and_new import new_values
from dialogs.understanding.formats.number_tokens import number_tokens
from dialogs.understanding.reading import Mark, Reading, Span

CORRECTS = {"confirm": {"correct": 0.9}}


def pounds(amount: str) -> Money:
    return Money(Decimal(amount), "GBP")


def read(text: str, *spans: tuple[str, str, object], marks: tuple[str, ...] = (), **kept: object) -> Reading:
    places = [(slot, said, value, text.index(said)) for slot, said, value in spans]
    slots = tuple(Span(slot, said, value, at, at + len(said)) for slot, said, value, at in places)
    tagged = tuple(Mark("amount", text.index(said), text.index(said) + len(said), 0.9) for said in marks)
    numbers = tuple(number_tokens(text))
    return Reading(text, slots=slots, numbers=numbers, marks={"story": tagged}, **{"replies": CORRECTS, **kept})  # type: ignore[arg-type]


def sums(reading: Reading, record: Record) -> list[object]:
    return [span.value for span in new_values(reading, record, "CNY").slots if span.slot == "amount"]


@pytest.mark.parametrize("text", ["押金是2600，2400是我记错了", "2400 was wrong, it is 2600", "not 2400 but 2600"])
def test_of_two_numbers_the_one_on_record_is_the_old_sum(text: str) -> None:
    assert sums(read(text), Record(amount=pounds("2400"))) == [pounds("2600")]


def test_grouped_thousands_are_one_number() -> None:
    spans = [("number", "185,000", Decimal(185000)), ("number", "180,000", Decimal(180000))]
    assert sums(read("It is 185,000 not 180,000.", *spans), Record(amount=pounds("180000"))) == [pounds("185000")]


def test_a_bare_number_that_a_tagger_takes_for_a_sum_is_one() -> None:
    assert sums(read("差价是120，我算错了", marks=("120",)), Record()) == [Money(Decimal(120), "CNY")]
    assert sums(read("差价是120，我算错了"), Record()) == []


def test_who_corrects_nothing_names_no_sum() -> None:
    reading = read("yes, 2400 then, order 2600", replies={"confirm": {"yes": 0.9}})
    assert sums(reading, Record(amount=pounds("2400"))) == []


def test_of_two_days_the_one_on_record_is_the_old_one() -> None:
    monday, friday = Moment("2026-12-07", said="Monday"), Moment("2026-12-04", said="Friday")
    reading = read(
        "It was Friday, I was at work on Monday", ("mentioned_at", "Friday", friday), ("happened_at", "Monday", monday)
    )
    found = new_values(reading, Record(happened_at=monday), "CNY")
    assert [(span.slot, span.value) for span in found.slots] == [("happened_at", friday)]


def test_what_is_said_again_stays() -> None:
    reading = read("it was £24 indeed", ("amount", "£24", pounds("24")))
    assert sums(reading, Record(amount=pounds("24"))) == [pounds("24")]
