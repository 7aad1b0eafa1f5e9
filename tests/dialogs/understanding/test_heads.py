"""Learned heads: their examples are checked line by line, they learn, and they are the same after a night on disk."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from dialogs.understanding.heads.dataset import ACTS, DANGERS, HEADS, BadExample, Example, read_examples
from dialogs.understanding.heads.fitting import learn_heads
from dialogs.understanding.heads.model import Heads, load, save
from dialogs.understanding.heads.reading import HeadReader
from dialogs.understanding.heads.recipe import digest
from dialogs.understanding.reading import Reading

HARM = ("he swallowed the battery", "she swallowed a coin from it", "my son swallowed the magnet", "baby swallowed it")
CALM = ("the parcel is late", "my parcel never came", "where is the parcel", "the parcel went to a neighbour")
THANKS = ("thank you so much", "thank you, lovely", "many thanks", "thank you all")


def written(folder: Path, kind: str, *lines: str) -> Path:
    file = folder / "en" / kind / "w01.tsv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("kind", "line", "says"),
    [
        ("dangers", "fire\tit burns", "'fire' is none of health"),
        ("acts", "moan\twhy me", "'moan' is none of complain"),
        ("dangers", "no tab at all", ""),
        ("replies", "survey_solved\tsolved=maybe\tIs it solved?\tperhaps", "'maybe' is none of yes"),
        ("replies", "weather\tanswer=yes\tNice?\tyes", "weather"),
        ("tastes", "sweet\tI like it", "tastes"),
    ],
)
def test_a_line_that_teaches_nothing_is_named_with_its_file(tmp_path: Path, kind: str, line: str, says: str) -> None:
    good = {"dangers": "health!\the is ill", "acts": "thanks\tta"}.get(kind, "")
    file = written(tmp_path, kind, *([good] if good else []), line)
    with pytest.raises(BadExample) as told:
        read_examples(tmp_path)
    assert f"{file}:{2 if good else 1}: " in str(told.value)
    assert says in str(told.value)


def test_a_line_is_its_labels_its_language_and_its_writer(tmp_path: Path) -> None:
    written(tmp_path, "dangers", "health,vulnerable!\tmy baby is ill ⏎ help", "", "-\tthe parcel is late")
    urgent, calm = read_examples(tmp_path)
    assert urgent.text == "my baby is ill\nhelp"
    assert urgent.labels == {"health", "vulnerable", "any", "urgent"}
    assert (urgent.language, urgent.writer) == ("en", "en/w01")
    assert calm.labels == frozenset()


def test_the_examples_that_come_with_amends_can_be_learned_from() -> None:
    examples = read_examples()
    assert {one.language for one in examples} >= {"en", "zh"}
    assert {one.head for one in examples} <= set(HEADS)
    taught = {(one.language, label) for one in examples if one.head == "dangers" for label in one.labels}
    assert {(language, kind) for language in ("en", "zh") for kind in DANGERS} <= taught
    assert all(one.labels <= set(ACTS) for one in examples if one.head == "acts")


def tiny() -> tuple[Example, ...]:
    """Two writers who each show both dangers and acts."""
    made = []
    for at in range(4):
        writer = f"en/w{at % 2}"
        made += [
            Example("dangers", HARM[at], frozenset({"health", "any", "urgent"}), "en", writer),
            Example("dangers", CALM[at], frozenset(), "en", writer),
            Example("acts", CALM[at], frozenset({"complain"}), "en", writer),
            Example("acts", THANKS[at], frozenset({"thanks"}), "en", writer),
        ]
    return tuple(made)


@pytest.fixture(scope="module")
def heads() -> Heads:
    return learn_heads(tiny(), None)


def test_what_was_shown_is_told_apart(heads: Heads) -> None:
    harm, calm, thanks = heads.read(["the child swallowed it", "parcel is late", "thank you"], None)
    assert harm["dangers"]["health"] > calm["dangers"].get("health", 0.0)
    assert thanks["acts"]["thanks"] > thanks["acts"].get("complain", 0.0)
    assert calm["acts"]["complain"] > calm["acts"].get("thanks", 0.0)


def test_only_what_was_taught_is_told(heads: Heads) -> None:
    assert set(heads.labels) == {"dangers", "acts"}
    assert heads.read([], None) == []


def test_the_same_examples_make_the_same_heads(heads: Heads) -> None:
    again = learn_heads(tiny(), None)
    assert again.digest == heads.digest == digest(tiny(), None)
    assert np.array_equal(again.words, heads.words)
    assert digest(tiny()[1:], None) != heads.digest


def test_heads_are_the_same_after_they_were_saved(heads: Heads, tmp_path: Path) -> None:
    file = tmp_path / "nlu" / "heads.npz"
    save(heads, file)
    loaded = load(file)
    assert loaded is not None
    assert (loaded.labels, loaded.exclusive, loaded.digest) == (heads.labels, heads.exclusive, heads.digest)
    assert loaded.thresholds == heads.thresholds
    texts = [*HARM, *CALM, *THANKS, "something else"]
    for before, after in zip(heads.read(texts, None), loaded.read(texts, None), strict=True):
        assert before.keys() == after.keys()
        for head, told in before.items():
            assert told == pytest.approx(after[head], abs=0.01)
    assert [path.name for path in file.parent.iterdir()] == ["heads.npz"]


def _in_format(file: Path, number: int) -> None:
    with np.load(file) as stored:
        parts = {name: stored[name] for name in stored.files}
    said = json.loads(str(parts["said"])) | {"format": number}
    written = io.BytesIO()
    np.savez(written, **{**parts, "said": np.array(json.dumps(said))})
    file.write_bytes(written.getvalue())


def test_a_file_in_another_format_is_not_loaded(heads: Heads, tmp_path: Path) -> None:
    file = tmp_path / "heads.npz"
    save(heads, file)
    _in_format(file, 99)
    assert load(file) is None


@pytest.mark.parametrize("content", [b"", b"not heads", b"PK\x03\x04 broken"])
def test_a_broken_file_is_not_loaded(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "heads.npz"
    file.write_bytes(content)
    assert load(file) is None


def test_a_missing_file_is_not_loaded(tmp_path: Path) -> None:
    assert load(tmp_path / "none.npz") is None


def test_readings_carry_what_heads_heard_and_keep_what_they_had(heads: Heads) -> None:
    readings = [Reading("the parcel is late", signals=("legal",)), Reading("thank you so much")]
    late, thanks = HeadReader(heads, None).heard(readings)
    assert "legal" in late.signals
    assert max(thanks.acts, key=thanks.acts.__getitem__) == "thanks"
    assert (late.text, thanks.text) == (readings[0].text, readings[1].text)


class Says:
    """Heads that say what they are told to."""

    thresholds: ClassVar[dict[str, dict[str, float]]] = {}

    def __init__(self, **dangers: float) -> None:
        self._dangers = dangers

    def read(self, texts: Sequence[str], _: object) -> list[dict[str, dict[str, float]]]:
        return [{"dangers": {"urgent": 0.9, "any": 0.99, **self._dangers}} for _ in texts]


def signals(**dangers: float) -> tuple[str, ...]:
    (found,) = HeadReader(Says(**dangers), None).heard([Reading("some words")])  # type: ignore[arg-type]
    return found.signals


def test_words_of_care_are_for_the_danger_that_is_meant() -> None:
    """Who saw a stranger's bank details in their own account was told to hang up and send no money."""
    assert signals(privacy_breach=0.99, fraud_now=0.8) == ("privacy_breach",)
    assert set(signals(privacy_breach=0.99, fraud_now=0.97)) == {"fraud_now", "privacy_breach"}
    assert signals(fraud_now=0.8) == ("fraud_now",)
    assert "self_harm" in signals(violence=0.99, self_harm=0.6), "despair counts beside anything"
    assert set(signals(health=0.99, safety=0.8)) == {"health", "safety"}, "no words of care come with what can hurt"
