"""The tagger learns from marked examples what is called a fact, and keeps it over a night on disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dialogs.understanding.heads.dataset import BadExample
from dialogs.understanding.model.encoder import find_encoder
from dialogs.understanding.reading import Reading
from dialogs.understanding.tagging.dataset import Marked, read_marked, unmarked
from dialogs.understanding.tagging.fitting import learn_tagger
from dialogs.understanding.tagging.network import LABELS, Tagger, likeliest, load, save
from dialogs.understanding.tagging.reading import TagReader
from dialogs.understanding.tagging.recipe import digest
from dialogs.understanding.tagging.vectors import TokenEncoder

sentences = find_encoder()
pytestmark = pytest.mark.skipif(sentences is None, reason="the sentence encoder is not installed")

GOODS = ("kettle", "teapot", "lamp", "jumper", "toaster", "radio", "blender", "chair", "rug", "scarf", "drill", "vase")
TOLD = ("my [{}](item) arrived broken", "the [{}](item) stopped working", "I ordered a [{}](item) and it never came")


@pytest.fixture(scope="module")
def encoder() -> TokenEncoder:
    assert sentences is not None
    return TokenEncoder(sentences)


@pytest.fixture(scope="module")
def tagger(encoder: TokenEncoder) -> Tagger:
    told = [(line.format(thing), ("story",)) for line in TOLD for thing in GOODS]
    told += [(f"[{name}](name)", ("name",)) for name in ("Ann Lee", "Bob Ray", "Cy Orr", "Di Fox", "Ed Poe")] * 3
    bare = ((*unmarked(text), asked) for text, asked in told * 8)
    return learn_tagger([Marked(text, asked, facts, "en", "w01") for text, facts, asked in bare], encoder)


def words(tagger: Tagger, encoder: TokenEncoder, text: str, *asked: str) -> list[tuple[str, str]]:
    pieces = encoder.split(text)
    (found,) = tagger.find(pieces, encoder.vectors([pieces])[0], [asked or ("story",)])
    return [(mark.fact, text[mark.start : mark.end]) for mark in found]


def test_a_thing_it_never_saw_is_known_by_its_place_in_the_sentence(tagger: Tagger, encoder: TokenEncoder) -> None:
    assert words(tagger, encoder, "my saucepan arrived broken") == [("item", "saucepan")]
    assert words(tagger, encoder, "the bicycle stopped working") == [("item", "bicycle")]


def test_where_nothing_is_told_nothing_is_found(tagger: Tagger, encoder: TokenEncoder) -> None:
    assert words(tagger, encoder, "") == []
    pieces = encoder.split("")
    assert tagger.find(pieces, encoder.vectors([pieces])[0], [("story",), ("name",)])[1] == ()


def test_a_night_on_disk_changes_nothing(tagger: Tagger, encoder: TokenEncoder, tmp_path: Path) -> None:
    file = tmp_path / "nlu" / "tagger.npz"
    save(tagger, file)
    again = load(file)
    assert again is not None
    assert (again.digest, again.encoder) == (tagger.digest, tagger.encoder)
    assert words(again, encoder, "my saucepan arrived broken") == [("item", "saucepan")]


def test_a_file_that_is_no_tagger_is_none(tmp_path: Path) -> None:
    file = tmp_path / "tagger.npz"
    assert load(file) is None
    file.write_bytes(b"no tagger")
    assert load(file) is None
    np.savez(file, said=np.array(json.dumps({"format": 99, "labels": LABELS, "encoder": "", "digest": ""})))
    assert load(file) is None


def test_no_further_piece_stands_without_a_first() -> None:
    chances = np.full((1, 3, len(LABELS)), -10.0, dtype=np.float32)
    chances[0, :, LABELS.index("-item")] = 0.0
    (path,) = likeliest(chances)
    assert [LABELS[label] for label in path] != ["-item"] * 3
    assert LABELS[path[0]] != "-item"


def test_its_digest_changes_with_what_it_learns_from() -> None:
    one = Marked("my kettle broke", ("story",), (("item", 3, 9),), "en", "w01")
    assert digest([one], "e") == digest([one], "e") != digest([one], "f")
    assert digest([one], "e") != digest([Marked("my kettle broke", ("item",), (("item", 3, 9),), "en", "w01")], "e")


def test_readings_bear_marks_and_the_slots_that_follow_from_them(tagger: Tagger, encoder: TokenEncoder) -> None:
    reader = TagReader(tagger, encoder)
    told, empty = reader.marked([Reading("my saucepan arrived broken"), Reading("")])
    assert told.found("item") == "saucepan"
    assert told.marks["story"][0].fact == "item"
    assert empty.slots == ()
    assert reader.marked([]) == []


def test_marks_are_taken_out_of_an_example() -> None:
    assert unmarked("[back](wanted:refund), my [red kettle](item)!") == (
        "back, my red kettle!",
        (("wanted", 0, 4), ("item", 9, 19)),
    )


def test_an_example_with_a_fact_nobody_knows_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "en" / "answers" / "w01.tsv"
    file.parent.mkdir(parents=True)
    file.write_text("story\tstory\tmy [kettle](item) broke\nstory\tstory\tmy [soul](spirit) broke\n", encoding="utf-8")
    with pytest.raises(BadExample, match=r"w01\.tsv:2: spirit"):
        read_marked(tmp_path)


def test_the_examples_that_come_with_amends_are_whole() -> None:
    examples = read_marked()
    assert len(examples) > 5_000
    assert all(one.text[start:end].strip() for one in examples for _, start, end in one.facts)
