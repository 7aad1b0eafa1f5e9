"""Order numbers, by the playbook's patterns. They are looked for first: many look like phones or dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from dialogs.understanding.reading import Span
from dialogs.understanding.text import MOST_FACTS, blank, places

_PHONE_BEFORE = re.compile(r"(?:电话|手机|联系方式|tel|phone|mobile|cell|call|微信|qq)[^\d]{0,8}$")
_CARD_BEFORE = re.compile(r"(?:身份证|银行卡|卡号|card|tracking|快递单号|运单|物流)[^\d]{0,12}$")
_MOBILE = re.compile(r"1[3-9]\d{9}")


_ALIKE = re.compile(
    r"(?<![\w@.+/£$€¥-])(?!order|number|no\b|is\b)#?\s?[a-z]{0,6}[-_ ]?\d{2,}(?:[-_ ]\d{2,}){0,4}(?![\w@]|[-_/.:]\w)",
    re.ASCII,
)
_FEWEST_DIGITS = 5
_MARKS = re.compile(r"[-_\s#]")
_TOKEN = re.compile(r"#\s?\d{5,12}|#?[a-z]{1,6}[-_]?(?=(?:[-_]?\d){5})\d+(?:[-_]\d{2,})*")
_NOT_ORDERS = re.compile(
    r"c-\d{4}-\d{6}|(?:qq|wx|vx|tel|phone|mob|rmb|cny|usd|gbp|eur|hkd|sn|imei|iso|room"
    r"|v)[-_ ]?\d|\s",
    re.ASCII,
)
_ORDER_BEFORE = re.compile(
    r"(?:order|purchase)(?: ?(?:number|no\.?|id|ref\w*|#))?(?: is|'s|:)?\s*#?\s*$"
    r"|(?:订单|单)(?:编?号)?码?(?:是|为|:)?\s*$"
)


def _span(text: str, slot: str, value: str, found: re.Match[str]) -> Span:
    return Span(slot, text[found.start() : found.end()], value, found.start(), found.end())


class OrderNumbers:
    """Finds order numbers in a text. Made once from the playbook's patterns."""

    def __init__(self, patterns: Iterable[str]) -> None:
        either = "|".join(f"(?:{pattern})" for pattern in patterns)
        self._whole = re.compile(rf"(?:{either})", re.IGNORECASE) if either else None
        self._pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{either})(?![A-Za-z0-9])", re.IGNORECASE) if either else None

    def find(self, text: str, flat: str) -> list[Span]:
        """Every order number, its letters in capitals. A number introduced as a phone or a card is left alone."""
        if self._pattern is None:
            return []
        found = self._plain(text, flat)
        return [*found, *self._alike(text, blank(flat, places(found)))]

    def _plain(self, text: str, flat: str) -> list[Span]:
        assert self._pattern is not None
        return [
            Span("order_number", text[found.start() : found.end()], found[0].upper(), found.start(), found.end())
            for found in islice(self._pattern.finditer(flat), MOST_FACTS)
            if found[0] and not self._is_other(flat, found)
        ]

    def _alike(self, text: str, flat: str) -> list[Span]:
        """What looks like an order number: ours once its marks are taken out, or else `order_like`, as said."""
        spans: list[Span] = []
        for found in islice(_ALIKE.finditer(flat), MOST_FACTS):
            compact = _MARKS.sub("", found[0]).upper()
            if self._is_other(flat, found) or _NOT_ORDERS.match(found[0]):
                continue
            if self._whole and not compact.isdigit() and self._whole.fullmatch(compact):
                spans.append(_span(text, "order_number", compact, found))
            elif sum(map(str.isdigit, compact)) < _FEWEST_DIGITS:
                continue
            elif _TOKEN.fullmatch(found[0]) or _ORDER_BEFORE.search(flat[max(0, found.start() - 24) : found.start()]):
                spans.append(_span(text, "order_like", text[found.start() : found.end()], found))
        return spans

    def _is_other(self, flat: str, found: re.Match[str]) -> bool:
        before = flat[max(0, found.start() - 20) : found.start()]
        if flat[found.start() - 1 : found.start()] == "+":
            return True
        if not found[0].isdigit():
            return False
        return bool(_PHONE_BEFORE.search(before) or _CARD_BEFORE.search(before) or _MOBILE.fullmatch(found[0]))
