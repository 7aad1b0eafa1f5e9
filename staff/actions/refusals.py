"""Why something that a colleague wanted was not done: one small tree, worded once for both desks.

ActionRefused
├── SubjectNotFound  there is no such chat or incident, or it is not theirs to see
├── ActionForbidden  it is not theirs to do
├── ActionMalformed  what the desk sent makes no sense: a form cut short, a choice that there is not
├── InputRefused     what was given cannot be; the words say what to give
└── NotPossible      the chat does not stand so that it could be done
"""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations
from typing import ClassVar

from complaints.refusals import RefusalReason
from dialogs.flows.staff import Acted
from engine.turn.outcome import Outcome
from staff.words import later

NOT_THEIRS = later("This is not yours to do. Ask a supervisor.")
NO_OPEN_CASE = later("There is no open complaint on file in this chat.")
OTHERS_FULL = later("They have no room for another chat.")
TAKE_FIRST = later("Take the chat first.")
_TERMS = later("This cannot be offered: money says how much, and every day lies ahead and within reach.")
_NOT_SO = later("The offer does not stand like that any more.")
_NOT_NOW = later("That cannot be done as things stand now.")


class ActionRefused(Exception):
    """Something was not done. `text` is English, to be translated; `facts` are what it names."""

    usual: ClassVar[str] = _NOT_NOW

    def __init__(self, text: str = "", **facts: object) -> None:
        self.text = text or self.usual
        self.facts: Mapping[str, object] = facts
        super().__init__(self.text)

    def said(self, words: NullTranslations) -> str:
        """It in the reader's words."""
        told = words.gettext(self.text)
        # A text without facts may name a file of a customer's, and hold any sign.
        return told % self.facts if self.facts else told


class SubjectNotFound(ActionRefused):
    """There is no such chat or incident, or it is not theirs to see."""

    usual = later("There is no such chat, or nobody of us is needed in it yet.")


class ActionForbidden(ActionRefused):
    """It is not theirs to do."""

    usual = NOT_THEIRS


class ActionMalformed(ActionRefused):
    """What the desk sent makes no sense."""

    usual = later("This form is not complete. Reload the page and try again.")


class InputRefused(ActionRefused):
    """What was given cannot be."""


class NotPossible(ActionRefused):
    """The chat does not stand so that it could be done. `reason` is the step's own, empty where it was not asked."""

    def __init__(self, text: str = "", reason: str = "", **facts: object) -> None:
        super().__init__(text, **facts)
        self.reason = reason


REASONS: Mapping[RefusalReason, str] = {
    RefusalReason.TAKEN: later("%(name)s has this chat already."),
    RefusalReason.FULL: later("There is no room for another chat: hand one back or resolve one first."),
    RefusalReason.NOT_YOURS: later("%(name)s has this chat, not you."),
    RefusalReason.SPEAKING: later("The bot is just finishing a sentence. Try again in a moment."),
    RefusalReason.NO_CASE: later("There is no such case in this chat."),
    RefusalReason.NO_SUCH_DANGER: later("This danger does not stand in this chat any more."),
    RefusalReason.NO_DRAFT: later("There is no unfinished complaint in this chat."),
    RefusalReason.FINDING: later("The cause is not one of the playbook's tree."),
    RefusalReason.NOT_NOW: _NOT_NOW,
    RefusalReason.OFFER_PENDING: later("An offer of this case is not answered yet. Withdraw it first."),
    RefusalReason.OFFER_LIMIT: later("This takes a second person who may promise so much."),
    RefusalReason.OFFER_TERMS: _TERMS,
    RefusalReason.OFFER_TOO_LATE: _NOT_SO,
    RefusalReason.OFFER_NOT_NOW: _NOT_SO,
    RefusalReason.OFFER_LINE: _NOT_SO,
}
"""By what a step of the conversation says for itself."""
SET_ASIDE = later("Something went wrong with this. It was set aside, and nothing was changed.")


def refusal_of(acted: Acted, outcome: Outcome) -> NotPossible | None:
    """Why an act was not done; None when it was."""
    refused = outcome.refused
    if refused is None:
        return NotPossible(SET_ASIDE, "quarantined") if outcome.quarantined else None
    text, reason = REASONS.get(refused.reason, _NOT_NOW), refused.reason
    if reason == RefusalReason.FULL and acted.receives != acted.actor:
        text = OTHERS_FULL
    if reason == RefusalReason.NOT_YOURS and not refused.holder:
        text = TAKE_FIRST
    return NotPossible(text, reason, name=refused.holder) if "%(name)s" in text else NotPossible(text, reason)
