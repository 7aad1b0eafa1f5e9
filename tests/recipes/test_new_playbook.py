"""`amends playbook new bank`: a complaint is filed at once, in both languages, and nothing of a shop is left in it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands.new_playbook import NotBegun, new_playbook
from complaints.record import Slot
from dialogs.playbooks.checking import check
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Understanding
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.dialogs.talk import Talk

SHOPS = {
    "en": (
        "parcel", "courier", "order", "delivery", "deliver", "shop", "item", "size", "goods", "checkout", "purchase",
        "product", "kettle", "warehouse", "shipping", "customs", "return it",
    ),
    "zh": (
        "包裹", "快递", "物流", "订单", "商品", "本店", "尺码", "发货", "退货", "换货", "配送", "收货", "下单", "购买",
        "店铺", "商家", "送货", "水壶", "结算",
    ),
}  # fmt: skip
"""Words that a shop says and a bank does not."""

CHATS = {
    "en": (
        "hello",
        "what can you do?",
        "where is my money?",
        "you charged me a fee of 35 pounds I never agreed to",
        "asdfgh",
        "why do you need that?",
        "two weeks ago",
        "help",
        "an apology and my money back",
        "status",
        "Ann Lee, ann@example.com",
        "what happens next?",
        "yes",
    ),
    "zh": (
        "你好",
        "你能做什么？",
        "我的钱在哪里？",
        "你们收了一笔35元的手续费，我没同意过",
        "啊啊啊啊啊",
        "为什么要问这个？",
        "两个星期前",
        "帮助",
        "道歉，还要退钱",
        "查进度",
        "李安，ann@example.com",
        "接下来会怎样？",
        "确认提交",
    ),
}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Playbook:
    folder = tmp_path_factory.mktemp("playbooks")
    new_playbook("bank", folder)
    return load_playbook(folder / "bank")


def of_a_shop(text: str, language: str) -> list[str]:
    """The shop's words in a text."""
    said = text.casefold().replace("in order to", "")
    words = {word.strip(".,:;!?()\"'“”–") for word in said.split()}
    return [word for word in SHOPS[language] if (word in said if language == "zh" else word in words)]


def test_the_folder_is_small_valid_and_complete(tmp_path: Path) -> None:
    new_playbook("bank", tmp_path)
    assert check(tmp_path / "bank") == []
    assert load_playbook(tmp_path / "bank").name == "bank"
    words = sum(len(file.read_text("utf-8").splitlines()) for file in (tmp_path / "bank").glob("words.*.yml"))
    assert words < 60


@pytest.mark.parametrize("language", SHOPS)
def test_nothing_that_a_new_playbook_can_ever_say_is_of_a_shop(bank: Playbook, language: str) -> None:
    words = bank.words(language)
    texts = {(key, at): text for key in words.all_keys() for at, text in enumerate(words.options(key))}
    assert len(texts) > 300
    assert {key: found for key, text in texts.items() if (found := of_a_shop(text, language))} == {}


@pytest.mark.parametrize("understanding", [RulesUnderstanding, LocalUnderstanding])
@pytest.mark.parametrize("language", CHATS)
def test_a_new_playbook_files_a_complaint_without_a_word_of_a_shop(
    bank: Playbook, language: str, understanding: type[Understanding]
) -> None:
    talk = Talk(bank, understanding(bank), language=language)
    for text in CHATS[language]:
        talk.says(text)
    said = "\n".join([*(text for _, text in talk.told), *(text for _, text in talk.passes(timedelta(days=9)))])
    assert of_a_shop(said, language) == []
    assert [case.record.category for case in talk.cases.values()] == ["charge"]
    assert [case.record.has(Slot.ORDER_NUMBER) for case in talk.cases.values()] == [False]


@pytest.mark.parametrize("name", ["Bank", "my bank", "../bank", "", "shop", "blank"])
def test_a_name_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotBegun):
        new_playbook(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "bank").mkdir()
    with pytest.raises(NotBegun, match="is there already"):
        new_playbook("bank", tmp_path)
    assert list((tmp_path / "bank").iterdir()) == []
