"""Offers: what would put it right is offered in the chat, answered there, and kept in time."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Asking, Capability, Responder, Timer
from dialogs.flows.offers.answers import choose, hear_offer
from dialogs.flows.offers.card import NAME, pose_offer
from dialogs.flows.offers.deadlines import KIND, longest_wait, wake

_TEXTS = MappingProxyType(
    {
        "offer.item": "what",
        "offer.by": "day",
        "offer.card": "reference lines until",
        "offer.terms": "reference lines until",
        "offer.accepted": "reference lines until",
        "offer.instead": "",
        "offer.declined": "reference lines until by",
        "offer.countered": "reference lines until by",
        "offer.supervisor": "reference lines until by",
        "offer.noted": "reference",
        "offer.condition": "reference lines until by",
        "offer.question": "reference lines until by",
        "offer.unclear": "reference lines until",
        "offer.rung": "reference lines until by",
        "offer.reminder": "reference lines until",
        "offer.expired": "reference lines until by",
        "offer.withdrawn": "reference lines until by",
        "offer.line_done": "reference what",
        "offer.fulfilled": "reference lines until",
        "offer.delayed": "reference lines until day",
        "offer.late": "reference by",
        "offer.over": "",
        "offer.kind.{kind}": "",
        "offer.state.{offer_state}": "",
        "offer.button.{offer_choice}": "",
        "note.offer": "reference n state words",
    }
)

OFFERS = Capability(
    "offers",
    responders=(
        Responder(
            "offer_answer",
            75,
            hear_offer,
            "what is offered is answered before anything else: a yes or a no to money is nobody else's",
        ),
    ),
    commands=MappingProxyType({NAME: choose}),
    questions=(Asking(NAME, pose_offer),),
    timers=(Timer(KIND, wake, longest_wait, derived=True),),
    state="offers",
    texts=_TEXTS,
    uses=(
        "casework.first_answers",
        "promises.pending_customer",
        "promises.status_updates",
        "queue.handoff_queue",
        "reopening.reopen_case",
    ),
)
