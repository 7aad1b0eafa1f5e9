"""Amounts of money, in figures and in words."""

from decimal import Decimal

import pytest

from dialogs.understanding.formats.money import find_money, find_numbers
from dialogs.understanding.formats.number_words_zh import whole_number
from dialogs.understanding.text import flatten

AMOUNTS = [
    ("¥350", "350", "CNY"),
    ("￥350", "350", "CNY"),
    ("350元", "350", "CNY"),
    ("350块", "350", "CNY"),
    ("350块钱", "350", "CNY"),
    ("199块一分没见着", "199", "CNY"),
    ("付了350.5元", "350.5", "CNY"),
    ("两千三百块", "2300", "CNY"),
    ("两千三块", "2300", "CNY"),
    ("一百二十块五", "120.5", "CNY"),
    ("三块五", "3.5", "CNY"),
    ("五毛", "0.5", "CNY"),
    ("99块9", "99.9", "CNY"),
    ("2万3块", "23000", "CNY"),
    ("1.5万元", "15000", "CNY"),
    ("三万五千元", "35000", "CNY"),
    ("1,234.50 元", "1234.50", "CNY"),
    ("５００元", "500", "CNY"),
    ("100多块", "100", "CNY"),
    ("350人民币", "350", "CNY"),
    ("花了我三百五十大元", "350", "CNY"),
    ("RMB 200", "200", "CNY"),
    ("rmb200", "200", "CNY"),
    ("200 RMB", "200", "CNY"),
    ("CNY 88.00", "88.00", "CNY"),
    ("£49.99", "49.99", "GBP"),
    ("£ 1,049.99", "1049.99", "GBP"),
    ("49.99 pounds", "49.99", "GBP"),
    ("我付了49.99 pounds", "49.99", "GBP"),
    ("twenty pounds", "20", "GBP"),
    ("one hundred and twenty pounds", "120", "GBP"),
    ("two thousand three hundred dollars", "2300", "USD"),
    ("30 quid", "30", "GBP"),
    ("30英镑", "30", "GBP"),
    ("$1,200", "1200", "USD"),
    ("US$20", "20", "USD"),
    ("HK$300", "300", "HKD"),
    ("20 dollars", "20", "USD"),
    ("200美金", "200", "USD"),
    ("200刀", "200", "USD"),
    ("EUR 12,50", "12.50", "EUR"),
    ("€1.234,50", "1234.50", "EUR"),
    ("12,50 €", "12.50", "EUR"),
    ("15 euros", "15", "EUR"),
    ("$1.2k", "1200", "USD"),
    ("I was charged £20 yesterday", "20", "GBP"),
    ("付了399", "399", "CNY"),
    ("一共花了88.5，太贵", "88.5", "CNY"),
    ("I paid 29.99 for it", "29.99", "CNY"),
    ("扣了2次", None, None),
    ("charged 2 times", None, None),
]

NOT_MONEY = [
    "一块去",
    "两块手表",
    "三块电池",
    "3天",
    "角落里",
    "第一块屏",
    "元旦",
    "pounding noise",
    "块头大",
    "我们一块儿",
    "yuanyuan",
    "5刀片",
]


@pytest.mark.parametrize(("text", "amount", "currency"), AMOUNTS)
def test_an_amount_is_read_with_its_currency(text: str, amount: str | None, currency: str | None) -> None:
    found = [(span.value.amount, span.value.currency) for span in find_money(text, flatten(text), "CNY")]
    assert found == ([(Decimal(amount), currency)] if amount else [])


@pytest.mark.parametrize("text", NOT_MONEY)
def test_what_only_sounds_like_money_is_none(text: str) -> None:
    assert find_money(text, flatten(text), "CNY") == []


def test_a_bare_dollar_is_the_shops_own() -> None:
    assert find_money("$5", "$5", "AUD")[0].value.currency == "AUD"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("350", "350"),
        ("1,200.50", "1200.50"),
        ("两千三", "2300"),
        ("2万3", "23000"),
        ("it was 350", "350"),
        ("改成350吧", "350"),
    ],
)
def test_a_bare_number_is_kept_in_case_an_amount_was_asked_for(text: str, number: str) -> None:
    assert [span.value for span in find_numbers(text, flatten(text))] == [Decimal(number)]


@pytest.mark.parametrize("text", ["用了3天", "iPhone15", "A4", "3/11", "50%", "12:30"])
def test_counts_and_codes_are_not_bare_numbers(text: str) -> None:
    assert find_numbers(text, flatten(text)) == []


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("零", 0),
        ("十", 10),
        ("十三", 13),
        ("二十", 20),
        ("一百零五", 105),
        ("一百二", 120),
        ("两千三百", 2300),
        ("一万二", 12000),
        ("三千零五十", 3050),
        ("一亿", 100_000_000),
        ("二零二六", 2026),
        ("廿一", 21),
        ("叁佰", 300),
        ("42", 42),
        ("abc", None),
    ],
)
def test_chinese_numerals(said: str, number: int | None) -> None:
    assert whole_number(said) == number
