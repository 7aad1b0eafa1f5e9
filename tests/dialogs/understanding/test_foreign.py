"""How well short messages of thirty languages are told apart, and from English and Chinese as people write them.

`foreign/complaints.tsv` was there before the words that tell; `foreign/held_out.tsv` was written after them
and is never tuned to.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.heads.dataset import read_examples
from dialogs.understanding.language.language_id import Tongues
from dialogs.understanding.language.packs import lacking
from dialogs.understanding.pipeline import english_words
from dialogs.understanding.text import flatten
from tests.conftest import sized

HERE = Path(__file__).parent / "foreign"
KNOWN, TONGUES = english_words(load_playbook("shop")), Tongues()
ALIKE = ({"da", "no", "sv"}, {"id", "ms"}, {"ru", "uk"})
"""Who reads one of these reads the others' line as well."""


def told(file: str) -> list[tuple[str, str, str]]:
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return [(code, TONGUES.language_of(flatten(text), KNOWN), text) for code, text in (x.split("\t") for x in lines)]


@pytest.mark.parametrize(
    ("file", "exactly", "readably"), [("complaints.tsv", 0.95, 0.96), ("held_out.tsv", 0.82, 0.88)]
)
def test_a_short_complaint_shows_its_language(file: str, exactly: float, readably: float) -> None:
    found = told(file)
    right = [code == heard for code, heard, _ in found]
    near = [code == heard or any({code, heard} <= pair for pair in ALIKE) for code, heard, _ in found]
    assert sum(right) >= exactly * len(found)
    assert sum(near) >= readably * len(found), [one for one, fits in zip(found, near, strict=True) if not fits]


@pytest.mark.parametrize("file", ["complaints.tsv", "held_out.tsv"])
def test_nobody_is_taken_for_somebody_of_quite_another_language(file: str) -> None:
    found = [one for one in told(file) if one[1] and one[1] != one[0] and one[1] not in ("en", "zh")]
    strange = [one for one in found if not any({one[0], one[1]} <= pair for pair in ALIKE)]
    assert len(strange) <= 0.02 * len(told(file)), strange


def test_english_and_chinese_are_hardly_ever_taken_for_a_language_we_lack() -> None:
    every = [one for one in read_examples() if one.language in ("en", "zh")]
    texts = sorted({one.text for one in every})[:: sized(8, 1)]
    wrong = [text for text in texts if (code := TONGUES.language_of(flatten(text), KNOWN)) and lacking(code)]
    assert len(wrong) <= 0.005 * len(texts), wrong


THIRTY = re.findall(r"\w+", "fr de it pt nl pl cs ro hu el sv da no fi ru uk tr ar he fa hi bn ur ta th vi id ms ja ko")


@pytest.mark.parametrize("code", sorted({*THIRTY, "es"}))
def test_each_of_the_languages_has_its_line(code: str) -> None:
    line = lacking(code)
    assert line
    assert line.say.count("{languages}") == 1
    assert len(line.say) < 260
    assert line.person
