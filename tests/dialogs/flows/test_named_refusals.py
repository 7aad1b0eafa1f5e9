"""Who says what they lack or keep back is heard on that, whichever question is open just then."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from complaints.record import Slot
from dialogs.flows.state import Draft
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Understanding
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.dialogs.talk import Talk


@pytest.fixture(scope="module", params=["rules", "local"])
def reader(request: pytest.FixtureRequest, shop: Playbook, local: LocalUnderstanding) -> Understanding:
    """Rules alone, and the small classifiers of a server in its first minute."""
    return RulesUnderstanding(shop) if request.param == "rules" else local


@pytest.fixture
def open_talk(thorough: Playbook, reader: Understanding, one_by_one: None) -> Callable[[str], Talk]:
    def begun(story: str) -> Talk:
        talk = Talk(thorough, reader, language="en" if story.isascii() else "zh-CN", timezone="Asia/Shanghai")
        talk.says(story)
        assert talk.conversation.intake.draft
        return talk

    return begun


RUDE = {"en": "a rude man at the till of your store shouted at me and swore", "zh": "你们客服态度恶劣，还骂人"}
VAGUE = {
    "en": "I am not happy with the way all of this was done by your company",
    "zh": "你们这次办的事情让我很不满意，前前后后都乱七八糟",
}


def draft_of(talk: Talk) -> Draft:
    assert talk.conversation.intake.draft
    return talk.conversation.intake.draft


def asked_for(talk: Talk, slot: Slot) -> Talk:
    """The chat, skipped on to this question."""
    while talk.asks != slot:
        assert talk.asks != "confirm"
        talk.says("skip")
    return talk


@pytest.mark.parametrize(
    "words",
    [("zh", "没有照片"), ("zh", "没拍照"), ("zh", "我没有截图"), ("en", "I have no photos"),
     ("en", "sorry I didn't take any pictures"), ("en", "no evidence")],
)  # fmt: skip
def test_who_has_no_photos_is_not_asked_for_them_and_keeps_the_question(
    open_talk: Callable[[str], Talk], words: tuple[str, str]
) -> None:
    """While the place was asked, "I have no photos" skipped the place, and photos were asked for all the same."""
    language, said = words
    talk = asked_for(open_talk(RUDE[language]), Slot.HAPPENED_AT)
    talk.says(said)
    assert talk.asks == Slot.HAPPENED_AT
    assert Slot.EVIDENCE in draft_of(talk).skipped
    while talk.asks != "confirm":
        talk.says("skip")
        assert talk.asks != Slot.EVIDENCE


@pytest.mark.parametrize("words", [("zh", "没有照片"), ("en", "no photos"), ("zh", "没有"), ("en", "skip")])
def test_where_photos_are_asked_for_the_same_words_go_on(
    open_talk: Callable[[str], Talk], words: tuple[str, str]
) -> None:
    talk = asked_for(open_talk(RUDE[words[0]]), Slot.EVIDENCE)
    talk.says(words[1])
    assert talk.asks != Slot.EVIDENCE
    assert Slot.EVIDENCE in draft_of(talk).skipped


@pytest.mark.parametrize("words", [("zh", "没有号码"), ("zh", "不知道"), ("en", "no idea"), ("en", "rather not say")])
def test_a_refusal_that_names_nothing_is_about_what_was_asked(
    open_talk: Callable[[str], Talk], words: tuple[str, str]
) -> None:
    talk = asked_for(open_talk(RUDE[words[0]]), Slot.HAPPENED_AT)
    talk.says(words[1])
    assert draft_of(talk).skipped == (Slot.HAPPENED_AT,)


@pytest.mark.parametrize(
    "words",
    [("zh", "不用留名字"), ("zh", "名字就不留了"), ("zh", "我不想留名字"), ("zh", "不要写我的名字，谢谢"),
     ("en", "no need for my name"), ("en", "you don't need my name"), ("en", "please keep my name out of it"),
     ("en", "I want to stay anonymous")],
)  # fmt: skip
def test_who_gives_no_name_settles_nothing_else(open_talk: Callable[[str], Talk], words: tuple[str, str]) -> None:
    """With the kind of problem open, "no need for my name" once settled it as "other"; 我不想留名字 dropped it all."""
    talk = open_talk(VAGUE[words[0]])
    assert talk.asks == Slot.CATEGORY
    talk.says(words[1])
    assert talk.asks == Slot.CATEGORY
    assert draft_of(talk).record.category == ""
    assert draft_of(talk).record.name == ""
    assert Slot.NAME in draft_of(talk).skipped


@pytest.mark.parametrize("words", [("zh", "匿名投诉"), ("en", "stay anonymous")])
def test_who_insists_where_a_contact_is_asked_for_is_not_pressed(
    open_talk: Callable[[str], Talk], words: tuple[str, str]
) -> None:
    talk = open_talk(RUDE[words[0]])
    talk.says(words[1])
    while talk.asks != Slot.CONTACT:
        talk.says("skip")
    assert talk.words_of("why.contact") not in talk.says(words[1])
    assert talk.asks != Slot.CONTACT
    assert Slot.CONTACT in draft_of(talk).skipped


@pytest.mark.parametrize("words", [("zh", "你们把我名字写错了"), ("en", "there was no name on the parcel")])
def test_a_name_that_is_told_of_is_not_kept_back(open_talk: Callable[[str], Talk], words: tuple[str, str]) -> None:
    talk = open_talk(RUDE[words[0]])
    talk.says(words[1])
    assert Slot.NAME not in draft_of(talk).skipped


@pytest.mark.parametrize("said", ["我不同意保存我的电话", "I do not agree that you store my phone number"])
def test_who_will_have_nothing_stored_is_still_asked_whether_to_drop_it(
    open_talk: Callable[[str], Talk], said: str
) -> None:
    talk = open_talk(RUDE["en" if said.isascii() else "zh"])
    talk.says(said)
    assert talk.asks == "cancel"
