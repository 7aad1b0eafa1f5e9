"""How the tagger is fitted, and what it depends on: a change here makes a new one."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.understanding.model.model_files import digest_of
from dialogs.understanding.tagging.dataset import Marked
from dialogs.understanding.tagging.network import LABELS

DIRECTIONS, STATES, HIDDEN = 320, 192, 96
EPOCHS, TOGETHER, PACE, DECAY, DROPPED = 8, 16, 0.002, 0.02, 0.2
CONTINUES = 1.0
"""What speaks for going on with a fact, beside what was learned: half a name is worse than a word too many."""
RARE = 2.0
"""How much more an example of what only looks like a fact weighs: there are few of them, and they matter as much."""


def digest(examples: Sequence[Marked], encoder: str) -> str:
    """What a tagger depends on: the examples, the encoder and the recipe."""
    sizes = f"{DIRECTIONS}|{STATES}|{HIDDEN}|{EPOCHS}|{TOGETHER}"
    recipe = f"memory|{sizes}|{PACE}|{DECAY}|{DROPPED}|{CONTINUES}|{RARE}|{LABELS}"
    return digest_of(encoder, recipe, *(f"{one.asked}|{one.facts}|{one.text}" for one in examples))
