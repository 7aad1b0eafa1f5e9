"""Care: words that must be said at once when someone may come to harm, whatever else was asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dialogs.flows.scene import Scene
from dialogs.flows.state import HeardDanger
from dialogs.understanding.reading import Reading

DANGERS = ("fraud_now", "safety", "health", "violence", "privacy_breach")
"""Kinds of danger with words of their own, the one that is spoken of first before the others."""

CRISES = ("self_harm", "fraud_now", "health")
"""Kinds in which a person is the goal while they last: no form is filled in, and nothing else is asked."""

_MOST_HEARD = 24
"""Of how many messages, and kinds in each, it is remembered what was heard in them."""

PERHAPS = "danger_perhaps"
"""The tag of a chat that somebody should have a look at, though nothing is sure."""


def care_for(scene: Scene, signals: Iterable[str]) -> Scene:
    """Speak of the danger among these signals, if there is one."""
    danger = gravest(signals)
    return scene.say(f"care.{danger}") if danger else scene


def gravest(signals: Iterable[str]) -> str:
    """The danger among these signals that is spoken of first, or empty."""
    found = frozenset(signals)
    return next((danger for danger in DANGERS if danger in found), "")


def crisis_in(reading: Reading) -> str:
    """The crisis that a text tells of, or empty. Of self-harm, where nothing weighed it, any sign counts; else it must
    be certain, for no form is filled in then.
    """
    if not reading.dangers:
        heard = [kind for kind in CRISES if kind in reading.signals]
        return next((kind for kind in heard if kind == "self_harm" or reading.certain), "")
    likeliest = max(reading.dangers, key=reading.dangers.__getitem__)
    return likeliest if reading.certain and likeliest in CRISES else ""


def noted(scene: Scene, event: str, kinds: Sequence[str]) -> Scene:
    """Remember that the message of this event tells of these kinds."""
    was = scene.conversation.safety
    told = dict.fromkeys((*was.heard_in, *(HeardDanger(kind, event) for kind in kinds)))
    dangers = tuple(dict.fromkeys((*was.dangers, *kinds)))
    return scene.turn_to(dangers=dangers, heard_in=tuple(told)[-_MOST_HEARD:])


def heed_dangers(scene: Scene, reading: Reading) -> Scene:
    """Remember which kinds were heard in this chat; where one is only likely, a colleague sees that quietly."""
    heard = dict.fromkeys((*reading.signals, *reading.kinds))
    scene = noted(scene, scene.event.id, tuple(heard)) if heard else scene
    if not reading.look or reading.signals or PERHAPS in scene.conversation.tags:
        return scene
    return scene.turn_to(tags=(*scene.conversation.tags, PERHAPS))
