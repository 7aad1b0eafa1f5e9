"""Whoever writes in traditional characters, or asks for them, is answered in these; understanding stays Chinese."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from dialogs.flows.staff import Claimed, Replied
from dialogs.flows.state import Conversation, SessionState, from_json, to_json
from dialogs.understanding.language.scripts import script_of
from tests.dialogs.talk import Talk

STORY = "我上週買的藍色電熱水壺今天收到，打開來壺身是裂的，訂單號 AM2611180042，我要退款"
SIMPLE = "我上周买的蓝色电热水壶今天收到，打开来壶身是裂的，我要退款"


@pytest.fixture
def chinese(asking: Callable[..., Talk]) -> Talk:
    return asking(language="zh-CN", timezone="Asia/Shanghai")


def is_traditional(said: str) -> bool:
    return script_of(said) == "Hant"


def test_a_complaint_in_traditional_characters_is_taken_and_filed_in_these(chinese: Talk) -> None:
    heard = [chinese.says(STORY)]
    while chinese.asks != "confirm":
        heard.append(chinese.says("跳過"))
    heard.append(chinese.says("確認"))
    (case,) = chinese.cases.values()
    assert all(is_traditional(said) for said in heard)
    assert case.record.order_number == "AM2611180042"
    assert case.record.story == STORY
    assert "退款" in heard[-2]
    assert case.reference in heard[-1]


def test_their_own_words_are_shown_as_they_wrote_them(chinese: Talk) -> None:
    chinese.says("请用繁体")
    chinese.says(SIMPLE)
    while chinese.asks != "confirm":
        shown = chinese.says("跳过")
    assert "问题类型" not in shown
    assert SIMPLE in shown
    assert "• 問題類型" in shown


@pytest.mark.parametrize(
    "asks",
    ["請用繁體", "请用繁体字", "繁體中文", "麻烦用繁体回复", "繁体", "traditional chinese please",
     "can you reply in traditional chinese", "Traditional characters, please"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_who_asks_for_traditional_characters_gets_them(asking: Callable[..., Talk], language: str, asks: str) -> None:
    talk = asking(language=language)
    assert "好的，接下來用繁體中文。" in talk.says(asks)
    assert talk.conversation.session.language_pinned


@pytest.mark.parametrize("short", ["好的", "谢谢", "可以", "跳过", "退款", "小米14", "👍", "13800138000"])
def test_a_short_text_of_common_or_simplified_characters_does_not_turn_back(chinese: Talk, short: str) -> None:
    chinese.says(STORY)
    chinese.says(short)
    assert chinese.conversation.session.language == "zh-Hant"


def test_who_goes_on_in_simplified_characters_is_answered_in_these(chinese: Talk) -> None:
    chinese.says("水壺壞了")
    chinese.says("这个是上个星期五买的，当时说好了三天到货，结果一直没有发货")
    assert chinese.conversation.session.language == "zh"


def test_what_was_asked_for_is_kept_to_whatever_is_written(chinese: Talk) -> None:
    chinese.says("请用繁体")
    chinese.says(SIMPLE)
    assert chinese.conversation.session.language == "zh-Hant"
    chinese.says("请用简体")
    chinese.says(STORY)
    assert chinese.conversation.session.language == "zh-Hans"
    assert not is_traditional(chinese.says("跳過"))


def test_who_chose_chinese_is_answered_as_they_write(asking: Callable[..., Talk]) -> None:
    talk = asking(language="en")
    talk.says("说中文")
    assert talk.conversation.session.language == "zh"
    talk.says(STORY)
    assert talk.conversation.session.language == "zh-Hant"


def test_who_chose_english_stays_there(asking: Callable[..., Talk]) -> None:
    talk = asking(language="en")
    talk.says("English please")
    talk.says(STORY)
    assert talk.conversation.session.language == "en"


@pytest.mark.parametrize("known", ["zh-TW", "zh-HK", "zh-Hant", "zh_TW", "zh-hant-hk"])
def test_who_calls_from_where_traditional_is_read_is_greeted_in_it(asking: Callable[..., Talk], known: str) -> None:
    assert is_traditional(asking(language=known).says("你好"))


def test_timers_and_surveys_speak_traditional(chinese: Talk) -> None:
    chinese.says(STORY)
    assert is_traditional(chinese.waits(timedelta(hours=1)))
    while chinese.asks != "confirm":
        chinese.says("跳過")
    chinese.says("確認")
    later = chinese.passes(timedelta(days=9))
    assert later
    assert all(is_traditional(said) for _, said in later)


def test_an_agents_words_are_left_as_they_are(chinese: Talk) -> None:
    chinese.says(STORY)
    chinese.says("轉真人")
    chinese.acts(Claimed())
    told = chinese.acts(Replied("您好，我来帮您处理"))
    assert any(getattr(effect, "text", "") == "您好，我来帮您处理" for effect in told)


def test_the_choice_of_languages_has_both(chinese: Talk) -> None:
    chinese.says("语言")
    assert {"中文", "繁體中文", "English"} <= set(chinese.buttons)
    chinese.taps("繁體中文")
    assert chinese.conversation.session.language == "zh-Hant"


def test_a_state_that_was_saved_in_a_language_it_does_not_know_still_speaks(chinese: Talk) -> None:
    chinese.conversation = from_json(to_json(Conversation(session=SessionState(language="zh-Hans-CN", consent="told"))))
    assert chinese.says("你好")
