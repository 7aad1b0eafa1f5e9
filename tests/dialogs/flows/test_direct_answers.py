"""People answer in their own form: numbers of any shape, names with words around them, phones spelled out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from complaints.record import Contact, Record, Slot
from tests.dialogs.talk import Talk

Talks = Callable[..., Talk]


def asked_for(asking: Talks, slot: Slot, said: str) -> Talk:
    """A chat in the language of the reply, at this question."""
    english = said.isascii()
    talk = asking() if english else asking(language="zh-CN", timezone="Asia/Shanghai")
    talk.says("it stopped working after two days" if english else "用了两天就不工作了")
    while talk.asks != slot:
        assert talk.asks != "confirm"
        talk.says("skip" if english else "跳过")
    return talk


def record_of(talk: Talk) -> Record:
    assert talk.conversation.intake.draft
    return talk.conversation.intake.draft.record


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("TY-0620-3391-K", "TY-0620-3391-K"), ("its SHR/2026/114-0772 i think", "SHR/2026/114-0772"),
        ("LN 20 4418 63", "LN 20 4418 63"), ("NB0066 2915", "NB0066 2915"), ("number is 88-1020", "88-1020"),
        ("the slip says 4471/B", "4471/B"), ("298 374 650 123", "298 374 650 123"), ("AM2611020456", "AM2611020456"),
        ("order no. 7781 thx", "7781"), ("单号是 20261102-7781", "20261102-7781"), ("DD 5502 8871", "DD 5502 8871"),
    ],
)  # fmt: skip
def test_an_order_number_of_any_shape_is_taken_as_it_is(asking: Talks, said: str, number: str) -> None:
    talk = asked_for(asking, Slot.ORDER_NUMBER, said)
    talk.says(said)
    assert record_of(talk).order_number == number
    assert talk.asks != Slot.ORDER_NUMBER


@pytest.mark.parametrize(
    "said",
    ["it cost £49.99", "on 12/11/2026", "ann4471@example.com", "tracking number 8812093344", "what number?",
     "已经说过了", "快递单号 773312094456"],
)  # fmt: skip
def test_what_is_something_else_is_no_order_number(asking: Talks, said: str) -> None:
    talk = asked_for(asking, Slot.ORDER_NUMBER, said)
    talk.says(said)
    assert record_of(talk).order_number == ""


@pytest.mark.parametrize(
    ("said", "item"),
    [
        ("its the timberland boots size 8", "the timberland boots size 8"),
        ("charger for laptop", "charger for laptop"),
        ("I said, the blue kettle", "the blue kettle"), ("the item is a desk lamp", "a desk lamp"),
        ("电饭煲", "电饭煲"), ("我买的是蓝色的杯子", "蓝色的杯子"),
    ],
)  # fmt: skip
def test_a_thing_is_taken_without_what_leads_up_to_it(asking: Talks, said: str, item: str) -> None:
    talk = asked_for(asking, Slot.ITEM, said)
    talk.says(said)
    assert record_of(talk).item == item


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("my name is Tom Baker", "Tom Baker"), ("Call me Bev", "Bev"), ("jo blake", "jo blake"), ("its Ann", "Ann"),
        ("俺叫马保山", "马保山"), ("我姓王", "王"), ("李娜", "李娜"), ("名字是张伟", "张伟"),
    ],
)  # fmt: skip
def test_a_name_is_taken_without_what_leads_up_to_it(asking: Talks, said: str, name: str) -> None:
    talk = asked_for(asking, Slot.NAME, said)
    talk.says(said)
    assert record_of(talk).name == name


@pytest.mark.parametrize("said", ["why do you need that", "I already told you", "no name please", "为啥要这个"])
def test_what_is_no_name_is_not_taken_for_one(asking: Talks, said: str) -> None:
    talk = asked_for(asking, Slot.NAME, said)
    talk.says(said)
    assert record_of(talk).name == ""


@pytest.mark.parametrize(
    ("said", "phone"),
    [
        ("幺三八 零零二幺 七六五四", "13800217654"),
        ("oh seven double seven oh nine one two three four five", "07770912345"),
    ],
)
def test_a_telephone_may_be_spelled_out(asking: Talks, said: str, phone: str) -> None:
    talk = asked_for(asking, Slot.CONTACT, said)
    talk.says(said)
    contact = record_of(talk).contact
    assert isinstance(contact, Contact)
    assert contact.phone.removeprefix("+86") == phone


def test_two_facts_answer_one_question(talk: Talk) -> None:
    talk.says("it stopped working after two days")
    assert talk.asks == Slot.ITEM
    talk.says("its the timberland boots size 8, NB0066 2915")
    assert (record_of(talk).item, record_of(talk).order_number) == ("the timberland boots size 8", "NB0066 2915")
    while talk.asks != Slot.NAME:
        talk.says("skip")
    talk.says("Ann Lee, ann@example.com")
    assert record_of(talk).name == "Ann Lee"
    assert record_of(talk).contact == Contact(email="ann@example.com")
    assert talk.asks == "confirm"


def test_a_story_in_place_of_an_answer_stays_a_story(asking: Talks) -> None:
    story = (
        "look I have been a customer of yours for years and years and never had a thing go wrong but this time nobody"
        " answers me at all and I have been standing in the cold hall for an hour waiting for somebody to ring"
    )
    talk = asked_for(asking, Slot.ITEM, story)
    talk.says(story)
    assert record_of(talk).item == ""
    assert "cold hall" in record_of(talk).story


def test_a_wish_told_where_a_name_is_asked_is_no_name(chinese: Talk) -> None:
    """退钱 in answer to "what may we call you?" was put down as the customer's name."""
    chinese.says("买的电饭煲插上就跳闸")
    while chinese.asks != "name":
        chinese.says("跳过")
    chinese.says("退钱")
    draft = chinese.conversation.intake.draft
    assert draft is not None
    assert draft.record.name == ""
    assert draft.record.wanted == ("refund",)
