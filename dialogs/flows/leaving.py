"""What is done where nothing is said: the customer has left, or one picture more of an album comes in."""

from __future__ import annotations

from dataclasses import replace

from dialogs.flows.effects import Recorded, Say
from dialogs.flows.filing import person_due
from dialogs.flows.questions import open_cases
from dialogs.flows.queueing import enqueue, priority_of
from dialogs.flows.scene import Scene
from dialogs.flows.state import Conversation


def leave(scene: Scene) -> Scene:
    """The customer cannot be reached here: that goes on record, and to a person if anything of theirs is open."""
    if scene.conversation.left:
        return scene
    scene = scene.turn_to(left=True).do(Recorded("customer_left", {}))
    of_no_concern = not scene.draft and not open_cases(scene)
    if of_no_concern or scene.conversation.controller != "bot":
        return scene
    return enqueue(scene, "customer_left", person_due(scene, priority_of(scene)))


def hushed(heard: Scene, before: Conversation) -> Scene:
    """All that hearing did, without a word of it: it belongs to the turn before, whose question still stands."""
    effects = tuple(effect for effect in heard.effects if not isinstance(effect, Say))
    return replace(heard, paragraphs=(), effects=effects, case=None).turn_to(asked=before.asked, turn=before.turn)
