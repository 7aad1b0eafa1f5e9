"""What is no complaint: praise, a suggestion, a question, a wrong address, small talk, an insult."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Capability, Responder
from dialogs.flows.no_complaint.other_messages import met_as_it_is

_TEXTS = MappingProxyType(
    {
        "no_complaint.praise": "",
        "no_complaint.suggest": "",
        "no_complaint.question": "",
        "no_complaint.stray": "",
        "no_complaint.status": "",
        "no_complaint.abuse": "",
        "no_complaint.smalltalk": "",
    }
)

NO_COMPLAINT = Capability(
    "no_complaint",
    responders=(
        Responder(
            "no_complaint",
            130,
            met_as_it_is,
            "what is no complaint must not be begun as one, nor be taken for a command by its words",
            apart={"not_content": "one wants a chat without cases, the other one with a settled case"},
        ),
    ),
    texts=_TEXTS,
    uses=(
        "intake.drafting",
        "survey.kind_words",
    ),
)
