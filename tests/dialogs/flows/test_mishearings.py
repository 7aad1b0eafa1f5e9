"""Chats in which strangers were misheard, read by all that comes along: heads and tagger too."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from complaints.record import Record, Slot
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.heads.model import load as load_heads
from dialogs.understanding.learned import HEADS, TAGGER
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.model.encoder import find_encoder
from dialogs.understanding.tagging.network import load as load_tagger
from tests.dialogs.talk import Talk

Begins = Callable[[str], Talk]
STORY = {
    "en": "The frying pan I bought from you leaks oil, order AM2611180042",
    "zh": "我买的锅一直漏油，订单AM2611180042",
}


@pytest.fixture(scope="module")
def hearing(shop: Playbook) -> LocalUnderstanding:
    encoder, heads, tagger = find_encoder(), load_heads(HEADS), load_tagger(TAGGER)
    if encoder is None or heads is None or tagger is None:
        pytest.skip("the sentence encoder is not installed")
    reader = LocalUnderstanding(shop)
    reader.listen(heads, encoder)
    reader.tag(tagger, encoder)
    return reader


@pytest.fixture
def begins(shop: Playbook, hearing: LocalUnderstanding) -> Begins:
    """A chat in the language of a text."""

    def made(text: str) -> Talk:
        if text.isascii():
            return Talk(shop, hearing)
        return Talk(shop, hearing, language="zh-CN", timezone="Asia/Shanghai")

    return made


@pytest.fixture
def asked(begins: Begins) -> Callable[[Slot, str], Talk]:
    """A chat in which this is asked for, in the language of the reply to come."""

    def made(slot: Slot, reply: str) -> Talk:
        talk = begins(reply)
        talk.says(STORY["en" if reply.isascii() else "zh"])
        while talk.asks != slot:
            assert talk.asks != "confirm"
            talk.says("skip" if reply.isascii() else "跳过")
        return talk

    return made


def record_of(talk: Talk) -> Record:
    assert talk.conversation.intake.draft
    return talk.conversation.intake.draft.record


@pytest.mark.parametrize(("said", "sum_"), [("59.99 i think", "59.99"), ("大概199吧", "199"), ("about 40 quid", "40")])
def test_a_sum_is_no_wish(asked: Callable[[Slot, str], Talk], said: str, sum_: str) -> None:
    """It was recorded as "something else"."""
    talk = asked(Slot.WANTED, said)
    talk.says(said)
    amount = record_of(talk).amount
    assert amount is not None
    assert str(amount.amount) == sum_
    assert record_of(talk).wanted == ()


@pytest.mark.parametrize(
    "said",
    ["人没事 就是不敢用了", "没伤着人", "nobody was hurt, we just dont dare use it any more", "we're all ok thank god"],
)
def test_a_reassurance_is_no_wish(asked: Callable[[Slot, str], Talk], said: str) -> None:
    talk = asked(Slot.WANTED, said)
    talk.says(said)
    assert record_of(talk).wanted == ()


@pytest.mark.parametrize(
    ("said", "wanted"),
    [("把那个司机开了", ("other",)), ("换新的，不要退钱", ("exchange",)), ("不用赔 修好就行", ("repair",)),
     ("apology would be nice", ("apology",)), ("退我钱", ("refund",)), ("fix it", ("repair",)),
     ("can I get my money back?", ("refund",)), ("just stop sending me letters", ("cancel",))],
)  # fmt: skip
def test_a_wish_in_any_words_is_one(asked: Callable[[Slot, str], Talk], said: str, wanted: tuple[str, ...]) -> None:
    talk = asked(Slot.WANTED, said)
    talk.says(said)
    assert record_of(talk).wanted == wanted


@pytest.mark.parametrize(
    ("told", "said", "sum_"),
    [(["金额199"], "金额199 不是 是189", "189"), ([], "金额199 不是 是189", "189"),
     (["it cost £59.99"], "it was 69.99 not 59.99", "69.99"),
     ([], "it was 69.99 not 59.99", "69.99"), ([], "I paid 619, it was discount 30 pounds", "619"),
     (["I paid £619"], "I paid 619, it was discount 30 pounds", "619"), (["付了458元"], "458付的 优惠了40元", "458"),
     ([], "£240!!! no wait it was £214 because of the voucher", "214")],
)  # fmt: skip
def test_the_new_sum_stands_beside_the_old_or_a_discount(
    asked: Callable[[Slot, str], Talk], told: Sequence[str], said: str, sum_: str
) -> None:
    talk = asked(Slot.WANTED, said)
    for one in told:
        talk.says(one)
    talk.says(said)
    amount = record_of(talk).amount
    assert amount is not None
    assert str(amount.amount) == sum_


@pytest.mark.parametrize(
    ("said", "day"), [("不是3号是5号", "2026-11-05"), ("it was the 3rd, no wait, the 5th", "2026-11-05")]
)
def test_the_new_day_stands(asked: Callable[[Slot, str], Talk], said: str, day: str) -> None:
    talk = asked(Slot.WANTED, said)
    talk.says(said)
    happened = record_of(talk).happened_at
    assert happened is not None
    assert happened.iso == day


@pytest.mark.parametrize(
    ("said", "number"), [("order's 20-4471 sorry 20-4417", "20-4417"), ("单号20-4471 不对 20-4417", "20-4417")]
)
def test_the_new_order_number_stands(begins: Begins, said: str, number: str) -> None:
    talk = begins(said)
    talk.says("the frying pan I bought leaks oil" if said.isascii() else "我买的锅一直漏油")
    talk.says(said)
    assert record_of(talk).order_number == number


def test_the_end_of_a_number_is_set_right(begins: Begins) -> None:
    """不对 是3813 put a sum of 3,813 on record."""
    talk = begins("我买的锅一直漏油")
    for one in ("我买的锅一直漏油", "单子上写的 DG-20-3318", "不对 是3813"):
        talk.says(one)
    assert record_of(talk).order_number == "DG-20-3813"
    assert record_of(talk).amount is None


@pytest.mark.parametrize("said", ["not 0412 555 912, it's 07700 900413", "不是13800138000 是13900139000"])
def test_the_new_telephone_stands(asked: Callable[[Slot, str], Talk], said: str) -> None:
    talk = asked(Slot.NAME, said)
    talk.says(said)
    contact = record_of(talk).contact
    assert contact is not None
    assert contact.phone.endswith(("7700900413", "13900139000"))


def test_the_last_digit_of_a_telephone_is_set_right(asked: Callable[[Slot, str], Talk]) -> None:
    talk = asked(Slot.NAME, "老彭")
    talk.says("老彭, 13787440006")
    talk.says("电话最后一位是8 13787440008 我按错了")
    contact = record_of(talk).contact
    assert contact is not None
    assert contact.phone == "+8613787440008"


@pytest.mark.parametrize(
    ("said", "name"),
    [("真名就算了 叫我土豆侠", "土豆侠"), ("not my real name, call me Spud", "Spud"), ("就叫我宁宁吧", "宁宁"),
     ("jo here, but you can write to my husband Tom", "jo"), ("我姓李 我妈叫赵秀兰 打我电话13922223333", "李"),
     ("I'm Claire, her name is Joyce Hammond. claire.h@example.com", "Claire"),
     ("我叫小鹿 真名不说了 微信xiaolu_77", "小鹿")],
)  # fmt: skip
def test_the_name_that_is_given_is_told_from_the_one_that_is_not(
    asked: Callable[[Slot, str], Talk], said: str, name: str
) -> None:
    talk = asked(Slot.NAME, said)
    talk.says(said)
    assert record_of(talk).name == name
    assert talk.conversation.controller == "bot"


@pytest.mark.parametrize(
    "said",
    ["can I still return the other one?", "退货要几天", "do I need to keep the box?", "要留着包装吗", "这个桶还能用吗"],
)
def test_a_question_is_neither_an_answer_nor_added(asked: Callable[[Slot, str], Talk], said: str) -> None:
    talk = asked(Slot.WANTED, said)
    answered = talk.says(said)
    assert talk.words_of("question.with_complaint") in answered
    assert talk.asks == Slot.WANTED


@pytest.mark.parametrize(
    "said",
    ["电热毯有股糊味, 床单都黄了", "the plug of the toaster has gone brown and soft and there is a smell like hot hair",
     "插线板的壳子鼓了个包还烫手"],
)  # fmt: skip
def test_heat_is_heard_without_fire_or_smoke(begins: Begins, said: str) -> None:
    answered = (talk := begins(said)).says(said)
    assert talk.words_of("care.safety") in answered


@pytest.mark.parametrize(
    "said",
    [
        "咖啡豆一股糊味，我要的是浅烘",
        "the white sheets have gone yellow after a year",
        "插头的颜色发错了，要白的来了棕的",
    ],
)
def test_smell_and_colour_alone_are_no_danger(begins: Begins, said: str) -> None:
    answered = (talk := begins(said)).says(said)
    assert talk.words_of("care.safety") not in answered


@pytest.mark.parametrize(
    "said", ["the blender stopped working, write to a@example.com", "my kettle leaks. email me at jo@example.org"]
)
def test_trouble_beside_an_address_is_meant_for_us(begins: Begins, said: str) -> None:
    """Twelve times a customer told what was broken and where to write, and was sent somewhere else each time."""
    talk = begins(said)
    talk.says(said)
    assert record_of(talk).contact is not None


@pytest.mark.parametrize("said", ["订单号最后是78 不是77", "sorry, it's 11180078, not 11180077"])
def test_what_is_set_right_after_filing_is_kept_and_not_asked_for(
    asked: Callable[[Slot, str], Talk], said: str
) -> None:
    """Who wrote the right number was told to tell the right one."""
    talk = asked(Slot.NAME, said)
    words = ("yes", "skip") if said.isascii() else ("是的", "跳过")
    while not talk.cases:
        talk.says(words[talk.asks != "confirm"])
    talk.says(said)
    assert said in next(iter(talk.cases.values())).record.story
