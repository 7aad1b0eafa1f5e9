"""A first word that said too little stands for nothing: the kind of problem follows the words that name it."""

from __future__ import annotations

import pytest

from complaints.record import Slot
from dialogs.flows.staff import Claimed, HandedBack, SlotPut
from tests.dialogs.talk import Talk

VAGUE = {
    "en": "I want to complain about your company, it is a disgrace really",
    "zh": "我要投诉你们这家公司，真是太让人失望了，从头到尾都不行",
}


def category(talk: Talk) -> str:
    assert talk.conversation.intake.draft
    return talk.conversation.intake.draft.record.category


@pytest.fixture
def vague(talk: Talk) -> Talk:
    talk.says(VAGUE["en"])
    assert category(talk) == "other"
    return talk


@pytest.mark.parametrize(
    ("said", "named"),
    [("my parcel never came, two weeks now", "delivery"),
     ("yesterday my parcel was smashed when it arrived", "damaged_in_transit"),
     ("you charged my card twice", "payment")],
)  # fmt: skip
def test_the_story_that_follows_names_the_kind(vague: Talk, said: str, named: str) -> None:
    """It stayed "something else", and the questions were those of something else."""
    answered = vague.says(said)
    assert category(vague) == named
    assert vague.words_of(f"category.{named}.restate") in answered
    assert vague.conversation.intake.draft
    assert said in vague.conversation.intake.draft.record.story


@pytest.mark.parametrize(
    ("said", "named"), [("上周三买的耳机左边没声音", "product_quality"), ("我的包裹两周了还没到", "delivery")]
)
def test_the_story_that_follows_names_the_kind_in_chinese(chinese: Talk, said: str, named: str) -> None:
    chinese.says(VAGUE["zh"])
    assert category(chinese) == "other"
    chinese.says(said)
    assert category(chinese) == named


@pytest.mark.parametrize("said", ["last tuesday", "it is all so very annoying to me", "skip", "thanks"])
def test_words_that_name_nothing_leave_it(vague: Talk, said: str) -> None:
    vague.says(said)
    assert category(vague) == "other"


def test_what_the_customer_chose_stays_chosen(talk: Talk) -> None:
    talk.says("I am not happy with the way all of this was done by your company")
    assert talk.asks == Slot.CATEGORY
    talk.taps(talk.words_of("category.other.title"))
    talk.says("my parcel never came, two weeks now")
    assert category(talk) == "other"


def test_what_a_colleague_chose_stays_chosen(vague: Talk) -> None:
    for act in (Claimed(), SlotPut(Slot.CATEGORY, "other"), HandedBack()):
        vague.acts(act)
    vague.says("my parcel never came, two weeks now")
    assert category(vague) == "other"


def test_a_kind_that_was_read_is_not_changed_by_the_next_words(talk: Talk) -> None:
    talk.says("my parcel is five days late")
    talk.says("and yesterday your people on the phone were rude to me")
    assert category(talk) == "delivery"
