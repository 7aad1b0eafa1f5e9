"""Reminders: what happens when a customer falls silent in the middle of a complaint.

A pending timer is never moved on each message; when it fires too early for the latest silence it is
simply set again. That keeps an ordinary turn free of timer writes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dialogs.flows.effects import SetTimer
from dialogs.flows.events import Fired
from dialogs.flows.intake.case_creation import flag_draft, is_worth_flagging
from dialogs.flows.intake.draft_timers import FORGET, SUBJECT, DraftTimer
from dialogs.flows.questions import come_back
from dialogs.flows.quiet_hours import polite, put_off
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import NIGHT
from dialogs.flows.state import Controller
from dialogs.playbooks.playbook import Playbook
from dialogs.playbooks.schema import Nudges


def keep_watch(scene: Scene) -> Scene:
    """Make sure an open draft has a timer, and that nothing pends without one."""
    waiting = scene.conversation.intake.nudge_due is not None
    if scene.draft and not waiting:
        return _set_next(scene)
    if not scene.draft and waiting:
        scene = scene.turn_to(nudge_due=None, nudged=0)
        return scene.do(*FORGET)
    return scene


def fire(scene: Scene, fired: Fired) -> Scene:
    """A timer came due. One that belongs to a state that has moved on changes nothing."""
    conversation = scene.conversation
    if not scene.draft or fired.due != conversation.intake.nudge_due or conversation.controller == Controller.AGENT:
        return scene
    if later := put_off(scene, fired.due):
        return scene.turn_to(nudge_due=later).do(SetTimer(fired.kind, SUBJECT, later))
    scene = scene.turn_to(nudge_due=None)
    if _wait(scene) > scene.setting.now:
        return _set_next(scene)
    return _nudge(scene) if fired.kind == DraftTimer.NUDGE else _let_go(scene)


def _nudge(scene: Scene) -> Scene:
    if scene.conversation.controller == Controller.BOT:
        scene = come_back(scene.say("nudge"))
    since = _after(scene)
    scene = scene.turn_to(nudged=scene.conversation.intake.nudged + 1)
    # One that came late does not bring the next one at its heels.
    return _set_next(scene, polite(scene, scene.setting.now + _after(scene) - since))


def _let_go(scene: Scene) -> Scene:
    assert scene.draft is not None
    if is_worth_flagging(scene.draft):
        return flag_draft(scene)
    return scene.turn_to(draft=None, asked=None, nudged=0)


def _plan(scene: Scene) -> Nudges:
    return scene.setting.playbook.file.nudges


def _kind(scene: Scene) -> str:
    return DraftTimer.NUDGE if scene.conversation.intake.nudged < len(_plan(scene).after) else DraftTimer.STALE


def _wait(scene: Scene) -> datetime:
    """When the present silence becomes long enough for what comes next, outside quiet hours."""
    moment = (scene.conversation.session.last_at or scene.setting.now) + _after(scene)
    return polite(scene, moment)


def _after(scene: Scene) -> timedelta:
    """How long a silence must be for what comes next."""
    plan, nudged = _plan(scene), scene.conversation.intake.nudged
    return plan.after[nudged] if nudged < len(plan.after) else plan.stale_after


def _set_next(scene: Scene, least: datetime | None = None) -> Scene:
    due = max(_wait(scene), least or scene.setting.now + timedelta(seconds=1))
    return scene.turn_to(nudge_due=due).do(SetTimer(_kind(scene), SUBJECT, due))


def longest_nudge(playbook: Playbook, _: datetime) -> timedelta:
    """How far ahead a reminder may lie at most."""
    return max((*playbook.file.nudges.after, timedelta(0))) + 2 * NIGHT


def longest_silence(playbook: Playbook, _: datetime) -> timedelta:
    """How far ahead the end of an abandoned draft may lie at most."""
    return playbook.file.nudges.stale_after + 2 * NIGHT
