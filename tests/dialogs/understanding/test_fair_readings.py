"""What a fair reader sees in messages as people write them: dialect, haste, dictation, things half said."""

from datetime import UTC, datetime

import pytest

from complaints.record import Moment
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Reading, Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def rules(shop: Playbook) -> RulesUnderstanding:
    return RulesUnderstanding(shop)


def read(rules: RulesUnderstanding, text: str) -> Reading:
    zone = "Europe/London" if text.isascii() else "Asia/Shanghai"
    return rules.read([Utterance(text, NOW, zone)])[0]


@pytest.mark.parametrize(
    "text",
    [
        "我老母七十几岁食咗你哋啲奶粉肚痛到入医院", "吃了你们的酸奶拉了一晚上", "宝宝用了这个霜脸上烂了一块",
        "老人摔了一跤住了院",
        "孩子差点被噎着", "喝完头昏送急诊了", "had to go to hospital with my daughter",
        "my nan ended up in A&E after eating this",
        "we were rushed to casualty",
    ],
)  # fmt: skip
def test_whoever_ends_in_hospital_is_heard_in_any_words(rules: RulesUnderstanding, text: str) -> None:
    found = read(rules, text)
    assert "health" in found.signals
    assert (found.severity, found.urgency) == ("high", "urgent")
    assert found.intends("complain")


@pytest.mark.parametrize(
    "text", ["I nearly died laughing", "客服气得我血压都高了", "蛋糕烂了一块", "院子里的灯不亮", "我头大了"]
)
def test_a_figure_of_speech_harms_nobody(rules: RulesUnderstanding, text: str) -> None:
    assert not read(rules, text).signals


@pytest.mark.parametrize(
    "text", ["he's disabled and it died after 2 days", "she relies on this wheelchair battery", "my mum is paralysed"]
)
def test_who_depends_on_a_thing_is_vulnerable(rules: RulesUnderstanding, text: str) -> None:
    assert "vulnerable" in read(rules, text).signals


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("bought a kettle off you last tues and its leaking", "kettle"),
        ("paid twelve hundred quid for this laptop and the screen is dead", "laptop"),
        ("在直播间拍了一件羽绒服 钻绒钻得厉害", "羽绒服"), ("被子掉色", "被子"),
        ("I bought two of them on black friday", None), ("I paid £5 for this delivery and it never came", None),
        ("那个吹风机买了一个一打开就冒火花", None), ("拍了一张照片给你们客服", None), ("充电器把沙发烧了", None),
    ],
)  # fmt: skip
def test_an_item_is_a_thing_and_neither_a_count_nor_half_a_sentence(
    rules: RulesUnderstanding, text: str, item: str | None
) -> None:
    assert read(rules, text).found("item") == item


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("上个月月底买的，记不清几号了", ("2026-10-21", "2026-10-31")), ("8月月初买的", ("2026-08-01", "2026-08-10")),
        ("I got it on black friday last year", ("2025-11-28", "")), ("it was easter last year", ("2025-04-20", "")),
    ],
)  # fmt: skip
def test_days_half_remembered(rules: RulesUnderstanding, text: str, moment: tuple[str, str]) -> None:
    found = [span.value for span in read(rules, text).slots if span.slot == "happened_at"]
    assert [(day.iso, day.until) for day in found if isinstance(day, Moment)] == [moment]


@pytest.mark.parametrize(
    "text",
    ["cancelled my order without telling me and i needed it for saturday", "need it sorted today, wedding is tomorrow"],
)
def test_a_day_it_was_needed_for_is_not_when_it_happened(rules: RulesUnderstanding, text: str) -> None:
    assert read(rules, text).found("happened_at") is None


@pytest.mark.parametrize(
    "text",
    ["东西挺好的 就是物流慢了点 算了不投诉了", "刚刚收到退款了，撤了吧", "I got my refund, cancel the complaint"],
)
def test_who_was_served_after_all_calls_it_off(rules: RulesUnderstanding, text: str) -> None:
    found = read(rules, text)
    assert found.intent() == "cancel"
    assert not found.wanted


@pytest.mark.parametrize("text", ["I haven't got my refund", "退款到账了吗", "他们说退款已经到账了，可是没有收到退款"])
def test_a_remedy_not_had_is_still_wanted(rules: RulesUnderstanding, text: str) -> None:
    assert read(rules, text).intent() != "cancel"


@pytest.mark.parametrize(
    "text", ["wo mai de xie zi kai jiao le", "nimen shenme shihou fahuo", "tuikuan hai mei dao zhang"]
)
def test_chinese_typed_as_it_sounds_is_chinese(rules: RulesUnderstanding, text: str) -> None:
    assert read(rules, text).language == "zh"


@pytest.mark.parametrize("text", ["la cama se rompe en mi casa", "die lampe geht gar nicht", "she can use me too"])
def test_not_every_short_syllable_is_chinese(rules: RulesUnderstanding, text: str) -> None:
    assert read(rules, text).language != "zh"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("seventy five quid", "75 GBP"), ("$1,299.00 CAD", "1299.00 CAD"), ("about a fiver", "5 GBP"),
        ("一千八九百块", "1800 CNY"), ("三百五十六块", "356 CNY"), ("seven fifty quid", None),
    ],
)  # fmt: skip
def test_money_half_said_is_what_it_surely_is(rules: RulesUnderstanding, text: str, amount: str | None) -> None:
    found = read(rules, text).found("amount")
    assert (f"{found.amount} {found.currency}" if found else None) == amount


@pytest.mark.parametrize(("text", "number"), [("两千五六", 2500), ("两百五", 250), ("1.5k", 1500)])
def test_of_two_numbers_for_one_the_lower_is_meant(rules: RulesUnderstanding, text: str, number: int) -> None:
    assert read(rules, text).found("number") == number


def test_a_shock_off_a_lamp_is_a_danger_and_one_at_a_bill_is_none(rules: RulesUnderstanding) -> None:
    assert "safety" in read(rules, "my 4 yr old got a shock off the lamp").signals
    assert not read(rules, "I got a shock when I saw the bill").signals


def test_what_was_said_just_now_did_not_happen_just_now(rules: RulesUnderstanding) -> None:
    found = [span.value for span in read(rules, "刚才说错了 是29号不是19号").slots if span.slot == "happened_at"]
    assert [day.iso for day in found] == ["2026-10-29"]


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("cn i hav a refnd plz", "refund"),
        ("i want a replacment", "exchange"),
        ("我要退宽", "refund"),
        ("给我道谦", "apology"),
    ],
)
def test_a_wish_is_one_though_misspelt(rules: RulesUnderstanding, text: str, wish: str) -> None:
    assert read(rules, text).wanted == (wish,)
