"""What a playbook may say, as pydantic models. `amends playbook schema` prints them as JSON Schema."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from complaints.priority import Priority
from complaints.record import Remedy, Slot

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _duration(value: object) -> object:
    """`30m`, `20h` or `3d` as a timedelta; anything else is left for pydantic to judge."""
    if isinstance(value, str) and (match := re.fullmatch(r"(\d+)([mhd])", value)):
        return timedelta(**{_UNITS[match[2]]: int(match[1])})
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Period(_Strict):
    """Hours of one day: from `start` up to `end`; `24:00` is written `00:00` as an end."""

    start: time
    end: time


class Calendar(_Strict):
    """When people work. Clocks run only then. Days are numbered as in ISO 8601: 1 is Monday."""

    hours: dict[int, tuple[Period, ...]]
    holidays: frozenset[date] = frozenset()


class Targets(_Strict):
    """Working time until a person's first answer and until the outcome."""

    first_response: Duration
    resolution: Duration


class Category(_Strict):
    """One kind of complaint: how grave it is, whose it is, and what is asked about it, in order."""

    impact: Literal["low", "medium", "high"] = "medium"
    urgency: Literal["low", "medium", "high"] = "medium"
    team: str
    ask: tuple[Slot, ...]
    required: tuple[Slot, ...] = ()
    remedies: tuple[Remedy, ...] = tuple(Remedy)


class Nudges(_Strict):
    """How a customer who fell silent is reminded, and when an unfinished draft is flagged."""

    after: tuple[Duration, ...]
    stale_after: Duration
    quiet: Period


class OrderNumber(_Strict):
    """How order numbers look here: regular expressions, tried in order, and one good example."""

    patterns: tuple[str, ...]
    example: str


class Attachments(_Strict):
    """How many files a case may have and how large one may be."""

    most: int = 10
    largest_mb: int = 20


class Misses(_Strict):
    """After how many messages in a row that we did not understand buttons, then a person, are offered."""

    buttons: int = 2
    person: int = 3


class PlaybookFile(_Strict):
    """`playbook.yml`."""

    name: str
    title: str
    timezone: str
    region: str
    currency: str = Field(pattern="^[A-Z]{3}$")
    languages: tuple[str, ...]
    consent: Literal["tell", "ask"] = "tell"
    calendar: Calendar
    targets: dict[Priority, Targets]
    raises: dict[str, Priority]
    partial_team: str
    nudges: Nudges
    misses: Misses = Misses()
    order_number: OrderNumber
    attachments: Attachments = Attachments()
    sure: float = Field(default=0.55, ge=0, le=1)
    unsure: float = Field(default=0.25, ge=0, le=1)
    categories: dict[str, Category]
