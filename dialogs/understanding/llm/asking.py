"""Whether a text is worth asking a language model about. Commands, buttons' words and bare values are read at home."""

from __future__ import annotations

import re

from complaints.cards import mask
from dialogs.understanding.context import Context
from dialogs.understanding.reading import Reading

_CRISP = 0.97
"""How sure a reading is whose whole text is a listed phrase."""
_LETTER = re.compile(r"[^\W\d_]")


def is_worth_asking(reading: Reading, context: Context) -> bool:
    """Whether a text says anything that our own reading may have missed."""
    text = reading.text.strip()
    if not text or reading.unread or context.attended or _is_crisp(reading) or _holds_card(text):
        return False
    if text.casefold() in {choice.casefold() for choice in context.shown}:
        return False
    return bool(_LETTER.search(_beside_facts(reading)))


def _is_crisp(reading: Reading) -> bool:
    surest = max((found.confidence for found in reading.intents), default=0.0)
    return not reading.slots and (bool(reading.act) or surest >= _CRISP)


def _holds_card(text: str) -> bool:
    """A card number goes nowhere, whatever it was asked for."""
    return mask(text).text != text


def _beside_facts(reading: Reading) -> str:
    """What is left of the text beside addresses and numbers."""
    left = reading.text
    for span in reading.slots:
        if span.slot in ("email", "phone", "order_number", "amount", "number"):
            left = left.replace(span.text, " ")
    return left
