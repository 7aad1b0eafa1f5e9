"""Back, skip, cancel, start over, help, language, status, a person: at every question, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from complaints.record import Record, Slot
from dialogs.flows.events import Said
from dialogs.understanding.reading import Reading
from tests.dialogs.talk import Talk

ACTS = {
    "en": {"help": "help", "status": "status", "language": "language", "person": "a person please"},
    "zh": {"help": "帮助", "status": "查进度", "language": "语言", "person": "转人工"},
}
STORY = {"en": "The blender I bought stopped working after a week", "zh": "我买的搅拌机用了一个星期就坏了"}
ANSWERS = {
    Slot.ITEM: "blender", Slot.ORDER_NUMBER: "AM2611020456", Slot.HAPPENED_AT: "2026-11-12", Slot.EVIDENCE: "skip",
    Slot.WANTED: "refund", Slot.NAME: "Tom Baker", Slot.CONTACT: "tom@example.com",
}  # fmt: skip


def every_question(talk: Talk, language: str) -> Iterator[Talk]:
    """The chat at each question of a whole intake, one after the other."""
    talk.says(STORY[language])
    while True:
        yield talk.fork()
        if talk.asks == "confirm":
            return
        skip = "跳过" if language == "zh" else "skip"
        answer = ANSWERS[Slot(talk.asks)]
        talk.says({"skip": skip, "refund": "退款" if language == "zh" else answer}.get(answer, answer))


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def customer(language: str, asking: Callable[..., Talk]) -> Talk:
    return asking() if language == "en" else asking(language="zh-CN", timezone="Asia/Shanghai")


def known(talk: Talk) -> tuple[Record, tuple[str, ...]]:
    """What is on record, and what the customer left out."""
    draft = talk.conversation.intake.draft
    assert draft
    return draft.record, draft.skipped


@pytest.mark.parametrize("act", ["help", "status", "person"])
def test_after_a_digression_the_pending_question_returns(customer: Talk, language: str, act: str) -> None:
    for here in every_question(customer, language):
        asked, before = here.asks, known(here)
        assert here.says(ACTS[language][act])
        assert here.asks == asked
        assert known(here) == before


def test_the_language_can_be_changed_at_every_question(customer: Talk, language: str) -> None:
    other, name = ("zh", "中文") if language == "en" else ("en", "English")
    for here in every_question(customer, language):
        asked = here.asks
        here.says(ACTS[language]["language"])
        here.taps(name)
        assert here.conversation.session.language == other
        assert here.asks == asked


def test_cancelling_asks_first_and_drops_only_after_a_yes(customer: Talk, language: str) -> None:
    yes, no, word = ("好的", "不要", "取消") if language == "zh" else ("yes", "no", "cancel")
    for here in every_question(customer, language):
        asked, before = here.asks, known(here)
        kept = here.fork()
        kept.says(word)
        kept.says(no)
        assert (kept.asks, known(kept)) == (asked, before)
        here.says(word)
        here.says(yes)
        assert here.conversation.intake.draft is None
        assert not here.cases


def test_starting_over_asks_first_and_begins_with_the_story(customer: Talk, language: str) -> None:
    yes, word = ("好的", "重新开始") if language == "zh" else ("yes", "start over")
    for here in every_question(customer, language):
        here.says(word)
        here.says(yes)
        assert here.conversation.intake.draft is None
        assert here.asks == "story"


def test_going_back_asks_the_question_before(customer: Talk, language: str) -> None:
    word = "返回" if language == "zh" else "back"
    before = ""
    for here in every_question(customer, language):
        asked = here.asks
        here.says(word)
        assert here.asks != asked
        assert not before or here.asks in (before, "category", "item")
        before = asked


def test_everything_is_skipped_except_the_story_and_nothing_is_filed_without_a_yes(
    customer: Talk, language: str
) -> None:
    customer.says(STORY[language])
    for _ in range(20):
        if customer.asks == "confirm":
            break
        customer.says("跳过" if language == "zh" else "skip")
    assert customer.asks == "confirm"
    assert not customer.cases
    customer.says("确认提交" if language == "zh" else "yes, send it")
    assert len(customer.cases) == 1


def test_an_old_button_does_nothing_but_say_so(customer: Talk, language: str) -> None:
    talk = customer
    talk.says(STORY[language])
    old = talk.conversation.asked
    assert old is not None
    talk.says("AM2611020456")
    before, asked = known(talk), talk.asks
    heard = talk.taps_id(old.offers[0].id)
    assert talk.words_of("button.stale") in heard
    assert (known(talk), talk.asks) == (before, asked)


def test_a_forged_button_in_a_new_chat_gets_a_greeting_and_no_harm(talk: Talk) -> None:
    assert talk.taps_id("~deadbeef0000")
    assert talk.conversation.intake.draft is None


@pytest.mark.parametrize("said", ["换个手机号", "改手机号", "change my phone number"])
def test_another_phone_number_at_the_summary_changes_the_record_and_complains_of_nothing(
    customer: Talk, language: str, said: str
) -> None:
    customer.says(STORY[language])
    while customer.asks != "confirm":
        customer.says("13800138000" if customer.asks == "contact" else "跳过" if language == "zh" else "skip")
    draft = customer.conversation.intake.draft
    assert draft is not None
    customer.says(said)
    assert customer.asks == "contact"
    assert customer.conversation.intake.draft is not None
    assert customer.conversation.intake.draft.record.story == draft.record.story
    customer.says("13900139000")
    assert customer.conversation.intake.draft.record.contact.phone == "+8613900139000"  # type: ignore[union-attr]


def test_a_new_complaint_in_the_middle_of_one_is_promised_for_after_it(talk: Talk, language: str) -> None:
    talk.says(STORY[language])
    asked = talk.asks
    heard = talk.takes(Said("/new", reading=Reading("/new", act="new_case")))
    assert talk.words_of("one_at_a_time") in heard
    assert talk.asks == asked
