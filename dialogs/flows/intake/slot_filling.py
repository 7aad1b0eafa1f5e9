"""Answers: the value a text gives to the slot that was asked for, if it gives one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from complaints.record import AnySlot, Contact, Money, Record, Slot, slot_named
from dialogs.flows.intake.own_answers import free_texts, own_answer, own_found
from dialogs.flows.message_cues import FREE_TEXT, weight
from dialogs.playbooks.parts.own_slots import RESERVED
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Reading
from dialogs.understanding.replies.answer_noise import core

_PLAINLY_MEANT = frozenset({Slot.WANTED, Slot.CONTACT, Slot.ORDER_NUMBER, Slot.ITEM, Slot.AMOUNT, Slot.NAME})
_IN_PASSING = 10
_THINKS_AGAIN = re.compile(
    r"\b(?:actually|instead|on second thoughts?|(?:changed|change) my mind|would rather|i'd rather)\b"
    r"|改(?:变)?主意|想了想|不[换退修]了|还是(?:给我|帮我|直接)?(?:退|换|修|赔)",
    re.IGNORECASE,
)
_LONGEST_ANSWER = 80
_PARTS = re.compile(r"[,，;；、\n]")
_PARTICLE = re.compile(r"(?<=[一-鿿]{2})[撒噻嘛嘞咯呗哦喔啊呀]{1,20}$")
_SHORT = 4
_LONGEST_HAN_NAME = 4
_NUMBER = re.compile(r"#?(?<![\w@.+-])[A-Za-z]{0,6}[-_ ]?\d[\d-]{3,}(?![\w@]|[.:/]\d)", re.ASCII)
_FEWEST_DIGITS = 5
_NAME_SAID = re.compile(
    r"(?:it'?s|i'?m|i am|this is|me,? ?i'?m|just|only)(?: just"
    r"| only)? (?P<name>[a-z][a-z'-]+(?: [a-z][a-z'-]+)?)[.! ]*",
    re.IGNORECASE,
)
NO_NAME = re.compile(
    r"\b(?:not|none|nobody|no|an?|the|in|on|at|by|ok|okay|fine|angry|furious|annoyed|upset|fed|sorry|tired|done"
    r"|private|anonymous"
    r"|confidential|late|broken|you|me|my|mine|just|so|too|very|still|really|only|here|there|that|this|same"
    r"|going|gone|call"
    r"|email|text|chat|wrong|right|secret|personal|busy|waiting|asking|what|why|who|skip|ridiculous|stupid|use"
    r"|put|send|get)\b",
    re.IGNORECASE,
)
_CALLED_ORDER = re.compile(r"(?:\border|\bpurchase|订单|单号)[^,.;!?，。\d]{0,16}$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]", re.UNICODE)


_FACTS = (Slot.ORDER_NUMBER, Slot.HAPPENED_AT, Slot.AMOUNT, Slot.ITEM, Slot.PLACE_OR_PAGE, Slot.NAME)
_OF_GOODS = (Slot.ORDER_NUMBER, Slot.ITEM)
"""What a tagger sees in any text, and means something only where a playbook asks for it."""
_WAYS = {"email": "email", "phone": "phone", "handle": "handle", "prefers": "preferred", "contact_time": "time"}
"""How a customer may be reached: the slot in a reading, the field of a contact."""


def found_in(reading: Reading, record: Record, playbook: Playbook) -> dict[AnySlot, Any]:
    """Every slot the reading fills without having been asked."""
    facts = reading.facts()
    values: dict[AnySlot, Any] = {slot: facts.get(slot) for slot in _FACTS}
    values[Slot.CONTACT] = _contact_in(facts, record.contact)
    # A wish that nobody has a name for is told better when it is asked for.
    values[Slot.WANTED] = reading.wanted if reading.wanted != ("other",) else ()
    values[Slot.CUSTOMER_TYPE] = reading.customer_type
    if reading.category and reading.category.confidence >= playbook.file.sure:
        values[Slot.CATEGORY] = reading.category.name
    for slot in _OF_GOODS:
        if not playbook.file.asks(slot):
            values.pop(slot)
    values |= own_found(reading, playbook)
    return {slot: value for slot, value in values.items() if value}


def answer_to(slot: AnySlot, reading: Reading, record: Record, playbook: Playbook) -> Any:
    """The structured answer to an asked slot, or None. Free text is judged by `free_answer`."""
    match slot:
        case Slot.AMOUNT:
            return reading.found(Slot.AMOUNT) or _bare_amount(reading, playbook.file.currency)
        case Slot.WANTED:
            return _wished(reading)
        case Slot.CATEGORY:
            likely = reading.category
            return likely.name if likely and likely.confidence >= playbook.file.sure else None
        case _ if slot in playbook.file.slots:
            return own_answer(slot, reading, playbook) or None
    return found_in(reading, record, playbook).get(slot)


def _wished(reading: Reading) -> tuple[str, ...]:
    """What an answer to "what would put it right?" wishes for. It is known to wish for something, so the likeliest
    that a head hears counts though it is not likely by itself; and of what was read, nothing much less likely. What
    answers another question, or only asks one, wishes for nothing.
    """
    if is_beside_the_wish(reading):
        return ()
    wishes = reading.replies.get("wishes", {})
    likeliest = max(wishes, key=wishes.__getitem__, default="")
    if not likeliest:
        return reading.wanted
    named = tuple(
        kind for kind in reading.wanted if kind != "other" and wishes.get(kind, 0.0) >= _BESIDE * wishes[likeliest]
    )
    if named:
        return named
    if wishes[likeliest] < _SOME and _words_a_wish(reading, _SURELY):
        return ("other",)  # in the customer's own words, which the story keeps
    return (likeliest,) if wishes[likeliest] >= _least(likeliest, reading) else reading.wanted


def _least(kind: str, reading: Reading) -> float:
    """How likely a wish must be: less where a head hears an answer, or a tagger sees its words."""
    if not reading.marks or _words_a_wish(reading) or reading.replies.get("answers", {}).get("inform", 0.0) >= _PLAINLY:
        return _PERHAPS
    return _OTHERWISE if kind == "other" else _UNSAID


_PERHAPS, _SOME, _UNSAID, _OTHERWISE, _BESIDE = 0.1, 0.25, 0.4, 0.5, 0.65
"""How likely a wish must be: one in an answer, one beside words that a tagger is sure are a wish, one that only a
head hears, one that we have no name for; and one beside a likelier.
"""
_PLAINLY, _SURELY = 0.85, 0.9


def _words_a_wish(reading: Reading, least: float = 0.0) -> bool:
    """Whether a tagger marks the words of a wish in an answer."""
    marks = reading.marks.get(Slot.WANTED, reading.marks.get("story", ()))
    return any(mark.fact == "wanted" and mark.confidence >= least for mark in marks)


def is_beside_the_wish(reading: Reading) -> bool:
    """Whether an answer to "what would put it right?" only gives a sum. A sum may be a wish, where it is wished for."""
    wishes = bool(reading.wanted) or _words_a_wish(reading)
    named = any(chance >= _OTHERWISE for chance in reading.replies.get("wishes", {}).values())
    is_sum = any(span.slot in ("amount", "number") for span in reading.slots) and weight(reading.text) <= _SHORT
    return is_sum and not wishes and not named


def _bare_amount(reading: Reading, currency: str) -> Money | None:
    number: Decimal | None = reading.found("number")
    return Money(number, currency) if number is not None and number > 0 else None


def _contact_in(facts: Mapping[str, Any], known: Contact | None) -> Contact | None:
    """A contact from the ways found in the text, added to what is known already."""
    if facts.keys().isdisjoint(_WAYS):
        return None
    found = {field: value for slot, field in _WAYS.items() if (value := facts.get(slot))}
    if not found:
        return None
    contact = replace(known or Contact(), **found)
    reachable = contact.email or contact.phone or contact.handle or contact.preferred == "chat"
    return contact if reachable else None


def bare_slots(reading: Reading) -> frozenset[AnySlot]:
    """Slots whose value is nearly all there is to the text: such a message answers or corrects, and tells no story."""
    most = 0.6 * len(reading.text.strip())
    names = {
        "contact" if span.slot in ("email", "phone") else span.slot for span in reading.slots if len(span.text) >= most
    }
    if reading.wanted and weight(reading.text) <= 2:
        names.add(Slot.WANTED)
    return frozenset(slot_named(name) for name in names if name in _FORM or name not in RESERVED)


def corrected(reading: Reading) -> frozenset[AnySlot]:
    """Slots that a short message may set anew: who writes "actually, a refund" in passing means the record.

    Dates are left out; a second one is as often the day of a call. Another wish is one in a long message too,
    where it says that they think again.
    """
    if weight(reading.text) < _IN_PASSING:
        # A tagger names the things and people of every text: what they are called is no correction of the record.
        return _PLAINLY_MEANT - FREE_TEXT if reading.marks else _PLAINLY_MEANT
    return frozenset({Slot.WANTED}) if _THINKS_AGAIN.search(reading.text) else frozenset()


_FORM = frozenset(Slot)


def free_answer(slot: AnySlot, text: str, playbook: Playbook) -> str | None:
    """A short text with letters in it answers a free-text slot as it stands."""
    answer = _PARTICLE.sub("", " ".join(core(text).split()).strip(" ,，"))
    if slot in free_texts(playbook) and len(answer) <= _LONGEST_ANSWER and _WORD.search(answer):
        return answer
    return None


def name_beside(reading: Reading) -> str | None:
    """The name before a contact: "Jane Doe, jane@example.com" answers two questions; this is the "Jane Doe" of it."""
    parts = [part.strip() for part in _PARTS.split(reading.text)]
    first = parts[0]
    if (
        len(parts) < 2
        or not reading.slots
        or any(span.text in first or span.text not in reading.text for span in reading.slots)
    ):
        return None
    looks_like_a_name = first[:1].isupper() or (not first.isascii() and len(first) <= _LONGEST_HAN_NAME)
    return (
        first if looks_like_a_name and weight(first) <= _SHORT and not any(mark.isdigit() for mark in first) else None
    )


def name_said(reading: Reading) -> str | None:
    """The name in "its dave" and "I'm Bev", said where a name was asked; a mood is none."""
    found = _NAME_SAID.fullmatch(reading.text.strip())
    if not found or reading.anger or reading.category or NO_NAME.search(found["name"]):
        return None
    return found["name"].title() if found["name"].islower() else found["name"]


def number_like(reading: Reading, told: str, *, insists: bool) -> str | None:
    """What the customer takes for an order number, in whatever shape: one they `told` before, or insist on."""
    if reading.found("phone"):
        return None  # what rings is no order
    text = reading.text.strip()
    numbers = [
        found[0].strip() for found in _NUMBER.finditer(text) if sum(map(str.isdigit, found[0])) >= _FEWEST_DIGITS
    ]
    meant = next((one for one in numbers if one in told or (insists and len(one) > len(text) // 2)), None)
    return meant or (reading.found("order_like") if insists else None)


def order_called(reading: Reading) -> str | None:
    """What is called an order number in so many words, though it does not look like one of ours."""
    like = next((span for span in reading.slots if span.slot == "order_like"), None)
    if like is None or reading.found(Slot.ORDER_NUMBER):
        return None
    return like.value if _CALLED_ORDER.search(reading.text[: like.start]) else None


def merged(
    record: Record, values: dict[AnySlot, Any], overwrite: Iterable[AnySlot]
) -> tuple[Record, tuple[AnySlot, ...]]:
    """The record with the values put in, and which slots changed.

    A slot that holds something already keeps it unless it may be overwritten: a second date in a story
    is rarely a correction.
    """
    open_to_change = frozenset(overwrite)
    changed = []
    for slot, value in values.items():
        if record.get(slot) != value and (slot in open_to_change or not record.has(slot)):
            record = record.put(slot, value)
            changed.append(slot)
    return record, tuple(changed)
