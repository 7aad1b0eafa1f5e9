"""Commands: what a button or a crisp command does. They work at every moment and in every language."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dialogs.flows.questions import asked_name, come_back, go_on

if TYPE_CHECKING:
    from dialogs.flows.capability import Asking
    from dialogs.flows.scene import Scene
    from dialogs.flows.state import Act


def perform(scene: Scene, act: Act) -> Scene:
    """Do what an act says; one that makes no sense just now only brings the question back."""
    match act.name:
        case "yes":
            return _yes(scene)
        case "no":
            return _no(scene)
    command = scene.table.commands.get(act.name)
    return command(scene, act) if command else come_back(scene)


def _yes(scene: Scene) -> Scene:
    asking = _asking(scene, asked_name(scene))
    return asking.yes(scene) if asking and asking.yes else go_on(scene)


def _no(scene: Scene) -> Scene:
    name = asked_name(scene)
    if not name:
        return scene.say("idle")
    asking = _asking(scene, name)
    return asking.no(scene) if asking and asking.no else go_on(scene)


def _asking(scene: Scene, name: str) -> Asking | None:
    with suppress(KeyError):
        return scene.asking(name)
    return None
