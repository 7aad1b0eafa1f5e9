"""A customer asks for a right of theirs to the data that is kept about them."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Asking, Capability, Responder
from dialogs.flows.privacy.requests import NAME, confirm, leave, put_privacy, right_heard
from dialogs.understanding.heads.dataset import RIGHTS

_TEXTS = MappingProxyType(
    {
        "ask.privacy": "right by",
        "button.privacy_yes": "",
        "button.privacy_no": "",
        "privacy.filed": "reference by",
        "privacy.left": "",
        **{f"privacy.{right}": "" for right in RIGHTS},
    }
)

PRIVACY = Capability(
    "privacy",
    responders=(
        Responder(
            "right_heard",
            78,
            right_heard,
            '"CCPA opt out" asks for a right: heard as the end of surveys, or as a story, it would be lost',
        ),
    ),
    questions=(Asking(NAME, put_privacy, confirm, leave),),
    state="privacy",
    texts=_TEXTS,
    uses=("queue.handoff_queue",),
)
