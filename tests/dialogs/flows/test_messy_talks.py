"""Long, messy chats, and the sentences in them that once made a customer's blood boil."""

from __future__ import annotations

import pytest

from complaints.record import Slot
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.dialogs.talk import Talk

pytestmark = pytest.mark.usefixtures("one_by_one")


def skipped_to(talk: Talk, slot: Slot) -> Talk:
    while talk.asks != slot:
        assert talk.asks != "confirm"
        talk.says("skip")
    return talk


@pytest.mark.parametrize("said", ["just here is fine", "here will do", "right here please"])
def test_whoever_will_be_answered_here_is_not_asked_for_an_address(talk: Talk, said: str) -> None:
    """They were told that no e-mail address or number was found in it."""
    talk.says("my parcel is five days late")
    skipped_to(talk, Slot.CONTACT).says(said)
    assert talk.asks == "confirm"


@pytest.mark.parametrize("said", ["就在这里回吧", "那就在这里联系我吧", "这里回复我就行"])
def test_whoever_will_be_answered_here_is_heard_in_chinese(chinese: Talk, said: str) -> None:
    chinese.says("我的包裹五天了还没到")
    skipped_to(chinese, Slot.CONTACT).says(said)
    assert chinese.asks == "confirm"


def test_a_place_called_here_is_no_contact(talk: Talk) -> None:
    talk.says("my parcel is five days late")
    talk.says("the weather here is fine")
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.contact is None


@pytest.mark.parametrize(
    ("language", "said"), [("en", "dont have the number on me"), ("zh-CN", "订单号不在手边，忘了")]
)
def test_a_missing_number_does_not_settle_what_kind_it_is(talk: Talk, language: str, said: str) -> None:
    talk.language = language
    talk.says("I am not happy with the way all of this was done by your company")
    assert talk.asks == Slot.CATEGORY
    talk.says(said)
    assert talk.asks == Slot.CATEGORY
    assert talk.conversation.intake.draft
    assert Slot.ORDER_NUMBER in talk.conversation.intake.draft.skipped


def test_no_pictures_for_a_reason_are_no_pictures(talk: Talk) -> None:
    """ "No pics obviously as its not here" made it an item that is not as described."""
    talk.says("my parcel is five days late")
    talk.says("no pics obviously as its not here")
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.category == "delivery"
    assert Slot.EVIDENCE in talk.conversation.intake.draft.skipped


@pytest.mark.parametrize(
    ("story", "said"),
    [
        ("My kid got a rash from the cream I bought here", "are you even listening"),
        ("孩子喝了奶粉拉肚子", "你们怎么不说话"),
    ],
)
def test_who_asks_whether_we_listen_is_not_sent_to_a_doctor_again(shop: Playbook, story: str, said: str) -> None:
    talk = Talk(shop, RulesUnderstanding(shop), language="en" if story.isascii() else "zh-CN")
    assert talk.playbook.words(talk.language[:2]).say("care.health") in talk.says(story)
    assert talk.words_of("care.health") not in talk.says(said)


@pytest.mark.parametrize(
    ("story", "said"),
    [
        ("My kid got a rash from the cream I bought here", "should she keep using it?"),
        ("孩子喝了奶粉拉肚子", "还能喝吗？"),
    ],
)
def test_who_asks_what_to_do_about_a_danger_is_told_again(shop: Playbook, story: str, said: str) -> None:
    talk = Talk(shop, RulesUnderstanding(shop), language="en" if story.isascii() else "zh-CN")
    talk.says(story)
    assert talk.words_of("care.health") in talk.says(said)


@pytest.mark.parametrize("said", ["喂在吗", "喂，在吗"])
def test_whoever_calls_out_is_greeted(shop: Playbook, said: str) -> None:
    """Under rules alone the first answer to 喂在吗 was that this cannot be answered."""
    talk = Talk(shop, RulesUnderstanding(shop), language="zh-CN")
    answered = talk.says(said)
    assert talk.words_of("answer.other") not in answered
    assert talk.words_of("ask.story") in answered


def test_a_draft_alone_is_no_further_complaint(talk: Talk) -> None:
    """ "We *also* have a complaint in progress" stood there with nothing beside it."""
    talk.says("my parcel is five days late")
    assert talk.words_of("status.draft_only") in talk.says("status")


@pytest.mark.parametrize(
    "story",
    ["我上个月买了个扫地机器人，用了没几天就开始乱转，我打了三次客服电话，等了快一个月了也没个人理我",
     "the heater won't turn on and I have rung four times, nobody picks up"],
)  # fmt: skip
def test_what_broke_is_what_it_is_about_however_long_nobody_answered(talk: Talk, story: str) -> None:
    talk.says(story)
    assert talk.conversation.intake.draft
    draft = talk.conversation.intake.draft
    assert "product_quality" in (draft.record.category, *draft.guesses)


@pytest.mark.parametrize(
    ("language", "story"), [("en", "my parcel is five days late"), ("zh-CN", "我的包裹五天了还没到")]
)
def test_a_telephone_is_no_order_number_however_often_it_is_given(chinese: Talk, language: str, story: str) -> None:
    """After two misses a telephone was put down as both."""
    chinese.language = language
    chinese.says(story)
    assert chinese.asks == Slot.ORDER_NUMBER
    for said in ("qqqq wwww", "13800138000", "13800138000"):
        chinese.says(said)
    assert chinese.conversation.intake.draft
    record = chinese.conversation.intake.draft.record
    assert record.order_number == ""
    assert record.contact is not None
    assert record.contact.phone == "+8613800138000"


def test_a_number_that_somebody_else_has_is_not_at_hand(talk: Talk) -> None:
    talk.says("my parcel is five days late")
    assert talk.asks == Slot.ORDER_NUMBER
    said = talk.says("no i dont have the order number its in my husbands email")
    assert talk.words_of("skipped") in said
    assert talk.asks != Slot.ORDER_NUMBER


@pytest.mark.parametrize(
    ("language", "said"), [("en", "ill send pics later"), ("zh-CN", "图我等会发"), ("zh-CN", "照片我晚点再发给你")]
)
def test_pictures_that_come_later_are_not_asked_for_now(talk: Talk, language: str, said: str) -> None:
    talk.language = language
    talk.says("my parcel is five days late")
    talk.says(said)
    assert talk.asks == Slot.ORDER_NUMBER
    assert talk.conversation.intake.draft
    assert Slot.EVIDENCE in talk.conversation.intake.draft.skipped


@pytest.mark.parametrize(("language", "said"), [("en", "whats your name"), ("zh-CN", "你叫什么名字")])
def test_whoever_asks_our_name_hears_what_we_are(talk: Talk, language: str, said: str) -> None:
    talk.language = language
    talk.says("my parcel is five days late")
    assert talk.words_of("answer.bot") in talk.says(said)
