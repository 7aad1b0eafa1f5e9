"""Days by the words of a language pack: "hace tres días", "antier"; what `dateparser` does not know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

from dialogs.understanding.formats.calendar_math import Day
from dialogs.understanding.language.packs import packs
from dialogs.understanding.text import MOST_FACTS

_NUMBER, _UNIT = "{n}", "{unit}"


@dataclass(frozen=True, slots=True)
class _Grammar:
    """How a language counts back: `pattern` finds a named day, or a number of units; the rest are days each."""

    pattern: re.Pattern[str]
    named: Mapping[str, int]
    numbers: Mapping[str, int]
    units: Mapping[str, int]

    def back(self, found: re.Match[str]) -> int:
        """How many days ago that was."""
        if name := found["named"]:
            return self.named[name]
        number = found["n"]
        return self.units[found["unit"]] * (int(number) if number.isdecimal() else self.numbers[number])


def find_days(flat: str, today: date, language: str) -> list[Day]:
    """Every day that is counted back from today, in order."""
    grammar = _grammar(language)
    if grammar is None:
        return []
    found = islice(grammar.pattern.finditer(flat), MOST_FACTS)
    return [Day(one.start(), one.end(), today - timedelta(days=grammar.back(one))) for one in found]


@lru_cache(maxsize=16)
def _grammar(language: str) -> _Grammar | None:
    said = packs()[language].about.get("days") if language in packs() else None
    if not said:
        return None
    named, numbers, units = said["named"], said["numbers"], said["units"]
    count = rf"(?P<n>\d{{1,2}}|{_any(numbers)})"
    ago = said["ago"].replace(_NUMBER, count).replace(_UNIT, f"(?P<unit>{_any(units)})")
    pattern = re.compile(rf"(?<![\w])(?:(?P<named>{_any(named)})|{ago})(?![\w])")
    return _Grammar(pattern, named, numbers, units)


def _any(words: Mapping[str, int]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
