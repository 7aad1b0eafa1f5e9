"""Plain phrases read as two other readers of dates read them. Their answers are kept: see `oracles/ask.py`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from dialogs.understanding.formats.dates import find_dates
from dialogs.understanding.text import flatten

NOW = datetime(2026, 11, 21, 14, 0)
ANSWERS = json.loads((Path(__file__).parent / "oracles" / "answers.json").read_text("utf-8"))
REGIONS = {"zh": "CN", "en": "GB"}


def agrees(ours: str, theirs: list[str]) -> bool:
    """Whether one of the other reader's answers is our day and minute, or a stretch that our day or minute lies in."""
    for answer in theirs:
        start, _, end = answer.partition("/")
        whole_days = "T" not in ours or start.endswith("T00:00") or "T" not in start
        length = 10 if whole_days else 16
        if start[:length] <= ours[:length] <= (end or start)[:length]:
            return True
    return False


def disagreements(code: str) -> list[str]:
    different = []
    for phrase, theirs in ANSWERS[code].items():
        ours = [span.value.iso for span in find_dates(phrase, flatten(phrase), NOW, REGIONS[code])]
        past = [answer for answer in theirs if answer <= NOW.isoformat()]
        if past and not (len(ours) == 1 and agrees(ours[0], past)):
            different.append(f"{phrase}: ours {ours}, theirs {past}")
    return different


@pytest.mark.parametrize("code", ["zh", "en"])
def test_plain_phrases_are_read_as_others_read_them(code: str) -> None:
    asked = sum(bool(theirs) for theirs in ANSWERS[code].values())
    different = disagreements(code)
    print(f"{code}: {asked - len(different)} of {asked} alike", *different, sep="\n")
    assert asked >= 50
    assert len(different) / asked <= 0.06
