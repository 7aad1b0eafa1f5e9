"""Greetings: what is said to whoever says hello or opens a chat; and the way back from anything beside the point."""

from __future__ import annotations

from complaints.record import Slot
from dialogs.flows.questions import asked_name, come_back, open_cases, pose
from dialogs.flows.queue.person_request import bring_person
from dialogs.flows.scene import Scene
from dialogs.flows.state import Controller


def greet(scene: Scene) -> Scene:
    """The answer to a greeting, and to a chat that was opened: on with what pends, or the first question."""
    if scene.conversation.controller == Controller.QUEUE and not scene.draft:
        return bring_person(scene, "asked")
    if scene.conversation.turn <= 1:
        return come_back(scene) if scene.draft or scene.conversation.asked else pose(scene, Slot.STORY)
    return resume(scene.say("greeting.back"))


def resume(scene: Scene) -> Scene:
    """Back to the pending question, or to the open door when there is none."""
    if scene.draft or asked_name(scene):
        return come_back(scene)
    return scene if open_cases(scene) else pose(scene, Slot.STORY)
