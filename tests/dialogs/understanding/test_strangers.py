"""What strangers wrote when they tried the bot, and what it once made of it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from complaints.record import Money
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.cues.secondary_clauses import afterthoughts
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Reading, Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding

NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)  # a Wednesday


@pytest.fixture(scope="module")
def rules(shop: Playbook) -> RulesUnderstanding:
    return RulesUnderstanding(shop)


def read(understanding: LocalUnderstanding | RulesUnderstanding, text: str, zone: str = "Europe/London") -> Reading:
    return understanding.read([Utterance(text, NOW, zone)])[0]


@pytest.mark.parametrize(
    "text",
    [
        "一个水壶漏电把我妈手都麻了，打电话给你们，客服还挂我电话",
        "上礼拜五在你们那买的破壶，一插电就冒火花，我妈手都麻了，打了3次客服没一个接的",
        "the kettle gave my mum an electric shock, three calls to your helpline and nobody picked up",
        "我买的电热水壶漏电，我妈手都被电麻了，找你们客服，客服态度极差还骂人",
        "The kettle leaks and gave my mum an electric shock, and your customer service hung up on me",
    ],
)
def test_a_kettle_that_shocks_outweighs_the_service_that_hung_up(local: LocalUnderstanding, text: str) -> None:
    reading = read(local, text)
    assert "safety" in reading.signals
    assert reading.category is not None
    assert reading.category.name == "product_quality"


@pytest.mark.parametrize(
    "text",
    [
        "客服挂我电话，态度还特别差",
        "Your customer service hung up on me and the second man was rude",
        "I asked where the size chart is and the agent laughed at me",
    ],
)
def test_who_complains_of_the_service_alone_is_heard_so(local: LocalUnderstanding, text: str) -> None:
    reading = read(local, text)
    assert afterthoughts(text.lower()) == ()
    assert reading.category is not None
    assert reading.category.name == "staff_service"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王小明 13800138000", "王小明"),
        ("李娜，13800138000", "李娜"),
        ("13800138000 赵云", "赵云"),
        ("John Fletcher, 07911 123456", "John Fletcher"),
        ("Priya Raman priya@example.com", "Priya Raman"),
    ],
)
def test_a_name_beside_a_number_is_kept_before_it_is_asked_for(rules: RulesUnderstanding, text: str, name: str) -> None:
    reading = read(rules, text)
    assert reading.found("name") == name
    assert reading.found("phone") or reading.found("email")


@pytest.mark.parametrize(
    "text", ["方便 13800138000", "高兴 13800138000", "Broken Kettle 07700 900123", "call 07700 900123"]
)
def test_what_stands_beside_a_number_need_not_be_a_name(rules: RulesUnderstanding, text: str) -> None:
    assert read(rules, text).found("name") is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("I was charged TWICE 49.99", "49.99"),
        ("49.99 came out of my bank two times", "49.99"),
        ("my card was billed and billed again, 1,249.00 each", "1249.00"),
        ("重复扣款了，两笔都是 38.50", "38.50"),
    ],
)
def test_a_price_beside_a_paying_word_is_an_amount(rules: RulesUnderstanding, text: str, amount: str) -> None:
    assert read(rules, text).found("amount") == Money(Decimal(amount), "CNY")


@pytest.mark.parametrize(
    "text", ["I paid on 12.11", "charged since 18.30", "the cable is 1.50 m long", "paid for the app version 2.10"]
)
def test_not_every_number_near_a_payment_is_one(rules: RulesUnderstanding, text: str) -> None:
    assert read(rules, text).found("amount") is None


@pytest.mark.parametrize("text", ["129块钱是不多", "129块钱是不多，但也不能这样"])
def test_an_amount_is_one_though_called_little(rules: RulesUnderstanding, text: str) -> None:
    assert read(rules, text, "Asia/Shanghai").found("amount") == Money(Decimal(129), "CNY")


@pytest.mark.parametrize(
    "text",
    [
        "I have a race on sunday",
        "my running shoes never arrived and I've got a race on Sunday",
        "the wedding is on Saturday and the dress is the wrong size",
        "I'd like it swapped for a 14, wedding's saturday",
        "周日我要跑步，鞋到现在没到",
        "周六孩子有比赛，球衣还没发货",
    ],
)
def test_a_race_to_come_is_not_when_it_happened(rules: RulesUnderstanding, text: str) -> None:
    assert read(rules, text).found("happened_at") is None


@pytest.mark.parametrize(
    "text", ["It broke on sunday", "I had a race on sunday and the shoes fell apart", "周日到货就是坏的"]
)
def test_a_day_gone_by_still_is(rules: RulesUnderstanding, text: str) -> None:
    moment = read(rules, text).found("happened_at")
    assert moment is not None
    assert moment.iso == "2026-11-15"


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("my running shoes never arrived and I have a race on sunday", "running shoes"),
        ("where are my running shoes", None),
        ("My order of running shoes still hasn't come", "running shoes"),
        ("a pair of hiking boots never turned up", "hiking boots"),
        ("my parcel never arrived", None),
        ("the courier never came", None),
        ("your driver did not turn up", None),
    ],
)
def test_what_never_came_is_the_item(rules: RulesUnderstanding, text: str, item: str | None) -> None:
    assert read(rules, text).found("item") == item


@pytest.mark.parametrize(
    "text",
    [
        "actually just want the extra charge back",
        "i just want the second one back",
        "can I have my deposit back please",
        "把多扣的那笔退给我",
        "重复扣的钱还给我就行",
    ],
)
def test_money_that_shall_come_back_is_a_refund_whatever_it_is_called(rules: RulesUnderstanding, text: str) -> None:
    assert "refund" in read(rules, text).wanted


@pytest.mark.parametrize(
    "text", ["how do i get it back to you", "they never let me get the extra one back", "多收的钱没退给我"]
)
def test_not_everything_that_goes_back_is_asked_for(rules: RulesUnderstanding, text: str) -> None:
    assert read(rules, text).wanted == ()


@pytest.mark.parametrize(("text", "item"), [("我买的是耳机", "耳机"), ("你们卖假货，1299买的鞋是假的", None)])
def test_the_item_is_the_thing_and_not_what_is_said_of_it(rules: RulesUnderstanding, text: str, item: str) -> None:
    assert read(rules, text, "Asia/Shanghai").found("item") == item


@pytest.mark.parametrize(
    "text", ["it sparked when ah plugged it in and near burnt ma haun", "the socket is sparking", "my iron sparks"]
)
def test_sparks_are_a_danger(rules: RulesUnderstanding, text: str) -> None:
    assert "safety" in read(rules, text).signals


def test_an_interest_that_sparked_is_none(rules: RulesUnderstanding) -> None:
    assert read(rules, "the advert sparked my interest and the thing sparked no joy").signals == ()


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("扫地机器人扣了我两次钱三百九十九扣了两次", "399"),
        ("1299买的鞋是假的", "1299"),
        ("花了1299买的", "1299"),
        ("1w2的电脑开机就蓝屏", "12000"),
        ("扣了我一次199", "199"),
    ],
)
def test_what_was_paid_is_an_amount_though_no_coin_is_named(rules: RulesUnderstanding, text: str, amount: str) -> None:
    found = [span.value for span in read(rules, text, "Asia/Shanghai").slots if span.slot == "amount"]
    assert found == [Money(Decimal(amount), "CNY")]


@pytest.mark.parametrize("text", ["2019买的", "618买的", "扣了我两次", "我买了两次", "2万的人都说好", "买了一次2双"])
def test_a_year_a_sale_or_a_count_is_no_amount(rules: RulesUnderstanding, text: str) -> None:
    assert read(rules, text, "Asia/Shanghai").found("amount") is None


@pytest.mark.parametrize("text", ["重新给我发三个", "再寄一份过来", "send me a working one", "i want a new chair"])
def test_another_one_instead_is_an_exchange(rules: RulesUnderstanding, text: str) -> None:
    assert "exchange" in read(rules, text).wanted


@pytest.mark.parametrize("text", ["i want a new courier", "I had to send a new order"])
def test_not_everything_new_is_an_exchange(rules: RulesUnderstanding, text: str) -> None:
    assert "exchange" not in read(rules, text).wanted


@pytest.mark.parametrize(
    "text",
    ["my drill never came", "It is about my blanket not being delivered.", "It simply has not come.", "被子一直没来"],
)
def test_whatever_never_came_is_about_its_delivery(local: LocalUnderstanding, text: str) -> None:
    reading = read(local, text)
    assert reading.category is not None
    assert reading.category.name == "delivery"


@pytest.mark.parametrize("text", ["i ordered a chair", "我买的杯子", "I bought a dress from you"])
def test_what_was_bought_says_not_yet_what_is_wrong(local: LocalUnderstanding, text: str) -> None:
    assert read(local, text).category is None


def test_you_bloody_shop_is_rage_in_chinese_too(rules: RulesUnderstanding) -> None:
    assert read(rules, "你们他妈什么破店").anger == 2


def test_an_account_with_a_messenger_is_one_however_casually_it_is_given(rules: RulesUnderstanding) -> None:
    assert read(rules, "微信就行，xiaoli_88", "Asia/Shanghai").found("handle") == "微信 xiaoli_88"


@pytest.mark.parametrize("text", ["do I get my money back?", "will I get a refund"])
def test_whether_the_money_comes_back_is_a_question(local: LocalUnderstanding, text: str) -> None:
    reading = read(local, f"all of it! but mostly the colour. {text}")
    assert reading.category is None or reading.category.name != "refund_delayed" or reading.category.confidence < 0.6
