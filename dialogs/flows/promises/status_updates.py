"""Progress: what the customer hears as a case moves on, and when it has not moved for long."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from complaints.case import Case
from complaints.lifecycle import State
from complaints.promises import Kind, resumed, stopped
from dialogs.flows.effects import Announce, ChangeCase
from dialogs.flows.quiet_hours import polite
from dialogs.flows.reopening.reopen_offer import reopen_until
from dialogs.flows.scene import Scene
from dialogs.flows.wording import show_deadline

TOLD = frozenset({State.ASSESSED, State.IN_PROGRESS, State.REMEDY_OFFERED})
"""The moves that a colleague makes by saying so. Every other one is said where it is made."""


def progress(scene: Scene, case: Case, state: State) -> Scene:
    """A colleague moves a case on, and the customer hears. Raises `IllegalMove`.

    An offer is the customer's to answer: the clock of the outcome stands still until they write, or the offer is off.
    """
    moved = case.moved(state)
    if case.state is State.REMEDY_OFFERED and case.waiting_since:
        clocks = [resumed(clock, scene.setting.now) for clock in moved.clocks]
        moved = replace(moved, waiting_since=None, reminded=0, close_at=None).with_clocks(*clocks)
    by = show_deadline(scene, moved.next_due)
    said = scene.text(f"progress.{state}", reference=case.reference, by=by)
    scene = scene.do(ChangeCase(moved, "progressed", {"to": state}), Announce(said, case.reference))
    scene = scene.turn_to(word_at=scene.setting.now)
    return stand_still(scene, moved) if state is State.REMEDY_OFFERED and not moved.waiting_since else scene


def stand_still(scene: Scene, case: Case) -> Scene:
    """The next word on this case is the customer's; until then the clock of its outcome stands still."""
    now, office = scene.setting.now, scene.setting.playbook.office
    clocks = [stopped(clock, now, office) for clock in case.clocked(office).clocks if clock.kind is Kind.RESOLUTION]
    waiting = replace(case.clocked(office), waiting_since=now, reminded=0, close_at=None).with_clocks(*clocks)
    return scene.do(ChangeCase(waiting, "clock_paused", {"for": "customer"}))


def next_word(scene: Scene, case: Case) -> datetime:
    """When this chat will have heard nothing from us for too long."""
    last = max(case.opened_at, scene.conversation.promises.word_at or case.opened_at)
    return polite(scene, scene.setting.playbook.office.due(last, scene.setting.playbook.file.clocks.word))


def send_word(scene: Scene, case: Case) -> Scene:
    """How the case stands. Where no time can be named truthfully, a new one is told soon, and that is word enough."""
    if case.next_due <= scene.setting.now:
        return scene.turn_to(word_at=scene.setting.now)
    facts = {"state": scene.text(f"state.{case.state}"), "by": show_deadline(scene, case.next_due)}
    said = scene.text("progress.word", reference=case.reference, **facts)
    return scene.do(Announce(said, case.reference)).turn_to(word_at=scene.setting.now)


def closes_at(scene: Scene, case: Case) -> datetime | None:
    """When a settled case is closed; None for any other."""
    if case.state is not State.RESOLVED or case.merged_into or not case.resolved_at:
        return None
    return polite(scene, case.resolved_at + scene.setting.playbook.file.clocks.closed_after)


def close(scene: Scene, case: Case) -> Scene:
    """Nobody came back on it: the case is closed."""
    by = show_deadline(scene, reopen_until(scene, case))
    said = scene.text("progress.closed", reference=case.reference, by=by)
    closed = case.moved(State.CLOSED)
    return scene.do(ChangeCase(closed, "closed", {"after": "outcome"}), Announce(said, case.reference))
