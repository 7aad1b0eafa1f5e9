"""What a sum is for, where its neighbours say so: a complaint is about what was paid, and not about what was off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dialogs.understanding.formats.number_tokens import NumberToken
from dialogs.understanding.reading import Span

_FAR = 16
_BEFORE = re.compile(
    r"(?:\b(?:discount(?:ed)?|voucher|coupon|minus|less|saved|saving|reduction|cashback|tip)(?: \w{1,4}){0,2}"
    r"|优惠|優惠|减|減|立减|满减|折扣|抵扣|红包|返现|(?<![卖])券|便宜)(?:了|是|of|:|：|\s|£|\$|€|¥|￥){0,4}$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s{0,2}(?:\b(?:pounds?|quid|dollars?|euros?|yuan)\s)?(?:\b(?:off|discount|voucher|coupon|cashback)\b)"
    r"|(?:块钱?|元)?的?(?:优惠|優惠|红包|抵用|代金|折扣|满减)?(?:优惠|券|红包)",
    re.IGNORECASE,
)


_RUNG = 9
"""Digits of a number that is written in groups from which no group of it is a sum: 07700 900413."""


def with_roles(text: str, found: Sequence[Span], tokens: Sequence[NumberToken]) -> tuple[Span, ...]:
    """The spans without those that are a piece of a longer number, and with each sum that was only taken off called
    `other_amount`, beside one that was not.
    """
    spans = [span for span in found if span.slot not in _SUMS or not any(_is_piece(span, one) for one in tokens)]
    off = [span for span in spans if span.slot == "amount" and _is_off(text, span)]
    if not off or not any(span.slot in _SUMS and not _is_one_of(span, off) for span in spans):
        return tuple(spans)
    return tuple(replace(span, slot="other_amount") if span in off else span for span in spans)


_SUMS = ("amount", "number")


def _is_piece(span: Span, token: NumberToken) -> bool:
    inside = token.start <= span.start and span.end <= token.end
    return inside and token.digits >= _RUNG and span.end - span.start < token.end - token.start


def _is_one_of(span: Span, others: Sequence[Span]) -> bool:
    return any(span.start < one.end and one.start < span.end for one in others)


def _is_off(text: str, span: Span) -> bool:
    before = text[max(0, span.start - _FAR) : span.start]
    return bool(_BEFORE.search(before) or _AFTER.match(text, span.end, span.end + _FAR))
