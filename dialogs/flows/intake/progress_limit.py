"""Progress: whatever is written, a complaint comes to a reference, a person or a goodbye within ten messages."""

from __future__ import annotations

from dataclasses import replace

from complaints.record import Slot
from dialogs.flows.intake.case_creation import flag_draft
from dialogs.flows.questions import LAST_MESSAGE, MOST_TIMES, asked_name, times_asked
from dialogs.flows.queue.person_request import bring_person
from dialogs.flows.scene import Scene
from dialogs.flows.state import Controller, NamedQuestion


def come_to_an_end(scene: Scene) -> Scene:
    """A complaint that has taken long enough goes to a person: as it stands where the summary was shown, and else the
    chat itself. Nobody's no, and no question whether to stop, is overruled so. Nor is anybody asked a third time what
    happened.
    """
    draft = scene.draft
    if draft is None or scene.conversation.controller != Controller.BOT:
        return scene
    if not draft.record.story and times_asked(draft, Slot.STORY) > MOST_TIMES:
        return bring_person(replace(scene, paragraphs=()).turn_to(asked=None), "misses")
    if not has_taken_long(scene):
        return scene
    if (
        asked_name(scene) == NamedQuestion.CONFIRM
        and _had_it_before_them(scene)
        and draft.unclear
        and not draft.undecided
    ):
        return flag_draft(scene)
    return bring_person(scene, "long")


def has_taken_long(scene: Scene) -> bool:
    """Whether a complaint has had all its messages: from now on none of them is left unanswered."""
    return scene.draft is not None and scene.draft.told >= LAST_MESSAGE


def _had_it_before_them(scene: Scene) -> bool:
    """Whether the summary was shown before this message; who has only come back to it may yet say yes or no."""
    before = scene.before
    return before is not None and before.asked is not None and before.asked.name == NamedQuestion.CONFIRM
