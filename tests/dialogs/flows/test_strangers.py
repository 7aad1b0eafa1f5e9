"""Conversations that strangers had with the bot, and where they once went astray."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from complaints.record import Slot
from dialogs.flows.events import Said
from dialogs.flows.staff import Acted, Claimed, HandedBack
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Reading, Scored, Span, Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.dialogs.talk import Talk

pytestmark = pytest.mark.usefixtures("one_by_one")


def test_a_new_complaint_after_a_hand_back_is_a_new_one(filed: Talk) -> None:
    filed.says("a person please")
    filed.room = {"li": 8}
    for act in (Claimed(), HandedBack()):
        filed._takes(Acted("li", "Li", act))
    filed.says("a new complaint")
    assert filed.asks == Slot.STORY
    filed.says("this lamp is rubbish, it hums all evening, I want my money back")
    assert filed.conversation.intake.draft is not None
    assert "lamp" in filed.conversation.intake.draft.record.story
    assert all("lamp" not in case.record.story for case in filed.cases.values())


def test_more_for_the_case_on_file_still_goes_there(filed: Talk) -> None:
    filed.says("also the tracking page has not changed since then")
    assert filed.conversation.intake.draft is None


def test_a_question_returns_once_after_an_aside_and_is_not_put_a_third_time(new_talk: Callable[..., Talk]) -> None:
    talk = new_talk()
    talk.says("you charged my card twice for the same order")
    while talk.asks != Slot.AMOUNT:
        talk.says("skip")
    talk.says("where is my complaint")
    assert talk.asks == Slot.AMOUNT
    talk.says("thanks")
    assert talk.asks != Slot.AMOUNT


def test_a_name_and_a_number_at_once_are_both_kept(new_talk: Callable[..., Talk]) -> None:
    talk = new_talk(language="zh", timezone="Asia/Shanghai")
    talk.says("快递五天了还没到")
    talk.says("王小明 13800138000")
    assert talk.conversation.intake.draft is not None
    record = talk.conversation.intake.draft.record
    assert record.name == "王小明"
    assert record.contact is not None
    assert record.contact.phone == "+8613800138000"


def test_charged_twice_tells_the_amount(new_talk: Callable[..., Talk]) -> None:
    talk = new_talk()
    talk.says("I was charged TWICE 49.99")
    assert talk.conversation.intake.draft is not None
    assert talk.conversation.intake.draft.record.amount is not None


def test_what_happens_next_is_told_of_the_case_once_it_is_on_file(new_talk: Callable[..., Talk]) -> None:
    """It was once said that the complaint waits for a yes, to somebody whose case had a number already."""
    talk = new_talk()
    talk.says("My parcel AM2611180042 is five days late")
    assert "Once you confirm the summary" in talk.says("what happens now")
    while talk.asks != "confirm":
        talk.says("skip")
    talk.says("yes")
    said = talk.says("what happens now")
    assert next(iter(talk.cases)) in said
    assert "confirm" not in said


@pytest.mark.parametrize(
    ("complaint", "said"),
    [
        ("you charged my card twice for the same order", "no idea what the order number is"),
        ("you charged my card twice for the same order", "cannae mind the order number"),
        ("重复扣款，同一个订单扣了我两次", "订单号我不晓得，要问我孙子"),
        ("重复扣款，同一个订单扣了我两次", "没得订单号，盒子都甩了"),
    ],
)
def test_a_fact_that_is_not_known_is_left_out_and_not_the_one_asked_for(
    new_talk: Callable[..., Talk], complaint: str, said: str
) -> None:
    """Whoever did not know the order number once lost the question about the money instead."""
    talk = new_talk(language="en" if complaint.isascii() else "zh", timezone="Asia/Shanghai")
    talk.says(complaint)
    assert talk.asks == Slot.AMOUNT
    talk.says(said)
    assert talk.asks == Slot.AMOUNT
    assert talk.conversation.intake.draft is not None
    assert talk.conversation.intake.draft.skipped == (Slot.ORDER_NUMBER,)


def test_whoever_is_not_understood_gets_the_person_they_ask_for(new_talk: Callable[..., Talk]) -> None:
    """ "你听不懂人话？" was taken for "I do not know", and the order number and the person asked for were lost."""
    talk = new_talk(language="zh", timezone="Asia/Shanghai")
    talk.says("卖假货，鞋子是假的")
    talk.says("你听不懂人话？订单AM2610080012，赶紧给我转人工")
    assert talk.conversation.controller == "queue"
    assert talk.conversation.intake.draft is not None
    assert talk.conversation.intake.draft.record.order_number == "AM2610080012"


def test_the_first_i_do_not_know_is_accepted(new_talk: Callable[..., Talk]) -> None:
    """The item was pressed for when it had been put often already, and "leave it out" came twice."""
    talk = new_talk()
    talk.says("it stopped working after two days")
    while talk.asks != Slot.ITEM:
        talk.says("skip")
    talk.says("dunno")
    assert talk.asks != Slot.ITEM
    assert talk.conversation.intake.draft
    assert Slot.ITEM in talk.conversation.intake.draft.skipped
    assert len(set(talk.buttons)) == len(talk.buttons)


class Suspicious:
    """Reads as rules do, but takes every refusal to give a number for a complaint about privacy, as a model may."""

    def __init__(self, shop: Playbook) -> None:
        self._rules = RulesUnderstanding(shop)

    def read(self, utterances: Sequence[Utterance]) -> list[Reading]:
        return [
            replace(one, intents=(Scored("complain", 0.7),), category=Scored("account_privacy", 0.7))
            if one.refuses
            else one
            for one in self._rules.read(utterances)
        ]


def test_whoever_keeps_their_number_to_themselves_does_not_complain_of_privacy(shop: Playbook) -> None:
    talk = Talk(shop, Suspicious(shop))
    talk.says("My parcel AM2611180042 is five days late, I want an apology")
    while talk.asks != Slot.CONTACT:
        talk.says("skip")
    talk.says("not giving you my number")
    assert talk.asks == "confirm"
    assert talk.conversation.intake.draft is not None
    assert "giving" not in talk.conversation.intake.draft.record.story


@pytest.mark.parametrize(
    ("said", "item"),
    [
        ("i TOLD you its a samsung tv", "a samsung tv"),
        ("the kettle, like ah said", "the kettle"),
        ("as i said, it's my blender", "blender"),
        ("a toaster, I already told you", "a toaster"),
        ("电饭锅，我都说了", "电饭锅"),
        ("我不是说过了吗，电饭锅", "电饭锅"),
        ("血压计，欧姆龙的", "血压计"),
    ],
)
def test_an_item_is_one_though_its_owner_is_tired_of_naming_it(
    new_talk: Callable[..., Talk], said: str, item: str
) -> None:
    talk = new_talk(language="en" if said.isascii() else "zh", timezone="Asia/Shanghai")
    talk.says("it stopped working after two days" if said.isascii() else "用了两天就不工作了")
    assert talk.asks == Slot.ITEM
    talk.says(said)
    assert talk.conversation.intake.draft is not None
    assert talk.conversation.intake.draft.record.item == item


@pytest.mark.parametrize(
    ("bursts", "category", "item"),
    [
        (("i ordered a chair", "2 weeks ago", "one leg", "is missing"), "wrong_or_missing_item", "chair"),
        (("我买的杯子", "碎了"), "damaged_in_transit", "杯子"),
    ],
)
def test_nobody_is_told_what_they_complain_of_before_they_have_said_it(
    new_talk: Callable[..., Talk], bursts: tuple[str, ...], category: str, item: str
) -> None:
    """ "I ordered a chair" was once answered with "I understand it is about something wrong or missing"."""
    talk = new_talk(language="en" if bursts[0].isascii() else "zh", timezone="Asia/Shanghai")
    talk.says(bursts[0])
    assert talk.asks == Slot.STORY
    for burst in bursts[1:]:
        assert talk.conversation.intake.draft is not None
        assert talk.conversation.intake.draft.record.category == ""
        talk.says(burst)
    record = talk.conversation.intake.draft.record
    assert (record.category, record.item) == (category, item)
    assert bursts[-1] in record.story


def test_one_word_that_plainly_complains_is_told_and_not_a_bad_order_number(talk: Talk) -> None:
    talk.says("the mug that came is not the one I ordered")
    assert talk.asks == Slot.ORDER_NUMBER
    talk.says("cracked")
    assert talk.conversation.intake.draft is not None
    assert "cracked" in talk.conversation.intake.draft.record.story
    assert talk.conversation.intake.misses == 0


def test_what_is_called_an_order_number_is_not_asked_for_again(talk: Talk) -> None:
    talk.says("Order 4471-20931, placed 2 November: tracking has said the same since 12 November and it never arrived")
    assert talk.conversation.intake.draft is not None
    record = talk.conversation.intake.draft.record
    assert record.order_number == "4471-20931"
    assert record.happened_at is not None
    assert record.happened_at.iso == "2026-11-12"


def test_a_number_that_was_told_before_is_taken_when_it_is_pointed_at(talk: Talk) -> None:
    talk.says("my parcel 4471-20931 is five days late")
    assert talk.asks == Slot.ORDER_NUMBER
    talk.says("I gave it to you: 4471-20931.")
    assert talk.conversation.intake.draft is not None
    assert talk.conversation.intake.draft.record.order_number == "4471-20931"


def test_a_number_in_a_shape_of_its_own_is_taken_when_it_is_asked_for(talk: Talk) -> None:
    """It was once refused until it had been given twice."""
    talk.says("my parcel is five days late")
    assert talk.asks == Slot.ORDER_NUMBER
    talk.says("4471-20931")
    assert talk.conversation.intake.draft is not None
    assert talk.conversation.intake.draft.record.order_number == "4471-20931"
    assert talk.asks != Slot.ORDER_NUMBER


@pytest.mark.parametrize(
    ("complaint", "said"),
    [
        ("my parcel is late", "no wait"),
        ("my parcel is late", "ooh hang on let me find the email, my eyes aren't what they were"),
        ("包裹一直没到", "订单号我找找啊，我这手机不太会弄"),
    ],
)
def test_whoever_looks_for_the_number_is_given_time(new_talk: Callable[..., Talk], complaint: str, said: str) -> None:
    """ "no wait" was once a no, and the question was dropped."""
    talk = new_talk(language="en" if complaint.isascii() else "zh", timezone="Asia/Shanghai")
    talk.says(complaint)
    assert talk.words_of("answer.wait") in talk.says(said)
    assert talk.asks == Slot.ORDER_NUMBER
    assert talk.conversation.intake.misses == 0
    assert talk.conversation.intake.draft is not None
    assert talk.conversation.intake.draft.passed == ()


def test_waiting_for_weeks_is_no_request_for_a_moment(talk: Talk) -> None:
    said = talk.says("I had to hold on for forty minutes on your hotline and then the agent was rude and hung up on me")
    assert talk.words_of("answer.wait") not in said


@pytest.mark.parametrize(
    ("complaint", "said", "slot", "answer"),
    [
        ("包裹一直没到", "AM2610300555。你是机器人吧？", Slot.ORDER_NUMBER, "answer.bot"),
        ("退款一直没到", "268块。你能保证什么时候退吗？", Slot.AMOUNT, "answer.how_long"),
        ("my parcel is late", "AM2610300555, how long will it take?", Slot.ORDER_NUMBER, "answer.how_long"),
    ],
)
def test_a_question_beside_an_answer_is_answered(
    new_talk: Callable[..., Talk], complaint: str, said: str, slot: Slot, answer: str
) -> None:
    talk = new_talk(language="en" if complaint.isascii() else "zh", timezone="Asia/Shanghai")
    talk.says(complaint)
    heard = talk.says(said)
    assert talk.words_of(answer) in heard
    assert talk.conversation.intake.draft is not None
    assert talk.conversation.intake.draft.record.has(slot)


def test_a_story_with_a_question_in_it_is_heard_and_answered(talk: Talk) -> None:
    """The question was answered, and what it stood beside was lost."""
    talk.says("my parcel is late")
    heard = talk.says("No no, it's the wrong colour, and late, and the phone thing. How long will this take?")
    assert talk.words_of("answer.how_long") in heard
    assert talk.conversation.intake.draft is not None
    assert "wrong colour" in talk.conversation.intake.draft.record.story


def test_a_number_that_is_not_at_hand_is_left_out_however_kindly_it_is_said(talk: Talk) -> None:
    talk.says("my parcel is late")
    talk.says("I don't have the number to hand, dear, I can't find the slip.")
    assert talk.conversation.intake.draft is not None
    assert Slot.ORDER_NUMBER in talk.conversation.intake.draft.pressed + talk.conversation.intake.draft.skipped
    assert "slip" in talk.conversation.intake.draft.record.story


def test_a_place_told_after_filing_goes_to_the_case(filed: Talk) -> None:
    place = "📍 52.52000, 13.40500"
    reading = Reading(place, slots=(Span("place_or_page", place, place, 0, len(place)),))
    filed.takes(Said(place, reading=reading))
    [case] = filed.cases.values()
    assert case.record.place_or_page == place
    assert filed.conversation.intake.draft is None


def test_a_bare_fact_that_belongs_to_an_earlier_complaint_is_really_added_to_it(filed: Talk) -> None:
    """It was said to be, and only the story was."""
    [case] = filed.cases.values()
    assert not case.record.amount
    filed.says("£45.00")
    assert filed.asks == "which_case"
    filed.says(case.reference)
    [case] = filed.cases.values()
    assert case.record.amount is not None


@pytest.mark.parametrize("question", ["next", "how_long"])
def test_whoever_asks_how_long_it_takes_after_filing_hears_the_times_of_their_case(filed: Talk, question: str) -> None:
    asked = Reading("when will I hear back?", intents=(Scored("ask_question", 1.0),), question=question)
    heard = filed.takes(Said(asked.text, reading=asked))
    [case] = filed.cases.values()
    assert case.reference in heard
    assert filed.words_of("answer.how_long") not in heard
