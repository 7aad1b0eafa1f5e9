"""Words by which a customer says that what was settled is not put right, or has not held."""

from __future__ import annotations

from complaints.record import Slot
from dialogs.flows.events import Said
from dialogs.flows.message_cues import weight
from dialogs.flows.questions import asked_name, open_cases
from dialogs.flows.reopening.reopen_case import accept, answer_to_silence, offer_reopening
from dialogs.flows.reopening.reopen_offer import NAME as REOPEN
from dialogs.flows.reopening.reopen_offer import settled
from dialogs.flows.scene import Scene
from dialogs.flows.state import NamedQuestion
from dialogs.understanding.reading import Intent, Reading
from dialogs.understanding.replies.context_replies import MeaningAfter, meaning_after
from dialogs.understanding.replies.resolution_replies import says_broken_again, says_not_content, wants_it_taken_up

_SURE = 0.6


def broken_again(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """What was settled has not held: it may be taken up again. Who only gives thanks is not asked."""
    if not _is_past(scene):
        return None
    said = says_broken_again(reading.text) or (_is_settled(scene) and meaning_after(reading) in _NOT_HELD)
    return offer_reopening(scene, reading) if said else None


_NOT_HELD = (MeaningAfter.BROKEN_AGAIN, MeaningAfter.NOT_SETTLED)


def _is_settled(scene: Scene) -> bool:
    """Whether the last that was said to them is that all is put right."""
    return bool(settled(scene)) and not open_cases(scene)


def _is_past(scene: Scene) -> bool:
    """Whether there are cases to come back to, and nothing new is being told."""
    return bool(scene.setting.cases) and not scene.draft


def not_content(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """They were told to write if it is not put right, and so they do, of what was settled or is open again."""
    if asked_name(scene) == REOPEN and wants_it_taken_up(reading.text):
        return accept(scene, "")
    free = _is_past(scene) and asked_name(scene) in ("", Slot.STORY, NamedQuestion.SURVEY)
    if not free or reading.intends(Intent.WANT_PERSON, _SURE):
        return None
    if not says_not_content(reading.text) and not wants_it_taken_up(reading.text):
        return None
    return answer_to_silence(scene, reading) or offer_reopening(scene, reading)


def after_silence(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """A late answer to what a colleague asked, for want of which the case was closed."""
    return answer_to_silence(scene, reading) if _is_past(scene) and weight(reading.text) > 1 else None
