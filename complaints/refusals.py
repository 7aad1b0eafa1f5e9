"""Why something that a colleague wants is not possible now: one key for each reason, worded by every desk."""

from __future__ import annotations

from enum import StrEnum


class RefusalReason(StrEnum):
    """`taken`: a colleague has the chat; `full`: there is no room for another; `speaking`: the bot's last word has not
    left yet; `finding`: what was found out about the complaint does not hold together.
    """

    TAKEN = "taken"
    FULL = "full"
    NOT_YOURS = "not_yours"
    SPEAKING = "speaking"
    NO_CASE = "no_case"
    NO_DRAFT = "no_draft"
    NO_SUCH_DANGER = "no_such_danger"
    FINDING = "finding"
    NOT_NOW = "not_now"
    OFFER_PENDING = "offer_pending"
    OFFER_LIMIT = "offer_limit"
    OFFER_TERMS = "offer_terms"
    OFFER_TOO_LATE = "offer_too_late"
    OFFER_NOT_NOW = "offer_not_now"
    OFFER_LINE = "offer_line"
