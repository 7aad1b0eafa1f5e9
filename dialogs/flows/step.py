"""The step: one conversation, one event, and everything that follows from it. A pure function.

(conversation, event, setting) -> (conversation, effects)
"""

from __future__ import annotations

from complaints.record import Slot
from dialogs.flows.acts import perform
from dialogs.flows.effects import Effect, Say
from dialogs.flows.events import Event, Fired, Left, Said, Tapped
from dialogs.flows.hearing import hear
from dialogs.flows.leaving import hushed, leave
from dialogs.flows.listening import follow_language, greet_once, take_in
from dialogs.flows.questions import go_on, open_cases, pose
from dialogs.flows.queueing import KIND as QUEUE
from dialogs.flows.queueing import SNOOZE, alert, ring
from dialogs.flows.reminders import fire, keep_watch
from dialogs.flows.scene import Scene
from dialogs.flows.setting import Setting
from dialogs.flows.staff import Acted
from dialogs.flows.state import Conversation, Offer
from dialogs.flows.takeover import act, overheard, wake
from dialogs.understanding.reading import Reading


def step(conversation: Conversation, event: Event, setting: Setting) -> tuple[Conversation, tuple[Effect, ...]]:
    """Take one event.

    While an agent has the chat the bot says nothing. A timer that belongs to a state that has moved
    on changes nothing.
    """
    scene = Scene(conversation, event, setting, before=conversation)
    match event.body:
        case Fired():
            return _fired(scene.turn_to(turn=conversation.turn + 1), event.body).finish()
        case Left():
            return leave(scene.turn_to(turn=conversation.turn + 1)).finish()
        case Acted():
            return keep_watch(act(scene.turn_to(turn=conversation.turn + 1), event.body)).finish()
    scene = take_in(scene, event)
    if conversation.controller == "agent":
        return overheard(scene).finish()
    if isinstance(event.body, Said) and _is_more_of_an_album(conversation, event.body):
        return keep_watch(hushed(_respond(scene, event.body), conversation)).finish()
    return keep_watch(_never_silent(_respond(scene, event.body))).finish()


def _fired(scene: Scene, fired: Fired) -> Scene:
    if fired.kind == QUEUE:
        return ring(scene, fired)
    return wake(scene, fired) if fired.kind == SNOOZE else fire(scene, fired)


def _is_more_of_an_album(conversation: Conversation, said: Said) -> bool:
    """Pictures sent in one go are answered once, however many messages they come in."""
    return said.album != "" and said.album == conversation.album and not said.text and not said.troubles


def _respond(scene: Scene, body: Said | Tapped) -> Scene:
    match body:
        case Tapped(button):
            return _tapped(scene, button)
        case Said(text, _, reading):
            heard = reading or Reading(text)
            return alert(hear(_regretting(greet_once(follow_language(scene, heard)), body), body, heard), heard)


def _regretting(scene: Scene, said: Said) -> Scene:
    """Say of each thing that could not be taken why it was not."""
    for trouble in said.troubles:
        scene = scene.say(trouble.key, **dict(trouble.facts))
    return scene


def _never_silent(scene: Scene) -> Scene:
    """Whoever writes gets an answer, also to a message that says nothing."""
    if scene.paragraphs or any(isinstance(effect, Say) for effect in scene.effects):
        return scene
    return scene.say("idle") if open_cases(scene) else pose(scene, Slot.STORY)


def _tapped(scene: Scene, button: str) -> Scene:
    """A button that was offered last does what it says; any other says that it is too late."""
    offer = offer_tapped(scene.conversation, button)
    if offer:
        return perform(scene, offer.act).understood()
    return go_on(greet_once(scene).say("button.stale"))


def offer_tapped(conversation: Conversation, button: str) -> Offer | None:
    """The offer a button stands for just now, if it is live."""
    asked = conversation.asked
    return next((offer for offer in asked.offers if offer.id == button), None) if asked else None
