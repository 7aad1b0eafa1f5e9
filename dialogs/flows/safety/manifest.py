"""Somebody is in danger: the right words, and a person at once."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Capability, Responder
from dialogs.flows.safety.crisis import in_crisis, in_danger

_TEXTS = MappingProxyType(
    {
        "person.waiting_in_crisis": "by",
    }
)

SAFETY = Capability(
    "safety",
    responders=(
        Responder("in_danger", 20, in_danger, "whoever is in danger now is answered before anything they were asked"),
        Responder(
            "in_crisis", 30, in_crisis, "while a person is awaited nothing is asked, not even by an edit or a command"
        ),
    ),
    state="safety",
    texts=_TEXTS,
    uses=(
        "intake.drafting",
        "queue.person_request",
    ),
)
