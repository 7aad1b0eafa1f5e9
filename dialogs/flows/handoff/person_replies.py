"""Who asks for a person, and messages that only a person can read."""

from __future__ import annotations

from dataclasses import replace

from complaints.copies import altered
from complaints.record import Slot
from dialogs.flows.events import Said
from dialogs.flows.files.file_messages import hear_files
from dialogs.flows.intake import drafting
from dialogs.flows.intake.complaint_text import hear_story
from dialogs.flows.message_cues import LONG, tells_beside, weight
from dialogs.flows.questions import come_back
from dialogs.flows.queue.person_request import bring_person
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Controller
from dialogs.understanding.reading import Intent, LearnedAct, Reading, Scored, TypedCommand

_SURE = 0.6
_NAMED, _PLAINLY = 0.7, 0.9
_ASKED_FOR = Scored(Intent.WANT_PERSON, 1.0)


def hear_unread(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Nobody could read it in time, so it may say anything: a person reads it, and nothing is made of it here.

    Files that came with it need no reading.
    """
    if not reading.unread:
        return None
    waits = scene.conversation.controller == Controller.QUEUE
    scene = scene.say("person.noted") if waits else bring_person(scene, "unread")
    return hear_files(scene, replace(said, text=""), altered(reading, text="")) or scene


def commanded_person(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Words behind /human go along with the complaint that the person will see."""
    if said.act != TypedCommand.PERSON:
        return None
    brought = hear_person(scene, said, altered(reading, intents=(_ASKED_FOR, *reading.intents)))
    return drafting.with_words(brought, reading) if brought else None


def hear_person(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """A person please, in whatever words; what else was said is kept."""
    if not reading.intends(Intent.WANT_PERSON, _SURE) or _is_named(scene, reading):
        return None
    scene = bring_person(scene, "asked")
    told = hear_story(scene, said, reading) if tells_beside(reading) else None
    return told or come_back(drafting.take_facts(scene, reading) if scene.draft else scene)


def _is_named(scene: Scene, reading: Reading) -> bool:
    """Whether "call me Spud" says what to call them, where that was asked, and asks for no call."""
    asked = scene.conversation.asked
    if asked is None or Slot.NAME not in (asked.name, *asked.also) or weight(reading.text) >= LONG:
        return False
    marks = reading.marks.get("+".join((asked.name, *asked.also)), ())
    named = any(mark.fact == "name" and mark.confidence >= _NAMED for mark in marks)
    return (named or bool(reading.found("name"))) and reading.acts.get(LearnedAct.PERSON, 0.0) < _PLAINLY


def bring(scene: Scene, _: Act) -> Scene:
    """A person was asked for by a button or a crisp command."""
    return come_back(bring_person(scene, "asked"))
