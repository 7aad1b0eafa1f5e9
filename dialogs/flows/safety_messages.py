"""Care: words that must be said at once when someone may come to harm, whatever else was asked."""

from __future__ import annotations

from collections.abc import Iterable

from dialogs.flows.scene import Scene
from dialogs.understanding.reading import Reading

DANGERS = ("fraud_now", "safety", "health", "violence", "privacy_breach")
"""Kinds of danger with words of their own, the one that is spoken of first before the others."""

CRISES = ("self_harm", "fraud_now", "health")
"""Kinds in which a person is the goal while they last: no form is filled in, and nothing else is asked."""

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


def heed_dangers(scene: Scene, reading: Reading) -> Scene:
    """Remember which kinds were heard in this chat; where one is only likely, a colleague sees that quietly."""
    known = scene.conversation.safety.dangers
    heard = dict.fromkeys((*reading.signals, *reading.kinds))
    fresh = tuple(kind for kind in heard if kind not in known)
    scene = scene.turn_to(dangers=known + fresh) if fresh else scene
    if not reading.look or reading.signals or PERHAPS in scene.conversation.tags:
        return scene
    return scene.turn_to(tags=(*scene.conversation.tags, PERHAPS))
