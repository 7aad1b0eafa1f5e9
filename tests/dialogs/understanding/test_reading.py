"""Whole readings by both providers, on the default playbook."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from complaints.record import Money
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Examples
from dialogs.understanding.language.script_detection import language_of
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Reading, Understanding, Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding
from dialogs.understanding.text import flatten

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
PLAYBOOK = load_playbook("shop")
LOCAL = LocalUnderstanding(PLAYBOOK)
RULES = RulesUnderstanding(PLAYBOOK)
BOTH = pytest.mark.parametrize("understanding", [LOCAL, RULES], ids=["local", "rules"])


def read(text: str, understanding: Understanding = LOCAL, region: str = "") -> Reading:
    return understanding.read([Utterance(text, NOW, "Asia/Shanghai", region)])[0]


@BOTH
@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("转人工", "person"),
        ("请帮我转人工，谢谢", "person"),
        ("取消", "cancel"),
        ("跳过吧", "skip"),
        ("上一步", "back"),
        ("重新开始", "start_over"),
        ("帮助", "help"),
        ("查进度", "status"),
        ("撤销投诉", "withdraw"),
        ("确认提交", "confirm"),
        ("就这样提交吧", "confirm"),
        ("新投诉", "new_case"),
        ("中文", "language"),
        ("english please", "language"),
        ("不知道", "unknown"),
        ("就这些", "done"),
        ("skip", "skip"),
        ("Cancel, please!", "cancel"),
        ("go back", "back"),
        ("start over", "start_over"),
        ("HELP", "help"),
        ("can you skip this please", "skip"),
        ("confirm", "confirm"),
        ("agent", "person"),
        ("ＳＫＩＰ", "skip"),
    ],
)
def test_a_crisp_command_is_an_act_in_every_language(understanding: Understanding, text: str, act: str) -> None:
    assert read(text, understanding).act == act


@BOTH
@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("是的", "yes"),
        ("对", "yes"),
        ("不是", "no"),
        ("谢谢！", "thanks"),
        ("你好", "greeting"),
        ("yes", "yes"),
        ("Nope", "no"),
        ("thank you so much", "thanks"),
        ("hello", "greeting"),
        ("OK", "yes"),
    ],
)
def test_a_crisp_answer_is_its_intent(understanding: Understanding, text: str, intent: str) -> None:
    assert read(text, understanding).intent() == intent


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "我都说了三遍了，给我转人工！",
        "你们这破机器人，我要找真人客服说",
        "My kettle exploded and I want to talk to a human",
        "this is useless, get me a real person now",
        "能不能让我跟真人聊",
    ],
)
def test_asking_for_a_person_wins_inside_a_longer_text(understanding: Understanding, text: str) -> None:
    assert read(text, understanding).intent() == "want_person"


@BOTH
@pytest.mark.parametrize(
    "text", ["不用转人工", "I don't want to talk to a human", "我昨天找人工客服找了一个小时都没用"]
)
def test_not_wanting_a_person_is_respected(understanding: Understanding, text: str) -> None:
    assert not read(text, understanding).intends("want_person", 0.9)


@BOTH
@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("充电宝突然起火了", "safety"),
        ("吃了以后食物中毒进医院", "health"),
        ("再不处理我就找律师起诉", "legal"),
        ("我要曝光你们发抖音", "media"),
        ("我真的不想活了", "self_harm"),
        ("the charger caught fire", "safety"),
        ("I want to kill myself", "self_harm"),
        ("I will take you to court", "legal"),
        ("I ended up in hospital", "health"),
    ],
)
def test_words_of_harm_are_seen_and_make_it_grave(understanding: Understanding, text: str, signal: str) -> None:
    reading = read(text, understanding)
    assert signal in reading.signals
    assert reading.severity == "high"


@BOTH
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("我要退款", ("refund",)),
        ("不要退款，给我换一个", ("exchange",)),
        ("I want a refund and an apology", ("refund", "apology")),
        ("I don't want a refund, just an apology", ("apology",)),
        ("退款并且赔偿", ("refund", "compensation")),
        ("please replace it", ("exchange",)),
    ],
)
def test_wanted_remedies_are_seen_and_unwanted_ones_are_not(
    understanding: Understanding, text: str, wanted: tuple[str, ...]
) -> None:
    assert set(read(text, understanding).wanted) == set(wanted)


@BOTH
@pytest.mark.parametrize(
    ("text", "anger"),
    [
        ("你们就是一群骗子，垃圾公司", 2),
        ("太失望了", 1),
        ("this is fucking ridiculous", 2),
        ("订单还没到", 0),
        ("为什么还没到！！！！", 1),
    ],
)
def test_anger_is_weighed(understanding: Understanding, text: str, anger: int) -> None:
    assert read(text, understanding).anger == anger


@BOTH
@pytest.mark.parametrize(
    "text", ["asdfgh", "。。。", "?????", "🙃🎉🍕", "", "   ", "\0", "qwertyuiop", "哈哈哈哈哈哈哈哈"]
)
def test_gibberish_is_surely_none(understanding: Understanding, text: str) -> None:
    reading = read(text, understanding)
    assert reading.intent() == "none"
    assert reading.intends("none", 0.9)


@BOTH
@pytest.mark.parametrize("text", ["你们是机器人吗", "how long does it take?", "要等多久？"])
def test_a_question_is_a_question(understanding: Understanding, text: str) -> None:
    assert read(text, understanding).intent() == "ask_question"


@BOTH
@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("改订单号", "order_number"),
        ("订单号错了", "order_number"),
        ("订单号写错了，应该是AM2611180043", "order_number"),
        ("change the order number to AM2611180043", "order_number"),
        ("the amount was 350", "amount"),
        ("actually it was 350", "amount"),
        ("不是11月3号，是11月5号", "happened_at"),
        ("it was on 5 Nov, not 3 Nov", "happened_at"),
        ("金额应该是350", "amount"),
    ],
)
def test_a_correction_names_its_slot(understanding: Understanding, text: str, slot: str) -> None:
    assert read(text, understanding).change == slot


def test_a_correction_carries_the_new_value_only() -> None:
    assert read("不是11月3号，是11月5号").found("happened_at").iso == "2026-11-05"
    assert read("it was on 5 Nov, not 3 Nov", region="GB").found("happened_at").iso == "2026-11-05"
    assert read("金额是350不是300").found("amount") == Money(Decimal(350), "CNY")
    assert read("the amount was 350").found("amount") == Money(Decimal(350), "CNY")
    assert read("订单号写错了，应该是AM2611180043").found("order_number") == "AM2611180043"
    assert read("把商品改成蓝牙耳机").found("item") == "蓝牙耳机"


@pytest.mark.parametrize(
    "text",
    [
        "我上周买的水壶坏了",
        "the kettle I bought is broken",
        "you changed the price after I paid",
        "订单还没发货",
        "退款金额不对，应该退350只退了300",
    ],
)
def test_a_complaint_is_no_correction(text: str) -> None:
    assert read(text).change == ""


def test_one_message_gives_the_complaint_and_all_its_facts() -> None:
    text = "我上周三买的羽绒服漏毛，订单号AM2611180042，花了350元，要求退款，我叫王小明，电话13812345678"
    reading = read(text)
    assert reading.intends("complain")
    assert reading.category is not None
    assert reading.category.name == "product_quality"
    assert reading.wanted == ("refund",)
    assert reading.found("happened_at").iso == "2026-11-11"
    assert reading.found("item") == "羽绒服"
    assert reading.found("order_number") == "AM2611180042"
    assert reading.found("amount") == Money(Decimal(350), "CNY")
    assert reading.found("name") == "王小明"
    assert reading.found("phone") == "+8613812345678"


def test_the_same_in_english() -> None:
    text = (
        "Hi, I'm Anna Lee. The kettle I ordered last Tuesday for £49.99 stopped heating, order AM2611180042. "
        "I want a refund. Email me at anna@example.com"
    )
    reading = read(text, region="GB")
    assert reading.intends("complain")
    assert reading.category is not None
    assert reading.category.name == "product_quality"
    assert reading.wanted == ("refund",)
    assert reading.found("happened_at").iso == "2026-11-17"
    assert reading.found("item") == "kettle"
    assert reading.found("order_number") == "AM2611180042"
    assert reading.found("amount") == Money(Decimal("49.99"), "GBP")
    assert reading.found("name") == "Anna Lee"
    assert reading.found("email") == "anna@example.com"
    assert reading.found("prefers") == "email"


def test_a_time_beside_an_address_is_when_to_be_reached_not_when_it_happened() -> None:
    reading = read("my name is Anna Lee, email me at anna@example.com after 6pm")
    assert reading.found("contact_time") == "after 6pm"
    assert reading.found("happened_at") is None


def test_a_playbook_with_hardly_any_examples_still_reads() -> None:
    few = Examples({"complain/delivery": ("late",), "thanks": ("ta",)}, {"yes": ("yes",)}, {})
    for examples in ({"en": few}, {"en": Examples({}, {}, {})}, {}):
        for provider in (LocalUnderstanding, RulesUnderstanding):
            reading = read("it is late again, 350 dollars", provider(replace(PLAYBOOK, examples=examples)))
            assert reading.found("amount") == Money(Decimal(350), "USD")


@BOTH
@pytest.mark.parametrize(
    "text", ["AM2611180042", "电话13812345678", "my number is 07911 123456", "anna@example.com", "上周三", "£49.99"]
)
def test_facts_alone_are_facts(understanding: Understanding, text: str) -> None:
    assert read(text, understanding, "GB").intent() == "add_facts"


@pytest.mark.parametrize("text", ["王小明", "Anna", "Anna Smith"])
def test_a_bare_answer_is_not_taken_for_a_complaint(text: str) -> None:
    assert not read(text).intends("complain", 0.5)


@BOTH
def test_not_knowing_is_said(understanding: Understanding) -> None:
    assert read("我不记得订单号了", understanding).unknown
    assert read("I don't know", understanding).unknown
    for text in ("I can't find the order number", "i dont have the order number", "我没有照片"):
        assert read(text, understanding).act == "unknown"


def test_a_wish_alone_names_no_category() -> None:
    for text in (
        "不要退款，给我换一个",
        "I don't want a refund, just an apology",
        "我要求退货退款！",
        "退款和道歉",
        "refund and an apology please",
    ):
        assert read(text).category is None


def test_words_of_self_harm_never_cancel() -> None:
    reading = read("不想活了")
    assert reading.signals == ("self_harm",)
    assert reading.intent() not in ("cancel", "withdraw")


def test_the_likeliest_intent_comes_first() -> None:
    for text in ("the amount was 350", "订单号错了", "my kettle is broken and I want to talk to a human"):
        confidences = [found.confidence for found in read(text).intents]
        assert confidences == sorted(confidences, reverse=True)


@BOTH
def test_the_kind_of_customer_is_seen_but_your_company_is_not_mine(understanding: Understanding) -> None:
    assert read("我们公司买了二十台打印机", understanding).customer_type == "organisation"
    assert read("你们公司太差了", understanding).customer_type == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("你好", "zh"),
        ("hello there", "en"),
        ("12345", ""),
        ("AM2611180042", ""),
        ("OK", ""),
        ("我的iPhone坏了", "zh"),
        ("my 快递 is lost again", "en"),
        ("こんにちは、返品したい", "ja"),
        ("환불해 주세요", "ko"),
        ("أريد استرداد", "ar"),
        ("верните деньги", "ru"),
        ("😡", ""),
    ],
)
def test_the_script_tells_the_language(text: str, language: str) -> None:
    assert language_of(flatten(text)) == language


def test_a_brand_does_not_switch_the_language() -> None:
    assert read("Xiaomi Redmi").language == ""


@BOTH
@pytest.mark.parametrize(("text", "language"), [("说中文", "zh"), ("English please", "en"), ("用英文", "en")])
def test_a_language_asked_for_by_name(understanding: Understanding, text: str, language: str) -> None:
    assert read(text, understanding).language_wanted == language


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("urgent, the heater broke and I need it today", "urgent"), ("暖气坏了，急用", "urgent"), ("asap", "urgent"),
        ("the kettle caught fire", "urgent"), ("the kettle is broken", "normal"), ("水壶坏了", "normal"),
        ("the lid is cracked, no rush", "low"), ("盖子裂了，不着急，有空处理一下就行", "low"),
        ("it's not urgent but the lid is cracked", "low"), ("no rush, but the socket caught fire", "urgent"),
    ],
)  # fmt: skip
@BOTH
def test_urgency_is_what_the_words_say(understanding: Understanding, text: str, urgency: str) -> None:
    reading = read(text, understanding)
    assert reading.urgency == urgency
    assert urgency == "normal" or any(reason.startswith(("urgency: ", "safety: ")) for reason in reading.reasons)


def test_reasons_quote_the_words_that_decided() -> None:
    reading = read("This is ridiculous!!! My toaster Caught Fire and I need it today")
    assert {"urgency: need it today", "safety: Caught Fire", "anger: ridiculous"} <= set(reading.reasons)
    assert read("MY NEW LAMP IS BROKEN").reasons == ("anger: NEW LAMP IS",)


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("换个手机号", "contact"),
        ("换一个邮箱", "contact"),
        ("手机号换一下", "contact"),
        ("换个名字", "name"),
        ("换个手机", ""),
        ("换了手机号验证不了身份，账号找不回来", ""),
    ],
)
def test_another_number_changes_the_record_and_another_telephone_is_a_wish(text: str, slot: str) -> None:
    reading = read(text)
    assert reading.change == slot
    assert (reading.category is None) == bool(slot) or reading.intent() == "none"
