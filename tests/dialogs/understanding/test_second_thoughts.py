"""Who thinks again while writing means what was said last; who wants two things wants both."""

import pytest

from tests.dialogs.understanding.test_answering import read

CHANGED = [
    ("I want my money back, no wait, an exchange", "exchange"), ("a refund. No, a replacement please", "exchange"),
    ("I'd like a repair, or actually a refund", "refund"), ("not a refund, I just want it fixed", "repair"),
    ("I'd rather have an exchange instead of a refund", "exchange"),
    ("I said exchange but make that a refund", "refund"),
    ("我要换一个，啊不，还是退钱吧", "refund"), ("退款…算了换一台新的就行", "exchange"),
    ("不用退钱了，给我道个歉就得", "apology"), ("换货吧，不对，退款", "refund"),
    ("先说要退，后来想了想还是换吧", "exchange"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wish"), CHANGED)
def test_of_two_wishes_the_one_thought_of_last_stands(text: str, wish: str) -> None:
    assert read(text).wanted == (wish,)


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("I want a refund and actually an apology too", {"refund", "apology"}),
        ("either refund me or send a new one", {"refund", "exchange"}),
        ("a refund, or an exchange instead", {"refund", "exchange"}),
        ("退款还是换货都行", {"refund", "exchange"}), ("我要退款，算了，退款还要赔偿", {"refund", "compensation"}),
        ("要么退款要么换货", {"refund", "exchange"}),
    ],
)  # fmt: skip
def test_two_wishes_that_go_together_both_stand(text: str, wishes: set[str]) -> None:
    assert set(read(text).wanted) == wishes


@pytest.mark.parametrize(
    "text",
    [
        *(text for text, _ in CHANGED if not text.startswith(("I said", "先说"))),
        "算了还是退款吧",
        "还是退了吧",
        "要不换货吧",
    ],
)
def test_a_change_of_mind_is_no_complaint_about_refunds(text: str) -> None:
    assert read(text).category is None


@pytest.mark.parametrize("text", ["还没退款", "退款还没到", "they don't want to refund me, I want compensation"])
def test_a_refund_that_is_not_given_still_is(text: str) -> None:
    found = read(text)
    assert found.category
    assert found.category.name == "refund_delayed"


def test_no_wait_before_a_wish_asks_for_no_moment() -> None:
    assert not read("I want my money back, no wait, an exchange").question
    assert read("no wait").question == "wait"
