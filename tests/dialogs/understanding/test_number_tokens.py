"""Numbers of any shape are taken whole; amounts, days, addresses and measures are left alone."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding.formats.number_tokens import MOST_TOKENS, dictated_code, dictated_number, number_tokens


def found(text: str) -> list[str]:
    return [token.text for token in number_tokens(text)]


@pytest.mark.parametrize(
    "number",
    ["TY-0620-3391-K", "SHR/2026/114-0772", "LN 20 4418 63", "NB0066 2915", "298 374 650 123", "88-1020", "4471/B",
     "AM2611020456", "No. 7781".removeprefix("No. "), "DD 5502 8871"],
)  # fmt: skip
@pytest.mark.parametrize("frame", ["{}", "it is {}", "order {} please", "订单号{}，谢谢", "（{}）"])
def test_a_number_is_one_token_however_it_is_written(number: str, frame: str) -> None:
    assert number in found(frame.format(number))


@pytest.mark.parametrize(
    "text",
    ["it cost £1499", "Rs. 4197", "1299元", "12/11/2026", "2026-11-12", "at 10:30", "ann4471@example.com", "1500 g",
     "120 days", "500毫升 是 500ml", "two of them", "https://example.com/4471"],
)  # fmt: skip
def test_what_is_an_amount_a_day_an_address_or_a_measure_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "called"),
    [("order number 77812", 1), ("订单号 77812", 1), ("tracking no 77812", -1), ("快递单 77812", -1), ("77812", 0),
     ("my phone is 77812", -1)],
)  # fmt: skip
def test_the_words_before_a_number_say_what_it_is(text: str, called: int) -> None:
    assert [token.called for token in number_tokens(text)] == [called]


def test_full_width_signs_are_read_and_the_text_is_given_back_as_it_stands() -> None:
    assert found("ＡＭ２６１１ ０２０４５６") == ["ＡＭ２６１１ ０２０４５６"]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("幺三八 零零二幺 七六五四", "13800217654"), ("一三八零零二一七六五四", "13800217654"),
        ("oh double seven oh nine hundred", ""), ("zero seven seven double oh nine one two", "077009" + "12"),
        ("treble five one two three four", "5551234"), ("nine", ""), ("call me on 07700900123", ""),
        ("my one and only two friends", ""),
    ],
)  # fmt: skip
def test_a_number_spelled_out_is_given_in_digits(text: str, digits: str) -> None:
    assert dictated_number(text) == digits


@given(st.text(max_size=300))
def test_every_token_stands_in_the_text(text: str) -> None:
    for token in number_tokens(text):
        assert text[token.start : token.end] == token.text
        assert token.digits >= 3
    assert dictated_number(text) == "" or dictated_number(text).isdigit()


@pytest.mark.timed
@pytest.mark.parametrize("part", ["1 ", "AB1-", "one ", "七", "A ", "1-1/1.", "4471 #"])
def test_a_long_text_costs_no_more_than_a_short_one(part: str) -> None:
    """Only the first 4,000 characters are looked at, once."""
    long = part * 200_000
    begun = perf_counter()
    assert len(number_tokens(long)) <= MOST_TOKENS
    dictated_number(long)
    assert perf_counter() - begun < 2


@pytest.mark.parametrize(
    ("words", "code"),
    [("B seven seven zero two one", "B77021"), ("a m double four 1 oh", "AM4410"), ("seven tickets", ""), ("", "")],
)
def test_a_code_told_sign_by_sign_is_written_as_it_is(words: str, code: str) -> None:
    assert dictated_code(words) == code
