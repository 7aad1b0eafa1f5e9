"""What a short text may be as an answer: a bare value, a refusal, a new matter or the same."""

from datetime import UTC, datetime

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Reading, Utterance

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
LOCAL = LocalUnderstanding(load_playbook("shop"))


def read(text: str) -> Reading:
    return LOCAL.read([Utterance(text, NOW, "Asia/Shanghai")])[0]


@pytest.mark.parametrize(
    "text",
    [
        "Pete", "Mary-Ann O'Neil", "李娜", "陈先生", "Mr R. Patel", "红色连衣裙 M码", "a set of wine glasses",
        "结算页面", "iPhone 15 Pro", "充电宝，2万毫安的", "Facilities, Northwind Ltd", "锅", "手机", "phone",
        "blue kettle", "the checkout page", "白色的台灯", "棉被", "把手",
        "欧阳娜娜", "电热水壶", "Zoë", "hair dryer", "the grey one",
    ],
)  # fmt: skip
def test_a_name_a_thing_or_a_place_may_stand_as_an_answer(text: str) -> None:
    assert read(text).bare


@pytest.mark.parametrize(
    "text",
    [
        "and what about the lamp?", "I already told you", "wait, it was Tuesday", "none of your business",
        "is this secure?", "尽快退", "算了，换货吧", "还有多少问题", "刚说过了", "电话也错了", "没人受伤",
        "充电也充不进去", "你猜", "hmm", "still no", "you already know", "12345", "a@example.com", "13812345678",
        "昨天下午", "退款", "refund", "yes", "不知道", "kettle broken", "锅坏了", "充电器把沙发烧了个洞",
        "asdfgh", "😡", "fuck", "等等", "嗯",
        "AM2611180042", "", "?", "操你妈", "我叫啥关你屁事", "随便", "later",
    ],
)  # fmt: skip
def test_what_says_something_is_no_bare_answer(text: str) -> None:
    assert not read(text).bare


@pytest.mark.parametrize(
    "text",
    [
        "no photo sorry", "no pics", "i haven't got any", "sorry, no", "I didn't take any", "nothing to show",
        "没拍照", "没图", "我说了没图", "不会拍", "没啥证据", "拍不了", "晚点发", "等下发", "I won't give it", "不给",
        "凭什么", "不想留", "不说", "匿名", "保密", "anonymous", "I don't want to give my name",
        "none of your business", "订单上有", "随便", "I don't mind", "skip", "不想说",
        "I'd rather not give my phone number",
        "I don't have any photos", "没有照片", "没有图片可以发", "忘了拍照", "I'll send it later",
    ],
)  # fmt: skip
def test_declining_is_seen_in_any_wording(text: str) -> None:
    assert read(text).refuses


@pytest.mark.parametrize(
    "text",
    [
        "你们不给退货", "我没收到货", "客服不说话", "they won't give me a refund", "Pete", "水壶坏了", "yes",
        "no, it was the blue one", "没拍照之前就坏了，照片在这里", "凭什么不给我退", "AM2611180042",
    ],
)  # fmt: skip
def test_a_shop_that_refuses_is_no_customer_who_does(text: str) -> None:
    assert not read(text).refuses


@pytest.mark.parametrize(
    "text",
    ["a new complaint", "something else", "another problem", "是新的", "另外一件", "别的问题", "new one",
     "it's about something else", "I have a different problem", "另一件事", "这是新的问题"],
)  # fmt: skip
def test_a_new_matter_is_said(text: str) -> None:
    assert read(text).case_hint == "new"


@pytest.mark.parametrize(
    "text",
    ["the same one", "it's about the kettle complaint", "还是这个", "之前那个", "上次的投诉", "same", "the earlier one",
     "还是之前那件事"],
)  # fmt: skip
def test_the_earlier_matter_is_said(text: str) -> None:
    assert read(text).case_hint == "same"


@pytest.mark.parametrize("text", ["the kettle is broken", "说是新的收到旧的", "换新的", "我要退款", "水壶坏了"])
def test_most_texts_say_neither(text: str) -> None:
    assert read(text).case_hint == ""


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("why do you need that", "why"), ("为什么要问这个", "why"), ("要这个干嘛", "why"),
        ("why do you need my name?", "why"), ("what do you need that for?", "why"), ("问这个有什么用", "why"),
        ("what is an order number", "order_number"), ("where do I find it", "order_number"),
        ("订单号在哪看", "order_number"), ("什么叫订单号", "order_number"), ("订单号怎么查啊？", "order_number"),
        ("where can I see my order number?", "order_number"), ("are you even human??", "bot"),
        ("am I talking to a robot", "bot"), ("你他妈是机器人吗", "bot"), ("你到底是不是真人", "bot"),
        ("are you a real person or what", "bot"),
    ],
)  # fmt: skip
def test_questions_to_the_bot_have_their_topic(text: str, topic: str) -> None:
    reading = read(text)
    assert reading.question == topic
    assert reading.intent() == "ask_question"
    assert not reading.intends("want_person", 0.5)


@pytest.mark.parametrize(
    "text", ["为什么还不发货", "why is my parcel not here", "为什么不给我退款", "where is my order"]
)
def test_a_complaint_that_asks_why_is_none_of_these(text: str) -> None:
    assert read(text).question not in ("why", "order_number")
