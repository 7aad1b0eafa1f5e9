"""The timers that wait while a draft is silent."""

from __future__ import annotations

from enum import StrEnum

from dialogs.flows.effects import CancelTimer

SUBJECT = "draft"


class DraftTimer(StrEnum):
    """What a silent draft waits for: the next reminder, or the end."""

    NUDGE = "nudge"
    STALE = "stale"


FORGET = tuple(CancelTimer(kind, SUBJECT) for kind in DraftTimer)
"""Lets go of both."""
