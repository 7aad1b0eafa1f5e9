"""A correction names the new value and often the old one beside it: "185,000, not 180,000", 是2600，2400是我记错了.

Which of them is the old one is told by the words between them, as understanding has it, or stands on record. It is left
out, and what remains is the new one, also as a bare number, where a sum is on record or a tagger takes the number for
one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Protocol

from complaints.copies import altered
from complaints.record import Money, Record
from dialogs.flows.message_cues import weight
from dialogs.understanding.reading import AnswerAct, LearnedAct, Reading, Span

_CORRECTS, _TAGGED = 0.5, 0.5
_LONGEST = 12
_BESIDE = {"mentioned_at": "happened_at", "mentioned_amount": "amount"}
"""Spans that name a value of a slot beside its main one."""


class Stretch(Protocol):
    """Any stretch of a text."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Number:
    """A bare number in a text, and what it is worth."""

    worth: Decimal
    start: int
    end: int


def corrects(reading: Reading) -> bool:
    """Whether a message sets something right, whatever was asked."""
    answers = reading.replies.get("answers", {})
    return (
        bool(reading.change)
        or max(reading.acts.get(LearnedAct.CORRECT, 0.0), answers.get(AnswerAct.CORRECT, 0.0)) >= _CORRECTS
    )


def new_values(reading: Reading, record: Record, currency: str) -> Reading:
    """The reading of what corrects something, without the values that stand on record already where it names others."""
    known = {"happened_at": record.happened_at, "amount": record.amount, "order_number": record.order_number}
    spans = list(reading.slots)
    for slot, old in known.items():
        of_slot = [span for span in spans if _BESIDE.get(span.slot, span.slot) == slot]
        new = [span for span in of_slot if not _is(span, old)]
        if old and new and len(new) < len(of_slot):
            rest = [span for span in spans if span not in of_slot]
            spans = [*rest, *(Span(slot, one.text, one.value, one.start, one.end) for one in new)]
    if not any(span.slot == "amount" for span in spans) and (sum_ := _bare_sum(reading, record.amount, currency)):
        spans = [*(span for span in spans if not _overlap(span, sum_)), sum_]
    return altered(reading, slots=tuple(sorted(spans, key=lambda span: span.start)))


def told_sum(reading: Reading, record: Record, asked: Collection[str], currency: str) -> Reading:
    """The reading of a reply that is nothing but a sum, whatever was `asked`: the bare number in it is the sum, where
    none is on record and a tagger is sure of it under this question.
    """
    named = [span for span in reading.slots if span.slot == "number"]
    if record.amount or reading.found("amount") or len(named) != 1 or weight(reading.text) > _FEW_WORDS:
        return reading
    marks = reading.marks.get("+".join(asked), reading.marks.get("story", ()))
    sums = [mark for mark in marks if mark.fact == "amount" and mark.confidence >= _SURELY_A_SUM]
    if not any(_overlap(mark, named[0]) for mark in sums):
        return reading
    (one,) = named
    sum_ = Span("amount", one.text, Money(one.value, currency), one.start, one.end)
    return altered(reading, slots=tuple(sum_ if span is one else span for span in reading.slots))


_FEW_WORDS, _SURELY_A_SUM = 5, 0.7


def _is(span: Span, old: object) -> bool:
    """Whether a span names the value on record."""
    return bool(span.value == old or getattr(span.value, "iso", None) == getattr(old, "iso", ""))


def _bare_sum(reading: Reading, old: Money | None, currency: str) -> Span | None:
    """A bare number that is a sum in the place of the one on record; None where it could be something else."""
    if not (reading.taken_back or reading.replies.get("confirm", {}).get("correct", 0.0) >= _CORRECTS):
        return None
    bare = list(_bare_numbers(reading))
    others = [number for number in bare if old and number.worth != old.amount]
    if not (old and len(others) == 1 and (len(bare) > 1 or reading.taken_back)):
        others = [number for number in bare if _is_tagged(number, reading) and not (old and number.worth == old.amount)]
    if len(others) != 1:
        return None
    (new,) = others
    said = reading.text[new.start : new.end]
    return Span("amount", said, Money(new.worth, old.currency if old else currency), new.start, new.end)


def _bare_numbers(reading: Reading) -> Sequence[Number]:
    """Numbers that no grammar has taken for a day, a telephone or a number of an order."""
    taken = [span for span in reading.slots if span.slot not in ("number", "order_like", "order_number")]
    found = [Number(one.value, one.start, one.end) for one in reading.slots if one.slot == "number"]
    for token in reading.numbers:
        worth = _worth(token.text)
        if worth is not None and token.called <= 0 and not any(_overlap(one, token) for one in found):
            found.append(Number(worth, token.start, token.end))
    return [one for one in found if not any(_overlap(span, one) for span in taken)]


def _worth(said: str) -> Decimal | None:
    plain = said.strip().replace(",", "")
    try:
        return Decimal(plain) if len(plain) <= _LONGEST and plain.replace(".", "").isdecimal() else None
    except InvalidOperation:
        return None


def _is_tagged(number: Number, reading: Reading) -> bool:
    marks = (*reading.marks.get("amount", ()), *reading.marks.get("story", ()))
    return any(mark.fact == "amount" and mark.confidence >= _TAGGED and _overlap(mark, number) for mark in marks)


def _overlap(one: Stretch, other: Stretch) -> bool:
    return one.start < other.end and other.start < one.end
