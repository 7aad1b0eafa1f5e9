"""Where a fact that a colleague set right stands, word for word, in what the customer wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from complaints.record import AnySlot, Contact, Money, Slot
from dialogs.flows.staff import MarkedFact

_OF_WORDS = frozenset({Slot.ITEM, Slot.NAME, Slot.PLACE_OR_PAGE, Slot.ORDER_NUMBER})
_ANSWERS = 0.5
"""The share of a message that a fact takes up, from which on the message is the answer to a question for it."""
_SHORTEST = 2
_DIGITS = re.compile(r"\d(?:[\s().-]?\d){6,14}")
_SUM = re.compile(
    r"(?:[£$€¥￥]\s?)?(?<![\d.,])(\d[\d,]{0,15}(?:\.\d{1,2})?)(?![.,]?\d)"
    r"(?:\s?(?:元|块钱?|圆|yuan|dollars?|pounds?|euros?|quid|rmb|cny|usd|gbp|eur)(?![a-z]))?",
    re.IGNORECASE,
)


def where_said(slot: AnySlot, value: object, texts: Sequence[str]) -> tuple[MarkedFact, ...]:
    """The places of the value in the customer's messages; of several messages that have it the last one counts."""
    found = (_last(fact, wanted, texts) for fact, wanted in _facts(slot, value))
    return tuple(one for one in found if one)


def _facts(slot: AnySlot, value: object) -> Iterator[tuple[str, str | Decimal]]:
    """The facts that a slot's value holds, by the names that the tagger has for them."""
    match value:
        case str() if slot in _OF_WORDS and len(value.strip()) >= _SHORTEST:
            yield str(slot), value.strip()
        case Money(amount, _):
            yield "amount", Decimal(amount)
        case Contact():
            yield from ((name, said) for name, said in (("email", value.email), ("phone", value.phone)) if said)
        case _:
            return


def _last(fact: str, wanted: str | Decimal, texts: Sequence[str]) -> MarkedFact | None:
    for text in reversed(texts):
        place = _place(fact, wanted, text)
        if place:
            start, end = place
            whole = end - start >= _ANSWERS * len(text.strip())
            question = "contact" if fact in ("email", "phone") else fact
            return MarkedFact(text, fact, start, end, question if whole else "story")
    return None


def _place(fact: str, wanted: str | Decimal, text: str) -> tuple[int, int] | None:
    match wanted:
        case Decimal():
            sums = (one.span() for one in _SUM.finditer(text) if Decimal(one[1].replace(",", "")) == wanted)
            return next(sums, None)
        case _ if fact == "phone":
            return _number(wanted, text)
    before = r"(?<![^\W㐀-鿿])" if _is_letter(wanted[0]) else ""
    after = r"(?![^\W㐀-鿿])" if _is_letter(wanted[-1]) else ""
    found = re.search(before + re.escape(wanted) + after, text, re.IGNORECASE)
    return found.span() if found else None


def _is_letter(character: str) -> bool:
    """Whether a word goes on where another such character stands beside it; Chinese ones stand by themselves."""
    return character.isalnum() and not "㐀" <= character <= "鿿"


def _number(wanted: str, text: str) -> tuple[int, int] | None:
    """A telephone number written in any way: its digits are the last ones of the number in full."""
    full = "".join(filter(str.isdigit, wanted))
    for found in _DIGITS.finditer(text):
        if full.endswith("".join(filter(str.isdigit, found[0])).lstrip("0")):
            return found.span()
    return None
