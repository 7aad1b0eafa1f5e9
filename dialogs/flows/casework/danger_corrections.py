"""A colleague knew better whether a message tells of danger: a false alarm, or one that was missed.

The chat's dangers, the record's reasons and how pressing the chat is follow; what was promised never becomes later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from complaints.case import Case
from complaints.priority import Level, Priority, assess, raise_by, rank
from complaints.refusals import RefusalReason
from dialogs.flows.casework.taught import dangers_in
from dialogs.flows.effects import ChangeCase, Recorded, Refused
from dialogs.flows.questions import open_cases
from dialogs.flows.queue.handoff_queue import hold, pressed, priority_of
from dialogs.flows.safety_messages import PERHAPS, noted
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import told_sooner
from dialogs.flows.staff import DangerDenied, DangerFound
from dialogs.flows.state import Controller
from dialogs.flows.status.case_changes import raised

DENIED, FOUND = "danger_denied", "danger_found"
NO_DANGER = "no_danger"
"""Why a person is needed, where it was a danger that proved to be none: one was promised all the same."""


def deny(scene: Scene, act: DangerDenied) -> Scene:
    """A danger that was heard is none."""
    bearing = [case for case in open_cases(scene) if act.kind in case.reasons]
    drafted = scene.draft is not None and act.kind in scene.draft.signals
    if not bearing and not drafted and act.kind not in scene.conversation.safety.dangers:
        return scene.do(Refused(RefusalReason.NO_SUCH_DANGER))
    scene = _forgotten(scene, act.kind)
    for case in bearing:
        scene = _calmed(scene, case, act.kind)
    scene = scene if bearing else scene.do(Recorded(DENIED, {"kind": act.kind}))
    return dangers_in(_eased(scene, act.kind), act.said)


def find(scene: Scene, act: DangerFound) -> Scene:
    """A message tells of a danger that was not heard."""
    kind, detail = act.kind, {"kind": act.kind, "message": act.said.event[:_LONGEST]}
    scene = noted(scene, act.said.event, (kind,))
    mine = open_cases(scene)
    if scene.draft:
        signals = tuple(dict.fromkeys((*scene.draft.signals, kind)))
        scene = scene.redraft(signals=signals).do(Recorded(FOUND, detail))
    elif mine:
        scene = _alarmed(scene, mine[-1], kind, detail)
    else:
        scene = scene.do(Recorded(FOUND, detail))
    return dangers_in(_hurried(scene), (act.said,), act.at_once)


_LONGEST = 80


def _forgotten(scene: Scene, kind: str) -> Scene:
    safety, draft = scene.conversation.safety, scene.draft
    left = _without(safety.dangers, kind)
    scene = scene.turn_to(dangers=left, heard_in=tuple(one for one in safety.heard_in if one.kind != kind))
    if not left:
        scene = scene.turn_to(tags=_without(scene.conversation.tags, PERHAPS))
    return scene.redraft(signals=_without(draft.signals, kind)) if draft else scene


def _without(names: Iterable[str], gone: str) -> tuple[str, ...]:
    return tuple(name for name in names if name != gone)


def _calmed(scene: Scene, case: Case, kind: str) -> Scene:
    """The case without this reason; as pressing as the others make it, unless somebody set its priority by hand."""
    reasons = _without(case.reasons, kind)
    before, after = _weight(scene, case.reasons), _weight(scene, reasons)
    priority = after if after and case.priority is before else case.priority
    detail = {"kind": kind, "from": case.priority.value, "to": priority.value}
    return scene.do(ChangeCase(replace(case, reasons=reasons, priority=priority), DENIED, detail))


def _weight(scene: Scene, reasons: tuple[str, ...]) -> Priority | None:
    """The priority that these reasons make; None for a case of old that does not say how grave its kind is."""
    impact, urgency = (_level(reasons, axis) for axis in ("impact_", "urgency_"))
    if impact is None or urgency is None:
        return None
    return assess(impact, urgency, reasons, scene.setting.playbook.file.raises).priority


def _level(reasons: tuple[str, ...], axis: str) -> Level | None:
    named = [one.removeprefix(axis).upper() for one in reasons if one.startswith(axis)]
    return Level[named[0]] if named and named[0] in Level.__members__ else None


def _eased(scene: Scene, kind: str) -> Scene:
    """The chat is as pressing as what is left of it, and nobody is told that they wait for a danger that is none."""
    queue = scene.conversation.queue
    scene = scene.turn_to(person_reason=NO_DANGER) if queue.person_reason == kind else scene
    if queue.holding is None or not queue.holding.priority:
        return scene
    eased = min(Priority(queue.holding.priority), _pressing(scene), key=rank)
    return hold(scene, replace(queue.holding, priority=eased))


def _pressing(scene: Scene) -> Priority:
    """How pressing the chat is; where no record says so, by the dangers heard in it."""
    if scene.draft or open_cases(scene):
        return priority_of(scene)
    return raise_by(priority_of(scene), scene.conversation.safety.dangers, scene.setting.playbook.file.raises)


def _alarmed(scene: Scene, case: Case, kind: str, detail: dict[str, str]) -> Scene:
    """The case is done sooner where its priority rises, and the customer hears."""
    now = raised(scene, case, (kind,))
    changes = detail | {"from": case.priority.value, "to": now.priority.value}
    return told_sooner(scene.do(ChangeCase(now, FOUND, changes)), case, now)


def _hurried(scene: Scene) -> Scene:
    """A chat that waits or is held moves up; who waits is answered no later than promised."""
    scene = pressed(scene) if scene.conversation.controller == Controller.QUEUE else scene
    holding = scene.conversation.queue.holding
    if holding is None:
        return scene
    graver = max(Priority(holding.priority or Priority.LOW), _pressing(scene), key=rank)
    return hold(scene, replace(holding, priority=graver))
