"""How heads are fitted, and what they depend on: a change here makes new heads."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.understanding.heads.dataset import HEADS, Example
from dialogs.understanding.model.encoder import Encoder
from dialogs.understanding.model.model_files import digest_of

PENALTY_WORDS, PENALTY_MEANING = 0.3, 0.3
ROUNDS = 45
MOST_GRAMS = 24_000
FOLDS = 3
MOST_MEASURED = 3_000
"""Texts whose clauses are looked at to find where to believe a head: they take longer to encode than to learn from."""
ALARMS = {"dangers": 0.06, "wishes": 0.005, "survey_flags": 0.04}
"""The share of false alarms at which a label of these heads is believed."""

LOOK, CERTAIN, CRISIS = 0.12, 0.014, 0.004
"""False alarms that a second look may cost, those at which care is spoken of, and those at which the form is put aside
for a person.
"""


def digest(examples: Sequence[Example], encoder: Encoder | None) -> str:
    """What heads depend on: the examples, the encoder and the recipe."""
    told = (f"{one.head}|{','.join(sorted(one.labels))}|{one.text}|{one.writer}" for one in examples)
    points = f"{sorted(ALARMS.items())}|{LOOK}|{CERTAIN}|{CRISIS}|{FOLDS}|{MOST_MEASURED}"
    recipe = f"one of all|{PENALTY_WORDS}|{PENALTY_MEANING}|{ROUNDS}|{MOST_GRAMS}|{points}|{HEADS}"
    return digest_of(encoder.name if encoder else "", recipe, *sorted(told))
