"""Danger is heard wherever it is said: in a yes, beside another answer, after filing, in three words."""

from __future__ import annotations

import pytest

from complaints.priority import Priority
from dialogs.flows.effects import AskForPerson
from tests.dialogs.flows.test_intake import BLENDER, file_case
from tests.dialogs.talk import Talk


def test_a_yes_with_danger_behind_it_files_nothing_and_is_heard(talk: Talk) -> None:
    talk.says(BLENDER)
    while talk.asks != "confirm":
        talk.says("skip")
    heard = talk.says("yes, and it also gave me an electric shock")
    assert not talk.cases
    assert talk.words_of("care.safety") in heard
    talk.says("yes")
    (case,) = talk.cases.values()
    assert case.priority is Priority.URGENT
    assert "electric shock" in case.record.story


def test_danger_told_after_filing_raises_the_case_and_its_times(talk: Talk) -> None:
    before = talk.cases[file_case(talk)]
    heard = talk.says("also it caught fire this morning")
    after = talk.cases[before.reference]
    assert talk.words_of("care.safety") in heard
    assert (before.priority, after.priority) == (Priority.NORMAL, Priority.URGENT)
    assert after.promise.first_response < before.promise.first_response
    assert "safety" in after.reasons


@pytest.mark.parametrize("text", ["今天着火了", "吃了你们的面包上吐下泻", "充电宝冒烟了"])
def test_danger_in_a_few_words_is_a_story(chinese: Talk, text: str) -> None:
    heard = chinese.says(text)
    assert chinese.conversation.intake.draft is not None
    assert text in chinese.conversation.intake.draft.record.story
    assert any(chinese.words_of(f"care.{danger}") in heard for danger in ("safety", "health"))


def test_danger_told_to_a_chat_with_a_case_is_never_swallowed(chinese: Talk) -> None:
    reference = file_case(chinese, "我买的电热水壶用了两次就漏水了")
    chinese.says("今天着火了，把我手烫伤了")
    if chinese.asks == "which_case":
        chinese.says("还是这个")
    assert "着火" in chinese.cases[reference].record.story
    assert chinese.cases[reference].priority is Priority.URGENT


def test_self_harm_brings_a_person_and_nothing_more_is_asked(chinese: Talk) -> None:
    """The form once went on behind the words of care, until the customer sent it."""
    chinese.says("快递丢了，订单AM2611020456")
    chinese.says("我不想活了")
    assert [effect.reason for effect in chinese.effects if isinstance(effect, AskForPerson)] == ["self_harm"]
    for said in ("跳过", "确认提交", "你们还在吗"):
        assert chinese.says(said)
        assert chinese.asks == ""
    assert not chinese.cases
    assert chinese.conversation.intake.draft
    assert "快递丢了" in chinese.conversation.intake.draft.record.story


def test_the_complaint_beside_words_of_self_harm_is_kept_and_not_asked_about(chinese: Talk) -> None:
    heard = chinese.says("钱被你们重复扣了两次，我不想活了")
    assert chinese.words_of("care.self_harm") in heard
    assert chinese.conversation.intake.draft is not None
    assert "扣了两次" in chinese.conversation.intake.draft.record.story
    assert chinese.asks == ""
