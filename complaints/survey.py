"""The survey: what came of asking the customer after one resolution of a case. Pure data, and what may become of it.

A case that is opened again and resolved again is asked about anew; each resolution has one survey, for ever.
All moments are aware, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class Solved(StrEnum):
    """Whether the customer says that things were put right."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Part(StrEnum):
    """One question of a survey. The order here is the order in which they are asked."""

    SOLVED = "solved"
    OUTCOME = "outcome"
    TREATMENT = "treatment"
    REASON = "reason"
    WORDS = "words"
    MORE = "more"
    CONTACT = "contact"


LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True, slots=True)
class Survey:
    """One resolution, and what the customer says to it.

    `resolution` counts a case's resolutions from 1. `agent` (an account's id), `team`, `category` and `playbook`
    (its version) are those of the resolution, whatever becomes of the case later. `expected` is when what was
    promised will have been done, if that was said.

    `wave` is how often we have asked, `answered_wave` which time was answered; `asked_at` and `reminded_at` say
    when, on which `channel`. `answered_at` is the first answer, `done_at` when nothing was left to ask.
    `outcome` and `treatment` are scores from 1 to 5, 0 while there is none; `reason` is a key of the playbook;
    `skipped` are parts that the customer left out. `dropped` says why it was not asked, or not any further:
    `opted_out`, `reopened`, `merged`, `unreachable`, `busy`. `reopened_at` is when this resolution did not hold,
    and `reopened_by` who found so: `survey`, `customer` or `colleague`.
    """

    resolution: int
    resolved_at: datetime
    agent: str
    team: str
    category: str
    playbook: str
    expected: datetime | None = None
    wave: int = 0
    answered_wave: int = 0
    channel: str = ""
    asked_at: datetime | None = None
    reminded_at: datetime | None = None
    answered_at: datetime | None = None
    done_at: datetime | None = None
    solved: str = ""
    outcome: int = 0
    treatment: int = 0
    reason: str = ""
    words: str = ""
    more: str = ""
    contact: str = ""
    skipped: tuple[str, ...] = ()
    dropped: str = ""
    reopened_at: datetime | None = None
    reopened_by: str = ""

    @property
    def pends(self) -> bool:
        """Whether we may still ask of our own accord."""
        return not self.dropped and self.done_at is None

    def has(self, part: Part) -> bool:
        """Whether this part was answered, or left out."""
        return bool(getattr(self, part.value)) or part.value in self.skipped

    def asked(self, channel: str, now: datetime) -> Survey:
        """Asked once more: the first time it is the survey, later a reminder of it."""
        if self.asked_at is None:
            return replace(self, wave=self.wave + 1, channel=channel, asked_at=now)
        return replace(self, wave=self.wave + 1, channel=channel, reminded_at=now)

    def answered(self, part: Part, value: Any, now: datetime) -> Survey:
        """The customer answered one part; a later answer stands in place of an earlier one."""
        first = {} if self.answered_at else {"answered_at": now, "answered_wave": self.wave}
        skipped = tuple(one for one in self.skipped if one != part)
        given: dict[str, Any] = {part.value: value, **first}
        return replace(self, skipped=skipped, **given)

    def left_out(self, part: Part, now: datetime) -> Survey:
        """The customer would rather not say. That is an answer too."""
        first = {} if self.answered_at else {"answered_at": now, "answered_wave": self.wave}
        given: dict[str, Any] = {"skipped": (*self.skipped, part.value), **first}
        return self if self.has(part) else replace(self, **given)

    def ended(self, why: str) -> Survey:
        """We do not ask, or not any further. What ended already is left as it is."""
        return replace(self, dropped=why) if self.pends else self

    def did_not_hold(self, by: str, now: datetime) -> Survey:
        """The case was opened again after this resolution."""
        return replace(self, reopened_at=now, reopened_by=by)


def unhappy(survey: Survey, low: int) -> bool:
    """Whether the customer says that it is not put right: "not solved", or an outcome of at most `low` of 5."""
    return survey.solved == Solved.NO or 0 < survey.outcome <= low


def parts(survey: Survey, low: int) -> tuple[Part, ...]:
    """What applies to this survey, in order. Whoever says that nothing is solved is not asked for marks."""
    if survey.solved == Solved.NO:
        return (Part.SOLVED, Part.REASON, Part.WORDS)
    asked = [Part.SOLVED, Part.OUTCOME, Part.TREATMENT]
    if _is_low(survey, low):
        asked.append(Part.REASON)
    asked.append(Part.WORDS)
    if unhappy(survey, low):
        return tuple(asked)
    if survey.words:
        asked.append(Part.MORE)
    if survey.more or _is_low(survey, low):
        asked.append(Part.CONTACT)
    return tuple(asked)


def next_part(survey: Survey, low: int) -> Part | None:
    """What to ask next, or None when all that applies was answered or left out."""
    return next((part for part in parts(survey, low) if not survey.has(part)), None)


def _is_low(survey: Survey, low: int) -> bool:
    """Whether there is a reason to ask for: anything below the middle, or half a solution."""
    scores = [score for score in (survey.outcome, survey.treatment) if score]
    return survey.solved == Solved.PARTLY or any(score <= max(low, _MIDDLE) for score in scores)


_MIDDLE = 3
