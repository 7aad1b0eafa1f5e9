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
from complaints.record import Remedy, Slot
from dialogs.playbooks.follow_up import FollowUp, Reasons, checked_reasons
from dialogs.playbooks.problems import meant
from dialogs.playbooks.regimes import REGIMES, Regime
from dialogs.playbooks.regular import trouble_with
from dialogs.playbooks.strict import Strict, wrong
from dialogs.playbooks.times import Calendar, Clocks, Duration, Hours, Targets, WorkingTime
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


def _pattern(value: str) -> str:
    if trouble := trouble_with(value):
        raise wrong(*trouble)
    return value


Cause = Literal[
    "safety", "health", "legal", "media", "threat", "vulnerable", "fraud_now", "privacy_breach", "violence", "deadline",
    "anger", "repeat", "urgent",
]  # fmt: skip
Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]


class Category(Strict):
    """One kind of complaint: how grave it is, whose it is, and what is asked about it, in order.

    The story and the category always come first, are always required, and are not listed in `ask`.
    `contact` must be in `ask` and is always required, listed in `required` or not. `reasons` are why a customer
    might not be content with how it was settled; without them those of `followup` are offered. A chat about it is
    offered to colleagues of its team who have the `skill`, if it names one. `targets` are its own for the priorities
    that it names; the others have those of all.
    """

    impact: Literal["low", "medium", "high"] = "medium"
    urgency: Literal["low", "medium", "high"] = "medium"
    team: Name
    skill: str = ""
    ask: tuple[Slot, ...]
    required: tuple[Slot, ...] = Field(default=(), validate_default=True)
    remedies: tuple[Remedy, ...] = tuple(Remedy)
    reasons: Reasons = ()
    targets: dict[Priority, Targets] = Field(default_factory=dict)

    @field_validator("reasons")
    @classmethod
    def _few(cls, reasons: Reasons) -> Reasons:
        return checked_reasons(reasons)

    @field_validator("ask")
    @classmethod
    def _sensible(cls, ask: tuple[Slot, ...]) -> tuple[Slot, ...]:
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
    def _asked(cls, required: tuple[Slot, ...], info: ValidationInfo) -> tuple[Slot, ...]:
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

    patterns: tuple[Annotated[str, AfterValidator(_pattern)], ...]
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
    calendar: Calendar
    targets: dict[Priority, Targets]
    raises: dict[str, Priority]
    partial_team: Name
    nudges: Nudges
    misses: Misses = Misses()
    ask_most: int = Field(default=3, ge=1, le=12)
    handover: Handover = Handover()
    clocks: Clocks = Clocks()
    followup: FollowUp = FollowUp()
    order_number: OrderNumber
    attachments: Attachments = Attachments()
    sure: float = Field(default=0.55, ge=0, le=1)
    unsure: float = Field(default=0.25, ge=0, le=1)
    categories: dict[Name, Category] = Field(min_length=1)
    macros: dict[Name, Macro] = Field(default_factory=dict)
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
