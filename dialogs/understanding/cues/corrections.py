"""When a customer corrects themselves: which slot they mean, and the value that now holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from complaints.record import Money
from dialogs.understanding.cues.signals import Signs
from dialogs.understanding.reading import Span
from dialogs.understanding.text import blank, places

_LONGEST = 120
_NEAR = 14
_ACTUALLY = re.compile(
    r"^no[,.]? (?:it'?s|it is|it was|that'?s|i mean)\b|\bactually\b|\bi meant\b|\bcorrection\b|\bmy mistake\b"
    r"|\bsorry[,. ]+(?:it|that|the)\b|\bit should(?:'ve"
    r"| have)? be|\bshould be\b|\bnot\b.{1,40}?\b(?:but|it's|it was|it is)\b|,\s?not\b(?! (?:before|after|on"
    r"|during|in|at|until)\b)"
    r"|不是.{1,20}?[,. ]?(?:而?是|应该是)|应该是|其实是|更正|纠正|[说写填打输搞弄记]错了|不对[,. ]|改成|改为",
    re.ASCII,
)
_WAS = re.compile(
    r"\s?(?:是|is|was) ?.{1,20}?(?:不是|,? not\b)|"
    r"\s?(?:should be|should have been|应该是|应该为|其实是|不是.{1,20}?是|错了|写错|填错|弄错|搞错"
    r"|(?:was|is) wrong(?=\s*(?:$|[,.;!?]))|should)",
    re.ASCII,
)
_TOLD_TO_BE = re.compile(r"\s?(?:was|were)\b(?! wrong)", re.ASCII)
"""Said of a thing too: "the shop was filthy". It corrects a fact where that fact is given."""
_NEGATED = re.compile(
    r"不是(?P<zh>[^,.]{1,20}?)[,. ]?(?:而是|应该是|是|$)|\bnot (?P<en>.{1,30}?)(?:[,.]|\bbut\b|$)", re.ASCII
)
_NEW_VALUE = re.compile(
    r"(?:改成|改为|换成|更正为|应该是|应该为|错了[,. ]+(?:是|叫)|\b(?:to"
    r"|should be)\b)\s?[:']?\s?(?P<value>\S.{0,60}?)[\s.!'吧]*$",
    re.ASCII,
)
_TYPED = {"number": "amount", "email": "contact", "phone": "contact", "prefers": "contact"}
_CHANGEABLE = frozenset({"order_number", "happened_at", "amount", "email", "phone", "name", "number"})
_WORDED = frozenset({"item", "place_or_page", "name"})
_EXPRESS = re.compile(
    r"改|换(?:一)?个?(?:电话|手机|邮箱|号码|名字|订单)|更正|纠正|[说写填打输搞弄记]错|不是.{1,20}是|其实"
    r"|\b(?:change|update|edit|correct|modify|fix|actually|i meant|my mistake|typo)\b"
)
_GATE = re.compile(
    r"^no\b|actually|meant|correct|mistake|sorry|should|not|不是|应该|其实|更正|纠正|错|不对|[改换]|写成|was"
    r"|were|wrong|change"
    r"|edit|update|fix|modify"
)


def is_express(flat: str) -> bool:
    """Whether a text says in so many words that it corrects the record, rather than what a shop got wrong."""
    return bool(_EXPRESS.search(flat))


_EDIT = re.compile(
    r"(?:我|想|要|请|麻烦|帮|给|能不能|能|可以|可不可以|把|将|的|新|一个|一下|个|下|换|改|更|修|变|成|为|是|吧"
    r"|吗|呢|谢谢|码|号"
    r"|\b(?:please|i|i'd|want|would|like|need|to|can|could|you|we|my|the|a|new|change|update|edit|correct"
    r"|modify|number|thanks)\b"
    r"|[\s,.!?:\0])+"
)
_EDITS = re.compile(r"[换改更]|\b(?:change|update|edit|correct|modify)\b")
_NEW_PHONE = re.compile(r"换(?:一?[个部台])?新?(?:的)?手机(?!号)|手机(?!号)(?:给我)?换")


def is_edit(flat: str, slot: str, signs: Signs, spans: Sequence[Span]) -> bool:
    """Whether a text does nothing but ask for one fact of the record to be changed: 换个手机号."""
    named = [(start, end) for name, start, end in signs.slots if name == slot]
    if not named or not _EDITS.search(flat) or _NEW_PHONE.search(flat):
        return False
    return bool(_EDIT.fullmatch(blank(flat, sorted([*named, *places(spans)]))))


def find_change(
    text: str, flat: str, spans: Sequence[Span], signs: Signs, currency: str
) -> tuple[str, tuple[Span, ...]]:
    """The slot to be corrected, or an empty string, and the facts that stand once it is.

    A value the customer takes back ("not the 3rd but the 5th") is no longer among the facts.
    """
    if len(flat) > _LONGEST or not _GATE.search(flat):
        return "", tuple(spans)
    kept = tuple(span for span in spans if not _taken_back(span, spans, flat))
    if _NEW_PHONE.search(flat):
        return "", kept
    edited = next((slot for slot, _, _ in signs.slots if is_edit(flat, slot, signs, kept)), "")
    slot = edited or _named(flat, signs, kept) or _meant(flat, kept)
    if not slot:
        return "", kept
    return slot, _completed(text, flat, slot, kept, currency)


def _named(flat: str, signs: Signs, spans: Sequence[Span]) -> str:
    """A slot spoken of beside a word for changing, or said to "have been" something."""
    for slot, start, end in sorted(signs.slots, key=lambda found: found[1]):
        beside = any(hit.start - _NEAR <= end and start <= hit.end + _NEAR for hit in signs.changes)
        if beside or flat[max(0, start - 3) : start].rstrip("我的下个").endswith(("改", "换")):
            return slot
        if _WAS.match(flat, end) if not _TOLD_TO_BE.match(flat, end) else _is_given(slot, spans):
            return slot
    return ""


def _is_given(slot: str, spans: Sequence[Span]) -> bool:
    """Whether a text holds a value for the slot."""
    return any(slot in (span.slot, _TYPED.get(span.slot)) for span in spans)


def _meant(flat: str, spans: Sequence[Span]) -> str:
    """The slot of the one value in a text that says it corrects something."""
    if not _ACTUALLY.search(flat):
        return ""
    typed = [span for span in spans if span.slot in _CHANGEABLE]
    slots = {_TYPED.get(span.slot, span.slot) for span in typed}
    return slots.pop() if len(slots) == 1 else ""


def _taken_back(span: Span, spans: Sequence[Span], flat: str) -> bool:
    kind = _TYPED.get(span.slot, span.slot)
    if not any(_TYPED.get(other.slot, other.slot) == kind and other is not span for other in spans):
        return False
    for found in _NEGATED.finditer(flat):
        start, end = found.span(found.lastgroup or 0)
        if start <= span.start and span.end <= end + 1 and span.slot in _CHANGEABLE:
            return True
    return False


def _completed(text: str, flat: str, slot: str, spans: tuple[Span, ...], currency: str) -> tuple[Span, ...]:
    """A bare number becomes the amount that is corrected, and "change the item to X" gives the item."""
    if any(span.slot == slot for span in spans):
        return spans
    if slot == "amount":
        for span in spans:
            if span.slot == "number" and isinstance(span.value, Decimal):
                return (*spans, Span("amount", span.text, Money(span.value, currency), span.start, span.end))
    if slot in _WORDED and (found := _NEW_VALUE.search(flat)):
        start, end = found.span("value")
        return (*spans, Span(slot, text[start:end], text[start:end], start, end))
    return spans
