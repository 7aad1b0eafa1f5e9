"""Questions that the bot asks a colleague, answered by a reply. All that is known by then stands in the question
itself, so that nothing is forgotten over a restart. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.staff_telegram.cards import StyledText, bold
from handlers.staff_telegram.words import StaffWords
from staff.words import later

LONGEST = 3000
"""Characters of an outcome. It is carried in the next question."""
_HEAD = re.compile(r"^☑️ (?P<reference>C-[0-9]{4}-[0-9]{6,}) · (?P<place>[12])/2$")
_GAP = "\n\n"
_WHAT = later("What was done? The customer reads your answer. (/cancel ends this.)")
_WHY = later("Why had it happened? Only we read this.")
_DONE = later("Done: %(outcome)s")
_FIRST_VERSION = later(
    "The customer already has the first version. You can send this correction as a message of its own."
)


@dataclass(frozen=True, slots=True)
class OutcomeQuestion:
    """A question about the end of a case. `outcome` is known once it was answered; `is_over` says that all of it is."""

    reference: str
    outcome: str = ""
    is_over: bool = False


def outcome_asked(reference: str, words: StaffWords) -> StyledText:
    """The first question: what was done?"""
    return bold(_head(reference, 1)).then(StyledText(words.gettext(_WHAT)))


def cause_asked(reference: str, outcome: str, words: StaffWords) -> StyledText:
    """The second question: why had it happened?"""
    told = words.gettext(_DONE, outcome=outcome[:LONGEST])
    return bold(_head(reference, 2)).then(StyledText(f"{words.gettext(_WHY)}{_GAP}{told}"))


def read(question: str, words: StaffWords) -> OutcomeQuestion | None:
    """What one of our questions is about; None for any other words."""
    head, _, rest = question.partition("\n")
    found = _HEAD.fullmatch(head)
    if found is None:
        return None
    if found["place"] == "1":
        return OutcomeQuestion(found["reference"])
    before, after = words.gettext(_DONE, outcome="\0").split("\0")
    told = rest.partition(_GAP)[2]
    outcome = told.removeprefix(before)
    return OutcomeQuestion(found["reference"], outcome.removesuffix(after) if after else outcome)


def correction(words: StaffWords, text: str) -> StyledText:
    """The customer has the first version; the new one is carried along, to be sent if wanted."""
    return StyledText(f"{words.gettext(_FIRST_VERSION)}{_GAP}{text}")


def offer(title: str, besides: Sequence[str], text: str) -> StyledText:
    """A prepared answer and what is done besides, to be read before it leaves."""
    also = "\n".join(f"➕ {each}" for each in besides)
    return bold(f"✉️ {title}").then(StyledText(f"{also}{_GAP}{text}"))


def carried(shown: str) -> str:
    """The words that such a message carries."""
    return shown.partition(_GAP)[2]


def _head(reference: str, place: int) -> str:
    return f"☑️ {reference} · {place}/2"
