"""Wording rules: each catches what it is there for, says what to do, and lets good words pass."""

from __future__ import annotations

import pytest

from dialogs.playbooks.lint import LONGEST_HAN, LONGEST_WORDS, RULES, lint

LONG = " ".join(["word"] * (LONGEST_WORDS + 1))
LONG_HAN = "字" * (LONGEST_HAN + 1)
BY = "Sorry about {restate}. {reference}, by {by}."

BREACHES = [
    ("en", "opening.normal", "Thank you. This is about {restate}.", "does not apologise"),
    ("zh", "opening.normal", "谢谢。这是关于{restate}。", "does not apologise"),
    ("zh-Hant", "sorry.bare", "谢谢。", "does not apologise"),
    ("en", "opening.normal", "I'm sorry you've had this trouble.", "what the complaint is about"),
    ("fr", "opening.normal", "Nous sommes désolés.", "what the complaint is about"),
    ("en", "filed.normal", "Sorry about {restate}. You hear by {by}.", "reference"),
    ("zh", "filed.normal", "很抱歉{restate}。编号 {reference}。", "by when"),
    ("en", "x", "This was our fault.", "admits liability (our fault)"),
    ("en", "x", "We are fully liable for it.", "admits liability"),
    ("en", "x", "We accept full responsibility.", "admits liability"),
    ("zh", "x", "这是我们的责任。", "admits liability (我们的责任)"),
    ("zh", "x", "我们承担全部责任。", "admits liability"),
    ("en", "x", "We will refund you.", "promises money (We will refund)"),
    ("en", "x", "We'll gladly compensate you.", "promises money"),
    ("en", "x", "You will get your money back.", "promises money"),
    ("en", "x", "We guarantee a full refund.", "promises money"),
    ("zh", "x", "我们一定退款。", "promises money"),
    ("zh", "x", "保证赔。", "promises money (保证赔)"),
    ("zh", "x", "我们赔。", "promises money"),
    ("zh", "x", "会给您退款。", "promises money"),
    ("en", "x", "You should have read the page.", "blames the customer (You should have)"),
    ("en", "x", "You failed to give a number.", "blames the customer"),
    ("en", "x", "You didn't provide a number.", "blames the customer"),
    ("zh", "x", "您应该早点说。", "blames the customer (您应该)"),
    ("zh", "x", "您没有提供订单号。", "blames the customer"),
    ("en", "x", "Dear valued customer, hello.", "is servile"),
    ("zh", "x", "亲，您好。", "is servile"),
    ("zh", "x", "尊敬的客户。", "is servile"),
    ("en", "x", "Hello [NAME].", "unfilled placeholder ([NAME])"),
    ("en", "x", "Hello {{name}}.", "unfilled placeholder"),
    ("en", "x", "Reference XXX.", "unfilled placeholder"),
    ("fr", "x", "TODO", "unfilled placeholder"),
    ("zh", "x", "编号 undefined 已登记", "unfilled placeholder"),
    ("en", "x", f"{LONG}.", f"a sentence of {LONGEST_WORDS + 1} words"),
    ("zh", "x", f"{LONG_HAN}。", f"a sentence of {LONGEST_HAN + 1} characters"),
    ("en", "x", "I'm so sorry!", "apologises with an exclamation mark"),
    ("zh", "x", "非常抱歉！", "apologises with an exclamation mark"),
    ("en", "x", "Great!!", "more than one exclamation mark"),
]


@pytest.mark.parametrize(("language", "key", "text", "says"), BREACHES)
def test_a_breach_is_found_and_comes_with_a_remedy(language: str, key: str, text: str, says: str) -> None:
    found = list(lint(language, key, text))
    assert len(found) == 1, found
    assert says in found[0][0]
    assert found[0][1].endswith(".")


FINE = [
    ("en", "opening.normal", "I'm sorry you've had this trouble with {restate}."),
    ("en", "filed.normal", BY),
    ("en", "filed.partial", "Sorry we didn't finish. {reference}, by {by}."),
    ("en", "x", "The refund you didn't receive is being looked into."),
    ("en", "x", "If you haven't an order number, that is fine."),
    ("en", "x", "We will look into your refund."),
    ("en", "x", "You will hear from us. Thank you!"),
    ("en", "x", f"{LONG[:60]}. {LONG[:60]}. {LONG[:90]}?"),
    ("zh", "x", "如果您没有订单号，也没关系。"),
    ("zh", "x", "您没有收到退款，我们会去查。"),
    ("zh", "x", f"{LONG_HAN[:60]}。{LONG_HAN[:60]}？"),
    ("fr", "opening.normal", "Nous sommes désolés : {restate}."),
]


@pytest.mark.parametrize(("language", "key", "text"), FINE)
def test_good_words_pass(language: str, key: str, text: str) -> None:
    assert list(lint(language, key, text)) == []


def test_every_rule_has_a_breach_here() -> None:
    caught = {remedy for language, key, text, _ in BREACHES for _, remedy in lint(language, key, text)}
    assert caught == {rule.remedy for rule in RULES}
