"""What a head sees of a text: its sentence vector, and its stretches of characters and words in one plain form; of a
text and of each of its clauses, for a danger is often told in one clause of a long complaint.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

from dialogs.understanding.text import flatten

MOST_READ = 1_500
"""Characters of a text that a head reads."""


class Converter(Protocol):
    """Turns Traditional Chinese into Simplified."""

    def convert(self, text: str) -> str: ...


@lru_cache(maxsize=1)
def simplifier() -> Converter:
    """OpenCC's dictionary, loaded once."""
    from opencc import OpenCC

    converter: Converter = OpenCC("t2s")
    return converter


def plain(text: str) -> str:
    """A text in lower case, half width, simplified characters; at most `MOST_READ` of it."""
    cut = text[:MOST_READ]
    return flatten(cut if cut.isascii() else simplifier().convert(cut))


MOST_CLAUSES = 12
_SHORT = 4
_BREAK = re.compile(r"[,.;!?、\n…]+|(?<!\s)\s++(?:but|and|so|because|then)\s+|(?<=[一-鿿])\s+(?=[一-鿿])")


def clauses(flat: str) -> list[str]:
    """The clauses of a plain text, in order; very short ones go with their neighbour. A text of one clause is that."""
    parts: list[str] = []
    for part in _BREAK.split(flat):
        said = part.strip()
        if said and parts and min(len(said), len(parts[-1])) < _SHORT:
            parts[-1] += f" {said}"
        elif said:
            parts.append(said)
    return parts[:MOST_CLAUSES] or [flat]
