"""Remedies that somebody says they do not want: 不用赔, "I do not want a new one"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_LONGEST = 400
_NO_EN = (
    r"\b(?:(?:don'?t|do not|didn'?t|no longer|never) (?:want|need|ask(?:ed)? for)"
    r"|no need (?:for|of)|not after|instead of|rather than)"
)
_NO_ZH = r"(?:不用|不要|不想|不必|无需|不需要|唔使|唔要|別|别)(?:你们|你|给我|再|什么|说){0,2}"
_OF_EN = r"(?: to be| an?| any| your| the| my| another){0,2} "
_UNWISHED: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        kind: re.compile(rf"{_NO_EN}{_OF_EN}(?:{english})|{_NO_ZH}(?:{chinese})", re.IGNORECASE)
        for kind, english, chinese in (
            ("refund", r"refund|money back|my money", r"退(?:钱|款|货)"),
            ("exchange", r"replacement|exchange|new\b|another one", r"换(?!个?(?:人|地方))"),
            ("repair", r"repair|it (?:fixed|repaired|mended)", r"(?:维修|修)"),
            ("compensation", r"compensation|compensated|vouchers?\b", r"(?:赔|补偿)"),
            ("apology", r"apolog|sorry\b", r"道歉"),
        )
    }
)


def unwished(text: str) -> frozenset[str]:
    """The remedies, by the playbook's names, that a short text turns down in so many words."""
    if len(text) > _LONGEST:
        return frozenset()
    return frozenset(kind for kind, pattern in _UNWISHED.items() if pattern.search(text))
