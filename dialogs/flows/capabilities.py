"""All that the bot can do: one line for each capability."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from dialogs.flows.capability import together
from dialogs.flows.casework.manifest import CASEWORK
from dialogs.flows.files.manifest import FILES
from dialogs.flows.handoff.manifest import HANDOFF
from dialogs.flows.incidents.manifest import INCIDENTS
from dialogs.flows.intake.manifest import INTAKE
from dialogs.flows.no_complaint.manifest import NO_COMPLAINT
from dialogs.flows.offers.manifest import OFFERS
from dialogs.flows.privacy.manifest import PRIVACY
from dialogs.flows.promises.manifest import PROMISES
from dialogs.flows.queue.manifest import QUEUE
from dialogs.flows.reopening.manifest import REOPENING
from dialogs.flows.safety.manifest import SAFETY
from dialogs.flows.session.manifest import SESSION
from dialogs.flows.status.manifest import STATUS
from dialogs.flows.survey.manifest import SURVEY
from dialogs.playbooks.playbook import Playbook

CAPABILITIES = together(
    QUEUE,
    STATUS,
    REOPENING,
    INTAKE,
    OFFERS,
    SURVEY,
    NO_COMPLAINT,
    SAFETY,
    FILES,
    PRIVACY,
    PROMISES,
    SESSION,
    CASEWORK,
    HANDOFF,
    INCIDENTS,
)

DERIVED = tuple(kind for kind, timer in CAPABILITIES.timers.items() if timer.derived)
"""Timers whose moment is worked out when they fire: one of these that comes early does nothing but that."""


def longest(playbook: Playbook, now: datetime) -> Mapping[str, timedelta]:
    """How far from `now` a timer of each kind may lie at most: what lies beyond was set by a wrong clock."""
    return {kind: timer.longest(playbook, now) for kind, timer in CAPABILITIES.timers.items()}
