"""Edits: a customer put a message of theirs in other words. What it tells now stands instead of what it told."""

from __future__ import annotations

from dataclasses import replace

from complaints.case import Case
from complaints.record import Record, Slot
from dialogs.flows.events import Said, past_command
from dialogs.flows.intake import drafting
from dialogs.flows.intake.complaint_text import facts_for
from dialogs.flows.intake.slot_filling import found_in, merged
from dialogs.flows.message_cues import FREE_TEXT, weight
from dialogs.flows.questions import come_back, open_cases
from dialogs.flows.scene import Scene
from dialogs.flows.status import case_changes
from dialogs.understanding.reading import Reading


def take_up(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Put the new version where the old one went, in the draft or a case; None where it went nowhere, to be heard
    like any words.

    Files that came with a message are kept whatever becomes of its words.
    """
    if said.before is None:
        return None
    before = past_command(said.before) if said.act else said.before
    case = _on_file(scene, before)
    if case is None:
        return _in_draft(scene, before, said.words, reading)
    # What is on file stays there as it was confirmed: the new version is added to it.
    added = case_changes.add(scene, case, said.words, said.files, reading.signals, facts_for(scene, case, reading))
    return come_back(added) if scene.draft else added


def _on_file(scene: Scene, before: str) -> Case | None:
    """The open case in whose story these words stand, unless they stand in the draft."""
    if weight(before) < _TELLING or (scene.draft and before in scene.draft.record.story):
        return None
    return next((case for case in reversed(open_cases(scene)) if before in case.record.story), None)


def _in_draft(scene: Scene, before: str, now: str, reading: Reading) -> Scene | None:
    draft = scene.draft
    if draft is None:
        return None
    retold = _retold(draft.record, before, now)
    fresh = replace(reading, slots=tuple(span for span in reading.slots if span.text not in before))
    values = found_in(fresh, retold, scene.setting.playbook)
    record, changed = merged(retold, values, {_FILLS.get(span.slot, span.slot) for span in fresh.slots})
    if record == draft.record:
        return None
    return come_back(drafting.note(scene.redraft(record=record, editing="").say("edited"), changed))


_TELLING = 3
"""In so many words a message tells of something; fewer ("yes", "two") stand in many a story by chance."""

_FILLS = {"email": Slot.CONTACT, "phone": Slot.CONTACT, "handle": Slot.CONTACT}
"""The slots that facts of other names fill."""


def _retold(record: Record, before: str, now: str) -> Record:
    """The record with the customer's own words in their new version, wherever they stand as they were said."""
    if before and before in record.story:
        record = record.put(Slot.STORY, record.story.replace(before, now, 1))
    for slot in FREE_TEXT:
        if before and record.get(slot) == " ".join(before.split()):
            record = record.put(slot, " ".join(now.split()))
    return record
