"""The step: one conversation, one event, and everything that follows from it. A pure function.

(conversation, event, setting, capabilities) -> (conversation, effects)
"""

from __future__ import annotations

from complaints.record import Slot
from dialogs.flows.capability import Capabilities
from dialogs.flows.commands import perform
from dialogs.flows.effects import Effect, Say
from dialogs.flows.events import Event, Fired, Said, Started, Tapped
from dialogs.flows.files import media_groups
from dialogs.flows.handoff import blocking
from dialogs.flows.handoff.agent_actions import overheard
from dialogs.flows.intake.draft_reminders import keep_watch
from dialogs.flows.intake.progress_limit import come_to_an_end, has_taken_long
from dialogs.flows.no_complaint.other_messages import AUTO_REPLY_KEPT, is_auto_reply, keep_unanswered
from dialogs.flows.offers import answers, card, deadlines
from dialogs.flows.promises import sla_timers
from dialogs.flows.promises.pending_customer import heard
from dialogs.flows.questions import asked_name, come_back, open_cases, pose
from dialogs.flows.queue.handoff_queue import alert, routed
from dialogs.flows.router import route
from dialogs.flows.scene import Scene
from dialogs.flows.session.lacking import offer_person, tell_lacking
from dialogs.flows.session.silent_events import hushed
from dialogs.flows.session_update import follow_language, greet_once, take_in
from dialogs.flows.setting import Setting
from dialogs.flows.state import Controller, Conversation, offer_tapped
from dialogs.flows.survey import follow_up
from dialogs.understanding.reading import Reading


def step(
    conversation: Conversation, event: Event, setting: Setting, capabilities: Capabilities
) -> tuple[Conversation, tuple[Effect, ...]]:
    """Take one event. `capabilities` are what the bot can do; the application has them all (`capabilities.py`).

    While an agent has the chat the bot says nothing. A timer that belongs to a state that has moved
    on changes nothing. Whoever is barred is told so once, and nothing else comes of what they do.
    """
    scene = Scene(conversation, event, setting, before=conversation, capabilities=capabilities)
    if blocking.is_barred(conversation, event):
        return blocking.turned_away(scene)
    after, effects = _stepped(scene, event)
    effects = card.marked(after, effects, Scene(after, event, setting, effects=effects))
    effects += deadlines.timers(effects, after, event, setting)
    effects += sla_timers.timers(conversation, after, effects, event, setting)
    return after, effects + follow_up.timers(effects, after, event, setting)


def _stepped(scene: Scene, event: Event) -> tuple[Conversation, tuple[Effect, ...]]:
    match event.body:
        case Fired():
            return _fired(scene, event.body).finish()
        case Said() | Tapped() | Started():
            return _from_customer(scene, event, event.body)
    return scene.table.events[type(event.body)](scene, event.body).finish()


def _from_customer(
    scene: Scene, event: Event, body: Said | Tapped | Started
) -> tuple[Conversation, tuple[Effect, ...]]:
    """The customer wrote, tapped a button, or opened the chat."""
    scene = heard(take_in(scene, event))
    if scene.conversation.controller == Controller.AGENT:
        scene = answers.beside_agent(scene, body)
        return overheard(media_groups.drop(scene), body).finish()
    if isinstance(body, Said) and body.album:
        return _gathered(scene, body)
    return keep_watch(routed(come_to_an_end(_never_silent(_respond(media_groups.tell(scene), body))))).finish()


def _fired(scene: Scene, fired: Fired) -> Scene:
    """A timer came due. One of a kind that nobody knows any more does nothing."""
    timer = scene.table.timers.get(fired.kind)
    if timer is None:
        return scene
    return timer.fire(scene.next_turn() if timer.is_turn else scene, fired)


def _gathered(scene: Scene, said: Said) -> tuple[Conversation, tuple[Effect, ...]]:
    """A picture of an album: kept at once, answered together with the others."""
    conversation = scene.conversation
    if conversation.files.held and conversation.files.held.album != said.album:
        scene = media_groups.tell(scene)
    if media_groups.is_more(conversation, said):
        heard = hushed(_respond(scene, said), scene.before or conversation)
    else:
        heard = _never_silent(_respond(scene, said))
    return media_groups.hold(scene, keep_watch(heard), said)


def _respond(scene: Scene, body: Said | Tapped | Started) -> Scene:
    match body:
        case Started():
            return scene.table.events[Started](scene, body)
        case Tapped(button):
            return _tapped(scene, button)
        case Said(text, _, reading):
            heard = reading or Reading(text)
            answering = bool(scene.draft or asked_name(scene))
            if is_auto_reply(heard, answering) and not (body.files or has_taken_long(scene)):
                return keep_unanswered(scene)
            greeted = tell_lacking(greet_once(follow_language(scene, heard)), heard)
            return offer_person(scene, alert(route(_regretting(greeted, body), body, heard), heard))


def _regretting(scene: Scene, said: Said) -> Scene:
    """Say of each thing that could not be taken why it was not."""
    for trouble in said.troubles:
        scene = scene.say(trouble.key, **dict(trouble.facts))
    return scene


def _never_silent(scene: Scene) -> Scene:
    """Whoever writes gets an answer, also to a message that says nothing."""
    if scene.paragraphs or AUTO_REPLY_KEPT in scene.effects:
        return scene
    if any(isinstance(effect, Say) for effect in scene.effects):
        return scene
    return scene.say("idle") if open_cases(scene) else pose(scene, Slot.STORY)


def _tapped(scene: Scene, button: str) -> Scene:
    """A button that was offered last does what it says; any other says that it is too late."""
    offer = offer_tapped(scene.before or scene.conversation, button)
    if offer:
        return perform(scene, offer.act).understood()
    return come_back(greet_once(scene).say("button.stale"))
