"""Why a text was read as it was: the rules that spoke, and the stretches of text that weighed most."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.understanding.reading import Reading


@dataclass(frozen=True, slots=True)
class Weight:
    """A stretch of the text, and how much it spoke for the label chosen; below zero it spoke against it."""

    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reading with its reasons.

    `rules` are what was known for sure, each `name: words`; `decided_by` is who chose intent and category:
    `rules`, `words` (the lexical classifier) or `encoder` (both classifiers together); `label` is the label
    they chose, `confidence` how sure they were, `least` the confidence below which nothing is believed;
    `weights` are the stretches of text that weighed most, the weightiest first.
    """

    reading: Reading
    rules: tuple[str, ...] = ()
    decided_by: str = "rules"
    label: str = ""
    confidence: float = 0.0
    least: float = 0.0
    weights: tuple[Weight, ...] = ()
