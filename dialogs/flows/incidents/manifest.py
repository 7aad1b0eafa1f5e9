"""Several customers complain of the same thing."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Asking, Capability, Responder
from dialogs.flows.incidents.joining import JOIN, hear_known, join, tell_more
from dialogs.flows.questions import put_yes_or_no

_TEXTS = MappingProxyType(
    {
        "ask.incident_join": "",
        "button.incident_join_yes": "",
        "button.incident_join_no": "",
        "incident.known": "title since",
        "incident.notice": "title since",
        "incident.outcome": "",
        "incident.over": "",
        "incident.something": "",
    }
)

INCIDENTS = Capability(
    "incidents",
    responders=(
        Responder(
            "known_incident",
            305,
            hear_known,
            "who complains of what we know already hears that first, and need not be asked what we know",
        ),
    ),
    questions=(Asking(JOIN, put_yes_or_no(JOIN), join, tell_more),),
    texts=_TEXTS,
    uses=("intake.case_creation", "intake.complaint_text"),
)
