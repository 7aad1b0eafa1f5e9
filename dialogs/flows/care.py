"""Care: words that must be said at once when someone may be hurt, whatever else was asked."""

from __future__ import annotations

from collections.abc import Iterable

from dialogs.flows.scene import Scene

DANGERS = ("safety", "health")
"""Signals of harm to people, gravest first."""


def care_for(scene: Scene, signals: Iterable[str]) -> Scene:
    """Speak of the danger among these signals, if there is one."""
    danger = gravest(signals)
    return scene.say(f"care.{danger}") if danger else scene


def gravest(signals: Iterable[str]) -> str:
    """The gravest danger among these signals, or empty."""
    found = frozenset(signals)
    return next((danger for danger in DANGERS if danger in found), "")
