"""Offering to open a settled case again, for as long as the playbook allows from the resolution on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from complaints.lifecycle import State
from dialogs.flows.state import Act

if TYPE_CHECKING:
    from complaints.case import Case
    from dialogs.flows.scene import Scene

NAME = "reopen"
SILENCE = "silence"
"""The cause of a resolution that nobody made: the customer was asked something and did not answer."""
NEW = Act("new_case")
"""A new complaint; its value is the story where one was told already, its slot the category where that is plain."""
MOST_OFFERED = 3
_SETTLED = frozenset({State.RESOLVED, State.CLOSED})


def is_settled(case: Case) -> bool:
    """Whether it was resolved, and neither taken back nor gone on elsewhere."""
    return case.state in _SETTLED and case.resolved_at is not None and not case.merged_into


def settled(scene: Scene) -> tuple[Case, ...]:
    """The settled cases of this chat, the last settled first."""
    known = [case for case in scene.cases if is_settled(case)]
    return tuple(sorted(known, key=lambda case: case.resolved_at or case.opened_at, reverse=True))


def may_reopen(scene: Scene, case: Case) -> bool:
    """Whether the customer may still have it opened again; how long that is counts from the resolution."""
    return scene.setting.now < reopen_until(scene, case)


def left_in_silence(scene: Scene) -> Case | None:
    """The case settled last, where it only was closed because the customer did not answer, and may be taken up."""
    last = next(iter(settled(scene)), None)
    return last if last and ended_in_silence(last) and may_reopen(scene, last) else None


def ended_in_silence(case: Case) -> bool:
    return case.resolution is not None and case.resolution.cause == SILENCE


def put_offer(scene: Scene, cases: tuple[Case, ...], told: Act = NEW) -> Scene:
    """The cases that may be opened again, each with its button; `told` goes on with what they said as a new one."""
    choices = [
        (scene.text("reopen.button", reference=case.reference), Act(NAME, value=case.reference))
        for case in cases[:MOST_OFFERED]
    ]
    scene = scene.say("ask.reopen", reference=cases[0].reference)
    return scene.ask(NAME, [*choices, _new(scene, told)]).about(cases[0].reference)


def offer_new(scene: Scene, case: Case, told: Act = NEW) -> Scene:
    """It was settled too long ago; a new complaint is as good."""
    return scene.say("reopen.too_late", reference=case.reference).ask(NAME, [_new(scene, told)])


def pose_offer(scene: Scene) -> Scene:
    """The offer once more, if it still stands."""
    fresh = tuple(case for case in settled(scene) if may_reopen(scene, case))
    return put_offer(scene, fresh) if fresh else scene.turn_to(asked=None)


def _new(scene: Scene, told: Act) -> tuple[str, Act]:
    return scene.text("button.new_case"), told


def reopen_until(scene: Scene, case: Case) -> datetime:
    """Until when the customer may have a settled case reopened."""
    settled = case.resolved_at or scene.setting.now
    return settled + scene.setting.playbook.file.clocks.reopen_within


def leave_settled(scene: Scene) -> Scene:
    """They would rather not have it opened again."""
    return scene.turn_to(asked=None).say("idle")
