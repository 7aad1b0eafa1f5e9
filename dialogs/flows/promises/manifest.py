"""Promised times: kept, or the customer hears before they are broken."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Capability, Timer
from dialogs.flows.promises import clock_correction
from dialogs.flows.promises.sla_timers import AGAIN, KIND, guard, longest_wait

_TEXTS = MappingProxyType(
    {
        "person.righted": "by",
        "clock.first_response": "reference by",
        "clock.first_response_again": "reference by",
        "clock.both": "reference by outcome_by",
        "clock.resolution": "reference by",
        "clock.resumed": "reference by",
        "clock.righted": "reference by",
        "waiting.reminder": "reference",
        "waiting.offer": "reference",
        "waiting.notice": "reference by",
        "waiting.closed": "reference by",
        "progress.assessed": "reference by",
        "progress.in_progress": "reference by",
        "progress.remedy_offered": "reference by",
        "progress.word": "reference state by",
        "progress.closed": "reference by",
        "note.righted": "reference by",
        "note.close_first_response": "reference by",
        "note.close_resolution": "reference by",
    }
)

PROMISES = Capability(
    "promises",
    timers=(
        Timer(KIND, guard, longest_wait, derived=True),
        Timer(AGAIN, guard, longest_wait, derived=True),
        Timer(clock_correction.KIND, clock_correction.correct, clock_correction.longest_wait),
    ),
    state="promises",
    texts=_TEXTS,
    uses=(
        "files.media_groups",
        "intake.draft_reminders",
        "intake.draft_timers",
        "queue.handoff_queue",
        "reopening.reopen_offer",
    ),
)
