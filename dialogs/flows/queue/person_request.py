"""Bringing a person in: the chat goes to the queue, with the reason and a truthful time."""

from __future__ import annotations

from complaints.priority import Priority
from dialogs.flows.queue.handoff_queue import enqueue, priority_of, say_closed
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import person_due
from dialogs.flows.state import Controller
from dialogs.flows.wording import show_deadline


def bring_person(scene: Scene, reason: str) -> Scene:
    """Ask for an agent, once; a second request is told when one will come."""
    conversation = scene.conversation
    if conversation.controller == Controller.QUEUE and conversation.queue.person_by:
        return scene.say("person.waiting", by=show_deadline(scene, conversation.queue.person_by))
    return _queue(scene, reason, priority_of(scene))


def bring_person_at_once(scene: Scene, crisis: str) -> Scene:
    """Someone is in danger now: the right words and a person, whoever was asked for before."""
    return _queue(scene.say(f"care.{crisis}"), crisis, Priority.URGENT)


def _queue(scene: Scene, reason: str, priority: Priority) -> Scene:
    by = person_due(scene, priority)
    scene = enqueue(scene, reason, by).say(f"person.{reason}", by=show_deadline(scene, by))
    return say_closed(scene)
