"""The first answer of a person: what waited for one has it."""

from __future__ import annotations

from dataclasses import replace

from complaints.lifecycle import State
from complaints.promises import Kind, kept
from dialogs.flows.effects import ChangeCase
from dialogs.flows.scene import Scene

_NEW = frozenset({State.RECEIVED, State.ASSESSED, State.REOPENED})


def answered(scene: Scene) -> Scene:
    """A person wrote to the customer: that is the first answer to every case that waited for one."""
    office, moment = scene.setting.playbook.office, scene.setting.now
    for case in scene.cases:
        if case.is_open and case.answered_at is None:
            case = case.clocked(office)
            first = [kept(clock, moment, office) for clock in case.clocks if clock.kind is Kind.FIRST_RESPONSE]
            now = replace(case, answered_at=moment).with_clocks(*first)
            moved = now.moved(State.IN_PROGRESS) if case.state in _NEW else now
            scene = scene.do(ChangeCase(moved, "first_answer", {}))
    return scene.turn_to(word_at=moment)
