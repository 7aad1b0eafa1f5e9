"""How a message looks on Telegram: buttons in rows, a long text in parts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

from dialogs.flows.effects import Button

LONGEST = 4096
"""Characters that Telegram takes in one message. We count UTF-16 units, which are never fewer."""
ROW = 34
"""How wide a row of buttons may be on a small phone, in Latin letters; a Chinese character is two."""
MOST_IN_A_ROW = 3
_ENDS = ("\n\n", "\n", "。", "！", "？", ". ", "! ", "? ", "；", "; ", "，", ", ", " ")
"""Where a text is best cut, the best first."""
_CLOSING = "”’」』）)"
"""What belongs to the sentence before it."""


def rows(buttons: Sequence[Button]) -> list[list[Button]]:
    """Buttons in rows: short ones share a row, in their order."""
    laid: list[list[Button]] = []
    for button in buttons:
        if laid and len(laid[-1]) < MOST_IN_A_ROW and _fits([*laid[-1], button]):
            laid[-1].append(button)
        else:
            laid.append([button])
    return laid


def _fits(row: Sequence[Button]) -> bool:
    """All buttons of a row are equally wide, so the longest decides."""
    return max(_width(button.title) for button in row) * len(row) + 2 * len(row) <= ROW


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def parts(text: str, longest: int = LONGEST) -> list[str]:
    """The text in parts that fit, each ending with a paragraph, a sentence or at least a word."""
    found = []
    while units(text) > longest:
        place = _place(text, longest)
        found.append(text[:place].rstrip())
        text = text[place:].lstrip()
    return [part for part in (*found, text.rstrip()) if part]


def _place(text: str, longest: int) -> int:
    """Where to cut, at most `longest` units in and, for choice, not before the middle."""
    most = _most(text, longest)
    head = text[: most - 1] if text[most] in _CLOSING else text[:most]
    for end in _ENDS:
        place = head.rfind(end)
        if place >= most // 2:
            place += len(end)
            return place + len(head[place:]) - len(head[place:].lstrip(_CLOSING))
    return most


def _most(text: str, longest: int) -> int:
    """How many characters fit into so many UTF-16 units."""
    units = 0
    for place, letter in enumerate(text):
        units += 2 if ord(letter) > 0xFFFF else 1
        if units > longest:
            return place
    return len(text)


def units(text: str) -> int:
    """How long Telegram finds a text: in UTF-16 units."""
    return len(text) + sum(ord(letter) > 0xFFFF for letter in text)
