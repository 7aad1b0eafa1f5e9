"""Slots that a playbook adds to the form: `slots:` in `playbook.yml`. An account number is no order number.

Each is asked for, read, shown and set right like those of the form. What is kept is text: a code without its gaps and
in capitals, a number in digits, a day as ISO 8601, a choice by the name of its option.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self
from unicodedata import normalize

from pydantic import AfterValidator, Field, WithJsonSchema, field_validator, model_validator

from complaints.record import AnySlot, Slot, slot_named
from dialogs.playbooks.regular import trouble_with
from dialogs.playbooks.strict import Strict, wrong

MOST_SLOTS, MOST_OPTIONS = 12, 12
LONGEST_VALUE = 80

RESERVED = frozenset(
    {
        *(slot.value for slot in Slot), "consent", "confirm", "survey", "idle", "change_which", "which_case",
        "withdraw_which", "withdraw", "cancel", "start_over", "language", "reopen", "evidence_more", "category_likely",
        "number", "email", "phone", "handle", "prefers", "contact_time", "order_like", "mentioned_at",
        "mentioned_amount", "general", "more",
    }
)  # fmt: skip
"""Names that mean something else already: slots of the form, other questions, and facts that a reading finds."""

_GAPS = re.compile(r"[\s.\-/_‐‑–—·]")
_NAMED = re.compile("[a-z][a-z0-9_]*")


def compact(code: str) -> str:
    """A code without the gaps it is written with, in capitals."""
    return _GAPS.sub("", normalize("NFKC", code)).upper()


def pattern(value: str) -> str:
    """A regular expression of a playbook; raises where it does not compile or might take too long."""
    if trouble := trouble_with(value):
        raise wrong(*trouble)
    return value


class OwnSlot(Strict):
    """One slot that a playbook adds.

    `text`: the customer's own words. `code`: what fits one of `patterns`, however it is spaced; the `example` is shown
    with the question. `number`: a whole number. `day`: a day of the calendar. `choice`: one of `options`, each a
    button.
    """

    type: Literal["text", "code", "number", "day", "choice"] = "text"
    patterns: tuple[Annotated[str, AfterValidator(pattern)], ...] = ()
    example: str = Field(default="", max_length=LONGEST_VALUE)
    options: tuple[Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")], ...] = ()

    @field_validator("options")
    @classmethod
    def _each_once(cls, options: tuple[str, ...]) -> tuple[str, ...]:
        for at, option in enumerate(options):
            if option in options[:at]:
                raise wrong(f"{option} stands here twice", "Keep one of them.", at)
        if len(options) > MOST_OPTIONS:
            raise wrong(f"{len(options)} options are too many", f"Offer at most {MOST_OPTIONS}, or ask for a text.")
        return options

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.type == "code":
            self._has_a_shape()
        elif self.patterns or self.example:
            raise wrong(f"a {self.type} has no pattern", "Make it `type: code`, or remove patterns and example.")
        if self.type == "choice" and len(self.options) < 2:
            raise wrong("there is nothing to choose", "List at least two options.", "options")
        if self.type != "choice" and self.options:
            raise wrong(f"a {self.type} has no options", "Make it `type: choice`, or remove them.", "options")
        return self

    def _has_a_shape(self) -> None:
        if not self.patterns:
            raise wrong("nobody knows how it looks", "Add `patterns`, regular expressions for it without gaps.")
        if not self.fits(self.example):
            says = f"the example {self.example} matches no pattern" if self.example else "there is no example"
            raise wrong(says, "Add an `example` that customers could type.", "example")

    @property
    def is_like_a_card(self) -> bool:
        """Whether a number as long as a payment card's may be a value."""
        return self.type == "code" and any(self.fits("4" * length) for length in range(13, 20))

    def fits(self, code: str) -> bool:
        """Whether a code, however it is spaced, has one of the shapes."""
        plain = compact(code)
        return any(re.fullmatch(each, plain, re.IGNORECASE) for each in self.patterns)


def checked_slots(slots: dict[str, OwnSlot]) -> dict[str, OwnSlot]:
    """The slots a playbook adds, if their names are free. Raises a validation error with its remedy."""
    for name in slots:
        if name in RESERVED:
            raise wrong(f"{name} is a name that means something already", "Give the slot another name.", name)
    if len(slots) > MOST_SLOTS:
        raise wrong(f"{len(slots)} slots are too many", f"Add at most {MOST_SLOTS}; nobody answers more.")
    return slots


def _a_name(value: str) -> AnySlot:
    if not _NAMED.fullmatch(value):
        raise wrong(f"{value} is no name of a slot", "Use small letters, digits and underscores.")
    return slot_named(value)


SlotName = Annotated[
    str,
    AfterValidator(_a_name),
    WithJsonSchema(
        {"anyOf": [{"enum": [slot.value for slot in Slot]}, {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}]}
    ),
]
"""A slot of the form, or one of the playbook's own `slots`."""
