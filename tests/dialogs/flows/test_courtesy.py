"""One answer thanks once, whatever texts it is made of, and nothing is noted without saying what."""

from __future__ import annotations

from itertools import product

import pytest

from dialogs.flows.effects import Say
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.language.courtesy import thanks_in, without_thanks
from tests.dialogs.talk import Talk

LANGUAGES = ("en", "zh", "zh-Hant", "es")


def texts(shop: Playbook, language: str) -> list[str]:
    """Every text of the playbook that may thank."""
    words = shop.words(language)
    return [one for key in words._options for one in words.options(key) if thanks_in([one])]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_thanks_twice_by_itself(shop: Playbook, language: str) -> None:
    assert [one for one in texts(shop, language) if thanks_in([one]) > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_two_texts_together_thank_once(shop: Playbook, language: str) -> None:
    known = texts(shop, language)
    assert len(known) > 5
    bare = {one: without_thanks(one, one) for one in known}
    assert [one for one, left in bare.items() if thanks_in([left])] == []
    assert all(thanks_in([first, bare[second]]) == 1 for first, second in product(known, known))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_left_is_still_a_sentence(shop: Playbook, language: str) -> None:
    for one in texts(shop, language):
        left = without_thanks(one, one)
        assert left[:1] not in tuple(" ,.，。！;"), left
        assert not any(odd in left for odd in ("  ", ",,", "，，", "，。", ",.", "。。")), left


def test_what_a_customer_said_stays_as_it_is() -> None:
    assert without_thanks("Thank you. Item: a Thank you card", "Thank you. Item: {item}") == "Item: a Thank you card"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ["My parcel AM2611180042 is five days late, I am Ann Lee, I want an apology", "also the box is torn",
             "ann@example.com", "thanks", "yes", "thank you"]),
     ("zh-CN", ["我的包裹AM2611180042五天了还没到，我叫王小明，要道歉", "盒子也破了", "13800138000", "谢谢",
                "对", "谢谢"])],
)  # fmt: skip
def test_no_answer_of_a_chat_thanks_twice(talk: Talk, language: str, said: list[str]) -> None:
    talk.language = language
    for one in said:
        talk.says(one)
        answers = [effect.text for effect in talk.effects if isinstance(effect, Say)]
        assert thanks_in(answers) <= 1, answers


@pytest.mark.parametrize(("language", "named"), [("en", "what happened"), ("zh", "事情经过"), ("es", "lo que pasó")])
def test_what_was_added_says_where_it_stands(shop: Playbook, language: str, named: str) -> None:
    assert named in shop.words(language).say("story.added")
