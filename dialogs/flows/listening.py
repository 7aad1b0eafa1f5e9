"""Listening: what a scene takes in from any event before it is answered: language, zone, silence, greeting."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from complaints.record import Slot
from dialogs.flows.answers import FREE_TEXT, weight
from dialogs.flows.effects import Recorded
from dialogs.flows.events import Event
from dialogs.flows.scene import Scene
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.language import OTHER_SCRIPTS
from dialogs.understanding.reading import Reading

_QUOTES_OTHER_SCRIPTS = FREE_TEXT | {Slot.CONTACT, Slot.ORDER_NUMBER, Slot.AMOUNT, Slot.EVIDENCE}
"""An answer to these may be in another script without the customer having changed language."""


def take_in(scene: Scene, event: Event) -> Scene:
    """One more turn, at this time, from a customer in this zone."""
    conversation = scene.conversation
    changes: dict[str, object] = {"turn": conversation.turn + 1, "last_at": scene.setting.now}
    changes["left"] = False
    changes["unasked"] = 0
    if not conversation.timezone and _is_zone(event.timezone):
        changes["timezone"] = event.timezone
    if not conversation.language:
        changes["language"] = language_for(event.language, scene.setting.playbook)
    return scene.turn_to(**changes)


def _is_zone(name: str) -> bool:
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def follow_language(scene: Scene, reading: Reading) -> Scene:
    """Answer in the language the customer writes, unless they chose one."""
    conversation = scene.conversation
    spoken = _answered_in(reading.language, scene.setting.playbook.languages)
    if (
        conversation.language_pinned
        or spoken not in scene.setting.playbook.languages
        or spoken == conversation.language
    ):
        return scene
    return scene.turn_to(language=spoken) if _means_it(scene, reading) else scene


def language_for(known: str, playbook: Playbook) -> str:
    """The playbook's language for somebody of whom the channel knows this one (BCP 47, or empty)."""
    own = known.partition("-")[0].lower()
    spoken = any(language.partition("-")[0] == own for language in playbook.languages)
    return playbook.words(known if spoken else _answered_in(own, playbook.languages)).language


def _answered_in(spoken: str, languages: Collection[str]) -> str:
    """English for who writes another language in Latin letters: they can rather be expected to read it."""
    return spoken if spoken in languages or not spoken or spoken in OTHER_SCRIPTS else "en"


def _means_it(scene: Scene, reading: Reading) -> bool:
    asked = scene.conversation.asked
    if scene.conversation.turn <= 1 or not asked:
        return True
    quoting = asked.name in _QUOTES_OTHER_SCRIPTS
    return not reading.found("order_number") and weight(reading.text) >= (5 if quoting else 1)


def greet_once(scene: Scene) -> Scene:
    """At the first contact: who we are, what is stored and why. The notice goes on record."""
    if scene.conversation.consent:
        return scene
    version = scene.setting.playbook.version
    scene = scene.turn_to(consent="told").do(Recorded("privacy_notice_shown", {"playbook": version}))
    return scene.say("greeting.first").say("notice.privacy").pause()
