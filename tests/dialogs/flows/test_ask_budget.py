"""The ask budget: a few questions that matter, two in one where they belong together, then the summary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from complaints.record import Slot
from dialogs.flows.effects import Say
from dialogs.flows.questions import MOST_TIMES, UNSURE_KIND
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from tests.dialogs.talk import Talk

STORIES = ("the kettle stopped working after two days", "my parcel is five days late", "you charged me twice",
           "水壶用了两天就坏了", "我的包裹五天了还没到", "你们重复扣了我的钱")  # fmt: skip
VAGUE = "I am not happy with the way all of this was done by your company"


def said_last(talk: Talk) -> Say:
    return [effect for effect in talk.effects if isinstance(effect, Say)][-1]


def questions_to_the_summary(talk: Talk, answer: str) -> list[str]:
    """What is asked, one question an entry, until the summary is shown."""
    put = []
    while talk.asks != "confirm":
        put.append("+".join((talk.asks, *said_last(talk).also)))
        assert len(put) < 20
        talk.says(answer)
    return put


def begun(shop: Playbook, local: LocalUnderstanding, story: str) -> Talk:
    talk = Talk(shop, local, language="en" if story.isascii() else "zh-CN")
    talk.says(story)
    return talk


@pytest.mark.parametrize("story", STORIES)
def test_after_the_story_three_questions_are_put_and_then_the_summary(
    shop: Playbook, local: LocalUnderstanding, story: str
) -> None:
    talk = begun(shop, local, story)
    put = questions_to_the_summary(talk, "skip" if story.isascii() else "跳过")
    assert 1 <= len(put) <= shop.file.ask_most
    assert len(set(put)) == len(put)


@pytest.mark.parametrize("most", [1, 2, 5])
def test_a_playbook_says_how_many(shop: Playbook, local: LocalUnderstanding, most: int) -> None:
    frugal = replace(shop, file=shop.file.model_copy(update={"ask_most": most}))
    assert len(questions_to_the_summary(begun(frugal, local, STORIES[0]), "skip")) <= most


def test_item_and_order_number_are_one_question_and_so_are_name_and_contact(talk: Talk) -> None:
    talk.says("it stopped working after two days")
    assert questions_to_the_summary(talk, "skip")[0] == "item+order_number"
    assert "name+contact" in _all_put(talk)


def _all_put(talk: Talk) -> tuple[str, ...]:
    assert talk.conversation.intake.draft
    return talk.conversation.intake.draft.put


def test_what_is_known_already_is_not_asked_beside_the_other(talk: Talk) -> None:
    talk.says("my blender AM2611020456 stopped working after two days")
    assert Slot.ORDER_NUMBER not in (talk.asks, *said_last(talk).also)


def test_what_was_not_asked_stands_open_and_can_be_added_at_the_summary(talk: Talk) -> None:
    talk.says(STORIES[0])
    questions_to_the_summary(talk, "skip")
    assert talk.words_of("button.add_files") in talk.buttons


def test_a_pair_answered_by_half_asks_once_more_for_what_it_cannot_do_without(talk: Talk) -> None:
    talk.says(STORIES[0])
    while talk.asks != Slot.NAME:
        talk.says("skip")
    talk.says("Tom Baker")
    assert talk.asks == Slot.CONTACT
    assert said_last(talk).also == ()
    talk.says("skip")
    assert talk.asks == "confirm"


@pytest.mark.parametrize("said", ["I don't have it", "no idea", "skip", "lost it"])
def test_the_first_i_do_not_have_it_is_accepted(talk: Talk, said: str) -> None:
    talk.says("my parcel is five days late")
    assert talk.asks == Slot.ORDER_NUMBER
    heard = talk.says(said)
    assert talk.words_of("why.order_number") not in heard
    assert talk.asks != Slot.ORDER_NUMBER


def test_no_question_is_put_a_third_time_however_little_was_understood(talk: Talk) -> None:
    talk.says("my parcel is five days late")
    times = 0
    for _ in range(6):
        times += talk.asks == Slot.ORDER_NUMBER
        talk.says("qwerty uiop")
    assert times == MOST_TIMES


def test_the_kind_is_asked_once_and_then_the_likeliest_is_taken_with_a_flag(talk: Talk) -> None:
    talk.says(VAGUE)
    assert talk.asks == Slot.CATEGORY
    talk.says("qwerty uiop")
    assert talk.asks != Slot.CATEGORY
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.category
    assert UNSURE_KIND in talk.conversation.tags


def test_who_goes_on_telling_uses_up_no_question(talk: Talk) -> None:
    talk.says("my parcel is five days late")
    asked = talk.asks
    talk.says("and the driver shouted at my mother when she asked him where it had been all this time")
    assert talk.asks == asked


@pytest.mark.parametrize("yes", ["yes, and thank you for listening", "Confirmed. Thanking you.", "ok that's right ta"])
def test_at_the_summary_a_yes_with_anything_around_it_is_a_yes(talk: Talk, yes: str) -> None:
    talk.says(STORIES[0])
    questions_to_the_summary(talk, "skip")
    talk.says(yes)
    (case,) = talk.cases.values()
    assert not case.partial


@pytest.mark.parametrize("yes", ["分毫不差", "对的，谢谢你", "没问题，辛苦了"])
def test_in_chinese_too(chinese: Talk, yes: str) -> None:
    chinese.says(STORIES[3])
    questions_to_the_summary(chinese, "跳过")
    chinese.says(yes)
    (case,) = chinese.cases.values()
    assert not case.partial


def test_two_unclear_answers_to_the_summary_put_it_on_file_unconfirmed_and_say_so(talk: Talk) -> None:
    talk.says(STORIES[0])
    questions_to_the_summary(talk, "skip")
    talk.says("qwerty uiop")
    assert not talk.cases
    heard = talk.says("asdfgh jkl")
    (case,) = talk.cases.values()
    assert case.partial
    assert case.reference in heard


@pytest.mark.parametrize("said", [("no", "no"), ("cancel", "yes"), ("no", "stop")])
def test_a_no_or_a_stop_never_puts_it_on_file(talk: Talk, said: tuple[str, str]) -> None:
    talk.says(STORIES[0])
    questions_to_the_summary(talk, "skip")
    for words in said:
        talk.says(words)
    assert not talk.cases


def test_a_wish_may_be_changed_before_the_kind_is_known(talk: Talk) -> None:
    """The wishes of no category were looked up, and the turn failed."""
    talk.says(VAGUE)
    assert talk.asks == Slot.CATEGORY
    assert talk.says("change what I want")
    assert talk.conversation.intake.draft


def test_a_part_to_change_is_asked_for_at_the_summary_in_words(new_talk: Callable[..., Talk]) -> None:
    talk = new_talk()
    talk.says("my parcel AM2611020456 is five days late")
    questions_to_the_summary(talk, "skip")
    talk.says("change the order number")
    assert talk.asks == Slot.ORDER_NUMBER
    talk.says("NB0066 2915")
    assert talk.asks == "confirm"
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.order_number == "NB0066 2915"
