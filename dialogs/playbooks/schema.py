"""What a playbook may say, as pydantic models. `amends playbook schema` prints them as JSON Schema.

Checks that need one file only live here, so that each error has its place in that file; what needs
words and examples too is in `checking.py`.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    Field,
    ValidationInfo,
    field_validator,
)

from complaints.priority import Priority
from complaints.record import AnySlot, Remedy, Slot, in_order, slot_named
from dialogs.playbooks.parts.follow_up import FollowUp, Reasons, checked_reasons
from dialogs.playbooks.parts.own_slots import OwnSlot, SlotName, checked_slots, pattern
from dialogs.playbooks.parts.putting_right import Offers, Role, Sum, checked_causes, names_of
from dialogs.playbooks.parts.regimes import REGIMES, Regime
from dialogs.playbooks.parts.times import CalendarRules, Clocks, Duration, Hours, Targets, WorkingTime
from dialogs.playbooks.problems import meant
from dialogs.playbooks.strict import Strict, wrong
from dialogs.understanding.reading import SIGNALS

ALWAYS = (Slot.STORY, Slot.CATEGORY)
"""Asked first in every complaint and always required; a playbook does not list them."""

MOST_QUESTIONS = 7
"""More than this after the story is an interrogation."""


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise wrong(
            f"there is no time zone {value}", "Use an IANA name, like Asia/Shanghai or Europe/London."
        ) from None
    return value


Danger = Literal[
    "safety", "health", "legal", "media", "self_harm", "threat", "vulnerable", "fraud_now", "privacy_breach",
    "violence", "deadline",
]  # fmt: skip
Cause = Literal[
    "safety", "health", "legal", "media", "threat", "vulnerable", "fraud_now", "privacy_breach", "violence", "deadline",
    "anger", "repeat", "urgent",
]  # fmt: skip
Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]


Evidence = Literal["money_back", "not_yet", "on_the_way", "goods_awaited", "part_failing"]
"""What a text may show in any of the languages read by rules: money asked back, waiting, a journey of goods, goods that
never came, a part of a thing that fails.
"""


class Category(Strict):
    """One kind of complaint: how grave it is, whose it is, and what is asked about it, in order.

    The story and the category always come first, are always required, and are not listed in `ask`.
    `contact` must be in `ask` and is always required, listed in `required` or not. `reasons` are why a customer
    might not be content with how it was settled; without them those of `followup` are offered. A chat about it is
    offered to colleagues of its team who have the `skill`, if it names one. `targets` are its own for the priorities
    that it names; the others have those of all. A text that lacks any of the evidence it `needs` is hardly believed to
    be about it; evidence, or a kind of danger, that it is `shown_by` speaks for it.
    """

    impact: Literal["low", "medium", "high"] = "medium"
    urgency: Literal["low", "medium", "high"] = "medium"
    team: Name
    skill: str = ""
    ask: tuple[SlotName, ...]
    required: tuple[SlotName, ...] = Field(default=(), validate_default=True)
    remedies: tuple[Remedy, ...] = tuple(Remedy)
    reasons: Reasons = ()
    targets: dict[Priority, Targets] = Field(default_factory=dict)
    needs: tuple[Evidence, ...] = ()
    shown_by: tuple[Evidence | Danger, ...] = ()

    @field_validator("reasons")
    @classmethod
    def _few(cls, reasons: Reasons) -> Reasons:
        return checked_reasons(reasons)

    @field_validator("ask")
    @classmethod
    def _sensible(cls, ask: tuple[AnySlot, ...]) -> tuple[AnySlot, ...]:
        for at, slot in enumerate(ask):
            if slot in ALWAYS:
                raise wrong(f"{slot} is always asked and is not listed", "Remove it here.", at)
            if slot in ask[:at]:
                raise wrong(f"{slot} is asked twice", "Keep one of them.", at)
        if Slot.CONTACT not in ask:
            raise wrong("nobody could answer this customer", "Add contact to ask.")
        if len(ask) > MOST_QUESTIONS:
            raise wrong(f"{len(ask)} questions are too many", f"Ask at most {MOST_QUESTIONS}: short is kind.")
        return ask

    @field_validator("required")
    @classmethod
    def _asked(cls, required: tuple[AnySlot, ...], info: ValidationInfo) -> tuple[AnySlot, ...]:
        ask = info.data.get("ask", required)
        for at, slot in enumerate(required):
            if slot not in ask:
                raise wrong(f"{slot} is required but never asked", "Add it to ask, or remove it here.", at)
        return (*(slot for slot in required if slot != Slot.CONTACT), Slot.CONTACT)

    @field_validator("remedies")
    @classmethod
    def _some(cls, remedies: tuple[Remedy, ...]) -> tuple[Remedy, ...]:
        if not remedies:
            raise wrong("there is nothing a customer may wish for", "List at least one remedy, or leave the line out.")
        return tuple(dict.fromkeys(remedies))


class Nudges(Strict):
    """How a customer who fell silent is reminded, and when an unfinished draft is flagged."""

    after: tuple[Duration, ...]
    stale_after: Duration
    quiet: Hours


class OrderNumber(Strict):
    """How order numbers look here: regular expressions, tried in order, and one good example."""

    patterns: tuple[Annotated[str, AfterValidator(pattern)], ...]
    example: str

    @field_validator("example")
    @classmethod
    def _good(cls, example: str, info: ValidationInfo) -> str:
        patterns = info.data.get("patterns")
        if patterns and not any(re.fullmatch(pattern, example) for pattern in patterns):
            raise wrong(f"the example {example} matches no pattern", "Give an example that customers could type.")
        return example


class Attachments(Strict):
    """How many files a case may have and how large one may be."""

    most: int = Field(default=10, ge=0, le=100)
    largest_mb: int = Field(default=20, ge=1, le=2000)


class Misses(Strict):
    """After how many messages in a row that we did not understand buttons, then a person, are offered."""

    buttons: int = Field(default=2, ge=1)
    person: int = Field(default=3, ge=1)


class Handover(Strict):
    """When a person is brought in unasked, and the working times of the queue.

    `offer`: how long a chat waits for the one it was offered to. `lead`, `supervisor`: after how long a chat
    nobody took comes to the team's lead, then to any supervisor. `warn`: how long before a promised time
    that will not be kept the customer hears a new one.
    """

    when: tuple[Cause, ...] = (
        "fraud_now", "violence", "threat", "safety", "health", "privacy_breach", "legal", "media", "anger", "repeat",
        "urgent",
    )  # fmt: skip
    offer: WorkingTime = timedelta(minutes=5)
    lead: WorkingTime = timedelta(minutes=15)
    supervisor: WorkingTime = timedelta(minutes=30)
    warn: WorkingTime = timedelta(minutes=10)

    @field_validator("supervisor")
    @classmethod
    def _later(cls, supervisor: timedelta, info: ValidationInfo) -> timedelta:
        if supervisor < info.data.get("lead", supervisor):
            raise wrong("a supervisor is asked before the lead", "Make supervisor the longer of the two.")
        return supervisor


class Macro(Strict):
    """A prepared answer. Its words are `macro.NAME.text` in each language; the rest is done when it is sent.

    `tags` are added to the chat's; `state` says how far its case has come, and the customer hears; with `team` the
    chat passes into that team's queue; `then` waits for the customer, for `wait` at most (their clock stands still),
    puts the chat aside for so long (`snooze`: the next word is ours), or gives it back to the bot.
    """

    tags: tuple[Name, ...] = ()
    state: Literal["in_progress", "remedy_offered"] | None = None
    team: Name | None = None
    then: Literal["wait", "snooze", "hand_back"] | None = None
    wait: Duration = timedelta(days=1)

    @field_validator("then")
    @classmethod
    def _one_way(cls, then: str | None, info: ValidationInfo) -> str | None:
        if then and info.data.get("team"):
            raise wrong("the chat cannot go two ways at once", "Keep team, or then.")
        return then


class PlaybookFile(Strict):
    """`playbook.yml`."""

    name: Name
    title: str
    timezone: Annotated[str, AfterValidator(_timezone)]
    region: str = Field(pattern="^[A-Z]{2}$")
    currency: str = Field(pattern="^[A-Z]{3}$")
    languages: tuple[Annotated[str, Field(pattern="^[a-z]{2,3}(-[A-Za-z0-9]+)*$")], ...] = Field(min_length=1)
    consent: Literal["tell", "ask"] = "tell"
    calendar: CalendarRules
    targets: dict[Priority, Targets]
    raises: dict[str, Priority]
    partial_team: Name
    nudges: Nudges
    misses: Misses = Misses()
    ask_most: int = Field(default=3, ge=1, le=12)
    handover: Handover = Handover()
    clocks: Clocks = Clocks()
    followup: FollowUp = FollowUp()
    order_number: OrderNumber | None = None
    slots: dict[Name, OwnSlot] = Field(default_factory=dict)
    attachments: Attachments = Attachments()
    sure: float = Field(default=0.55, ge=0, le=1)
    unsure: float = Field(default=0.25, ge=0, le=1)
    categories: dict[Name, Category] = Field(min_length=1)
    macros: dict[Name, Macro] = Field(default_factory=dict)
    limits: dict[Role, Sum] = Field(default_factory=dict)
    token_limits: dict[str, Sum] = Field(default_factory=dict)
    offers: Offers = Offers()
    causes: Annotated[dict[str, Any], AfterValidator(checked_causes)] = Field(default_factory=dict)

    @property
    def cause_paths(self) -> dict[str, str]:
        """Every place of the tree of causes by its path, and its name."""
        return dict(names_of(self.causes))

    regimes: dict[Name, Regime] = Field(default_factory=lambda: dict(REGIMES), min_length=1)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason that a customer may be offered."""
        own = (reason for category in self.categories.values() for reason in category.reasons)
        return tuple(dict.fromkeys((*self.followup.reasons, *own, "other")))

    @property
    def teams(self) -> frozenset[str]:
        """The teams that cases go to."""
        return frozenset({self.partial_team, *(category.team for category in self.categories.values())})

    @property
    def skills(self) -> dict[str, str]:
        """What each category asks of whoever takes a chat about it, where it asks anything."""
        return {name: category.skill for name, category in self.categories.items() if category.skill}

    @field_validator("targets")
    @classmethod
    def _complete(cls, targets: dict[Priority, Targets]) -> dict[Priority, Targets]:
        if missing := [priority.value for priority in Priority if priority not in targets]:
            raise wrong(f"no target for {', '.join(missing)}", "Give each priority its first_response and resolution.")
        return targets

    def every_slot(self) -> tuple[AnySlot, ...]:
        """The slots of the form and this playbook's own, in the order of a summary; order numbers where it has any."""
        return tuple(slot for slot in in_order(self.slots) if slot != Slot.ORDER_NUMBER or self.order_number)

    def slot(self, name: str) -> AnySlot | None:
        """The slot of that name, of the form or of this playbook; None for any other name."""
        slot = slot_named(name)
        if slot == Slot.ORDER_NUMBER and not self.order_number:
            return None
        return slot if isinstance(slot, Slot) or slot in self.slots else None

    @property
    def like_cards(self) -> frozenset[str]:
        """The playbook's own slots whose values may look like the number of a payment card."""
        return frozenset(name for name, slot in self.slots.items() if slot.is_like_a_card)

    def asks(self, slot: AnySlot) -> bool:
        """Whether any category asks for a slot."""
        return any(slot in category.ask for category in self.categories.values())

    def example_of(self, slot: AnySlot) -> str:
        """How a value of the slot looks, where it has a shape of its own; else empty."""
        if slot == Slot.ORDER_NUMBER:
            return self.order_number.example if self.order_number else ""
        return self.slots[slot].example if slot in self.slots else ""

    @field_validator("slots")
    @classmethod
    def _free_names(cls, slots: dict[str, OwnSlot]) -> dict[str, OwnSlot]:
        return checked_slots(slots)

    @field_validator("categories")
    @classmethod
    def _of_known_slots(cls, categories: dict[str, Category], info: ValidationInfo) -> dict[str, Category]:
        own = info.data.get("slots")
        for name, category in categories.items():
            for at, slot in enumerate(category.ask):
                if not isinstance(slot, Slot) and own is not None and slot not in own:
                    says = f"there is no slot {slot}"
                    raise wrong(says, f"{meant(slot, (*Slot, *own))} Or add it under `slots`.", name, "ask", at)
                if slot == Slot.ORDER_NUMBER and info.data.get("order_number", 0) is None:
                    says = "order_number is asked for, and nobody knows how one looks"
                    raise wrong(says, "Add `order_number` with patterns and an example.", name, "ask", at)
        return categories

    @field_validator("categories")
    @classmethod
    def _with_other(cls, categories: dict[str, Category]) -> dict[str, Category]:
        if "other" not in categories:
            raise wrong("there is no category other", "Add it: it takes what fits nowhere else.")
        return categories

    @field_validator("macros")
    @classmethod
    def _to_a_team(cls, macros: dict[str, Macro], info: ValidationInfo) -> dict[str, Macro]:
        categories = info.data.get("categories", {}).values()
        teams = {info.data.get("partial_team"), *(category.team for category in categories)}
        for name, macro in macros.items():
            if macro.team and macro.team not in teams:
                known = sorted(team for team in teams if team)
                raise wrong(f"there is no team {macro.team}", meant(macro.team, known), name, "team")
        return macros

    @field_validator("raises")
    @classmethod
    def _signals(cls, raises: dict[str, Priority]) -> dict[str, Priority]:
        for signal in raises:
            if signal not in SIGNALS:
                raise wrong(f"there is no signal {signal}", meant(signal, SIGNALS), signal)
        return raises

    @field_validator("unsure")
    @classmethod
    def _below(cls, unsure: float, info: ValidationInfo) -> float:
        if unsure > info.data.get("sure", unsure):
            raise wrong("unsure is above sure", "Make it the lower of the two.")
        return unsure


def schema() -> dict[str, Any]:
    """The JSON Schema of `playbook.yml`, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **PlaybookFile.model_json_schema()}
