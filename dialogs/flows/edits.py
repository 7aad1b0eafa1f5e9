"""Edits: a customer put a message of theirs in other words. What it tells now stands instead of what it told."""

from __future__ import annotations

from dataclasses import replace

from complaints.record import Record, Slot
from dialogs.flows import intake
from dialogs.flows.answers import FREE_TEXT, found_in, merged
from dialogs.flows.events import Said
from dialogs.flows.questions import go_on
from dialogs.flows.scene import Scene
from dialogs.understanding.reading import Reading


def take_up(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Put the new version where the old one went in the draft; None where it went nowhere, to be heard like any words.

    Files that came with a message are kept whatever becomes of its words.
    """
    draft = scene.draft
    if said.before is None or draft is None:
        return None
    retold = _retold(draft.record, said.before, said.text)
    fresh = replace(reading, slots=tuple(span for span in reading.slots if span.text not in said.before))
    values = found_in(fresh, retold, scene.setting.playbook)
    record, changed = merged(retold, values, {_FILLS[span.slot] for span in fresh.slots if span.slot in _FILLS})
    if record == draft.record:
        return None
    return go_on(intake.note(scene.redraft(record=record, editing="").say("edited"), changed))


_FILLS = {"email": Slot.CONTACT, "phone": Slot.CONTACT, "handle": Slot.CONTACT, **{slot.value: slot for slot in Slot}}
"""The slots that facts of other names fill."""


def _retold(record: Record, before: str, now: str) -> Record:
    """The record with the customer's own words in their new version, wherever they stand as they were said."""
    if before and before in record.story:
        record = record.put(Slot.STORY, record.story.replace(before, now, 1))
    for slot in FREE_TEXT:
        if before and record.get(slot) == " ".join(before.split()):
            record = record.put(slot, " ".join(now.split()))
    return record
