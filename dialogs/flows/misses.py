"""Misses: not understanding a person is a value. Two offer buttons, three a person."""

from __future__ import annotations

from complaints.record import Slot
from dialogs.flows.person import bring_person
from dialogs.flows.questions import ask_under, category_choices, pose
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act


def miss(scene: Scene) -> Scene:
    """We did not understand. Say so kindly, with an example; never scold."""
    if scene.conversation.controller == "queue":
        return scene.say("person.noted")
    scene = scene.turn_to(misses=scene.conversation.misses + 1)
    limits = scene.setting.playbook.file.misses
    if scene.conversation.misses >= limits.person:
        return bring_person(scene, "misses")
    return _ask_again(scene, offer_more=scene.conversation.misses >= limits.buttons)


def _ask_again(scene: Scene, *, offer_more: bool) -> Scene:
    asked = scene.conversation.asked
    name = asked.name if asked else Slot.STORY.value
    key = f"bad.{name}" if scene.words.has(f"bad.{name}") else "bad.general"
    example = scene.setting.playbook.file.order_number.example
    scene = scene.say(key, **({"example": example} if name == Slot.ORDER_NUMBER else {}))
    put = pose if name == "confirm" else ask_under
    return put(scene, name, _ways_out(scene, name) if offer_more else ())


def _ways_out(scene: Scene, name: str) -> list[tuple[str, Act]]:
    person = (scene.text("button.person"), Act("person"))
    if name != Slot.STORY:
        return [person]
    categories = tuple(scene.setting.playbook.file.categories)
    return [*category_choices(scene.words, categories), person]
