"""What a fair listener makes of an answer: said again, with a curse, with a count, or with a change of mind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.dialogs.talk import Talk

Talks = Callable[..., Talk]
CHINESE = {"language": "zh-CN", "timezone": "Asia/Shanghai"}


@pytest.fixture
def new_talk(asking: Talks) -> Talks:
    """Chats in which every question is put, each by itself."""
    return asking


def asked_for(new_talk: Talks, slot: str, chinese: bool = False) -> Talk:
    """A chat about something that broke, up to the question for one slot."""
    talk = new_talk(**CHINESE) if chinese else new_talk()
    talk.says("质量太差了用两天就坏" if chinese else "it broke after two days")
    answers = {
        "item": "电饭煲",
        "order_number": "AM2611180042",
        "happened_at": "昨天",
        "evidence": "没有照片",
        "wanted": "退款",
        "name": "李娜",
        "contact": "就在这里回复",
    }
    while talk.asks != slot:
        talk.says(answers[talk.asks])
    return talk


@pytest.mark.parametrize("said", ["都说了是杯子", "我说了呀", "就是那个杯子啊", "杯子"])
def test_a_repetition_leaves_the_likeliest_categories_as_they_were(new_talk: Talks, said: str) -> None:
    talk = new_talk(**CHINESE)
    talk.says("昨天收到的杯子有问题")
    before = talk.conversation.intake.draft
    assert before
    assert before.guesses
    talk.says(said)
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.guesses == before.guesses
    assert talk.conversation.intake.draft.record.category in ("", before.guesses[0])


def test_a_repetition_alone_decides_on_no_category(talk: Talk) -> None:
    talk.says("I have a problem with the mug I got yesterday")
    talk.says("as I said, the mug")
    assert talk.asks == "category"


def test_more_of_the_story_still_names_other_categories(new_talk: Talks) -> None:
    talk = new_talk(**CHINESE)
    talk.says("昨天收到的杯子有问题")
    talk.says("颜色和页面上写的完全不一样，我要的是蓝色")
    draft = talk.conversation.intake.draft
    assert draft
    assert "not_as_described" in (draft.record.category, *draft.guesses)


@pytest.mark.parametrize(
    ("said", "item"),
    [
        ("a bloody toaster, you idiots", "a toaster"), ("toaster you morons", "toaster"),
        ("Toaster. Are you blind?", "Toaster"), ("it's a fucking toaster", "a toaster"), ("red dress ffs", "red dress"),
        ("no, the blue mug", "the blue mug"), ("three of them, the blue mugs", "the blue mugs"),
        ("电饭煲啊 你们是不是瞎", "电饭煲"), ("吸尘器，你们有病吧", "吸尘器"), ("不对，是蓝色的杯子", "蓝色的杯子"),
        ("两个杯子", "两个杯子"),
    ],
)  # fmt: skip
def test_an_item_is_one_whatever_is_thrown_after_it(new_talk: Talks, said: str, item: str) -> None:
    talk = asked_for(new_talk, "item", chinese=not said.isascii())
    talk.says(said)
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.item == item
    assert talk.asks == "order_number"


def test_the_rage_behind_an_item_is_heard_too(new_talk: Talks) -> None:
    talk = asked_for(new_talk, "item")
    talk.says("toaster you morons")
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.anger == 2


@pytest.mark.parametrize("slot", ["item", "order_number", "happened_at", "evidence"])
@pytest.mark.parametrize("said", ["不对 三个", "两个", "three of them", "no, three"])
def test_how_many_there_are_goes_to_the_story_and_the_question_stands(new_talk: Talks, slot: str, said: str) -> None:
    talk = asked_for(new_talk, slot, chinese=True)
    talk.says(said)
    assert talk.asks == slot
    assert talk.conversation.intake.draft
    assert said in talk.conversation.intake.draft.record.story
    assert talk.conversation.intake.misses == 0


@pytest.mark.parametrize(
    ("said", "amount"),
    [("about ninety-nine", 99), ("nineteen ninety nine", "19.99"), ("no, three hundred", 300), ("差不多三百", 300),
     ("大概三百多吧", 300), ("a tenner", 10)],
)  # fmt: skip
def test_an_amount_in_words_answers_how_much(talk: Talk, said: str, amount: object) -> None:
    talk.says("you charged me twice")
    talk.says(said)
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.amount
    assert str(talk.conversation.intake.draft.record.amount.amount) == str(amount)


@pytest.mark.parametrize("said", ["two fifty", "三个", "no wait three times"])
def test_what_may_mean_two_amounts_or_none_is_not_guessed_at(talk: Talk, said: str) -> None:
    talk.says("you charged me twice")
    talk.says(said)
    assert talk.asks == "amount"


@pytest.mark.parametrize(
    ("said", "name"),
    [("Bev, everyone calls me Bev", "Bev"), ("its dave", "Dave"), ("I'm Siobhan", "Siobhan"), ("I go by Bev", "Bev")],
)
def test_a_name_is_the_name_and_not_the_sentence(new_talk: Talks, said: str, name: str) -> None:
    talk = asked_for(new_talk, "name")
    talk.says(said)
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.name == name


@pytest.mark.parametrize("said", ["its private", "im angry", "it's late"])
def test_a_mood_is_no_name(new_talk: Talks, said: str) -> None:
    talk = asked_for(new_talk, "name")
    talk.says(said)
    assert talk.conversation.intake.draft
    assert not talk.conversation.intake.draft.record.name


@pytest.mark.parametrize("said", ["不方便留电话 在这说就行", "same number I'm texting from"])
def test_who_wants_to_go_on_here_is_answered_here(new_talk: Talks, said: str) -> None:
    talk = asked_for(new_talk, "contact", chinese=True)
    talk.says(said)
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.contact
    assert talk.conversation.intake.draft.record.contact.preferred == "chat"


def test_a_time_not_to_call_is_kept_with_the_number(new_talk: Talks) -> None:
    talk = asked_for(new_talk, "contact")
    talk.says("07911 123456, not before noon")
    assert talk.conversation.intake.draft
    contact = talk.conversation.intake.draft.record.contact
    assert contact
    assert (contact.phone, contact.time) == ("+447911123456", "not before noon")


@pytest.mark.parametrize("said", ["我要换一个，啊不，还是退钱吧", "I want an exchange, no wait, my money back"])
def test_the_last_of_two_wishes_goes_on_record_and_nothing_else(new_talk: Talks, said: str) -> None:
    talk = asked_for(new_talk, "wanted")
    talk.says(said)
    assert talk.conversation.intake.draft
    record = talk.conversation.intake.draft.record
    assert (record.wanted, record.category) == (("refund",), "product_quality")


@pytest.mark.parametrize("said", ["算了还是退款吧", "不用退钱了，给我道个歉就得"])
def test_a_change_of_mind_before_any_story_opens_no_late_refund(new_talk: Talks, said: str) -> None:
    talk = new_talk(**CHINESE)
    talk.says("我要投诉")
    talk.says(said)
    assert talk.conversation.intake.draft
    assert not talk.conversation.intake.draft.record.category


@pytest.mark.parametrize("said", ["I'll have to look, hang on", "hang on", "稍等我找找"])
def test_whoever_looks_for_something_is_waited_for(new_talk: Talks, said: str) -> None:
    talk = asked_for(new_talk, "order_number")
    talk.says(said)
    assert talk.asks == "order_number"
    assert talk.conversation.intake.draft
    assert said not in talk.conversation.intake.draft.record.story


def test_what_was_written_wrongly_is_set_right_in_one_breath(new_talk: Talks) -> None:
    talk = asked_for(new_talk, "order_number", chinese=True)
    talk.says("商品写错了 是高压锅")
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.item == "高压锅"
