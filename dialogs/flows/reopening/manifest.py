"""A resolution did not hold: the same case goes on, as long as the playbook allows."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Asking, Capability, Responder
from dialogs.flows.reopening.not_put_right import after_silence, broken_again, not_content
from dialogs.flows.reopening.reopen_case import accept
from dialogs.flows.reopening.reopen_offer import NAME, leave_settled, pose_offer

_TEXTS = MappingProxyType(
    {
        "ask.reopen": "reference",
        "reopen.sorry": "",
        "reopen.button": "reference",
        "reopen.done": "reference by",
        "note.reopened": "reference count solved outcome",
    }
)

REOPENING = Capability(
    "reopening",
    responders=(
        Responder(
            "not_content",
            140,
            not_content,
            'they were told to write if it is not put right: a mere "no, still broken" would be taken for a command',
        ),
        Responder(
            "broken_again",
            220,
            broken_again,
            "what was settled has not held: heard as an answer or a story it would become a new complaint",
            apart={"part_to_change": "a part is changed in a draft, and with a draft nothing settled is spoken of"},
        ),
        Responder(
            "after_silence",
            290,
            after_silence,
            "the late answer to a colleague's question is no kind word and no new story",
        ),
    ),
    commands=MappingProxyType({NAME: lambda scene, act: accept(scene, act.value)}),
    questions=(Asking(NAME, lambda scene, _: pose_offer(scene), lambda scene: accept(scene, ""), leave_settled),),
    texts=_TEXTS,
    uses=(
        "queue.handoff_queue",
        "status.case_changes",
    ),
)
