"""A reading: what was understood from one text, whoever understood it.

A reading is made without knowing the conversation, so it names every candidate and the flow picks
the one that answers its question. Providers differ in skill; all of them return this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from dialogs.understanding.context import Context
from dialogs.understanding.formats.number_tokens import NumberToken


class Intent(StrEnum):
    """What a message may be doing; `none` is nonsense or nothing to do with us."""

    COMPLAIN = "complain"
    ADD_FACTS = "add_facts"
    ASK_STATUS = "ask_status"
    ASK_QUESTION = "ask_question"
    WANT_PERSON = "want_person"
    YES = "yes"
    NO = "no"
    THANKS = "thanks"
    GREETING = "greeting"
    CANCEL = "cancel"
    CHANGE = "change"
    WITHDRAW = "withdraw"
    PRAISE = "praise"
    NONE = "none"


class TypedCommand(StrEnum):
    """A crisp command, recognised by phrase alone and in every language at any moment; empty where a text is none."""

    NONE = ""
    BACK = "back"
    SKIP = "skip"
    CANCEL = "cancel"
    START_OVER = "start_over"
    HELP = "help"
    LANGUAGE = "language"
    STATUS = "status"
    PERSON = "person"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    NEW_CASE = "new_case"
    UNKNOWN = "unknown"
    DONE = "done"


class LearnedAct(StrEnum):
    """What a message does, as a head has learned it. The order is that in which heads list them."""

    COMPLAIN = "complain"
    PERSON = "person"
    AUTO_REPLY = "auto_reply"
    STATUS = "status"
    PRAISE = "praise"
    SUGGEST = "suggest"
    ASK_POLICY = "ask_policy"
    ASK_PRESALE = "ask_presale"
    STRAY = "stray"
    ABUSE = "abuse"
    SMALLTALK = "smalltalk"
    THANKS = "thanks"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    FACTS = "facts"
    CORRECT = "correct"
    DONT_KNOW = "dont_know"
    DECLINE = "decline"
    WAIT = "wait"
    YES = "yes"
    NO = "no"


class AnswerAct(StrEnum):
    """What an answer to the question for a slot does, as a head has learned it."""

    INFORM = "inform"
    DONT_KNOW = "dont_know"
    DECLINE = "decline"
    LATER = "later"
    ASK = "ask"
    STORY = "story"
    PERSON = "person"
    STOP = "stop"
    ABUSE = "abuse"
    ALREADY = "already"
    CORRECT = "correct"
    OTHER = "other"


class CaseHint(StrEnum):
    """Whether a text says of itself that it is about another matter (`new`) or the earlier one (`same`), adds something
    in so many words (`adds`), or goes on with "and" (`more`); empty where it says nothing of it.
    """

    NONE = ""
    NEW = "new"
    SAME = "same"
    ADDS = "adds"
    MORE = "more"


INTENTS = tuple(Intent)
COMMANDS = tuple(one for one in TypedCommand if one is not TypedCommand.NONE)

SIGNALS = (
    "safety", "health", "legal", "media", "self_harm", "threat", "vulnerable", "fraud_now", "privacy_breach",
    "violence", "deadline",
)  # fmt: skip
"""Kinds of danger that raise the priority, heard by learned heads and by lists of phrases; `threat` is older than
`violence` and stands in saved states.
"""

URGENCIES = ("urgent", "normal", "low")
"""How soon the customer needs something to happen."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A text to be understood, with what is known of the moment it was written.

    `now` is aware; `timezone` an IANA name and `region` an ISO 3166 code for dates and phone numbers. `context` is for
    providers that read in it; the others pass it by.
    """

    text: str
    now: datetime
    timezone: str = "UTC"
    region: str = ""
    context: Context | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """A name and how sure we are of it, 0 to 1."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Span:
    """A fact found in the text: `text[start:end]`, and its normal value.

    Slots and value types: `order_number` str, `happened_at` Moment, `mentioned_at` Moment (a purchase or
    a call, beside the day it is about), `amount` Money, `mentioned_amount` Money (rough, beside an exact one),
    `other_amount` Money (a discount, beside what was paid), `email`
    and `phone` (E.164) str, `handle` (a name in a messenger, as said) str, `order_like` (what may be an order
    number but does not fit the shop's pattern, as said) str, `prefers` (`email`, `phone` or `chat`) and
    `contact_time` (their words) str,
    `name`, `item` and `place_or_page` str, `number` Decimal (a bare number that could be an amount,
    should one be asked for).
    """

    slot: str
    text: str
    value: Any
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that a tagger takes for a fact, or for what only looks like one (`other_…`): `text[start:end]`.

    `confidence` is from 0 to 1; the facts are those of `tagging.dataset`.
    """

    fact: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True)
class Reading:
    """Everything understood from one text.

    `script` is the one that a text shows, where its language has several (`Hant`, `Hans`), or empty.
    `act` is set when the whole text is a crisp command; `change` names the slot the customer wants to
    correct ("改订单号", "the amount was 350"); `language_wanted` a language asked for by name; `question`
    the topic of a question that the playbook can answer (a lookup `question_<topic>`).
    `bare` says that the text could stand as a bare answer (a name, a thing, a place) and says nothing more;
    `refuses` that the customer declines to give, or has none of, what was asked; `lacks` the slot whose fact
    they say they do not know or do not have, where they name it. `numbers` are numbers of any shape, and `dictated`
    one that is spelled out digit by digit. `replies` holds, for each question whose replies a model has learned to
    read, how likely each answer is: what was asked is known at the step, so all are read beforehand; under `opening`
    what the text would do as the first of a chat. `dangers` and
    `acts` are probabilities too, `kinds` the dangers that are likely; `urgent` says that a danger is sure and somebody
    must see to it at once, `certain` that hardly a harmless text sounds so like the likeliest of them, `look` that
    somebody should have a look, surely or perhaps. `marks` are the facts as a tagger sees them, by the slots that may
    have been asked for, joined by `+`; under `story` as they stand in a text by itself, and under a question only where
    it makes a difference. `taken_back` says that a value was named only to say that it is not the one; it is in neither
    `slots` nor `numbers`. `unread` says that nobody could read the text in time, so that nothing at all is known of it.
    `vector` is where the meaning of the whole text lies, as the encoder sees it: half-precision numbers, little-endian;
    empty where there is no encoder.
    """

    text: str
    language: str = ""
    script: str = ""
    act: TypedCommand = TypedCommand.NONE
    change: str = ""
    language_wanted: str = ""
    question: str = ""
    intents: tuple[Scored, ...] = ()
    category: Scored | None = None
    second: Scored | None = None
    severity: str = "normal"
    signals: tuple[str, ...] = ()
    anger: int = 0
    wanted: tuple[str, ...] = ()
    customer_type: str = ""
    slots: tuple[Span, ...] = field(default=())
    unknown: bool = False
    lacks: str = ""
    bare: bool = False
    refuses: bool = False
    case_hint: CaseHint = CaseHint.NONE
    urgency: str = "normal"
    reasons: tuple[str, ...] = ()
    numbers: tuple[NumberToken, ...] = ()
    dictated: str = ""
    replies: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    dangers: Mapping[str, float] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    acts: Mapping[str, float] = field(default_factory=dict)
    urgent: bool = False
    certain: bool = False
    look: bool = False
    marks: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    taken_back: bool = False
    unread: bool = False
    vector: bytes = b""

    def intent(self) -> str:
        """The likeliest intent, or `none`."""
        return self.intents[0].name if self.intents else Intent.NONE

    def intends(self, name: str, least: float = 0.5) -> bool:
        """Whether the text does this, perhaps among other things."""
        return any(found.name == name and found.confidence >= least for found in self.intents)

    def facts(self) -> dict[str, Any]:
        """The first value found for each slot."""
        return {span.slot: span.value for span in reversed(self.slots)}

    def found(self, slot: str) -> Any:
        """The first value found for a slot, or None."""
        return next((span.value for span in self.slots if span.slot == slot), None)


@dataclass(frozen=True, slots=True)
class Advice:
    """A reading made for one context, whose digest it bears: it is worth nothing once that is another."""

    context: str
    reading: Reading


class Understanding(Protocol):
    """Anything that reads: rules alone, the local classifier, a service."""

    def read(self, utterances: Sequence[Utterance]) -> list[Reading]:
        """One reading per utterance, in order. Never raises for what a customer wrote."""
        ...
