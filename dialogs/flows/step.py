"""The step: one conversation, one event, and everything that follows from it. A pure function.

(conversation, event, setting) -> (conversation, effects)
"""

from __future__ import annotations

from complaints.record import Slot
from dialogs.flows import albums, follow_up, guarding
from dialogs.flows.acts import perform
from dialogs.flows.effects import Effect, Say
from dialogs.flows.events import Called, Event, Fired, Left, Said, Started, Tapped, WentOver
from dialogs.flows.groups import show_the_way
from dialogs.flows.hearing import hear
from dialogs.flows.leaving import hushed, leave
from dialogs.flows.listening import follow_language, greet_once, take_in
from dialogs.flows.questions import go_on, open_cases, pose
from dialogs.flows.queueing import KIND as QUEUE
from dialogs.flows.queueing import SNOOZE, alert, ring, routed
from dialogs.flows.reminders import fire, keep_watch
from dialogs.flows.scene import Scene
from dialogs.flows.setting import Setting
from dialogs.flows.staff import Acted
from dialogs.flows.starting import go_over, start
from dialogs.flows.state import Conversation, Offer
from dialogs.flows.takeover import act, overheard, wake
from dialogs.flows.waiting import heard
from dialogs.understanding.reading import Reading


def step(conversation: Conversation, event: Event, setting: Setting) -> tuple[Conversation, tuple[Effect, ...]]:
    """Take one event.

    While an agent has the chat the bot says nothing. A timer that belongs to a state that has moved
    on changes nothing.
    """
    after, effects = _stepped(Scene(conversation, event, setting, before=conversation), event)
    effects += guarding.timers(conversation, after, effects, event, setting)
    return after, effects + follow_up.timers(effects, after, event, setting)


def _stepped(scene: Scene, event: Event) -> tuple[Conversation, tuple[Effect, ...]]:
    match event.body:
        case Fired():
            return _fired(scene, event.body).finish()
        case Left():
            return leave(_next_turn(albums.drop(scene))).finish()
        case Acted():
            return keep_watch(act(_next_turn(scene), event.body)).finish()
        case Called():
            return show_the_way(scene).finish()
        case WentOver():
            return go_over(_next_turn(scene)).finish()
    scene = heard(take_in(scene, event))
    if scene.conversation.controller == "agent":
        return overheard(albums.drop(scene), event.body).finish()
    if isinstance(event.body, Said) and event.body.album:
        return _gathered(scene, event.body)
    return keep_watch(routed(_never_silent(_respond(albums.tell(scene), event.body)))).finish()


def _next_turn(scene: Scene) -> Scene:
    return scene.turn_to(turn=scene.conversation.turn + 1)


def _fired(scene: Scene, fired: Fired) -> Scene:
    if fired.kind == albums.TIMER:
        return albums.fall_due(scene, fired)
    scene = _next_turn(scene)
    if fired.kind in (guarding.KIND, guarding.AGAIN):
        return guarding.guard(scene, fired)
    if fired.kind in (follow_up.KIND, follow_up.AGAIN):
        return follow_up.follow_up(scene, fired)
    if fired.kind == QUEUE:
        return ring(scene, fired)
    return wake(scene, fired) if fired.kind == SNOOZE else fire(scene, fired)


def _gathered(scene: Scene, said: Said) -> tuple[Conversation, tuple[Effect, ...]]:
    """A picture of an album: kept at once, answered together with the others."""
    conversation = scene.conversation
    if conversation.held and conversation.held.album != said.album:
        scene = albums.tell(scene)
    if albums.is_more(conversation, said):
        heard = hushed(_respond(scene, said), scene.before or conversation)
    else:
        heard = _never_silent(_respond(scene, said))
    return albums.hold(scene, keep_watch(heard), said)


def _respond(scene: Scene, body: Said | Tapped | Started) -> Scene:
    match body:
        case Started():
            return start(scene, body)
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
    offer = offer_tapped(scene.before or scene.conversation, button)
    if offer:
        return perform(scene, offer.act).understood()
    return go_on(greet_once(scene).say("button.stale"))


def offer_tapped(conversation: Conversation, button: str) -> Offer | None:
    """The offer a button stands for just now, if it is live."""
    shown = (conversation.asked, conversation.held.before if conversation.held else None, conversation.survey)
    return next((offer for asked in shown if asked for offer in asked.offers if offer.id == button), None)
