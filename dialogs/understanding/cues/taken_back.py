"""Values that somebody names to say that they are not the ones: "69.99 not 59.99", 金额199 不是 是189.

Which of two values of one kind is meant stands in the few words before, between and after them. Only those are looked
at, so that a text costs no more than its values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dialogs.understanding.formats.number_tokens import NumberToken
from dialogs.understanding.reading import Span

Place = tuple[int, int]

_FAR = 24
"""Signs beyond which words belong to something else."""
_FILLER = r"(?:[\s的:：,，£$€¥￥]|\b(?:the|my|on|for|at|from|number|order|is)\b|金额|订单号|单号|号码|尾号|电话){0,6}$"
_NOT_THIS = re.compile(
    r"(?:(?<!是)不是|并非|並不是|而非|唔係|\b(?:is|was)?n'?t\b|\bnot\b(?! only)|\brather than\b|\binstead of\b)"
    + _FILLER,
    re.IGNORECASE,
)
"""Before a value: it is not that one."""
_ANEW = re.compile(
    r"不[对對]|(?<!是)不是[\s,，.。]{1,3}(?:而?是|应该是?)|(?<!是)不是(?:而是|应该是)|更正|改成|应该是|應該是"
    r"|^\W{0,6}(?:(?:oh|ah|um|wait|it|it's|its|was|is|the|that|rather|i)\W{1,3}){0,4}"
    r"(?:no|nope|sorry|oops|actually|mean|meant|make that|scratch that|correction)"
    r"(?:\W{1,3}(?:no|wait|sorry|it|it's|its|was|is|the|that|i|mean|meant|actually|should be"
    r"|order|number)\b){0,6}\W{0,3}$",
    re.IGNORECASE,
)
"""Between two values: the one before is taken back."""
_WRONG = re.compile(
    r"[\s,，的]{0,3}(?:哈|吧|呢|块|元)?(?:是|那是|这是)?我?(?:之前|刚才|刚刚|上面)?(?:是|给)?(?:[记說说打写寫填输按看搞弄报報抄][错錯反]了?|不[对對])"
    r"|[\s,]{0,3}(?:is|was|were|'s)? ?(?:just |simply )?(?:wrong\b|incorrect\b|(?:a|my) (?:mistake|typo|slip)\b)",
    re.IGNORECASE,
)
"""After a value: it was wrong."""


_KINDS = (("happened_at", "mentioned_at"), ("amount", "number"), ("email",))
_NUMBERS = ("order_number", "order_like", "phone")
"""Facts of which several in one text may be the same one, said twice. Numbers are one kind, whatever they are of."""
MOST_VALUES = 12
"""Values of one kind in a text beyond which it is a list, and nobody corrects anything."""


def standing(
    text: str, spans: Sequence[Span], tokens: Sequence[NumberToken]
) -> tuple[tuple[Span, ...], tuple[NumberToken, ...]]:
    """The facts and numbers of a text without those that it takes back."""
    groups = [[(span.start, span.end) for span in spans if span.slot in kind] for kind in _KINDS]
    numbers = [(token.start, token.end) for token in tokens]
    numbers += [(s.start, s.end) for s in spans if s.slot in _NUMBERS and not _is_in((s.start, s.end), numbers)]
    back = [place for group in (*groups, numbers) for place in taken_back(text, group)]
    if not back:
        return tuple(spans), tuple(tokens)
    return (
        tuple(span for span in spans if not _is_in((span.start, span.end), back)),
        tuple(token for token in tokens if not _is_in((token.start, token.end), back)),
    )


def _is_in(place: Place, others: Iterable[Place]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in others)


def taken_back(text: str, values: Sequence[Place]) -> frozenset[Place]:
    """Which of several values of one kind are taken back; none where that would leave nothing."""
    places = sorted(set(values))
    if not 1 < len(places) <= MOST_VALUES:
        return frozenset()
    back = {place for at, place in enumerate(places) if _is_back(text, places, at)}
    return frozenset(back) if len(back) < len(places) else frozenset()


def _is_back(text: str, places: Sequence[Place], at: int) -> bool:
    start, end = places[at]
    before = text[max(places[at - 1][1] if at else 0, start - _FAR) : start]
    if _NOT_THIS.search(before) and not (at and _ANEW.search(before)):
        return True
    following = places[at + 1][0] if at + 1 < len(places) else len(text)
    if _WRONG.match(text, end, min(following, end + _FAR)):
        return True
    return at + 1 < len(places) and following - end <= _FAR and bool(_ANEW.search(text[end:following]))
