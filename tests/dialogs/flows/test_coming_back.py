"""Strangers who came back, thought again, or sent their thoughts in bits, and where the bot once lost them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.dialogs.talk import Talk


@pytest.mark.parametrize(
    "said",
    [
        "it's turned up at number 42, cancel the whole thing",
        "actually forget it my dad glued it",
        "算了不投诉了，刚收到发货短信了",
    ],
)
def test_whoever_calls_it_all_off_is_asked_whether_to_and_never_filed(filed: Talk, said: str) -> None:
    """It was once added to the story, and the "yes" that followed sent the complaint."""
    reference = next(iter(filed.cases))
    talk = filed.fork()
    talk.says(said)
    assert talk.asks == "withdraw"
    talk.says("yes" if said.isascii() else "是的")
    assert not talk.cases[reference].is_open

    filed.says("a new complaint")
    filed.says("this lamp is rubbish, it hums all evening, I want my money back")
    filed.says(said)
    assert filed.asks == "cancel"


def test_an_order_that_could_not_be_cancelled_is_still_a_complaint(talk: Talk) -> None:
    talk.says("I asked you to cancel the whole thing and you refused")
    assert talk.conversation.intake.draft is not None


@pytest.mark.parametrize(
    "said",
    ["is it sorted yet", "Good morning. I wrote to you yesterday. Is there any news?", "你好，昨天那个查到了吗"],
)
def test_whoever_comes_back_for_news_hears_how_it_stands(filed: Talk, said: str) -> None:
    heard = filed.says(said)
    assert filed.words_of("status.head") in heard or "目前" in heard
    assert filed.conversation.intake.draft is None


@pytest.mark.parametrize(
    "said",
    [
        "还有，盒子也是湿的",
        "补充一下，客服说过三天内发货的",
        "I forgot to mention, the driver never rang",
        "my phone is 07911 123456",
    ],
)
def test_what_is_added_later_goes_to_the_one_case_there_is(filed: Talk, said: str) -> None:
    reference = next(iter(filed.cases))
    filed.says(said)
    assert filed.conversation.intake.draft is None
    assert said in filed.cases[reference].record.story


def test_an_order_number_found_later_fills_the_case_that_lacks_it(talk: Talk) -> None:
    talk.says("my parcel has not arrived, it is five days late")
    while talk.asks != "confirm":
        talk.says("skip")
    talk.says("yes")
    talk.says("I have found the slip. The order number is AM2610310044.")
    assert next(iter(talk.cases.values())).record.order_number == "AM2610310044"


def test_two_things_said_in_bits_are_in_the_story(new_talk: Callable[..., Talk]) -> None:
    talk = new_talk(language="zh", timezone="Asia/Shanghai")
    for bit in ("我买的杯子", "碎了", "两个"):
        talk.says(bit)
    assert talk.conversation.intake.draft is not None
    assert talk.conversation.intake.draft.record.story.splitlines() == ["碎了", "两个"]


@pytest.mark.parametrize("said", ["就这个聊天", "就在这个聊天里"])
def test_this_chat_is_a_way_to_be_reached(new_talk: Callable[..., Talk], said: str) -> None:
    talk = new_talk(language="zh", timezone="Asia/Shanghai")
    talk.says("快递五天了还没到")
    talk.says(said)
    assert talk.conversation.intake.draft is not None
    assert talk.conversation.intake.draft.record.contact is not None


def test_splendid_send_it_sends_it(talk: Talk) -> None:
    talk.says("my parcel AM2611180042 is five days late")
    while talk.asks != "confirm":
        talk.says("skip")
    talk.says("splendid, send it")
    assert talk.cases


def test_who_asks_at_the_end_of_a_complaint_who_is_there_is_told(talk: Talk) -> None:
    talk.says("my blanket has not arrived")
    heard = talk.says("It simply has not been delivered. May I ask to whom I am speaking, please?")
    assert talk.words_of("answer.bot") in heard
    assert talk.conversation.intake.draft is not None
    assert "simply" in talk.conversation.intake.draft.record.story


@pytest.mark.parametrize(
    ("complaint", "first", "then"),
    [
        (
            "you sent me a size 10 dress and I ordered a 14, AM2611180042",
            "an exchange please",
            "actually d'you know what just give me my money back, it'll never get here by saturday",
        ),
        (
            "买的羽绒服发错颜色了，订单AM2611100099",
            "换货",
            "我想了想，再寄过来也赶不上我女儿下个月的生日了，你们还是给我退款吧",
        ),
    ],
)
def test_a_change_of_mind_changes_the_wish_however_many_words_it_takes(
    new_talk: Callable[..., Talk], complaint: str, first: str, then: str
) -> None:
    talk = new_talk(language="en" if complaint.isascii() else "zh", timezone="Asia/Shanghai")
    talk.says(complaint)
    talk.says(first)
    talk.says(then)
    assert talk.conversation.intake.draft is not None
    assert talk.conversation.intake.draft.record.wanted == ("refund",)
