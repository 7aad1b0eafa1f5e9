"""Waiting for the customer: a colleague asked something, so the clock of the outcome stands still until they write.

They are asked again, then told when the case will be closed, and only after that it is. Whoever asks nothing
stops no clock: a colleague's message has a question mark, the chat is put aside for the customer to write, or they
were made an offer.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from complaints.case import Case, Resolution
from complaints.lifecycle import State
from complaints.promises import Kind, due_of, resumed, told_anew
from dialogs.flows.effects import Announce, ChangeCase
from dialogs.flows.promises.status_updates import stand_still
from dialogs.flows.queue.handoff_queue import let_go
from dialogs.flows.quiet_hours import in_time, polite
from dialogs.flows.reopening.reopen_offer import SILENCE, reopen_until
from dialogs.flows.scene import Scene
from dialogs.flows.wording import show_deadline
from dialogs.playbooks.parts.times import Clocks

_LINK = re.compile(r"(?:https?://|www\.)[!-~]{0,500}[\w/=#-]", re.ASCII)


def asks(text: str) -> bool:
    """Whether a colleague's message wants an answer. A question mark in the address of a page asks nothing."""
    return bool(re.search(r"[?？]", _LINK.sub("", text)))


def wait(scene: Scene) -> Scene:
    """The next word is the customer's."""
    for case in scene.cases:
        if case.is_open and not case.waiting_since:
            scene = stand_still(scene, case)
    return scene


def heard(scene: Scene) -> Scene:
    """The customer wrote. The rest of the step sees the cases as they are from now on."""
    waiting = [case for case in scene.cases if case.waiting_since and case.is_open]
    if not waiting:
        return scene
    for case in waiting:
        scene = go_on(scene, case)
    return replace(scene, setting=replace(scene.setting, cases=scene.cases))


def go_on(scene: Scene, case: Case) -> Scene:
    """It waits for the customer no longer: the clock of its outcome runs on."""
    now = scene.setting.now
    clocks = [resumed(clock, now) for clock in case.clocks]
    going = replace(case, waiting_since=None, reminded=0, close_at=None).with_clocks(*clocks)
    scene = scene.do(ChangeCase(going, "clock_resumed", {}))
    return _told_later(scene, going) if case.reminded else scene


def _told_later(scene: Scene, case: Case) -> Scene:
    """They heard that the time stood still; now they hear the new one."""
    clock = case.clock(Kind.RESOLUTION)
    due = due_of(clock, scene.setting.playbook.office) if clock else None
    if not clock or not due or due <= clock.told:
        return scene
    case = case.with_clocks(told_anew(clock, due, scene.setting.now))
    said = scene.text("clock.resumed", reference=case.reference, by=show_deadline(scene, due))
    return scene.do(ChangeCase(case, "told_anew", {"clock": clock.kind}), Announce(said, case.reference))


def next_step(scene: Scene, case: Case, tell: datetime | None) -> datetime | None:
    """When the customer is asked again, told of the closing, or the case is closed.

    `tell` is when a time they were told would have to be taken back: they hear before that it stands still.
    """
    if case.waiting_since is None or case.open_offer:
        return None
    if case.close_at:
        return polite(scene, case.close_at)
    plan, since = _plan(scene), case.waiting_since
    if case.reminded:
        return polite(scene, since + plan.notice)
    moment = max(since, min(since + plan.remind, tell or since + plan.remind))
    clock = case.clock(Kind.RESOLUTION)
    return in_time(scene, moment, since, clock.told if clock else moment)


def go_on_waiting(scene: Scene, case: Case) -> Scene:
    """The next step of waiting is due."""
    if case.close_at:
        return _close(scene, case)
    if not case.reminded:
        key = "waiting.offer" if case.state is State.REMEDY_OFFERED else "waiting.reminder"
        said = scene.text(key, reference=case.reference)
        changed = replace(case, reminded=1)
        return scene.do(ChangeCase(changed, "customer_reminded", {}), Announce(said, case.reference))
    close_at = scene.setting.now + _plan(scene).close
    said = scene.text("waiting.notice", reference=case.reference, by=show_deadline(scene, close_at))
    changed = replace(case, reminded=2, close_at=close_at)
    return scene.do(
        ChangeCase(changed, "closing_announced", {"at": close_at.isoformat()}), Announce(said, case.reference)
    )


def _close(scene: Scene, case: Case) -> Scene:
    now = scene.setting.now
    settled = replace(case.moved(State.RESOLVED), resolved_at=now, waiting_since=None, reminded=0, close_at=None)
    by = show_deadline(scene, reopen_until(scene, settled))
    said = scene.text("waiting.closed", reference=case.reference, by=by)
    settled = replace(settled, resolution=Resolution(said, SILENCE, "", "clock", now))
    why = {"cause": SILENCE}
    scene = scene.do(ChangeCase(settled, "resolved", why), ChangeCase(settled.moved(State.CLOSED), "closed", why))
    return let_go(scene.do(Announce(said, case.reference)))


def _plan(scene: Scene) -> Clocks:
    return scene.setting.playbook.file.clocks
