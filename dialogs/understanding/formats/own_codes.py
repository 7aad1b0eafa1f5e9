"""Codes of a playbook's own slots in a text: account numbers, policy numbers, however they are spaced.

They are looked for before order numbers and telephones, which many of them look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from dialogs.playbooks.parts.own_slots import OwnSlot, compact
from dialogs.understanding.reading import Span
from dialogs.understanding.text import MOST_FACTS

_PART = re.compile(r"[A-Za-z0-9]{1,80}")
_GAP = re.compile(r"[ .\-/_‐‑–—·\u00a0]{0,2}")
_DIGIT = re.compile(r"\d")
_MOST_PARTS, _MOST_READ = 10, 400


class OwnCodes:
    """Finds the codes of one playbook's slots. Made once."""

    def __init__(self, slots: Mapping[str, OwnSlot]) -> None:
        self._slots = {name: slot for name, slot in slots.items() if slot.type == "code"}

    def find(self, text: str, flat: str) -> list[Span]:
        """Every code in a text, its value without gaps; one that fits several slots is a span of each.

        `flat` is `text` flattened, with what was found already blanked.
        """
        if not self._slots or not _DIGIT.search(flat):
            return []
        return list(islice(self._spans(text, flat), MOST_FACTS))

    def _spans(self, text: str, flat: str) -> Iterator[Span]:
        parts = [found.span() for found in islice(_PART.finditer(flat), _MOST_READ)]
        at = 0
        while at < len(parts):
            last, names = self._longest_from(flat, parts, at)
            for name in names:
                start, end = parts[at][0], parts[last][1]
                yield Span(name, text[start:end], compact(flat[start:end]), start, end)
            at = last + 1 if names else at + 1

    def _longest_from(self, flat: str, parts: list[tuple[int, int]], at: int) -> tuple[int, list[str]]:
        """The last part of the longest code that begins with this one, and the slots it fits."""
        for last in range(_last_joined(flat, parts, at), at - 1, -1):
            if last > at and not _DIGIT.search(flat, *parts[last]):
                continue  # "… 5432 please": a word behind a code is none of it
            said = flat[parts[at][0] : parts[last][1]]
            if names := [name for name, slot in self._slots.items() if slot.fits(said)]:
                return last, names
        return at, []


def _last_joined(flat: str, parts: list[tuple[int, int]], at: int) -> int:
    """The last part that follows from this one with nothing but a gap between each and the next."""
    last = at
    while last + 1 < len(parts) and last - at < _MOST_PARTS - 1:
        if not _GAP.fullmatch(flat, parts[last][1], parts[last + 1][0]):
            break
        last += 1
    return last
