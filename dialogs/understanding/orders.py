"""Order numbers, by the playbook's patterns. They are looked for first: many look like phones or dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from dialogs.understanding.reading import Span
from dialogs.understanding.text import MOST_FACTS

_PHONE_BEFORE = re.compile(r"(?:电话|手机|联系方式|tel|phone|mobile|cell|call|微信|qq)[^\d]{0,8}$")
_CARD_BEFORE = re.compile(r"(?:身份证|银行卡|卡号|card|tracking|快递单号|运单|物流)[^\d]{0,12}$")
_MOBILE = re.compile(r"1[3-9]\d{9}")


class OrderNumbers:
    """Finds order numbers in a text. Made once from the playbook's patterns."""

    def __init__(self, patterns: Iterable[str]) -> None:
        either = "|".join(f"(?:{pattern})" for pattern in patterns)
        self._pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{either})(?![A-Za-z0-9])", re.IGNORECASE) if either else None

    def find(self, text: str, flat: str) -> list[Span]:
        """Every order number, its letters in capitals. A number introduced as a phone or a card is left alone."""
        if self._pattern is None:
            return []
        return [
            Span("order_number", text[found.start() : found.end()], found[0].upper(), found.start(), found.end())
            for found in islice(self._pattern.finditer(flat), MOST_FACTS)
            if found[0] and not self._is_other(flat, found)
        ]

    def _is_other(self, flat: str, found: re.Match[str]) -> bool:
        before = flat[max(0, found.start() - 20) : found.start()]
        if not found[0].isdigit():
            return False
        return bool(_PHONE_BEFORE.search(before) or _CARD_BEFORE.search(before) or _MOBILE.fullmatch(found[0]))
