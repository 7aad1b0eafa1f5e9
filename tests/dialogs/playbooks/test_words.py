"""Words: the right language, the right variant, facts put in and never interpreted, and quickly."""

from __future__ import annotations

import timeit
from pathlib import Path
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook, Words

WORDS = Words("en", {"hello": ("Hello, {name}.", "Good day, {name}."), "bye": ("Bye.",), "web.title": ("Chat",)})


@pytest.fixture(scope="module")
def shop() -> Playbook:
    return load_playbook("shop")


def test_variants_take_turns_for_ever() -> None:
    said = [WORDS.say("hello", turn, name="Mei") for turn in range(3)]
    assert said == ["Hello, Mei.", "Good day, Mei.", "Hello, Mei."]


@given(st.text())
def test_what_a_customer_wrote_is_put_in_as_it_stands(name: str) -> None:
    assert WORDS.say("hello", name=name) == f"Hello, {name}."


@pytest.mark.parametrize("name", ["{name}", "{0.__class__}", "{{", "%s", "\\1", "{name!r:>10}"])
def test_what_looks_like_a_placeholder_is_text_when_a_customer_wrote_it(name: str) -> None:
    assert WORDS.say("hello", name=name) == f"Hello, {name}."


def test_a_missing_key_or_fact_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        WORDS.say("helo")
    with pytest.raises(KeyError):
        WORDS.say("hello")


def test_facts_not_asked_for_are_ignored() -> None:
    assert WORDS.say("bye", name="Mei") == "Bye."


def test_one_can_look_before_one_speaks() -> None:
    assert WORDS.has("bye")
    assert not WORDS.has("web")
    assert WORDS.options("hello") == ("Hello, {name}.", "Good day, {name}.")
    assert WORDS.below("web") == {"title": "Chat"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [("zh", "zh"), ("zh-CN", "zh"), ("zh-Hans-CN", "zh"), ("zh_CN", "zh"), ("en-GB", "en"), ("fr", "zh"), ("", "zh"),
     ("zhuang", "zh"), ("-", "zh")],
)  # fmt: skip
def test_a_language_falls_back_to_the_nearest_and_then_to_the_default(shop: Playbook, asked: str, found: str) -> None:
    assert shop.words(asked).language == found


def test_what_one_language_lacks_is_said_in_the_default_one(tiny: Path) -> None:
    path = tiny / "words.zh.yml"
    path.write_text(path.read_text("utf-8").replace("    title: category delivery title\n", "", 1), "utf-8")
    assert load_playbook(tiny).words("zh").say("category.delivery.title") == "category delivery title"


def test_saying_something_takes_less_than_three_microseconds(shop: Playbook) -> None:
    words, rounds = shop.words("zh"), 2_000

    def say() -> str:
        return words.say("filed.normal", 1, reference="C-2611-000042", restate="…", by="…", outcome_by="…")

    # Short rounds, the best of many, and this thread's time alone: the machine may be busy with other things.
    assert min(timeit.repeat(say, timer=thread_time, number=rounds, repeat=30)) / rounds < 3e-6
