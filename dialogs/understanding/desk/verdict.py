"""Whether a candidate that learned from the desk may take over, by what both were measured at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dialogs.understanding.model.model_files import digest_of

_HELD_BACK = 3
"""One correction in so many is held back to measure with; which ones, their digest decides, the same every time."""
FEWEST = 4
"""Corrections held back without which nothing is measured."""
TIMES = 5
"""How many examples a correction weighs as much as: it is a customer's own message, where the others were written."""
ONE_WRITER_IN = 9
"""One writer of the examples that come along in so many is left out to measure with."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the one in use and the candidate reach, 0 to 1, on texts that neither has learned from: `set_right`, where
    corrections held back count, and `along`, of writers left out. There it may be worse by what is `allowed`: as much
    as training it again varies.
    """

    set_right: tuple[float, float]
    along: tuple[float, float]
    allowed: float

    @property
    def is_better(self) -> bool:
        return self.set_right[1] > self.set_right[0] and self.along[1] >= self.along[0] - self.allowed

    def __str__(self) -> str:
        return (
            f"corrections held back {self.set_right[0]:.1%} → {self.set_right[1]:.1%}, "
            f"writers left out {self.along[0]:.1%} → {self.along[1]:.1%}"
        )


def is_held_back(text: str) -> bool:
    """Whether a corrected text is one to measure with."""
    return int(digest_of(text), 16) % _HELD_BACK == 0


def left_out(writers: Iterable[str]) -> frozenset[str]:
    """The writers of what comes along with whom to measure."""
    names = sorted(set(writers))
    return frozenset(names[::ONE_WRITER_IN] if len(names) > 1 else ())
