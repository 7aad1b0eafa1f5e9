"""Facts by the words of language packs: money that a language names, and names that it introduces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice

from complaints.record import Money
from dialogs.understanding.formats.money import decimal_of
from dialogs.understanding.language.packs import Pack
from dialogs.understanding.reading import Span
from dialogs.understanding.text import MOST_FACTS

_SHORT = 80
_BEGINS, _ENDS = r"(?<![a-zà-ÿ0-9])(?:", r")(?![a-zà-ÿ0-9])"
"""Around a word: no Latin letter. Languages without spaces have none there anyway."""
_FIGURES = r"\d{1,9}(?:[.,]\d{3}){0,3}(?:[.,]\d{1,2})?"
_NAMED = r"(?-i:[A-ZÀ-Þ][\w'’-]+(?:\s+(?:(?:de|del|la|las|los|y|da|do|van|von)\s+){0,2}[A-ZÀ-Þ][\w'’-]+){0,3})"


class PackFacts:
    """The money, names and preferences that some packs have words for. Everything is compiled when it is made."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        known = {pack.code: pack.about for pack in packs}
        self._codes = {name: code for about in known.values() for name, code in about.get("money", {}).items()}
        self._of_places = {
            place: code for about in known.values() for place, code in about.get("money_of_places", {}).items()
        }
        self._money = _either(self._codes, rf"(?<![\w.,])(?P<n>{_FIGURES})\s?(?P<w>", _ENDS)
        self._names = {code: _introduced(about.get("names", "")) for code, about in known.items()}
        self._ways = {code: _ways(about.get("prefers", {})) for code, about in known.items()}

    def preferences(self, text: str, flat: str, language: str) -> list[Span]:
        """How somebody wants to be reached, in a short text."""
        if len(flat) > _SHORT:
            return []
        ways = ((way, pattern.search(flat)) for way, pattern in self._ways.get(language, ()))
        return [Span("prefers", text[at.start() : at.end()], way, *at.span()) for way, at in ways if at][:1]

    def money(self, text: str, flat: str, region: str) -> list[Span]:
        """Every amount with one of their currencies; one of several countries is that of the place, else the first."""
        if self._money is None:
            return []
        found = islice(self._money.finditer(flat), MOST_FACTS)
        spans = ((one, decimal_of(one["n"])) for one in found)
        return [
            Span("amount", text[one.start() : one.end()], Money(value, self._currency(one["w"], region)), *one.span())
            for one, value in spans
            if value is not None
        ]

    def names(self, text: str, language: str) -> list[Span]:
        """Names said as names in a language. `text` lacks what other grammars have taken."""
        pattern = self._names.get(language)
        found = islice(pattern.finditer(text), MOST_FACTS) if pattern else ()
        return [Span("name", one["n"], one["n"], one.start("n"), one.end("n")) for one in found]

    def _currency(self, word: str, region: str) -> str:
        return self._codes[word] or self._of_places.get(region) or next(iter(self._of_places.values()), "")


def _either(words: Iterable[str], before: str, after: str) -> re.Pattern[str] | None:
    """A pattern of any of the words, the longest first; None without words."""
    longest = sorted((re.escape(word) for word in words), key=len, reverse=True)
    return re.compile(before + "|".join(longest) + after, re.IGNORECASE) if longest else None


def _introduced(words: str) -> re.Pattern[str] | None:
    return _either([word for word in words.split("|") if word], _BEGINS, rf")\s+(?P<n>{_NAMED})")


def _ways(said: Mapping[str, str]) -> list[tuple[str, re.Pattern[str]]]:
    found = ((way, _either(words.split("|"), _BEGINS, _ENDS)) for way, words in said.items())
    return [(way, pattern) for way, pattern in found if pattern]
