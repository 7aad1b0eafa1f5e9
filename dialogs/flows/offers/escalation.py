"""Bringing in whoever made an offer, for what the bot cannot settle; a supervisor where that takes one."""

from __future__ import annotations

from dataclasses import replace

from complaints.case import Case
from complaints.offers.offer import Offer
from complaints.routing import EscalationLevel
from dialogs.flows.effects import Note
from dialogs.flows.queue.handoff_queue import awake, enqueue, hold, offered, watch
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import person_due
from dialogs.flows.state import Controller
from dialogs.flows.wording import shorten, show_deadline


def ring(scene: Scene, case: Case, offer: Offer, reason: str, words: str, *, to_supervisor: bool = False) -> Scene:
    """The chat comes to its maker first, then to the team as ever; a note says what it is about. Whoever has the chat
    already reads it there.
    """
    scene = noted(scene, case, offer, words)
    if scene.conversation.controller == Controller.AGENT:
        return awake(scene)
    if scene.conversation.controller == Controller.BOT:
        scene = enqueue(scene, reason, person_due(scene, case.priority))
    if to_supervisor:
        return _raised(scene)
    is_account = offer.role != "program" and bool(offer.made_by)
    holding = scene.conversation.queue.holding
    free = holding is not None and not holding.agent and offer.made_by not in holding.passed
    return offered(scene, offer.made_by, offer.name) if is_account and free else scene


def noted(scene: Scene, case: Case, offer: Offer, words: str) -> Scene:
    """Colleagues see what became of it."""
    state = scene.text(f"offer.state.{offer.state}")
    return scene.do(
        Note(scene.text("note.offer", reference=case.reference, n=offer.n, state=state, words=shorten(words)))
    )


def _raised(scene: Scene) -> Scene:
    holding = scene.conversation.queue.holding
    if holding is None or holding.level >= EscalationLevel.SUPERVISOR:
        return scene
    return watch(hold(scene, replace(holding, level=int(EscalationLevel.SUPERVISOR))))


def by_when(scene: Scene, case: Case) -> str:
    """The time by which a person was promised."""
    by = scene.conversation.queue.person_by or person_due(scene, case.priority)
    return show_deadline(scene, by)
