"""What colleagues set right, as examples of heads and tagger. Of several corrections of a text the last counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dialogs.understanding.heads.dataset import Example, danger_labels
from dialogs.understanding.tagging.dataset import ASKED, FACTS, Marked
from dialogs.understanding.tagging.network import Tagger
from dialogs.understanding.tagging.vectors import TokenEncoder

WRITER = "desk"
_TOLD = re.compile(r"([a-z_+]+) ([a-z_]+) (\d{1,6})-(\d{1,6})")


@dataclass(frozen=True, slots=True)
class SetRight:
    """A text, its language, and what it should have been understood to tell, as the effect `Taught` has it."""

    text: str
    language: str
    told: str


def danger_examples(corrections: Iterable[SetRight]) -> tuple[Example, ...]:
    """One for each text; what names a kind that is not known any more is passed over."""
    found: dict[str, Example] = {}
    for one in corrections:
        try:
            labels = danger_labels(one.told)
        except ValueError:
            continue
        found[one.text] = Example("dangers", one.text, labels, one.language, f"{one.language}/{WRITER}")
    return tuple(found.values())


def fact_examples(corrections: Iterable[SetRight]) -> tuple[Marked, ...]:
    """One for each text, with the facts that were set right in it, and no other."""
    found: dict[str, Marked] = {}
    for one in corrections:
        told = _TOLD.fullmatch(one.told)
        if told is None or told[2] not in FACTS or not set(told[1].split("+")) <= set(ASKED):
            continue
        fact, start, end = told[2], int(told[3]), int(told[4])
        if not start < end <= len(one.text):
            continue
        known = found.get(one.text, Marked(one.text, (), (), one.language, WRITER))
        others = tuple(mark for mark in known.facts if mark[0] != fact and not _touch(mark, start, end))
        facts = tuple(sorted((*others, (fact, start, end)), key=lambda mark: mark[1]))
        found[one.text] = replace(known, asked=tuple(told[1].split("+")), facts=facts)
    return tuple(found.values())


def completed(examples: Sequence[Marked], tagger: Tagger, encoder: TokenEncoder) -> tuple[Marked, ...]:
    """The same with the further facts that a tagger marks in them: else it would learn that these are none."""
    pieces = [encoder.split(one.text) for one in examples]
    vectors = encoder.vectors(pieces)
    found = []
    for one, split, row in zip(examples, pieces, vectors, strict=True):
        ours = {fact for fact, _, _ in one.facts}
        marks = tagger.find(split, row, (one.asked,))[0]
        more = [
            (mark.fact, mark.start, mark.end)
            for mark in marks
            if mark.fact not in ours and not any(_touch(fact, mark.start, mark.end) for fact in one.facts)
        ]
        found.append(replace(one, facts=tuple(sorted((*one.facts, *more), key=lambda fact: fact[1]))))
    return tuple(found)


def _touch(fact: tuple[str, int, int], start: int, end: int) -> bool:
    return fact[1] < end and start < fact[2]
