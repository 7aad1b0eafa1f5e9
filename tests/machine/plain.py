"""A plain little language instead of understanding, so that a model can foretell every reading.

`tell delivery`, `order_number=AM0000000001`, `skip`, `yes`, `question`, `change item`, `gibberish`, …
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from complaints.record import Moment, Money
from dialogs.understanding.reading import Reading, Scored, Span, Utterance

COMMANDS = frozenset({"skip", "back", "help", "status", "cancel", "start_over", "withdraw", "person"})


class PlainUnderstanding:
    """Reads the little language."""

    def read(self, utterances: Sequence[Utterance]) -> list[Reading]:
        return [_read(utterance.text) for utterance in utterances]


def _read(text: str) -> Reading:
    verb, _, rest = text.partition(" ")
    if text in COMMANDS:
        return Reading(text, "en", act=text)
    if text in ("yes", "no"):
        return Reading(text, "en", intents=(Scored(text, 1.0),))
    if text == "question":
        return Reading(text, "en", intents=(Scored("ask_question", 1.0),))
    if verb == "tell":
        return Reading(
            f"{text} and then it went on and on", "en", intents=(Scored("complain", 1.0),), category=Scored(rest, 1.0)
        )
    if verb == "change":
        return _valued(rest, change=True)
    return _valued(text) if "=" in text else Reading(text, "en", intents=(Scored("none", 1.0),))


def _valued(text: str, *, change: bool = False) -> Reading:
    slot, _, value = text.partition("=")
    reading = Reading(text, "en", change=slot if change else "", intents=(Scored("add_facts", 0.4),))
    if slot == "wanted":
        return Reading(text, "en", change=reading.change, wanted=(value,))
    name = "email" if slot == "contact" else slot
    return Reading(text, "en", change=reading.change, slots=(Span(name, value, typed(slot, value), 0, 0),))


def typed(slot: str, value: str) -> object:
    """A value as the record holds it, but for contacts."""
    match slot:
        case "amount":
            return Money(Decimal(value), "CNY")
        case "happened_at":
            return Moment(value, said=value)
    return value


VALUES = {
    "item": ("kettle", "lamp"),
    "order_number": ("AM0000000001", "AM0000000002"),
    "happened_at": ("2026-11-01", "2026-11-02"),
    "place_or_page": ("checkout", "home"),
    "amount": ("350", "12.5"),
    "wanted": ("refund", "other"),
    "name": ("Anna", "Bo"),
    "contact": ("anna@example.com", "bo@example.com"),
}
