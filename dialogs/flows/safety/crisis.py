"""A crisis: somebody is in danger now. A person is the goal, and nothing is asked while they are awaited."""

from __future__ import annotations

from dialogs.flows.events import Said
from dialogs.flows.intake import drafting
from dialogs.flows.message_cues import is_complaint
from dialogs.flows.queue.person_request import bring_person_at_once
from dialogs.flows.safety_messages import CRISES, crisis_in
from dialogs.flows.scene import Scene
from dialogs.flows.state import Controller
from dialogs.flows.wording import show_deadline
from dialogs.understanding.cues.faq_topics import asks_what_to_do
from dialogs.understanding.reading import Reading


def in_danger(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """Someone is in danger now. What they complain of is kept for the person who comes, and not asked about."""
    crisis = crisis_in(reading)
    if not crisis:
        return None
    told = crisis != "self_harm" or is_complaint(reading)
    scene = drafting.keep_story(scene, reading) if told else scene
    return _awaiting(bring_person_at_once(scene, crisis)) if not _awaits(scene) else _keeps_telling(scene, reading)


def _awaits(scene: Scene) -> bool:
    """Whether a person has been asked for in a crisis, and has not come yet. Where something was asked all the same,
    the danger was not certain, and the complaint goes on.
    """
    conversation = scene.conversation
    return (
        conversation.controller == Controller.QUEUE
        and conversation.queue.person_reason in CRISES
        and conversation.asked is None
    )


def _awaiting(scene: Scene) -> Scene:
    """Nothing is asked while the person is awaited."""
    return scene.turn_to(asked=None)


def in_crisis(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """While a person is awaited in a crisis nothing is asked; questions are answered, and everything else is kept."""
    if not _awaits(scene) or _is_calm(scene, reading):
        return None
    if reading.question and scene.words.has(f"answer.{reading.question}"):
        return scene.say(f"answer.{reading.question}")
    if asks_what_to_do(reading.text):
        scene = scene.say(f"care.{scene.conversation.queue.person_reason}")
    return _keeps_telling(scene, reading)


def _is_calm(scene: Scene, reading: Reading) -> bool:
    """Whether somebody complains on without a word of danger: then it is over, or was none. Of despair nobody decides
    that here.
    """
    over = scene.conversation.queue.person_reason != "self_harm" and not (
        reading.look or reading.kinds or reading.signals
    )
    return over and bool(reading.dangers or reading.acts) and (is_complaint(reading) or bool(reading.slots))


def _keeps_telling(scene: Scene, reading: Reading) -> Scene:
    by = scene.conversation.queue.person_by
    assert by is not None
    if scene.draft and reading.text.strip():
        scene = scene.redraft(record=scene.draft.record.with_story(reading.text))
    return _awaiting(scene.say("person.waiting_in_crisis", by=show_deadline(scene, by)))
