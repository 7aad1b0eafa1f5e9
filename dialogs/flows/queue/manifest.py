"""The queue of chats that wait for a person: how one gets into it, and who is rung the longer it waits."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Capability, Timer
from dialogs.flows.queue.handoff_queue import KIND, longest_wait, ring

_TEXTS = MappingProxyType(
    {
        "person.asked": "by",
        "person.misses": "by",
        "person.unread": "by",
        "person.self_harm": "by",
        "person.health": "by",
        "person.long": "by",
        "person.fraud_now": "by",
        "person.waiting": "by",
        "person.alerted": "by",
        "person.closed": "",
        "person.crowded": "",
        "person.later": "by",
    }
)

QUEUE = Capability(
    "queue",
    timers=(Timer(KIND, ring, longest_wait),),
    state="queue",
    texts=_TEXTS,
)
