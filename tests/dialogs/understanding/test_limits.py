"""Readings at their limits: any text, hostile texts, unseen complaints, training twice."""

from datetime import UTC, datetime
from pathlib import Path
from time import thread_time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import INTENTS, SIGNALS, Reading, Understanding, Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
PLAYBOOK = load_playbook("shop")
LOCAL = LocalUnderstanding(PLAYBOOK)
RULES = RulesUnderstanding(PLAYBOOK)


def read(text: str, understanding: Understanding = LOCAL) -> Reading:
    return understanding.read([Utterance(text, NOW, "Asia/Shanghai")])[0]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_it_raise_and_every_span_is_true(text: str) -> None:
    for understanding in (LOCAL, RULES):
        reading = read(text, understanding)
        assert reading.text == text
        assert all(text[span.start : span.end] == span.text for span in reading.slots)
        assert all(found.name in INTENTS and 0 <= found.confidence <= 1 for found in reading.intents)
        assert set(reading.signals) <= set(SIGNALS)


PIECES = [
    "11月",
    "3号",
    "到",
    "上上",
    "周",
    "£",
    "1,",
    "23",
    "万",
    "块",
    "at ",
    "3pm ",
    "Nov ",
    "and ",
    "last ",
    "我叫",
    "不是",
    "是",
    "@",
    ".",
    "-",
    "+",
    "(",
    "买了",
    "一件",
    "not ",
    "i ",
    "bought ",
    "the ",
    " ",
    "138",
    "２",
    "点半",
    "晚",
    "半",
    "前",
    "½",
    "²",
    "٣",
    "İ",
]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=16))
def test_no_jumble_of_dates_and_money_makes_it_raise(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert all(text[span.start : span.end] == span.text for span in read(text).slots)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1,",
        "1 ",
        "-1",
        "一",
        "a",
        "a ",
        "@a",
        "a@a.",
        "a.",
        "我叫",
        "不是",
        "not ",
        "the ",
        "周",
        "上上",
        "(",
        "+1",
        "11月",
        "买了一",
        "the a ",
        "i bought a ",
        "£1",
        " ",
        "😡",
        "!?",
        "AM1",
        "1:",
        "./",
        "http://",
        "晚上",
        "one ",
        "hundred and ",
        "I'm A",
        "name is A",
        "please ",
        "请",
        "don't ",
    ],
)
def test_long_and_hostile_texts_cost_little(piece: str) -> None:
    text = (piece * 5000)[:5000]
    read(text)
    begun = thread_time()
    read(text)
    assert thread_time() - begun < 0.2  # 10 to 30 ms on a quiet machine


@pytest.mark.parametrize(
    ("danger", "signal"),
    [
        ("插座冒烟了，差点着火", "safety"),
        ("the plug is smoking and nearly caught fire", "safety"),
        ("我不想活了", "self_harm"),
        ("i want to kill myself", "self_harm"),
    ],
)
@pytest.mark.parametrize("before", [3990, 3999, 4100, 12_000])
def test_danger_is_heard_however_late_it_is_spoken_of(danger: str, signal: str, before: int) -> None:
    story = ("我的快递一直没有到，客服没人理。" if not danger.isascii() else "my parcel is late. ") * 1000
    reading = read(f"{story[:before]} {danger}. {story[:200]}")
    assert signal in reading.signals
    assert reading.severity == "high"


def test_a_long_story_without_danger_stays_without_it() -> None:
    assert read("my parcel is late. " * 1000).signals == ()


def _held_out(language: str) -> dict[str, list[str]]:
    said = yaml.safe_load((Path(__file__).parent / f"held_out.{language}.yml").read_text(encoding="utf-8"))
    del said["intents"]
    return dict(said)


@pytest.mark.parametrize(("language", "first", "either"), [("zh", 0.93, 0.96), ("en", 0.88, 0.94)])
def test_unseen_complaints_find_their_category(language: str, first: float, either: float) -> None:
    said = [(category, text) for category, texts in _held_out(language).items() for text in texts]
    readings = [(category, read(text)) for category, text in said]
    top = sum(reading.category is not None and reading.category.name == category for category, reading in readings)
    two = sum(
        category in [found.name for found in (reading.category, reading.second) if found]
        for category, reading in readings
    )
    assert top / len(said) >= first
    assert two / len(said) >= either


@pytest.mark.parametrize("language", ["zh", "en"])
def test_when_it_is_sure_of_a_category_it_is_right(language: str) -> None:
    said = [(category, read(text).category) for category, texts in _held_out(language).items() for text in texts]
    sure = [(category, found.name) for category, found in said if found and found.confidence >= PLAYBOOK.file.sure]
    assert sum(category == name for category, name in sure) / len(sure) >= 0.95


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rules_alone_are_seldom_wrong_where_they_speak(language: str) -> None:
    said = [(category, read(text, RULES).category) for category, texts in _held_out(language).items() for text in texts]
    spoken = [(category, found.name) for category, found in said if found]
    assert len(spoken) / len(said) >= 0.55
    assert sum(category == name for category, name in spoken) / len(spoken) >= 0.8


def test_training_always_ends_the_same() -> None:
    again = LocalUnderstanding(PLAYBOOK)
    for texts in _held_out("zh").values():
        utterances = [Utterance(text, NOW) for text in texts]
        assert again.read(utterances) == LOCAL.read(utterances)
