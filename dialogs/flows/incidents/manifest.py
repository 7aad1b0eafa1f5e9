"""Several customers complain of the same thing."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Capability

INCIDENTS = Capability(
    "incidents",
    texts=MappingProxyType({"incident.notice": "title since", "incident.something": "", "incident.outcome": ""}),
)
