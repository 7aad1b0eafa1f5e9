"""What first went wrong outweighs that nobody answered when it was told; and a tale is no correction."""

from datetime import UTC, datetime

import pytest

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Reading, Understanding, Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def rules(shop: Playbook) -> RulesUnderstanding:
    return RulesUnderstanding(shop)


def read(reader: Understanding, text: str) -> Reading:
    zone = "Europe/London" if text.isascii() else "Asia/Shanghai"
    return reader.read([Utterance(text, NOW, zone)])[0]


def category(reader: Understanding, text: str) -> str:
    found = read(reader, text).category
    return found.name if found else ""


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("my kettle never came and nobody answers", "delivery"),
        ("nobody answers and my kettle never came", "delivery"),
        ("the lamp never came and you lot don't answer", "delivery"),
        ("the order hasn't shown up, I've emailed five times with no reply", "delivery"),
        ("the wrong size came and nobody replies to my emails", "wrong_or_missing_item"),
        ("my refund never came and nobody answers", "refund_delayed"),
        ("水壶没到，客服不回消息", "delivery"),
        ("水壶没来，你们也不理人", "delivery"),
        ("客服不回消息，我的水壶到现在都没到", "delivery"),
        ("东西寄错了，你们没人管", "wrong_or_missing_item"),
        ("退款没到账，客服不回消息", "refund_delayed"),
    ],
)
def test_what_never_came_outweighs_the_calls_that_nobody_took(local: LocalUnderstanding, text: str, about: str) -> None:
    """ "My kettle never came and nobody answers" was filed as slow service."""
    assert category(local, text) == about


@pytest.mark.parametrize(
    "text", ["my kettle never came and nobody answers", "the lamp never came and you lot don't answer"]
)
def test_rules_alone_hear_it_too(rules: RulesUnderstanding, text: str) -> None:
    assert category(rules, text) == "delivery"


@pytest.mark.parametrize(
    "text",
    [
        "nobody answers the phone", "your engineer never came and nobody answers",
        "the call back never came and nobody answers my emails", "客服一直没人接", "师傅没来，客服也不理",
        "客服没到点就下班了，没人回", "你们没人管吗，问了三遍不回",
    ],
)  # fmt: skip
def test_where_somebody_or_an_answer_never_came_it_is_the_service(local: LocalUnderstanding, text: str) -> None:
    assert category(local, text) == "staff_service"


@pytest.mark.parametrize(
    "text",
    ["my order was a complete mess from start to end and I am upset", "the shop was filthy", "the email was rude",
     "the delivery date was a joke", "the store was shut when I got there"],
)  # fmt: skip
def test_what_a_thing_was_corrects_nothing(rules: RulesUnderstanding, text: str) -> None:
    """ "My order was a mess", as a first word, was taken for a wish to change the order number."""
    assert read(rules, text).change == ""


@pytest.mark.parametrize(
    ("text", "slot"),
    [("the amount was 350", "amount"), ("the order number was AM2611180042", "order_number"),
     ("the date was 3 november", "happened_at"), ("the item was a kettle", "item"), ("my name was wrong", "name"),
     ("订单号应该是AM2611180042", "order_number"), ("名字应该是张伟", "name")],
)  # fmt: skip
def test_what_a_fact_was_corrects_it(rules: RulesUnderstanding, text: str, slot: str) -> None:
    assert read(rules, text).change == slot


@pytest.mark.parametrize(
    ("text", "item"),
    [("元旦买的烤箱门关不上了", "烤箱"), ("上周三买的耳机左边没声音", "耳机"), ("买的防盗门关不上", "防盗门"),
     ("我买的保温杯盖子拧不紧", "保温杯"), ("新买的行李箱拉链拉不上", "行李箱"), ("我买了条拉链是坏的", "拉链")],
)  # fmt: skip
def test_the_thing_is_not_the_part_that_fails(rules: RulesUnderstanding, text: str, item: str) -> None:
    """元旦买的烤箱门关不上了 noted 烤箱门关 for an item."""
    assert read(rules, text).found("item") == item


@pytest.mark.parametrize(
    "text",
    ["元旦买的烤箱门关不上了", "冰箱门关不严", "行李箱拉链拉不上", "the oven door won't close",
     "the oven I bought on New Year's Day has a door that won't shut"],
)  # fmt: skip
def test_a_part_that_does_not_do_its_work_is_a_defect(
    rules: RulesUnderstanding, local: LocalUnderstanding, text: str
) -> None:
    """元旦买的烤箱门关不上了 was asked about as a delivery."""
    assert category(rules, text) == "product_quality"
    found = read(local, text)
    assert "product_quality" in [one.name for one in (found.category, found.second) if one]


@pytest.mark.parametrize("text", ["页面打不开", "快递柜门打不开", "the store door won't open", "网站按键按不动"])
def test_a_page_a_locker_or_a_shop_is_no_product(rules: RulesUnderstanding, text: str) -> None:
    assert category(rules, text) != "product_quality"
