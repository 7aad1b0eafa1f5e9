"""What is done where nothing is answered: the customer has left, one picture more of an album comes in, or a file was
held back.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs.flows.effects import Recorded, Say
from dialogs.flows.events import Left
from dialogs.flows.files.media_groups import drop
from dialogs.flows.questions import open_cases
from dialogs.flows.queue.handoff_queue import enqueue, priority_of
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import person_due
from dialogs.flows.state import Controller, Conversation


def leave(scene: Scene, _: Left) -> Scene:
    """The customer cannot be reached here: that goes on record, and to a person if anything of theirs is open."""
    scene = drop(scene).next_turn()
    if scene.conversation.session.left:
        return scene
    scene = scene.turn_to(left=True).do(Recorded("customer_left", {}))
    of_no_concern = not scene.draft and not open_cases(scene)
    if of_no_concern or scene.conversation.controller != Controller.BOT:
        return scene
    return enqueue(scene, "customer_left", person_due(scene, priority_of(scene)))


def hushed(heard: Scene, before: Conversation) -> Scene:
    """All that hearing did, without a word of it: it belongs to the turn before, whose question still stands."""
    effects = tuple(effect for effect in heard.effects if not isinstance(effect, Say))
    return replace(heard, paragraphs=(), effects=effects, case=None).turn_to(asked=before.asked, turn=before.turn)
