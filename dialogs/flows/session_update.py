"""Listening: what a scene takes in from any event before it is answered: language, zone, silence, greeting."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from complaints.record import Slot
from dialogs.flows.effects import Recorded
from dialogs.flows.events import Event
from dialogs.flows.message_cues import FREE_TEXT, weight
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Consent
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.language.packs import in_script, spoken
from dialogs.understanding.reading import Reading

_QUOTES_OTHER_SCRIPTS = FREE_TEXT | {Slot.CONTACT, Slot.ORDER_NUMBER, Slot.AMOUNT, Slot.EVIDENCE}
"""An answer to these may be in another script without the customer having changed language."""

_NEIGHBOURS = frozenset({"zh", "ja", "ko"})


def take_in(scene: Scene, event: Event) -> Scene:
    """One more turn, at this time, from a customer in this zone."""
    conversation = scene.conversation
    changes: dict[str, object] = {"turn": conversation.turn + 1, "last_at": scene.setting.now}
    changes["left"] = False
    changes["unasked"] = 0
    changes["barred_told"] = False
    if event.source and event.source != conversation.session.source:
        changes["source"] = event.source
    if not conversation.session.timezone and _is_zone(event.timezone):
        changes["timezone"] = event.timezone
    if not conversation.session.language:
        changes["language"] = language_for(event.language, scene.setting.playbook)
    scene = scene.turn_to(**changes)
    return scene.redraft(told=scene.draft.told + 1) if scene.draft else scene


def _is_zone(name: str) -> bool:
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def follow_language(scene: Scene, reading: Reading) -> Scene:
    """Answer in the language the customer writes, unless they chose one."""
    session, playbook = scene.conversation.session, scene.setting.playbook
    now, language = session.language, _answered_in(reading.language, playbook.languages)
    chosen = session.language_pinned and (spoken(now) != now or language != now)
    if chosen or language not in playbook.languages:
        return scene
    written = as_written(language, reading.script, now)
    if written == now or not playbook.speaks(written):
        return scene
    return scene.turn_to(language=written) if means_it(scene, reading) else scene


def as_written(language: str, script: str, now: str) -> str:
    """The variant of a language that a text's script shows; one that shows none, a short one, leaves what is in use."""
    if script:
        return in_script(language, script)
    return now if spoken(now) == language else language


def asked_for(scene: Scene, reading: Reading) -> Act:
    """What choosing the language that a text asks for does; who asks in traditional characters means these."""
    wanted = reading.language_wanted
    return Act("language", value=as_written(wanted, reading.script, scene.conversation.session.language))


def language_for(known: str, playbook: Playbook) -> str:
    """The playbook's language for somebody of whom the channel knows this one (BCP 47, or empty)."""
    own = known.replace("_", "-").partition("-")[0].lower()
    is_ours = any(language.partition("-")[0] == own for language in playbook.languages)
    return playbook.words(known if is_ours else _answered_in(own, playbook.languages)).language


def _answered_in(language: str, languages: Collection[str]) -> str:
    """English for who writes a language that we lack and is no neighbour of Chinese: they can rather be expected to
    read it.
    """
    return language if language in languages or not language or language in _NEIGHBOURS else "en"


def means_it(scene: Scene, reading: Reading) -> bool:
    """Whether a text shows what its writer speaks, rather than quote a name or a thing in another language."""
    asked = scene.conversation.asked
    if scene.conversation.turn <= 1 or not asked:
        return True
    quoting = asked.name in _QUOTES_OTHER_SCRIPTS
    return not reading.found("order_number") and weight(reading.text) >= (5 if quoting else 1)


def greet_once(scene: Scene) -> Scene:
    """At the first contact: who we are, what is stored and why. The notice goes on record."""
    if scene.conversation.session.consent:
        return scene
    version = scene.setting.playbook.version
    scene = scene.turn_to(consent=Consent.TOLD).do(Recorded("privacy_notice_shown", {"playbook": version}))
    return scene.say("greeting.first").say("notice.privacy").pause()
