"""A text to be understood and what was understood of it, as JSON: the two shapes of `amends understand`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from complaints.record import Moment, Money
from dialogs.understanding.context import Context
from dialogs.understanding.cues.urgency import PRESSING
from dialogs.understanding.model.explaining import Explanation
from dialogs.understanding.reading import Reading, Span, Utterance
from dialogs.understanding.replies.context_replies import read_reply

_CONTACT = frozenset({"email", "phone", "handle"})
_ANSWERS_ONLY = frozenset({"number"})
_NO_CENTS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK"})
_CENT, _WHOLE = Decimal("0.01"), Decimal(1)
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
_YEARS = range(1970, 2200)
"""Years a text may be written in: a calendar that ends the day before would leave no room for "last week"."""


class BadLine(ValueError):
    """A line that cannot be read; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a text was written, when its line does not say: the playbook's zone. The region follows from the zone."""

    timezone: str


def utterance(line: str, home: Home, now: datetime) -> Utterance:
    """One line of input. `now` is an aware moment, for a line without its own. Raises `BadLine`.

    Half a surrogate pair, which is no character, becomes U+FFFD; every offset stays true.
    """
    said = _object(line)
    text = _string(said, "text", required=True)
    timezone = _string(said, "timezone") or home.timezone
    then, region = _now(said, _zone(timezone), now), _region(said)
    return Utterance(text.translate(_SURROGATES), then, timezone, region, _context(said))


def _context(said: Mapping[str, Any]) -> Context:
    """What was asked, and with which words."""
    return Context(asked=_string(said, "asked"), said=_string(said, "said_before"))


def _object(line: str) -> Mapping[str, Any]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not JSON: {error}") from None
    if not isinstance(said, dict):
        raise BadLine('not an object: write {"text": "…"}')
    return said


def _string(said: Mapping[str, Any], key: str, required: bool = False) -> str:
    value = said.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str):
        raise BadLine(f"{key}: {'missing' if value is None else 'not a string'}")
    return value


def _region(said: Mapping[str, Any]) -> str:
    region = _string(said, "region").upper()
    if region and not (len(region) == 2 and region.isascii() and region.isalpha()):
        raise BadLine("region: not a country of two letters, as CN or GB")
    return region


def _now(said: Mapping[str, Any], zone: tzinfo, now: datetime) -> datetime:
    """ISO 8601; without an offset it is the clock on the customer's wall."""
    if not (written := _string(said, "now")):
        return now
    try:
        then = datetime.fromisoformat(written)
    except ValueError:
        raise BadLine("now: not ISO 8601, as 2026-11-21T14:00 or 2026-11-21T14:00+08:00") from None
    if then.year not in _YEARS:
        raise BadLine(f"now: write a year from {_YEARS[0]} to {_YEARS[-1]}")
    return then.astimezone(zone) if then.tzinfo else then.replace(tzinfo=zone)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadLine("timezone: not a zone, as Asia/Shanghai or Europe/London") from None


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What a line says that its text answers: a slot, or one of the questions of `context_replies`; or nothing."""

    name: str = ""


def asked_of(line: str) -> AskedFor:
    """What the line says was asked. Raises `BadLine`."""
    return AskedFor(_string(_object(line), "asked"))


def reading_json(reading: Reading, asked: AskedFor = AskedFor(), model: str = "") -> dict[str, Any]:
    """A reading, ready for `json.dumps`; as a reply to what was `asked`, by the model of this version."""
    category = reading.category
    return {
        "acts": _acts(reading),
        "dangers": _dangers(reading),
        "look": reading.look,
        "haste": reading.urgency == "urgent",
        "reply": read_reply(asked.name, reading),
        "model": model or None,
        "intents": [{"name": one.name, "confidence": round(one.confidence, 3)} for one in reading.intents],
        "category": category
        and {
            "name": category.name,
            "confidence": round(category.confidence, 3),
            "second": reading.second.name if reading.second else None,
        },
        "wanted": list(reading.wanted),
        "severity": reading.severity,
        "urgency": _urgency(reading),
        "anger": reading.anger,
        "customer_type": reading.customer_type or None,
        "language": reading.language or None,
        "slots": [_slot(span) for span in reading.slots if span.slot not in _ANSWERS_ONLY],
    }


def _urgency(reading: Reading) -> str:
    """`urgent` where a danger is sure, by a head, or by rules alone where none has read the text."""
    if reading.urgent or (not reading.dangers and set(reading.signals) & PRESSING):
        return "urgent"
    return "normal" if reading.urgency == "urgent" else reading.urgency


def _dangers(reading: Reading) -> list[dict[str, Any]]:
    """Kinds of danger; from a confidence of a half they are believed."""
    known = dict.fromkeys(_KIND_OF.get(signal, signal) for signal in reading.signals)
    found = {kind: chance if kind in reading.kinds else min(chance, 0.49) for kind, chance in reading.dangers.items()}
    found |= {kind: max(found.get(kind, 0.0), _BY_RULE) for kind in known}
    return [{"kind": kind, "confidence": round(chance, 3)} for kind, chance in found.items()]


_KIND_OF = {"threat": "violence"}
_BY_RULE = 0.9


def _acts(reading: Reading) -> list[dict[str, Any]]:
    """What the text does: learned acts, and a fact told or corrected for each span."""
    found: list[dict[str, Any]] = [
        {"act": name, "confidence": chance} for name, chance in reading.acts.items() if chance >= _LIKELY
    ]
    for span in reading.slots:
        if span.slot not in _ANSWERS_ONLY:
            slot = _slot(span)
            act = "correct" if reading.change == slot["slot"] else "inform"
            found.append({"act": act, "confidence": _BY_RULE, **slot})
    return found


_LIKELY = 0.3


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    """Why it was read so: who decided, by which rules, and the words that weighed most."""
    return {
        "decided_by": explanation.decided_by,
        "label": explanation.label or None,
        "confidence": round(explanation.confidence, 3),
        "least": round(explanation.least, 3),
        "rules": list(explanation.rules),
        "weights": [{"words": one.words, "weight": round(one.weight, 3)} for one in explanation.weights],
    }


def _slot(span: Span) -> dict[str, Any]:
    """A span under the record's own name: every address is the contact; how and when to use it is told beside it."""
    slot = "contact" if span.slot in _CONTACT else span.slot
    return {"slot": slot, "text": span.text, "value": _value(span.value), "start": span.start, "end": span.end}


def _value(value: Any) -> Any:
    match value:
        case Moment(iso, until):
            return f"{iso}/{until}" if until else iso
        case Money(amount, currency):
            return {"amount": f"{_minor(amount, currency):f}", "currency": currency}
    return str(value)


def _minor(amount: Decimal, currency: str) -> Decimal:
    """The amount in the currency's smallest coin: 2300.00 yuan, 2300 yen."""
    return amount.quantize(_WHOLE if currency in _NO_CENTS else _CENT)
