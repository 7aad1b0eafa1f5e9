"""Language packs: what the folders hold, and the variants of a language."""

from __future__ import annotations

import pytest

from dialogs.playbooks.contents import PLACEHOLDER
from dialogs.playbooks.general import general_words, phrases
from dialogs.playbooks.keys import is_free, known_keys, required_keys
from dialogs.playbooks.lint import lint
from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.language.packs import file_of, in_script, packs, spoken, variant_called


@pytest.mark.parametrize(
    ("tag", "language"),
    [("zh-Hant", "zh"), ("zh-TW", "zh"), ("zh-Hans", "zh"), ("zh", "zh"), ("en-GB", "en-GB"), ("", "")],
)
def test_a_variant_is_spoken_by_who_speaks_its_language(tag: str, language: str) -> None:
    assert spoken(tag) == language


@pytest.mark.parametrize("tag", ["zh-TW", "zh-HK", "zh-MO", "zh-Hant-TW", "zh_hk", "ZH-hant"])
def test_the_tags_of_places_where_traditional_is_read_mean_it(tag: str) -> None:
    variant = variant_called(tag)
    assert variant
    assert variant.code == "zh-Hant"


def test_only_what_is_written_otherwise_is_another_variant() -> None:
    assert in_script("zh", "Hant") == "zh-Hant"
    assert in_script("zh", "Hans") == "zh"
    assert in_script("en", "Hant") == "en"


@pytest.mark.parametrize("code", sorted(packs()))
def test_a_packs_phrases_are_lists_that_every_playbook_knows(code: str) -> None:
    general = phrases(file_of(code, "phrases.yml"))
    assert not any(intent.startswith("complain/") for intent in general.intents)
    assert not any(name.startswith("category_") for name in general.lookups)
    asked = {name.removeprefix("question_") for name in general.lookups if name.startswith("question_")}
    assert asked == {
        key.removeprefix("answer.") for key in general_words(code).options if key.startswith("answer.")
    } - {"other"}


WRITTEN = [code for code in packs() if file_of(code, "words.yml").is_file()]
SHOP = load_playbook("shop").file


@pytest.mark.parametrize("code", [*WRITTEN, "zh-Hant"])
def test_general_words_are_said_and_mind_their_manners(code: str) -> None:
    known = known_keys(SHOP)
    for key, variants in general_words(code).options.items():
        assert key in known or is_free(key), key
        for text in variants:
            assert set(PLACEHOLDER.findall(text)) <= known.get(key, frozenset(PLACEHOLDER.findall(text))), key
            assert [says for says, _ in lint(code, key, text)] == [], key


@pytest.mark.parametrize("code", WRITTEN)
def test_every_language_has_the_same_general_words(code: str) -> None:
    ours, first = general_words(code).options, general_words("en").options
    assert ours.keys() == first.keys()
    named = {key: tuple(set(PLACEHOLDER.findall(texts[key][0])) for texts in (ours, first)) for key in first}
    assert [key for key, (one, other) in named.items() if one != other] == []


def test_every_text_of_a_variant_keeps_its_placeholders_and_lists() -> None:
    plain, other = (load_playbook("shop").words(code) for code in ("zh", "zh-Hant"))
    for key in required_keys(load_playbook("shop").file):
        ours, theirs = plain.options(key), other.options(key)
        assert len(ours) == len(theirs), key
        assert list(map(PLACEHOLDER.findall, ours)) == list(map(PLACEHOLDER.findall, theirs)), key
