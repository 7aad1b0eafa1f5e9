"""The part of `playbook.yml` that says how customers are asked after a resolution."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, field_validator

from dialogs.playbooks.parts.times import Duration
from dialogs.playbooks.strict import Strict, wrong

MOST_WAVES = 2
"""The survey, and one reminder of it. More would be a nuisance."""
MOST_REASONS = 5

Reasons = tuple[Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")], ...]


def checked_reasons(reasons: Reasons) -> Reasons:
    """Few enough to read on buttons, and each once."""
    if len(reasons) > MOST_REASONS:
        raise wrong(f"{len(reasons)} reasons are too many", f"Keep {MOST_REASONS}; something else may always be said.")
    if "other" in reasons:
        raise wrong("other may always be said", "Remove it here.", reasons.index("other"))
    if len(set(reasons)) < len(reasons):
        raise wrong("a reason is listed twice", "Keep one of them.")
    return reasons


class FollowUp(Strict):
    """When and how customers are asked whether things were put right.

    `waves`: how long after a resolution we ask, and when we ask once more where there was no answer, or for the first
    time where what was promised was due only then; none to ask nobody. A score of at most `low` of 5 opens the case
    again. `calm`: how long a customer must have been silent before they are asked; a chat that is busy is looked at
    again after `put_off`, and after `give_up` from the resolution it is not asked any more. `reasons`: the buttons for
    whoever is not content; a category may have its own.
    """

    waves: tuple[Duration, ...] = (timedelta(hours=24), timedelta(days=7))
    low: int = Field(default=2, ge=1, le=3)
    calm: Duration = timedelta(minutes=30)
    put_off: Duration = timedelta(hours=2)
    give_up: Duration = timedelta(days=30)
    reasons: Reasons = ("too_slow", "not_fixed", "too_little", "unclear", "unkind")

    @field_validator("waves")
    @classmethod
    def _in_order(cls, waves: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
        if len(waves) > MOST_WAVES:
            raise wrong(f"{len(waves)} waves are too many", "Ask once, and remind once at most.")
        if list(waves) != sorted(set(waves)):
            raise wrong("the waves are out of order", "Write the earlier one first.")
        return waves

    @field_validator("reasons")
    @classmethod
    def _few(cls, reasons: Reasons) -> Reasons:
        return checked_reasons(reasons)
