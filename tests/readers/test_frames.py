"""Readings come back from a reader as they were made."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Reading, Span, Utterance
from engine.readers.frames import HEAD, ReadAnswer, ReadRequest, answer, decoded, encoded
from tests.turn.scenery import NOON

BLIND = Path(__file__).parents[1] / "blind"


def sent(readings: list[Reading]) -> list[Reading]:
    return [decoded(encoded(answer(reading, {}))[HEAD:], ReadAnswer).result() for reading in readings]  # type: ignore[misc]


def test_readings_of_what_people_write_come_back_equal() -> None:
    texts = [row["text"] for file in sorted(BLIND.glob("*.csv")) for row in csv.DictReader(file.open())][::12]
    texts += ["I paid 30.50 EUR on 3 May for order AM2611180042, call +44 20 7946 0018 after 5", "350"]
    asked = [Utterance(text, NOON, "Asia/Shanghai", "CN") for text in texts]
    assert all(decoded(encoded(ReadRequest(one))[HEAD:], ReadRequest).said == one for one in asked)
    understanding = LocalUnderstanding(load_playbook("shop"))
    readings = understanding.read(asked)
    assert {type(span.value).__name__ for one in readings for span in one.slots} >= {
        "str",
        "Moment",
        "Money",
        "Decimal",
    }
    assert sent(readings) == readings
    why = understanding.explain(asked[0])
    assert decoded(encoded(answer(why.reading, {}, why))[HEAD:], ReadAnswer).result() == why


def test_what_is_no_value_is_not_sent() -> None:
    with pytest.raises(TypeError):
        answer(Reading("x", slots=(Span("amount", "x", object(), 0, 1),)), {})
