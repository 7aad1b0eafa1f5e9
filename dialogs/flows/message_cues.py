"""Message cues: how much a message says, and whether it tells of something that went wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from complaints.record import Slot
from dialogs.understanding.reading import CaseHint, Intent

if TYPE_CHECKING:
    from dialogs.understanding.reading import Reading

FREE_TEXT = frozenset({Slot.ITEM, Slot.PLACE_OR_PAGE, Slot.NAME})
"""Slots that take the customer's own words when nothing else is recognised in them."""

LONG = 10
"""A text of so many words tells more than an answer: it is kept as story, whatever else it is."""

_SURE, _PLAIN = 0.6, 0.8
_HAN = re.compile(r"[\u3400-\u9fff]")


def weight(text: str) -> int:
    """How much a text says, roughly in words: a Chinese character counts a half."""
    han = len(_HAN.findall(text))
    return han // 2 + len(_HAN.sub(" ", text).split())


def is_complaint(reading: Reading) -> bool:
    """Whether the text plainly complains of something we have a name for."""
    sure = reading.category is not None and reading.category.confidence >= _SURE
    return sure and reading.intends(Intent.COMPLAIN, _SURE)


def tells_something(reading: Reading) -> bool:
    """Whether a text says enough to be a story, or more of one. Danger and a plain complaint always do."""
    if reading.signals or is_complaint(reading):
        return True
    if reading.case_hint in (CaseHint.ADDS, CaseHint.MORE):
        return weight(reading.text) >= 3
    if reading.intent() == Intent.NONE and not reading.category:
        return weight(reading.text) >= 12
    return weight(reading.text) >= 2


def tells_more(reading: Reading) -> bool:
    """Whether a text goes beyond a failed answer to a question that wanted a certain fact."""
    length = weight(reading.text)
    complains, adds = reading.intends(Intent.COMPLAIN, _SURE), reading.intends(Intent.ADD_FACTS, _SURE)
    if reading.signals or length >= LONG:
        return True
    plain = is_complaint(reading) and reading.category is not None and reading.category.confidence >= _PLAIN
    return (complains and (plain or length >= 5)) or (adds and length >= 6)


def tells_beside(reading: Reading) -> bool:
    """Whether somebody who asks for a person also tells, in the same breath, what went wrong."""
    if is_complaint(reading):
        return True
    told = reading.intends(Intent.COMPLAIN) or bool(reading.slots or reading.signals)
    return told and weight(reading.text) >= LONG
