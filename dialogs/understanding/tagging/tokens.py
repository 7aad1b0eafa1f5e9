"""A text in the encoder's pieces, each with its place in the text, so that what is found can be shown in its words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dialogs.understanding.heads.features import simplifier

MOST_PIECES = 240
"""Pieces of a text that are looked at: whoever tells a thing names it by then, and time grows with them."""
_MOST_READ = 900
_GAP = "▁"
"""How the encoder writes a space."""


class Splitter(Protocol):
    """What the encoder's package offers to split normalised text: the ids of its pieces."""

    def __call__(self, text: str) -> list[int]: ...


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text's pieces: their `ids`, and the stretch of the text that each stands for, as [start, end)."""

    text: str
    ids: tuple[int, ...]
    places: tuple[tuple[int, int], ...]


def split(text: str, splitter: Splitter, piece: Callable[[int], str]) -> Pieces:
    """`text` in pieces; `piece` gives the letters of an id, and one letter stands for what it does not know."""
    normal, at = _normal(text[:_MOST_READ])
    ids = splitter(normal)[:MOST_PIECES]
    places, reached = [], 0
    for one in ids:
        begin, reached = reached, reached + len(piece(one))
        shown = begin + (normal[begin:reached].startswith(_GAP))
        places.append((at[shown], at[reached - 1] + 1) if shown < reached else (at[begin], at[begin]))
    return Pieces(text, tuple(ids), tuple(places))


def _normal(text: str) -> tuple[str, list[int]]:
    """The text as the encoder expects it, led by a gap, and for each of its letters the place it came from."""
    letters, at = [_GAP], [0]
    for place, letter in enumerate(folded(text)):
        if not letter.isspace():
            letters.append(letter)
            at.append(place)
        elif letters[-1] != _GAP:
            letters.append(_GAP)
            at.append(place)
    if len(letters) > 1 and letters[-1] == _GAP:
        letters.pop()
        at.pop()
    return "".join(letters), at


def folded(text: str) -> str:
    """Lower case, half width, simplified characters; as long as it was, letter for letter."""
    if text.isascii():
        return text.lower()
    plain = "".join(_one(letter) for letter in text)
    simple = simplifier().convert(plain)
    return simple if len(simple) == len(plain) else plain


def _one(letter: str) -> str:
    found = unicodedata.normalize("NFKC", letter).lower()
    return found if len(found) == 1 else letter


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without the marks at its ends, grown to whole words of Latin letters and digits."""
    while start < end and not (text[start].isalnum() or text[start] in _OPENS):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in _CLOSES):
        end -= 1
    while start > 0 and _joined(text[start - 1 : start + 1]):
        start -= 1
    while 0 < end < len(text) and _joined(text[end - 1 : end + 1]):
        end += 1
    return start, end


_OPENS, _CLOSES = frozenset("£$€¥₹+#"), frozenset("€%\"'")


def _joined(pair: str) -> bool:
    return len(pair) == 2 and pair.isascii() and pair.isalnum()


def pieces_by_id(prefixes: dict[str, int], unknown: int) -> Callable[[int], str]:
    """From the encoder's vocabulary (piece to id + 1; 0 for what only begins one), the letters of an id.

    `unknown` is the id of any single letter that the vocabulary lacks.
    """
    letters = {number - 1: piece for piece, number in prefixes.items() if number} | {unknown: "?"}
    return letters.__getitem__
