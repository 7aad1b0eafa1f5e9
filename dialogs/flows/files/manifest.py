"""Files that a customer sends: kept with the complaint or the case, pictures of an album together."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Capability, Responder, Timer
from dialogs.flows.events import Withheld
from dialogs.flows.files.evidence import withhold
from dialogs.flows.files.file_messages import hear_files
from dialogs.flows.files.media_groups import TIMER, fall_due, longest_wait

_TEXTS = MappingProxyType(
    {
        "files.kept": "count",
        "files.kept_voice": "",
        "files.enough": "most",
        "files.refused_harmful": "name",
        "note.withheld": "name finding",
    }
)

FILES = Capability(
    "files",
    responders=(
        Responder(
            "files",
            100,
            hear_files,
            "what came with a message is kept first; the words below it are then heard like any others",
        ),
    ),
    timers=(Timer(TIMER, fall_due, longest_wait, is_turn=False),),
    events=MappingProxyType({Withheld: withhold}),
    state="files",
    texts=_TEXTS,
    uses=(
        "intake.drafting",
        "reopening.reopen_case",
        "reopening.reopen_offer",
        "status.case_changes",
    ),
)
