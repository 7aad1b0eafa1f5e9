"""Models of the shop's examples: learnt, kept, promoted, rolled back; and how they read beside the small ones."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.model.model_files import Model, Versions
from dialogs.understanding.model.training_run import LabelledText, examples_of, is_better, learn
from dialogs.understanding.reading import Reading, Utterance
from tests.dialogs.understanding.test_evaluating import ROWS

pytestmark = pytest.mark.timeout(600)  # a busy machine takes its time to learn

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
PLAYBOOK = load_playbook("shop")
FEW = tuple(LabelledText(row.text, row.label) for row in ROWS)


def few(version: str) -> Model:
    model = learn(FEW, None, None, "2026-11-21T06:00:00")
    return replace(model, about=replace(model.about, version=version))


def read(understanding: LocalUnderstanding, text: str) -> Reading:
    return understanding.read([Utterance(text, NOW, "Asia/Shanghai")])[0]


def test_a_version_is_kept_as_it_was(tmp_path: Path) -> None:
    versions, model = Versions(tmp_path / "nlu"), few("1")
    assert versions.current() is None
    versions.keep(model)
    versions.promote("1")
    kept = versions.current()
    assert kept is not None
    assert kept.about == model.about
    assert kept.learnt == model.learnt
    scores = model.hybrid.scores(["where is my book"], None)
    assert kept.hybrid.scores(["where is my book"], None) == pytest.approx(scores, abs=1e-2)


def test_rolling_back_returns_to_the_version_before(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    for name in ("1", "2"):
        versions.keep(few(name))
        versions.promote(name)
    assert versions.roll_back() == "1"
    assert versions.promoted() == ("1",)
    assert versions.roll_back() is None
    assert [about.version for about in versions.all()] == ["1", "2"]


def test_a_file_broken_off_in_writing_changes_nothing(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    versions.keep(few("1"))
    versions.promote("1")
    (tmp_path / "2.part").write_bytes((tmp_path / "1.npz").read_bytes()[:100])
    (tmp_path / "3.npz").write_bytes((tmp_path / "1.npz").read_bytes()[:100])
    current = versions.current()
    assert current is not None
    assert current.about.version == "1"
    assert versions.load("3") is None


def test_a_correction_outweighs_the_example_it_contradicts() -> None:
    text = PLAYBOOK.examples["en"].intents["complain/delivery"][0]
    corrections: Mapping[str, Mapping[str, tuple[str, ...]]] = {
        "en": {"complain/payment": (text,), "unheard/of": ("x",)}
    }
    found = [one for one in examples_of(PLAYBOOK, corrections) if one.corrected]
    assert [(one.label, one.flat) for one in found] == [("complain/payment", text.lower())]


def test_only_what_is_better_on_held_back_examples_may_take_over() -> None:
    first = few("1")
    assert is_better(first.about)
    poorer = learn([one for at, one in enumerate(FEW) if at % 2 or one.held_back], None, None, "2026-11-21T06:00:00")
    same = learn(FEW, None, first, "2026-11-22T06:00:00")
    assert same.about.before == same.about.measured
    assert not is_better(same.about)
    more = learn(FEW, None, poorer, "2026-11-22T06:00:00")
    assert more.about.before is not None
    assert is_better(more.about) == (more.about.measured > more.about.before)


def test_no_text_that_was_learnt_stands_whole_in_the_file(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    versions.keep(few("1"))
    held = (tmp_path / "1.npz").read_bytes()
    assert not any(one.flat.encode() in held for one in FEW)


@pytest.mark.parametrize(("language", "least"), [("zh", 0.95), ("en", 0.95)])
def test_the_second_opinion_costs_no_accuracy_on_what_is_held_out(
    trained: LocalUnderstanding, language: str, least: float
) -> None:
    said = yaml.safe_load((Path(__file__).parent / f"held_out.{language}.yml").read_text(encoding="utf-8"))
    del said["intents"]
    found = [(category, read(trained, text).category) for category, texts in said.items() for text in texts]
    assert sum(bool(got) and got.name == category for category, got in found) / len(found) >= least


def test_a_language_without_examples_is_understood_by_its_meaning(trained: LocalUnderstanding) -> None:
    for text in ("Mein Paket ist seit zwei Wochen nicht angekommen", "荷物がまだ届きません"):
        category = read(trained, text).category
        assert category is not None
        assert category.name == "delivery"


def test_crisp_words_facts_and_plain_cases_never_wait_for_the_encoder() -> None:
    class Deaf:
        name = "deaf"

        def encode(self, texts: object) -> object:
            raise AssertionError(texts)

    reader = LocalUnderstanding(PLAYBOOK, few("1"), Deaf())  # type: ignore[arg-type]
    plain = ("转人工", "yes", "AM2611180042", "昨天", "13812345678", "我要退款", "anna@example.com", "skip", "asdfgh")
    readings = reader.read([Utterance(text, NOW, "Asia/Shanghai") for text in plain])
    assert [reading.text for reading in readings] == list(plain)


def test_texts_read_together_are_read_as_they_are_alone(trained: LocalUnderstanding) -> None:
    texts = ["parcel was chucked over the hedge", "转人工", "your shop page hangs when I pay", "寄来一堆碎玻璃"]
    together = trained.read([Utterance(text, NOW, "Asia/Shanghai") for text in texts])
    assert [(one.intent(), one.category and one.category.name) for one in together] == [
        (alone.intent(), alone.category and alone.category.name) for alone in (read(trained, text) for text in texts)
    ]


def test_an_explanation_shows_the_words_and_the_rules_that_decided(trained: LocalUnderstanding) -> None:
    found = trained.explain(Utterance("no rush, the kettle leaks, order AM2611180042", NOW))
    assert {"urgency: no rush", "order_number: AM2611180042"} <= set(found.rules)
    assert found.decided_by in ("words", "encoder")
    assert found.label == "complain/product_quality"
    assert any("leak" in one.words or "kettle" in one.words for one in found.weights)
    crisp = trained.explain(Utterance("skip", NOW))
    assert (crisp.decided_by, crisp.rules) == ("rules", ("phrase: skip",))


@pytest.mark.parametrize(
    ("text", "rule"),
    [("我要换一个，啊不，还是退钱吧", "wish: 退钱"), ("not a refund, I just want it fixed", "wish: want it fixed")],
)
def test_an_explanation_never_names_a_category_that_the_reading_does_not(
    trained: LocalUnderstanding, text: str, rule: str
) -> None:
    found = trained.explain(Utterance(text, NOW))
    assert found.reading.category is None
    assert (found.decided_by, found.label) == ("rules", "")
    assert rule in found.rules
