"""Whose a number, a day, a sum is: what grammars find is judged by what the tagger marks, and words are taken whole."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from complaints.record import Moment, Money
from dialogs.understanding.formats.number_tokens import number_tokens
from dialogs.understanding.reading import Mark, Reading, Span
from dialogs.understanding.tagging.marks import in_the_light_of


def mark(text: str, words: str, fact: str, sure: float = 0.9) -> Mark:
    start = text.index(words)
    return Mark(fact, start, start + len(words), sure)


def span(text: str, words: str, slot: str, value: Any = None) -> Span:
    start = text.index(words)
    return Span(slot, words, words if value is None else value, start, start + len(words))


def slots(text: str, *marks: Mark, found: tuple[Span, ...] = ()) -> dict[str, Any]:
    reading = Reading(text, slots=found, numbers=tuple(number_tokens(text)))
    return {one.slot: one.value for one in in_the_light_of(marks, reading)}


def test_a_courier_telephone_is_not_the_customers() -> None:
    text = "your driver on 07700 900123 shouted at me"
    found = (span(text, "07700 900123", "phone", "+447700900123"),)
    assert slots(text, mark(text, "07700 900123", "other_number"), found=found) == {}
    assert slots(text, mark(text, "07700 900123", "other_number", 0.3), found=found) == {"phone": "+447700900123"}


def test_the_day_of_the_purchase_stands_beside_the_day_it_went_wrong() -> None:
    text = "bought at easter, broke on Sunday"
    day = Moment("2026-04-05", "", "at easter")
    told = slots(text, mark(text, "at easter", "other_day"), found=(span(text, "at easter", "happened_at", day),))
    assert told == {"mentioned_at": day}


def test_a_bare_number_is_no_money_by_itself() -> None:
    """61 keys became ¥61, and the first half of an order number ¥5,519; asked for, a bare number is a sum."""
    text = "the keyboard you advertised with 88 keys carries 61"
    found = (span(text, "61", "number", Decimal(61)),)
    assert "amount" not in slots(text, mark(text, "61", "amount"), found=found)


@pytest.mark.parametrize("words", ["一角", "一块", "三分"])
def test_a_corner_or_a_piece_is_no_money(words: str) -> None:
    text = f"外箱{words}塌陷"
    found = (span(text, words, "amount", Money(Decimal("0.1"), "CNY")),)
    assert slots(text, found=found) == {}
    assert "amount" in slots(text, mark(text, words, "amount"), found=found)


@pytest.mark.parametrize("text", ["断的日子是11月9号,不是11月6号", "不是11月6号,是11月9号"])
def test_a_day_that_is_named_to_be_denied_is_not_the_day(text: str) -> None:
    days = {words: Moment(f"2026-11-0{words[3]}", "", words) for words in ("11月9号", "11月6号")}
    found = tuple(sorted((span(text, words, "happened_at", day) for words, day in days.items()), key=lambda s: s.start))
    assert slots(text, found=found) == {"happened_at": days["11月9号"]}


def test_a_sum_beside_the_one_it_is_not() -> None:
    text = "one thing, the price was £694 not £649"
    found = (
        span(text, "£694", "amount", Money(Decimal(694), "GBP")),
        span(text, "£649", "amount", Money(Decimal(649), "GBP")),
    )
    assert slots(text, found=found) == {"amount": Money(Decimal(694), "GBP")}
    assert slots(text.replace("not £", "or £"), found=found) == {"amount": Money(Decimal(649), "GBP")}


def test_an_exact_sum_stands_for_a_rough_one() -> None:
    text = "两百来块吧，二百三十八"
    found = (
        span(text, "两百来块", "amount", Money(Decimal(200), "CNY")),
        span(text, "二百三十八", "amount", Money(Decimal(238), "CNY")),
    )
    assert slots(text, found=found)["amount"] == Money(Decimal(238), "CNY")
    assert slots(text, found=found[:1]) == {"amount": Money(Decimal(200), "CNY")}


def test_a_number_of_any_shape_is_taken_whole() -> None:
    text = "order ref TY-0620-3391-K please"
    assert slots(text, mark(text, "0620-33", "order_number"))["order_number"] == "TY-0620-3391-K"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("umm 4471190", "4471190"),
        ("NG-0093-FAN abeg", "NG-0093-FAN"),
        ("LN 20 4418 63", "LN 20 4418 63"),
        ("9-9-1-K-07 I", "9-9-1-K-07"),
    ],
)
def test_words_around_a_number_are_none_of_it(text: str, number: str) -> None:
    assert slots(text, mark(text, text, "order_number"))["order_number"] == number


@pytest.mark.parametrize("text", ["tracking JD0002219948817 is stuck", "I rang 12315 about it"])
def test_what_is_called_something_else_is_no_order_number(text: str) -> None:
    words = next(word for word in text.split() if any(map(str.isdigit, word)))
    assert slots(text, mark(text, words, "order_number")) == {}


def test_a_telephone_that_is_known_is_no_order_number() -> None:
    text = "13020044719"
    found = (span(text, text, "phone", "+8613020044719"),)
    assert slots(text, mark(text, text, "order_number"), found=found) == {"phone": "+8613020044719"}


def test_a_chinese_name_is_not_cut_in_two() -> None:
    text = "尹志刚, 13610994827"
    assert slots(text, mark(text, "尹志", "name"))["name"] == "尹志刚"


def test_of_a_name_in_two_clauses_the_whole_one_is_meant() -> None:
    text = "我姓邵，邵长贵，13900008821"
    assert slots(text, mark(text, "邵，邵长", "name"))["name"] == "邵长贵"


@pytest.mark.parametrize(("words", "item"), [("的电动牙刷", "电动牙刷"), ("这个电动牙刷", "电动牙刷")])
def test_a_thing_is_named_without_what_leads_up_to_it(words: str, item: str) -> None:
    text = f"侬屋里{words}充不进"
    assert slots(text, mark(text, words, "item"))["item"] == item


def test_of_two_things_the_surer_is_taken_and_none_that_is_a_story() -> None:
    text = "the saucer of my teapot set"
    assert slots(text, mark(text, "saucer", "item", 0.6), mark(text, "teapot set", "item"))["item"] == "teapot set"
    long = "a very " * 12 + "long thing"
    assert slots(long, mark(long, long, "item")) == {}
