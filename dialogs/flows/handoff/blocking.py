"""Barring: a visitor who is blocked, or whose chat is spam, hears one calm line and then nothing, and never rings.

Everything they write is kept all the same, so that whoever lifts it sees what was said meanwhile.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs.flows.effects import ChangeCase, Effect, Recorded
from dialogs.flows.events import Called, Event, Fired, Left, Said, Started, Tapped, WentOver
from dialogs.flows.queue.handoff_queue import released
from dialogs.flows.scene import Scene
from dialogs.flows.session_update import language_for
from dialogs.flows.state import Barred, Conversation

SET = {Barred.BLOCKED: "blocked", Barred.SPAM: "marked_spam"}
LIFTED = {Barred.BLOCKED: "unblocked", Barred.SPAM: "unmarked_spam"}
"""What the audit trail calls it when a bar is set, and when it is lifted."""
_CUSTOMERS = (Said, Tapped, Started, Called, WentOver, Left)


def is_barred(conversation: Conversation, event: Event) -> bool:
    """Whether this event is to bring about nothing: the customer's own, or a timer's."""
    if isinstance(event.body, Fired):
        return bool(conversation.handoff.barred)
    return isinstance(event.body, _CUSTOMERS) and bool(conversation.handoff.barred or event.barred)


def turned_away(scene: Scene) -> tuple[Conversation, tuple[Effect, ...]]:
    """One line, the first time; then nothing."""
    if isinstance(scene.event.body, Fired):
        return scene.conversation, ()
    if isinstance(scene.event.body, Left):
        return scene.turn_to(turn=scene.conversation.turn + 1, left=True).finish()
    spoken = scene.conversation.session.language or language_for(scene.event.language, scene.setting.playbook)
    scene = scene.turn_to(turn=scene.conversation.turn + 1, last_at=scene.setting.now, language=spoken)
    if scene.conversation.handoff.barred_told:
        return scene.finish()
    return scene.turn_to(barred_told=True).say("person.turned_away").finish()


def bar(scene: Scene, why: Barred, by: str) -> Scene:
    """From here on nobody is asked for; a chat that is spam has no case any more. Doing it twice does nothing."""
    if scene.conversation.handoff.barred == why:
        return scene
    scene = released(scene).turn_to(barred=why, barred_told=False)
    scene = scene.do(Recorded(SET[why], {"by": by}))
    return _with_cases(scene, spam=True, action=SET[Barred.SPAM]) if why == Barred.SPAM else scene


def lift(scene: Scene, by: str) -> Scene:
    """The bot goes on where it was, and what was promised runs again."""
    why = scene.conversation.handoff.barred
    if not why:
        return scene
    scene = scene.turn_to(barred=Barred.NONE, barred_told=False).do(Recorded(LIFTED[why], {"by": by}))
    return _with_cases(scene, spam=False, action=LIFTED[why])


def _with_cases(scene: Scene, *, spam: bool, action: str) -> Scene:
    """Every case of the chat is none, or is one again; a change sets its timers anew."""
    concerned = [case for case in scene.cases if case.is_open or case.spam != spam]
    return scene.do(*(ChangeCase(replace(case, spam=spam), action, {}) for case in concerned))
