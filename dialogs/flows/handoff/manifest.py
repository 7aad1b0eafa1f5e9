"""A person takes over: who asks for one, what agents do in a chat, and who is not heard."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Capability, Caption, Responder, Timer
from dialogs.flows.handoff.agent_actions import act, wake
from dialogs.flows.handoff.person_replies import bring, commanded_person, hear_person, hear_unread
from dialogs.flows.queue.handoff_queue import SNOOZE, longest_snooze
from dialogs.flows.staff import Acted

_TEXTS = MappingProxyType(
    {
        "person.turned_away": "",
        "person.joined": "name",
        "person.transferred": "by",
        "person.reassigned": "by",
        "person.handed_back": "",
    }
)

HANDOFF = Capability(
    "handoff",
    responders=(
        Responder(
            "unread",
            10,
            hear_unread,
            "nobody could read it, so nothing is made of it, not even that all is well",
            apart={"in_danger": "of what nobody could read no danger is known"},
        ),
        Responder(
            "commanded_person",
            60,
            commanded_person,
            "words behind /human go along to the person; the command alone would lose them",
        ),
        Responder(
            "person",
            160,
            hear_person,
            "who asks for a person gets one, whatever else the message answers",
            caption=Caption.ALWAYS,
        ),
    ),
    commands=MappingProxyType({"person": bring}),
    timers=(Timer(SNOOZE, wake, longest_snooze),),
    events=MappingProxyType({Acted: act}),
    state="handoff",
    texts=_TEXTS,
    uses=(
        "casework.case_actions",
        "casework.first_answers",
        "files.evidence",
        "files.file_messages",
        "incidents.notices",
        "intake.complaint_text",
        "intake.draft_reminders",
        "intake.drafting",
        "offers.desk_actions",
        "promises.pending_customer",
        "queue.handoff_queue",
        "queue.person_request",
        "status.case_changes",
        "survey.survey_answers",
    ),
)
