"""Words behind a command are heard: "/new my kettle is broken", "/human 我等了三天了"."""

from __future__ import annotations

import pytest

from complaints.record import Slot
from tests.dialogs.talk import Talk


@pytest.mark.parametrize("words", [("en", "my kettle is leaking"), ("zh-CN", "我的水壶漏水")])
def test_what_follows_new_is_the_beginning_of_the_complaint(talk: Talk, words: tuple[str, str]) -> None:
    """They were not heard, and the customer was asked what had happened."""
    talk.language, story = words
    talk.commands("new_case", f"/new {story}")
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.story == story
    assert talk.conversation.intake.draft.record.category == "product_quality"


def test_what_says_nothing_yet_is_asked_about(talk: Talk) -> None:
    talk.says("hello")
    assert talk.commands("new_case", "/new hello") == talk.words_of("again.story")
    assert talk.asks == Slot.STORY


def test_it_is_new_beside_a_case_on_file(filed: Talk) -> None:
    filed.commands("new_case", "/new also my kettle is leaking")
    assert filed.conversation.intake.draft
    assert not filed.conversation.intake.draft.undecided
    assert filed.conversation.intake.draft.record.story == "also my kettle is leaking"
    assert all("kettle" not in case.record.story for case in filed.cases.values())


def test_one_complaint_is_taken_after_the_other(talk: Talk) -> None:
    talk.says("my parcel is five days late")
    said = talk.commands("new_case", "/new my kettle is leaking")
    assert talk.words_of("one_at_a_time").strip() in said
    assert talk.conversation.intake.draft
    assert "kettle" not in talk.conversation.intake.draft.record.story


@pytest.mark.parametrize("words", [("en", "my kettle is leaking"), ("zh-CN", "我的水壶漏水")])
def test_what_follows_human_is_kept_for_whoever_comes(talk: Talk, words: tuple[str, str]) -> None:
    talk.language, story = words
    talk.commands("person", f"/human {story}")
    assert talk.conversation.controller == "queue"
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.story == story


def test_who_only_says_please_behind_it_is_brought_a_person(talk: Talk) -> None:
    talk.commands("person", "/human please, now")
    assert talk.conversation.controller == "queue"
    assert talk.conversation.intake.draft is None


def test_a_danger_behind_a_command_is_heeded_first(talk: Talk) -> None:
    said = talk.commands("new_case", "/new the kettle gave me an electric shock")
    assert talk.words_of("care.safety") in said


def test_a_language_named_behind_the_command_is_taken(talk: Talk) -> None:
    talk.says("my parcel is five days late")
    talk.commands("language", "/language 中文")
    assert talk.conversation.session.language == "zh"
