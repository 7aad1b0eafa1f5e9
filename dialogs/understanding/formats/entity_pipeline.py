"""All facts of a text. Each grammar sees only what those before it left, so nothing is read twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from complaints.cards import MASK, MASKED
from dialogs.playbooks.schema import PlaybookFile
from dialogs.understanding.formats.contacts import find_emails, find_handles, find_names, find_phones, find_preferences
from dialogs.understanding.formats.dates import find_dates
from dialogs.understanding.formats.items_places import find_things
from dialogs.understanding.formats.money import find_money, find_numbers
from dialogs.understanding.formats.order_numbers import OrderNumbers
from dialogs.understanding.formats.own_codes import OwnCodes
from dialogs.understanding.formats.regions import country_of, region_of
from dialogs.understanding.language.pack_facts import PackFacts
from dialogs.understanding.language.packs import packs_of
from dialogs.understanding.reading import Span, Utterance
from dialogs.understanding.text import blank, places

Finder = Callable[[str], list[Span]]

_LINK = re.compile(r"(?:https?://|www\.)[^\s一-鿿]{1,500}")


class Facts:
    """Finds the facts of texts for one playbook: its order numbers, currency, region and zone."""

    def __init__(self, file: PlaybookFile, english_words: Collection[str]) -> None:
        self._packs = PackFacts(packs_of(file.languages))
        self._file = file
        self._orders = OrderNumbers(file.order_number.patterns if file.order_number else ())
        self._codes = OwnCodes(file.slots)
        self._words = english_words

    def find(self, said: Utterance, text: str, flat: str, language: str = "") -> tuple[Span, ...]:
        """Every fact, in the order of the text. `flat` is `text` flattened; both may be cut short."""
        region = region_of(said.region, said.timezone, self._file.region)
        tries = _regions(said.region, country_of(said.timezone), self._file.region)
        # The last digits of a card that was masked are no fact.
        plain = MASKED.sub(lambda card: "\0" * len(card[0]), flat) if MASK[:1] in flat else flat
        left = _LINK.sub(lambda link: "\0" * len(link[0]), plain) if "http" in flat or "www." in flat else plain
        spans: list[Span] = []
        for find in self._finders(said, text, region, tries, spans, language):
            found = find(left)
            if found:
                spans += found
                left = blank(left, places(found))
        spans += find_things(text, left)
        reached = any(span.slot in ("phone", "email") for span in spans)
        seen = _seen(text, left)
        spans += self._packs.names(seen, language) or find_names(seen, left, self._words, reached)
        return tuple(sorted(_events(flat, spans), key=lambda span: span.start))

    def _finders(
        self, said: Utterance, text: str, region: str, tries: tuple[str, ...], spans: list[Span], language: str
    ) -> tuple[Finder, ...]:
        """The grammars in their order: what looks like two things is the one that comes first."""
        now = local(said.now, said.timezone, self._file.timezone)
        return (
            lambda left: find_handles(text, left),
            lambda left: self._codes.find(text, left),
            lambda left: self._orders.find(text, left),
            lambda left: find_emails(text, left),
            lambda left: find_phones(text, left, tries),
            lambda left: find_preferences(text, left, any(span.slot in _REACHED_BY for span in spans)),
            lambda left: self._packs.preferences(text, left, language),
            lambda left: self._packs.money(text, left, region),
            lambda left: find_money(text, left, self._file.currency, region),
            lambda left: find_dates(text, left, now, region, language),
            lambda left: find_numbers(text, left),
        )


_REACHED_BY = frozenset({"email", "phone", "prefers", "handle"})
_BESIDE_BEFORE = re.compile(
    r"(?:bought|ordered|purchased|placed|called|rang|phoned|e-?mailed|contacted|wrote|chatted|complained|asked)\b[^.!?,;]{0,24}$"
)
_BESIDE_AFTER = re.compile(
    r"[我刚才就又]*+(?:[在给从跟][^,.!?\d]{1,10}?[我刚才就又]*+){0,2}(?:买|下单|购买|订|拍)(?:的|了|$)|(?:我|又|就|已经)?(?:问|打|联系|找)(?:了|过)?(?:你们)?(?:的)?(?:客服|电话|人工|商家|售后)"
    r"|[, ]*(?:i |we )(?:\w+ )?(?:bought|ordered|called|rang|phoned|emailed|contacted|asked|complained)"
)


def _events(flat: str, spans: list[Span]) -> list[Span]:
    """The facts, the days of a purchase or a call only as `mentioned_at` where the text also names another day."""
    days = [span for span in spans if span.slot == "happened_at"]
    beside = [
        span
        for span in days
        if _BESIDE_AFTER.match(flat, span.end) or _BESIDE_BEFORE.search(flat[max(0, span.start - 40) : span.start])
    ]
    if len(beside) in (0, len(days)):
        return spans
    return [replace(span, slot="mentioned_at") if span in beside else span for span in spans]


def local(now: datetime, timezone: str, fallback: str) -> datetime:
    """The customer's wall clock; an unknown zone gives way to the playbook's."""
    return now.astimezone(_zone(timezone) or _zone(fallback) or UTC)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _regions(*regions: str) -> tuple[str, ...]:
    """The countries a number may be valid in, likeliest first."""
    return tuple(dict.fromkeys(region for region in (*regions, "CN") if region))


def _seen(text: str, left: str) -> str:
    """The text as written, without what other grammars have taken."""
    return (
        "".join("\0" if gone == "\0" else char for char, gone in zip(text, left, strict=True)) if "\0" in left else text
    )
