"""What each family of rules is worth: the same messages written apart, read with it and without it.

A family is switched off where it is asked: what it would say is replaced by what it says where it finds nothing. All
else (model, heads, tagger) reads on. `python -m bench.nlu --only families`
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from bench.nlu.sets import NOW, Line
from dialogs.understanding.model.evaluating import macro_f1
from dialogs.understanding.reading import Reading, Understanding, Utterance

UNDERSTANDING = Path(__file__).parents[2] / "dialogs" / "understanding"
_PIPELINE, _SIGNALS = "dialogs.understanding.pipeline", "dialogs.understanding.cues.signals"
_LOCAL, _RULES = "dialogs.understanding.local_provider", "dialogs.understanding.rule_provider"


def _says(value: Any) -> Callable[..., Any]:
    return lambda *_args, **_named: value


@dataclass(frozen=True, slots=True)
class Family:
    """Some rules: their file, and what is asked of them where, with the answer of who finds nothing."""

    file: str
    asked: Mapping[tuple[str, str], Callable[..., Any]]


FAMILIES = (
    Family("cues/cancel_and_status.py", {
        (_PIPELINE, "calls_off"): _says(False), (_PIPELINE, "asks_news"): _says(False),
    }),
    Family("cues/category_evidence.py", {
        (_LOCAL, "unsupported"): _says(frozenset()), (_LOCAL, "pointed_at"): _says(()),
        (_LOCAL, "is_praise"): _says(False),
        (_RULES, "shaped"): _says(()), (_RULES, "is_amiss"): _says(False),
    }),
    Family("cues/corrections.py", {
        (_PIPELINE, "find_change"): lambda _text, _flat, spans, *_rest: ("", spans),
        (_PIPELINE, "is_edit"): _says(False), (_PIPELINE, "is_express"): _says(False),
    }),
    Family("cues/declined_slot.py", {(_PIPELINE, "withheld"): _says("")}),
    Family("cues/faq_topics.py", {
        (_PIPELINE, "find_topic"): _says(("", 0, 0)), (_SIGNALS, "find_topic"): _says(("", 0, 0)),
    }),
    Family("cues/policy_questions.py", {(_PIPELINE, "is_inquiry"): _says(False)}),
    Family("cues/requested_remedies.py", {(_SIGNALS, "wishes_by_shape"): _says(())}),
    Family("cues/safety_signals.py", {(_SIGNALS, "find_harms"): lambda *_args: {}}),
    Family("cues/secondary_clauses.py", {(_SIGNALS, "afterthoughts"): _says(())}),
    Family("cues/urgency.py", {
        (_PIPELINE, "urgency"): _says("normal"), (_SIGNALS, "urgency"): _says("normal"),
        (_PIPELINE, "calm_words"): _says(()), (_SIGNALS, "calm_words"): _says(()),
    }),
    Family("replies/short_answers.py", {
        (_PIPELINE, "is_bare"): _says(False), (_PIPELINE, "declines"): _says(False),
        (_PIPELINE, "case_hint"): _says(""),
    }),
)  # fmt: skip
"""The families that are asked in one place. The grammars (`formats`) have tests of several hundred cases each,
and replies in context are judged by `tests/dialogs`.
"""


@contextmanager
def without(family: Family) -> Iterator[None]:
    """Read without these rules for as long as the block runs. Raises AttributeError for one that is asked no more."""
    with ExitStack() as switched:
        for (module, name), nothing in family.asked.items():
            switched.enter_context(patch(f"{module}.{name}", nothing))
        yield


def families(folder: Path, understanding: Understanding, every: int = 1) -> Iterator[Line]:
    """A line a family; of the messages about categories, of which there are many, every so many."""
    sets = _sets(folder, every)
    whole = _measured(sets, understanding)
    yield Line("rules all on: " + ", ".join(whole), " / ".join(f"{found:.1f}" for found in whole.values()))
    for family in FAMILIES:
        lines = len((UNDERSTANDING / family.file).read_text(encoding="utf-8").splitlines())
        with without(family):
            found = _measured(sets, understanding)
        lost = {name: whole[name] - found[name] for name in whole}
        best = max(lost, key=lambda name: abs(lost[name]))
        worth = f"{lost[best]:+.1f} points ({best})" if abs(lost[best]) >= _SEEN else "nothing on these sets"
        yield Line(
            f"{family.file}, {lines} lines", " / ".join(f"{one:.1f}" for one in found.values()), f"worth {worth}"
        )


_SEEN = 0.05
Rows = Sequence[Mapping[str, str]]


def _sets(folder: Path, every: int) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for name in ("categories.zh", "categories.en", "intents.zh", "intents.en", "affect"):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            found[name] = list(csv.DictReader(lines))[:: every if name.startswith("categories") else 1]
    return found


def _measured(sets: Mapping[str, Rows], understanding: Understanding) -> dict[str, float]:
    """In percent: the share of right categories, intents and sets of wishes; of urgency the macro-F1."""
    found: dict[str, float] = {}
    for name, rows in sets.items():
        readings = [understanding.read([Utterance(row["text"], NOW)])[0] for row in rows]
        if name.startswith("categories"):
            found[name] = _share([one.category is not None and one.category.name == row["category"]
                                  for one, row in zip(readings, rows, strict=True)])  # fmt: skip
        elif name.startswith("intents"):
            found[name] = _share([_main(one) in row["intents"].split("|")
                                  for one, row in zip(readings, rows, strict=True)])  # fmt: skip
        else:
            found |= _affect(readings, rows)
    return found


def _affect(readings: Sequence[Reading], rows: Rows) -> dict[str, float]:
    pairs = list(zip(readings, rows, strict=True))
    urgency = macro_f1(np.array([row["urgency"] for row in rows]), np.array([one.urgency for one in readings]))
    wanted = [set(one.wanted) == set(filter(None, row["wanted"].split("|"))) for one, row in pairs]
    return {"urgency": 100 * urgency, "wishes": _share(wanted)}


def _main(reading: Reading) -> str:
    return reading.intents[0].name if reading.intents else "none"


def _share(hits: Sequence[bool]) -> float:
    return 100 * float(np.mean(hits))
