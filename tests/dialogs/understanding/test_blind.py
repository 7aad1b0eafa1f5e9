"""What customers who had never seen the bot wrote to it, and what must be understood."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from complaints.record import Money
from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Reading, Utterance

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
LOCAL = LocalUnderstanding(load_playbook("shop"))


def read(text: str, zone: str = "", region: str = "") -> Reading:
    zone = zone or ("Europe/London" if text.isascii() else "Asia/Shanghai")
    return LOCAL.read([Utterance(text, NOW, zone, region)])[0]


@pytest.mark.parametrize(
    "text",
    ["yes, and it also gave me an electric shock", "no and I will sue you", "yes, and it also leaks",
     "是的，而且还漏水", "yes and the box was crushed too"],
)  # fmt: skip
def test_a_yes_with_a_complaint_behind_it_is_a_complaint(text: str) -> None:
    reading = read(text)
    assert reading.intent() == "complain"
    assert not reading.intends("yes", 0.6)
    assert not reading.intends("no", 0.6)


@pytest.mark.parametrize(
    "text",
    ["good to go", "all good", "yep send", "👍", "👌", "spot on", "都对了，麻烦提交一下", "没问题，就这样", "发吧",
     "不用改", "没有要改的", "perfect, send it", "ok submit", "可以了提交吧"],
)  # fmt: skip
def test_consenting_to_the_summary_is_a_confirmation(text: str) -> None:
    assert read(text).act == "confirm"


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("I feel like ending it all", "self_harm"), ("I can't go on anymore", "self_harm"), ("活不下去了", "self_harm"),
        ("my hand is burnt", "health"), ("it gave me a rash", "health"), ("boiling water went on my foot", "health"),
        ("cut her finger on the broken glass", "health"), ("gas is leaking", "safety"), ("broke my wrist", "health"),
        ("smoke came out", "safety"), ("燃气灶漏气", "safety"), ("梯子塌了我摔断手", "health"),
        ("孩子被划伤了", "health"), ("吃了上吐下泻", "health"), ("I'll post this on TikTok", "media"),
        ("I'm 82 and live alone", "vulnerable"), ("八十多了一个人住", "vulnerable"),
        ("the knife sliced my son's thumb", "health"), ("hot oil splashed over my arm", "health"),
        ("宝宝的脸起红疹了", "health"), ("柜子倒下来砸到孩子的脚", "health"),
        ("it scorched the bedside table", "safety"),
        ("充电时冒烟", "safety"),
    ],
)  # fmt: skip
def test_harm_is_seen_in_any_wording(text: str, signal: str) -> None:
    assert signal in read(text).signals


@pytest.mark.parametrize(
    "text",
    ["气死我了", "this is killing me", "嗓子冒烟", "热水器打不着火", "没人受伤", "nobody was hurt",
        "it broke in my hand",
     "they cut my order in half", "smoke alarm stopped working", "轮胎漏气", "the parcel is 80 days late",
     "I can't go on your website", "花了我八十多块", "I saw your ad on facebook"],
)  # fmt: skip
def test_figures_of_speech_are_no_alarm(text: str) -> None:
    assert read(text).signals == ()


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("kettle stopped working, refund", "product_quality"), ("电热水壶坏了，退款", "product_quality"),
        ("快递丢了，退款", "delivery"), ("发错货了，退款", "wrong_or_missing_item"), ("锅坏了", "product_quality"),
        ("壶坏了", "product_quality"), ("鞋坏了", "product_quality"), ("kettle broken", "product_quality"),
        ("the heater is broken", "product_quality"), ("充电时冒烟", "product_quality"),
        ("charger got really hot and smoke came out", "product_quality"),
        ("My parcel is five days late and nobody answers my messages", "delivery"),
        ("半个月了还没到", "delivery"), ("Great job losing my parcel, guys", "delivery"),
        ("呵呵等了一个月还没发货👍", "delivery"), ("太棒了，又坏了", "product_quality"),
        ("Ordered a coat, got a dog bed. Absolutely stellar work 👏", "wrong_or_missing_item"),
        ("product quality", "product_quality"), ("质量", "product_quality"), ("it's about delivery", "delivery"),
        ("快递问题", "delivery"), ("买三件只发了两件", "wrong_or_missing_item"),
        ("my toaster is broken", "product_quality"),
        ("台灯坏了，退货", "product_quality"), ("包裹丢了，赔钱", "delivery"),
    ],
)  # fmt: skip
def test_what_went_wrong_decides_and_a_wish_does_not(text: str, category: str) -> None:
    reading = read(text)
    assert reading.intends("complain", 0.6)
    assert reading.category is not None
    assert reading.category.name == category


@pytest.mark.parametrize(
    "text",
    ["WHAT THE FUCK", "操你妈的什么破店", "I'm not happy", "I want a refund", "你说呢？", "hair dryer", "the grey one",
     "it scorched the bedside table", "thanks, Maria in support was wonderful"],
)  # fmt: skip
def test_what_tells_nothing_has_no_sure_category(text: str) -> None:
    category = read(text).category
    assert category is None or category.confidence < 0.55


@pytest.mark.parametrize("text", ["我想问下退货要运费吗", "do you ship to France?", "can I pay by bank transfer?"])
def test_a_question_is_no_complaint(text: str) -> None:
    reading = read(text)
    assert reading.intent() == "ask_question"
    assert not reading.intends("complain", 0.5)


@pytest.mark.parametrize("text", ["thanks, Maria in support was wonderful", "客服小李服务很好，谢谢"])
def test_praise_is_praise(text: str) -> None:
    assert read(text).intent() == "praise"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("refund and sorry", {"refund", "apology"}), ("voucher", {"other"}), ("discount", {"other"}),
        ("优惠券", {"other"}), ("send me the missing parts", {"other"}), ("补发", {"other"}),
        ("I want it replaced", {"exchange"}), ("换一副", {"exchange"}), ("换新的", {"exchange"}),
        ("我要退款，不换了", {"refund"}), ("I want a refund not an exchange", {"refund"}),
        ("actually I'd rather a refund", {"refund"}), ("派人来修", {"repair"}),
    ],
)  # fmt: skip
def test_wishes(text: str, wanted: set[str]) -> None:
    assert set(read(text).wanted) == wanted
    assert not read(text).intends("want_person", 0.5)


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("耳机左边没声音", "item", "耳机"), ("the item is leather boots", "item", "leather boots"),
        ("商品是鲜牛奶两箱", "item", "鲜牛奶两箱"), ("it's a Bosch kettle", "item", "Bosch kettle"),
        ("买三件只发了两件", "item", None), ("我叫啥关你屁事", "name", None), ("call me Bob", "name", "Bob"),
        ("call me Bob", "prefers", None), ("免贵姓王", "name", "王"), ("姓名改成周敏", "name", "周敏"),
        ("名字写成刘芳", "name", "刘芳"), ("my surname is spelt Dow", "name", "Dow"),
        ("SH20261103-5521", "order_like", "SH20261103-5521"), ("#49382716", "order_like", "#49382716"),
        ("AM-20261101-0042", "order_like", "AM-20261101-0042"), ("AM-2611180042", "order_number", "AM2611180042"),
        ("Order mail from help@shop.example, order AM2611180042", "email", None),
        ("my email is info@northwind.example.com", "email", "info@northwind.example.com"),
        ("138123456789012", "phone", None), ("07911 123456", "phone", "+447911123456"),
        ("微信 wx_12345", "handle", "微信 wx_12345"), ("QQ 12345678", "handle", "QQ 12345678"),
        ("text only", "prefers", "phone"), ("别打电话发短信", "prefers", "phone"),
        ("email preferred", "prefers", "email"),
        ("please don't phone", "prefers", None), ("please don't phone", "contact_time", "please don't phone"),
        ("白天别打", "contact_time", "白天别打"), ("上班时间不方便", "contact_time", "上班时间不方便"),
        ("晚上打", "contact_time", "晚上打"), ("here is fine", "prefers", "chat"), ("这里就行", "prefers", "chat"),
        ("就在这说", "prefers", "chat"),
        ("eighty nine pounds ninety nine", "amount", Money(Decimal("89.99"), "GBP")),
        ("花了两千三百九十九", "amount", Money(Decimal(2399), "CNY")), ("50p", "amount", Money(Decimal("0.5"), "GBP")),
        ("四万八", "number", Decimal(48000)), ("2w", "number", Decimal(20000)),
    ],
)  # fmt: skip
def test_facts(text: str, slot: str, value: object) -> None:
    assert read(text).found(slot) == value


@pytest.mark.parametrize(
    ("text", "iso", "until"),
    [
        ("昨天问客服她说不行，11月3号坏的", "2026-11-03", ""), ("昨天买的，今天坏了", "2026-11-21", ""),
        ("over the weekend", "2026-11-14", "2026-11-15"), ("上周末", "2026-11-14", "2026-11-15"),
        ("前两天", "2026-11-18", "2026-11-20"), ("月初", "2026-11-01", "2026-11-10"),
        ("昨晚凌晨1点", "2026-11-21T01:00", ""), ("a few days ago", "2026-11-16", "2026-11-18"),
        ("半个月了还没到", "2026-11-06", "2026-11-21"), ("3/11", "2026-11-03", ""),
    ],
)  # fmt: skip
def test_days_said_roughly_or_beside_others(text: str, iso: str, until: str) -> None:
    moment = read(text).found("happened_at")
    assert (moment.iso, moment.until) == (iso, until)


def test_europe_writes_the_day_first_whatever_the_browser_says() -> None:
    assert read("3/11", "Europe/Berlin", "US").found("happened_at").iso == "2026-11-03"
    assert read("3/11", "America/New_York", "US").found("happened_at").iso == "2026-03-11"


def test_a_new_name_corrects_the_old() -> None:
    assert read("姓名改成周敏").change == "name"
    assert read("名字写成刘芳").change == "name"


def test_being_at_home_says_nothing_of_who_one_is() -> None:
    assert read("I was at home all day").customer_type == ""


@pytest.mark.parametrize("text", ["delete my data", "把我的信息都删了", "I want to see what you keep about me"])
def test_asking_for_ones_data_asks_for_a_person(text: str) -> None:
    assert read(text).intent() == "want_person"
    assert read(text).intends("want_person", 0.9)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("I do not agree to you storing anything", "cancel"), ("我不同意你们保存我的信息", "cancel"),
        ("不同意", "cancel"),
        ("I don't consent to you keeping my details", "cancel"), ("it arrived, no need any more", "withdraw"),
    ],
)  # fmt: skip
def test_acts_in_longer_words(text: str, act: str) -> None:
    assert read(text).act == act


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("什么时候能有人联系我", "ask_status"), ("can you speed it up", "ask_status"), ("any news", "ask_status"),
        ("加急", "ask_status"), ("is it withdrawn?", "ask_status"), ("hi I'm back", "greeting"),
    ],
)  # fmt: skip
def test_after_filing(text: str, intent: str) -> None:
    assert read(text).intent() == intent
