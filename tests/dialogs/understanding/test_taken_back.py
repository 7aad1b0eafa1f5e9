"""Of two values in one breath the words between them say which is the old one."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.cues.taken_back import taken_back
from dialogs.understanding.reading import Reading, Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding

VALUE = re.compile(r"\d[\d.-]*\d?(?: \d{3,})*号?|the \d\w\w")


def back(text: str) -> list[str]:
    values = [found.span() for found in VALUE.finditer(text)]
    return [text[start:end] for start, end in sorted(taken_back(text, values))]


@pytest.mark.parametrize(
    ("said", "old"),
    [
        ("it was 69.99 not 59.99", "59.99"), ("not 2400 but 2600", "2400"), ("2400 was wrong, it is 2600", "2400"),
        ("sorry 350 no 360", "350"), ("350, no I mean 360", "350"), ("the 3rd, no wait, the 5th", "the 3rd"),
        ("order 8842-11 no sorry 8842-17", "8842-11"), ("not 0412 555 912, it's 07700 900413", "0412 555 912"),
        ("金额199 不是 是189", "199"), ("不是3号是5号", "3号"), ("是5号不是3号", "3号"), ("3号 不对 5号", "3号"),
        ("押金是2600，2400是我记错了", "2400"), ("一共是902哈 920我写反了", "920"), ("199不是189", "189"),
    ],
)  # fmt: skip
def test_the_words_between_two_values_say_which_is_taken_back(said: str, old: str) -> None:
    assert back(said) == [old]


@pytest.mark.parametrize(
    "said",
    ["I paid 619, the discount was 30", "charged 59.99 and no refund of 20",
     "paid 50 on the 3rd and nothing on the 5th",
     "我付了199 不是说满99减20吗", "199还是不是189", "it was not 40", "不是40"],
)  # fmt: skip
def test_two_values_that_both_hold_both_stay(said: str) -> None:
    assert back(said) == []


@pytest.fixture(scope="module")
def rules(shop: Playbook) -> RulesUnderstanding:
    return RulesUnderstanding(shop)


def read(rules: RulesUnderstanding, text: str) -> Reading:
    zone = "Europe/London" if text.isascii() else "Asia/Shanghai"
    return rules.read([Utterance(text, datetime(2026, 11, 18, 10, tzinfo=UTC), zone)])[0]


def test_a_number_that_is_taken_back_is_none_of_the_text(rules: RulesUnderstanding) -> None:
    reading = read(rules, "not 0412 555 912, it's 07700 900413")
    assert [token.text for token in reading.numbers] == ["07700 900413"]
    assert reading.taken_back
    assert not reading.found("amount")


@pytest.mark.parametrize(
    ("said", "paid"),
    [("I paid £619, it was discount 30 pounds", "619"), ("£30 off, so I paid £619", "619"),
     ("付了458元，优惠了40元", "458"), ("满减40元后付了458元", "458")],
)  # fmt: skip
def test_what_was_taken_off_is_not_what_was_paid(rules: RulesUnderstanding, said: str, paid: str) -> None:
    sums = [span.value.amount for span in read(rules, said).slots if span.slot == "amount"]
    assert [str(one) for one in sums] == [paid]


def test_a_discount_alone_is_the_sum(rules: RulesUnderstanding) -> None:
    assert read(rules, "the discount of £30 was not taken off").found("amount")
