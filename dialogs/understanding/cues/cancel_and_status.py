"""What customers write who think again or come back: they call it all off, ask for news, or add something."""

from __future__ import annotations

import re

from dialogs.understanding.reading import CaseHint

_LONGEST = 100
_CALLED_OFF = re.compile(
    r"(?:^|[,.!;] ?)(?:(?:please|just|so|actually|well|then|ok|okay|oh|you can|and) )*"
    r"(?:(?:cancel|drop|scrap|withdraw|call off|close|forget) (?:the (?:whole|entire) (?:thing|lot|complaint|business)"
    r"|(?:it|this) all|everything|(?:this|my|the) complaint)|(?:forget|drop|scrap) it)"
    r"(?:$|[,.!;]| (?:i|my|it|he|she|we|the)\b)"
    r"|(?:^|[\s,.!;])(?:那|就|我|麻烦|请)*(?:算了|不投诉了|不用(?:管|处理|查|弄)了|别(?:管|处理|查)了"
    r"|投诉(?:撤了|取消)|当我没说"
    r"|撤[了掉])(?:不投诉了|[吧啦呗])?(?:$|[\s,.!;])"
)
_NEWS = re.compile(
    r"\b(?:is there|have you(?: got)?|got|there's) any (?:more )?(?:news|updates?|progress)\b"
    r"|\bis (?:it|this|that) (?:sorted|done|fixed|solved|resolved) (?:yet|now)\b"
    r"|\bwhat(?:'s| is) (?:happening|going on) (?:with|about) (?:it|this|that|my (?:complaint|case))\b"
    r"|(?:查到|处理好|弄好|解决|有(?:消息|回音|进展|结果))了(?:没有?|吗)"
)
_CALLED_OFF_GATE = re.compile(r"cancel|drop|scrap|withdraw|call off|close|forget|算了|不投诉|不用|别|投诉|没说|撤")
_NEWS_GATE = re.compile(r"any |\bis (?:it|this|that) |happening|going on|了[没吗]")
_MORE = re.compile(
    r"^(?:oh[,. ]*)?(?:and )?(?:also\b|one more thing\b|another thing\b|p\.?s\.? )|^oh[,. ]*and\b|^(?:还有|对了|另外)"
)
_ADDS = re.compile(
    r"^(?:oh[,. ]*)?(?:and |but )?(?:i )?(?:also )?"
    r"(?:forgot to (?:say|mention|add|tell)|should (?:add|mention)|to add)\b"
    r"|^(?:我?再?补充|忘了?说|刚才忘)"
)


def calls_off(flat: str) -> bool:
    """Whether everything shall be dropped: "it's turned up, cancel the whole thing"."""
    return len(flat) <= _LONGEST and bool(_CALLED_OFF_GATE.search(flat) and _CALLED_OFF.search(flat))


def asks_news(flat: str) -> bool:
    """Whether somebody asks what has become of it, in however many words."""
    return len(flat) <= _LONGEST and bool(_NEWS_GATE.search(flat) and _NEWS.search(flat))


def adds(flat: str) -> CaseHint:
    """`adds` where something is added in so many words, `more` where a text begins as if it were, or empty."""
    return CaseHint.ADDS if _ADDS.match(flat) else CaseHint.MORE if _MORE.match(flat) else CaseHint.NONE
