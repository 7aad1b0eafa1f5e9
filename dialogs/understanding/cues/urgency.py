"""How soon something must happen, and the words that say so. Only the text is judged, never the category."""

from __future__ import annotations

import re
from collections.abc import Collection

PRESSING = frozenset({"safety", "health", "self_harm"})
"""Signals that cannot wait, whatever else is said."""

_CALM = re.compile(
    r"\b(?:no|not in (?:a|any)|there(?:'s| is) no|without) (?:rush|hurry)\b|\b(?:no|not|isn't|aint|ain't|nothing|never)"
    r" (?:\w+ )?(?:urgent|pressing)\b"
    r"|\b(?:take your time|whenever (?:you (?:can|get|have|like|want)|it suits|convenient)"
    r"|when you (?:get|have) (?:a (?:chance|moment|minute)|time)|can wait|in your own time|at your convenience"
    r"|just (?:so you know|letting you know|wanted to let you know|an? fyi|a heads[ -]up)|for your information|fyi)\b"
    r"|(?:不|也不|并不|不是很|不算|没那么|不太|不用|别)(?:那么|太|很|算)?(?:着急|急|赶|紧急)(?!用|[了着]?等)|慢慢来"
    r"|(?:有空|方便|得空|闲)(?:了|的时候|时)?再?(?:处理|回|弄|看|说|联系)|什么时候方便|(?:提|给)(?:一?个|点)(?:小)?(?:建议|意见)"
)
_NOT_SO = re.compile(
    r"(?:不|没那么|不是很|不太|不是|不算|不用|别|不怎么|并不|不是特别|没有?)$"
    r"|\b(?:not|isn't|no|nothing|aint|ain't|hardly) (?:\w+ )?$"
)


def calm_words(flat: str) -> tuple[str, ...]:
    """The words with which a customer says that there is no hurry."""
    return tuple(found[0].strip() for found in _CALM.finditer(flat))


def is_denied(before: str) -> bool:
    """Whether what stands before a pressing word takes it back: 不着急, "not urgent"."""
    return bool(_NOT_SO.search(before))


def urgency(signals: Collection[str], urgent: bool, calm: bool) -> str:
    """`urgent`, `normal` or `low`. Danger outweighs patience; pressing words outweigh calm ones."""
    if urgent or PRESSING & set(signals):
        return "urgent"
    return "low" if calm else "normal"
