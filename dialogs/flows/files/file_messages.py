"""Messages with files: to whom the files go, and what the words below them say."""

from __future__ import annotations

from dataclasses import replace

from complaints.record import Slot
from dialogs.flows.capability import Caption
from dialogs.flows.events import Said
from dialogs.flows.files.evidence import take_files
from dialogs.flows.intake import drafting
from dialogs.flows.message_cues import is_complaint, tells_something
from dialogs.flows.questions import asked_name, come_back, open_cases, pose
from dialogs.flows.reopening.reopen_case import go_on_with
from dialogs.flows.reopening.reopen_offer import left_in_silence
from dialogs.flows.scene import Scene
from dialogs.flows.status import case_changes
from dialogs.understanding.reading import Reading


def hear_files(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Files go to the draft, or to the one open case, or we ask which."""
    if not said.files:
        return None
    if not scene.draft and (case := left_in_silence(scene)) and not open_cases(scene) and not is_complaint(reading):
        scene = go_on_with(scene, case)  # what was asked for has come after all
    mine = [case for case in scene.cases if case.is_open]
    if not scene.draft and len(mine) == 1 and not is_complaint(reading) and asked_name(scene) != Slot.STORY:
        return case_changes.add(scene, mine[0], reading.text, said.files, reading.signals)
    begun = scene.draft is not None
    scene = scene if scene.draft else drafting.begin(scene, undecided=bool(mine))
    asked_for = asked_name(scene) == Slot.EVIDENCE
    scene = take_files(scene, said.files, album=bool(said.album))
    if reading.text and begun and (answered := _caption(scene, replace(said, files=()), reading)):
        return answered
    if reading.text and tells_something(reading):
        return drafting.take_story(scene, reading)
    return pose(scene.redraft(editing=Slot.EVIDENCE), Slot.EVIDENCE) if asked_for else come_back(scene)


def _caption(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """What is written below a picture may answer the question, as anywhere else."""
    least = Caption.ALWAYS if tells_something(reading) else Caption.TELLING_NOTHING
    tried = (one for one in scene.table.responders if one.caption.value >= least.value)
    return next((heard for one in tried if (heard := one.answers(scene, said, reading))), None)
