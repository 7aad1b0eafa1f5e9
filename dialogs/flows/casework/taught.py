"""What a colleague set right, as examples to learn from."""

from __future__ import annotations

from collections.abc import Iterable

from dialogs.flows.effects import Taught
from dialogs.flows.scene import Scene
from dialogs.flows.staff import MarkedFact, Quoted
from dialogs.understanding.heads.dataset import DANGERS
from dialogs.understanding.language.packs import spoken

DANGER, FACT = "dangers", "facts"
_AT_ONCE = frozenset({"health", "safety", "self_harm", "fraud_now", "violence"})
"""Kinds that somebody must see to at once, where nobody says otherwise."""


def dangers_in(scene: Scene, said: Iterable[Quoted], at_once: bool = False) -> Scene:
    """Each message teaches which dangers it tells of, as the chat now has it."""
    for one in said:
        kinds = _kinds_of(scene, one)
        mark = "!" if kinds and (at_once or _AT_ONCE.intersection(kinds)) else ""
        told = (",".join(kinds) or "-") + mark
        scene = scene.do(Taught(DANGER, one.text, spoken(scene.conversation.session.language), told))
    return scene


def _kinds_of(scene: Scene, said: Quoted) -> list[str]:
    """Of a message of which nobody remembers what was heard in it, all that is heard in the chat."""
    safety = scene.conversation.safety
    known = {one.kind for one in safety.heard_in if one.event == said.event} if said.event else set(safety.dangers)
    return [kind for kind in DANGERS if kind in known]


def fact_at(scene: Scene, marked: MarkedFact) -> Taught:
    """The message teaches where this fact stands in it."""
    told = f"{marked.asked} {marked.fact} {marked.start}-{marked.end}"
    return Taught(FACT, marked.text, spoken(scene.conversation.session.language), told)
