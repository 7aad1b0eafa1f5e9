"""Who writes in a language that we lack is told so in it, once, and is offered a person."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dialogs.understanding.language.packs import lacking
from tests.dialogs.talk import Talk

STORIES = [
    ("fr", "Bonjour, ma commande AM2611180042 n'est jamais arrivée"),
    ("de", "Guten Tag, mein Paket ist kaputt angekommen"),
    ("pt", "Bom dia, a minha encomenda nunca chegou"),
    ("ru", "Здравствуйте, моя посылка так и не пришла"),
    ("ar", "السلام عليكم، طردي لم يصل أبدا"),
    ("hi", "नमस्ते, मेरा पार्सल अभी तक नहीं आया"),
    ("ja", "注文した商品が届きません"),
    ("ko", "주문한 상품이 아직 안 왔어요"),
    ("th", "พัสดุของฉันยังไม่มาเลย"),
    ("vi", "Chào shop, đơn hàng của tôi chưa giao"),
]


@pytest.mark.parametrize(("language", "story"), STORIES)
def test_they_are_told_in_their_language_with_ours_by_name(
    asking: Callable[..., Talk], language: str, story: str
) -> None:
    talk, line = asking(language=language), lacking(language)
    assert line
    heard = talk.says(story)
    assert line.say.partition("{languages}")[0] in heard
    assert "中文" in heard
    assert "English" in heard
    assert line.person in talk.buttons


def test_it_is_said_once(asking: Callable[..., Talk]) -> None:
    talk, line = asking(language="fr"), lacking("fr")
    assert line
    talk.says(STORIES[0][1])
    assert "français" not in talk.says("La bouilloire est cassée et personne ne répond")
    assert line.person not in talk.buttons


def test_the_button_brings_a_person(asking: Callable[..., Talk]) -> None:
    talk, line = asking(language="de"), lacking("de")
    assert line
    talk.says(STORIES[1][1])
    talk.taps(line.person)
    assert talk.conversation.controller == "queue"


@pytest.mark.parametrize(
    "said",
    ["my kettle is broken", "我的水壶坏了", "wo de kuaidi hai mei dao", "my parcel never reach leh, so long liao"],
)
def test_who_writes_a_language_we_have_is_told_nothing(asking: Callable[..., Talk], said: str) -> None:
    talk = asking()
    talk.says(said)
    assert not talk.conversation.session.lacking


@pytest.mark.parametrize("name", ["Jürgen Müller", "Đặng Thị Hạnh", "María del Carmen Núñez", "Bartosz Wójcik"])
def test_a_name_in_answer_to_a_question_is_no_language(asking: Callable[..., Talk], name: str) -> None:
    talk = asking()
    talk.says("my kettle AM2611180042 arrived broken yesterday, I want a refund")
    while talk.asks not in ("name", "confirm"):
        talk.says("skip")
    talk.says(name)
    assert not talk.conversation.session.lacking


def test_an_agent_who_has_the_chat_is_not_talked_over(asking: Callable[..., Talk]) -> None:
    talk = asking()
    talk.says("a person please")
    talk.says("Ma commande n'est jamais arrivée")
    assert "Parler à une personne" not in talk.buttons
