"""The names a language model may use. Whatever else it names does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from complaints.record import Slot
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.heads.dataset import ANSWERS, FLAGS, REPLIES

MEANT: Mapping[str, str] = MappingProxyType(
    {
        "complain": "tells what went wrong, or more of it",
        "facts": "gives facts that were asked for or belong to the complaint",
        "correct": "sets right something said before",
        "dont_know": "does not know or have what was asked for",
        "decline": "does not want to give what was asked for",
        "yes": "agrees or confirms",
        "no": "disagrees",
        "person": "wants to speak with a person",
        "status": "asks how a complaint or an order stands",
        "cancel": "wants to stop the complaint that is being taken",
        "withdraw": "takes back a complaint that is on file",
        "praise": "praises, and complains of nothing",
        "suggest": "suggests an improvement, and complains of nothing",
        "ask_policy": "asks a question about the shop's rules",
        "ask_presale": "asks something before buying",
        "stray": "is meant for somebody else, or has nothing to do with us",
        "abuse": "insults, and says nothing else",
        "smalltalk": "greets, or chats",
        "thanks": "gives thanks",
        "wait": "asks for a moment",
        "auto_reply": "was written by a machine: an absence note, a bounce",
    }
)
"""What a message may do."""

FACTS: Mapping[str, str] = MappingProxyType(
    {
        "item": "the article or service complained about",
        "order_number": "the number of the order complained about",
        "other_number": "any other number: of a parcel, a courier's telephone, an earlier order",
        "amount": "the money at stake",
        "other_amount": "any other sum",
        "happened_at": "when it went wrong",
        "other_day": "any other day",
        "place_or_page": "where it happened",
        "name": "the customer's own name",
        "other_name": "anybody else's name",
        "email": "the customer's own e-mail address",
        "other_email": "anybody else's",
        "phone": "the customer's own telephone number",
    }
)
"""What words of a message may be; those that begin with `other_` belong to somebody or something else."""

DANGERS: Mapping[str, str] = MappingProxyType(
    {
        "health": "a person hurt, ill or reacting",
        "safety": "the thing itself can hurt: fire, shock, gas, burst, sharp, choking",
        "self_harm": "despair or thoughts of suicide, also oblique or half in jest",
        "fraud_now": "money or codes leaving now to a swindler, or just now",
        "privacy_breach": "sees others' data, or own data shown, sold or handed out",
        "violence": "threats, stalking, assault, harassment",
        "vulnerable": "elderly and alone, a minor, disabled, pregnant, destitute, where it matters",
        "legal": "lawyers, courts, regulators, chargebacks",
        "media": "press, influencers, public posts",
        "deadline": "an event or a loss within about three days",
    }
)
"""Kinds of danger. Figures of speech are none."""

CORRECTED = ("", "item", "order_number", "happened_at", "place_or_page", "amount", "name", "contact")
"""The slots that a message may set right."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What one playbook's language model may name: besides the general names the categories, each with its title."""

    categories: Mapping[str, str]


def lists_of(playbook: Playbook) -> Lists:
    """The lists of a playbook, titles in its first language."""
    words = playbook.words(playbook.languages[0])
    return Lists({name: words.say(f"category.{name}.title") for name in playbook.file.categories})


SLOTS = frozenset(Slot)


def answers_to(asked: str) -> tuple[str, ...]:
    """What a reply to this question may be; nothing where no replies to it are known."""
    if asked in REPLIES:
        return REPLIES[asked]
    return ANSWERS if asked in SLOTS else ()


def flags_of(asked: str) -> tuple[str, ...]:
    """What else a reply to this question may say."""
    return FLAGS if asked == "survey_solved" else ()
