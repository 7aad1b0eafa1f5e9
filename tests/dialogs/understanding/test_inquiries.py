"""A question how things are done here is a question, whatever words it shares with complaints."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Reading, Understanding, Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.dialogs.talk import Talk

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module", params=["rules", "local"])
def reader(request: pytest.FixtureRequest, shop: Playbook, local: LocalUnderstanding) -> Understanding:
    return RulesUnderstanding(shop) if request.param == "rules" else local


def read(reader: Understanding, text: str) -> Reading:
    return reader.read([Utterance(text, NOW, "Europe/London" if text.isascii() else "Asia/Shanghai")])[0]


ASKED = [
    "do u price match", "do you price match?", "hi, do you do student discounts", "can i pay with paypal",
    "how do i get an invoice", "how can I use a coupon", "does the shop do gift wrapping", "what time do you close",
    "are you open on sunday", "does it cost extra to ship to ireland",
    "发票怎么开", "怎么开发票", "能开发票吗", "请问优惠券怎么用", "有没有优惠券", "什么时候打折",
    "你们支持货到付款吗", "密码怎么改",
    "几点关门",
]  # fmt: skip


@pytest.mark.parametrize("text", ASKED)
def test_who_asks_how_things_are_done_complains_of_nothing(reader: Understanding, text: str) -> None:
    """ "Do u price match" was taken for a complaint about prices, 发票怎么开 for another one."""
    found = read(reader, text)
    assert found.intent() == "ask_question"
    assert not found.intends("complain")
    assert found.category is None


@pytest.mark.parametrize(
    "text",
    [
        "you refused to price match", "do you ever deliver on time", "do you sell nothing but fakes",
        "do you have any idea how long I've waited", "how can you sell such rubbish", "how do I get my money back",
        "can I get a refund", "do you charge everyone twice", "how do you call this a kettle",
        "发票怎么还没开", "发票怎么开成别人的了", "优惠券怎么用不了", "怎么这么慢", "你们怎么做生意的", "有没有人管",
        "怎么开发票开了一个月",
        "能不能别骗人", "密码怎么改不了", "什么时候发货",
    ],
)  # fmt: skip
def test_a_complaint_in_the_form_of_a_question_is_still_none(reader: Understanding, text: str) -> None:
    found = read(reader, text)
    assert found.intents[0].confidence != 0.85 or found.intent() != "ask_question"


@pytest.mark.parametrize("text", ["do u price match", "发票怎么开"])
def test_it_is_answered_and_no_complaint_is_begun(shop: Playbook, reader: Understanding, text: str) -> None:
    talk = Talk(shop, reader, language="en" if text.isascii() else "zh-CN")
    said = talk.says(text)
    assert talk.words_of("answer.other") in said
    assert talk.conversation.intake.draft is None


@pytest.mark.parametrize(
    "words", [("my parcel is five days late", "do you do student discounts"), ("我的包裹五天了还没到", "怎么开发票")]
)
def test_asked_on_the_way_it_is_answered_and_the_question_stands(
    shop: Playbook, local: LocalUnderstanding, words: tuple[str, str]
) -> None:
    talk = Talk(shop, local, language="en" if words[0].isascii() else "zh-CN")
    talk.says(words[0])
    asked = talk.asks
    assert talk.words_of("answer.other") in talk.says(words[1])
    assert talk.asks == asked
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.story == words[0]
    assert talk.conversation.intake.draft.record.wanted == ()
