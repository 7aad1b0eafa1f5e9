"""Why a text was read as it was: the rules that spoke, and the stretches of text that weighed most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dialogs.understanding.reading import Reading

MEANING = "(meaning)"
"""Stands for the sentence vector in a list of words: what the text means as a whole, rather than any word of it."""
_MOST = 8


@dataclass(frozen=True, slots=True)
class Weight:
    """A stretch of the text, and how much it spoke for the label chosen; below zero it spoke against it."""

    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reading with its reasons.

    `rules` are what was known for sure, each `name: words`; `decided_by` is who chose intent and category:
    `rules`, `words` (the small classifier), `encoder` (words and meaning together), `language
    model` or `nobody` (it was not read); `label` is the label
    chosen, `confidence` how sure of it, 0 to 1; `likeness` is how much the text resembles any example, and
    `least` the likeness below which nothing is believed. `weights` are the stretches of the text that weighed
    most, the weightiest first.
    """

    reading: Reading
    rules: tuple[str, ...] = ()
    decided_by: str = "rules"
    label: str = ""
    confidence: float = 0.0
    likeness: float = 0.0
    least: float = 0.0
    weights: tuple[Weight, ...] = ()


def strongest(weights: Iterable[Weight]) -> tuple[Weight, ...]:
    """The few weightiest stretches, none of which lies inside another that says the same."""
    kept: list[Weight] = []
    for one in sorted(weights, key=lambda weight: (-abs(weight.weight), -len(weight.words), weight.words)):
        if len(kept) < _MOST and not any(one.words in other.words or other.words in one.words for other in kept):
            kept.append(Weight(one.words, round(one.weight, 4)))
    return tuple(kept)
