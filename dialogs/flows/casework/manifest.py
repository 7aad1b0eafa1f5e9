"""What agents do to a record or a case."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Capability

_TEXTS = MappingProxyType(
    {
        "case.on_file": "reference by",
        "case.resolved": "reference outcome",
        "case.merged": "reference into",
        "clock.sooner": "reference by",
    }
)

CASEWORK = Capability(
    "casework",
    texts=_TEXTS,
    uses=(
        "intake.case_creation",
        "promises.status_updates",
        "queue.handoff_queue",
        "reopening.reopen_case",
        "status.case_changes",
        "survey.follow_up",
    ),
)
