"""The follow-up: after each resolution the customer is asked whether things were put right, and reminded once at most.

One timer for each case wakes it when it is time to ask. What is due then is worked out from the case and the chat as
they stand, so a timer of a state that has moved on asks nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from complaints.case import Case
from complaints.lifecycle import State
from complaints.survey import Part, Survey, next_part
from dialogs.flows.effects import CancelTimer, CarryCase, ChangeCase, Effect, SetTimer, Tidings
from dialogs.flows.events import Event, Fired, Resumed, Started
from dialogs.flows.quiet_hours import LATE, polite, spread, zone_of
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import NIGHT
from dialogs.flows.setting import Setting
from dialogs.flows.state import Controller, Conversation
from dialogs.flows.survey.survey_questions import part_next, put_part
from dialogs.flows.wording import show_day
from dialogs.playbooks.parts.follow_up import FollowUp
from dialogs.playbooks.playbook import Playbook

KIND, AGAIN = "survey", "survey_again"
"""The second is set once for what was late, and is never put off for being late itself."""
_SOONEST = timedelta(seconds=1)
_ONE_DAY = timedelta(days=1)
_SETTLED = frozenset({State.RESOLVED, State.CLOSED})
_ESSENTIAL = frozenset({Part.SOLVED, Part.OUTCOME, Part.TREATMENT})
"""What is worth a reminder. Nobody is reminded of words they left unsaid."""


def surveyed(scene: Scene, case: Case) -> Case:
    """A case just resolved by a person, with the survey of this resolution."""
    assert case.resolution is not None
    done = case.resolution
    count = case.resolutions + 1
    version = scene.setting.playbook.version
    survey = Survey(count, done.at, done.by, case.team, case.record.category, version, done.done_by)
    survey = survey.ended("opted_out") if scene.conversation.surveys.no_surveys else survey
    return replace(case, resolutions=count, survey=survey)


def follow_up(scene: Scene, fired: Fired) -> Scene:
    """A case's timer: ask, unless it is not the time for it."""
    case = _case(scene, fired.subject)
    if case is None or case.survey is None or _due(case, _plan(scene)) is None:
        return scene
    now, conversation = scene.setting.now, scene.conversation
    if conversation.surveys.no_surveys or scene.setting.opted_out:
        return _end(scene, case, "opted_out")
    if now - fired.due > LATE and fired.kind == KIND:
        return scene.do(SetTimer(AGAIN, case.reference, _awake(scene, now + _SOONEST + spread(scene))))
    if (moment := _wanted(scene, case)) > now:
        return scene.do(SetTimer(KIND, case.reference, moment))
    if now >= case.survey.resolved_at + _plan(scene).give_up:
        return _end(scene, case, "busy")
    if conversation.session.left or not scene.setting.reach.allows(
        conversation.session.last_at, conversation.surveys.unasked, now
    ):
        return unreachable(scene, case)
    return _put_off(scene, case) if is_busy(scene, case) else _ask(scene, case)


def is_busy(scene: Scene, case: Case) -> bool:
    """Whether this chat is open just now: with a person, in the middle of a complaint, or the customer wrote lately.

    A second survey waits until the first had a day to be answered.
    """
    chat, now = scene.conversation, scene.setting.now
    lately = chat.session.last_at is not None and now < chat.session.last_at + _plan(scene).calm
    other = chat.surveys.survey if chat.surveys.survey and chat.surveys.survey.reference != case.reference else None
    asked = other is not None and other.at is not None and now < other.at + _ONE_DAY
    return (
        chat.controller != Controller.BOT
        or chat.intake.draft is not None
        or chat.files.held is not None
        or lately
        or asked
    )


def unreachable(scene: Scene, case: Case) -> Scene:
    """No way to ask here: in another chat of theirs, or else it is a task for whoever resolved it."""
    assert case.survey is not None
    survey, others = case.survey, scene.setting.others
    if any(other.no_surveys for other in others):
        return _end(scene, case, "opted_out")
    if free := next((other for other in others if other.open), None):
        return scene.do(CarryCase(case.reference, free.conversation))
    if survey.asked_at:
        return _end(scene, case, "unreachable")  # they were asked; nobody rings them up to remind them
    told = Tidings("ask", case.reference, survey.resolution, survey.agent, survey.team)
    return _end(scene, case, "unreachable").do(told)


def _ask(scene: Scene, case: Case) -> Scene:
    """The first time with what it is about; the second time it is a reminder, and goes on where we were."""
    assert case.survey is not None
    part = part_next(scene, case)
    if part is None:
        return scene
    survey = case.survey.asked(scene.event.channel, scene.setting.now)
    detail = {"wave": str(survey.wave), "channel": survey.channel}
    action = "survey_reminded" if survey.reminded_at else "survey_sent"
    scene = scene.do(ChangeCase(replace(case, survey=survey), action, detail))
    scene = scene.turn_to(unasked=scene.conversation.surveys.unasked + 1, misses=0)
    return put_part(_opened(scene, case, survey), case, part, first=True)


def _opened(scene: Scene, case: Case, survey: Survey) -> Scene:
    if survey.reminded_at:
        return scene.say("survey.resume" if survey.answered_at else "survey.reminder", reference=case.reference)
    day = show_day(scene, _local(scene, survey.resolved_at).date())
    return scene.say("survey.opening", reference=case.reference, day=day)


def _local(scene: Scene, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(zone_of(scene)))


def _put_off(scene: Scene, case: Case) -> Scene:
    return scene.do(SetTimer(KIND, case.reference, _awake(scene, scene.setting.now + _plan(scene).put_off)))


def _end(scene: Scene, case: Case, why: str) -> Scene:
    assert case.survey is not None
    ended = replace(case, survey=case.survey.ended(why))
    return scene.do(ChangeCase(ended, "survey_dropped", {"why": why}))


def _due(case: Case, plan: FollowUp) -> datetime | None:
    """When to ask, or to remind, quiet hours apart; None where there is nothing to ask any more."""
    if case.spam:
        return None
    survey = case.survey
    if survey is None or not survey.pends or case.state not in _SETTLED or case.merged_into or not plan.waves:
        return None
    if survey.asked_at is None:
        return _first(survey, plan)
    reminds = survey.reminded_at is None and survey.asked_at < survey.resolved_at + plan.waves[-1]
    return survey.asked_at + plan.waves[-1] - plan.waves[0] if reminds and _is_worth_it(survey, plan) else None


def _first(survey: Survey, plan: FollowUp) -> datetime:
    """The first wave by which the customer should have what was promised; else as soon as they should.

    Nobody is asked after the time to give up, so no timer lies beyond it.
    """
    moments = [survey.resolved_at + wave for wave in plan.waves]
    expected = min(survey.expected or moments[0], max(survey.resolved_at + plan.give_up, moments[-1]))
    return next((moment for moment in moments if moment >= expected), expected)


def _is_worth_it(survey: Survey, plan: FollowUp) -> bool:
    return next_part(survey, plan.low) in _ESSENTIAL


def _wanted(scene: Scene, case: Case) -> datetime:
    """When the customer may hear what is due: at once, or after the quiet hours."""
    now = scene.setting.now
    return _awake(scene, max(_due(case, _plan(scene)) or now, now))


def _awake(scene: Scene, moment: datetime) -> datetime:
    """The moment itself, or the morning after it, but not everybody's at the same minute."""
    morning = polite(scene, moment)
    return moment if morning == moment else morning + spread(scene)


def timers(effects: tuple[Effect, ...], after: Conversation, event: Event, setting: Setting) -> tuple[Effect, ...]:
    """The timer of each case whose survey this step has changed, set for what comes next in it."""
    was = {case.reference: case for case in setting.cases}
    concerned = {
        effect.case.reference: effect.case
        for effect in effects
        if isinstance(effect, ChangeCase) and _differs(was.get(effect.case.reference), effect.case)
    }
    match event.body:
        case Started(link=Resumed()):
            concerned = {**{case.reference: case for case in setting.cases if case.survey}, **concerned}
    scene = Scene(after, event, setting, effects=effects)
    return tuple(_timer(scene, case) for case in concerned.values())


def _differs(was: Case | None, now: Case) -> bool:
    return (was.survey, was.state, was.spam) != (now.survey, now.state, now.spam) if was else now.survey is not None


def _timer(scene: Scene, case: Case) -> Effect:
    due = _due(case, _plan(scene))
    if due is None:
        return CancelTimer(KIND, case.reference)
    return SetTimer(KIND, case.reference, max(_awake(scene, due), scene.setting.now + _SOONEST))


def _plan(scene: Scene) -> FollowUp:
    return scene.setting.playbook.file.followup


def _case(scene: Scene, reference: str) -> Case | None:
    return next((case for case in scene.cases if case.reference == reference), None)


def longest_wait(playbook: Playbook, _: datetime) -> timedelta:
    """How far ahead a survey's timer may lie at most."""
    plan = playbook.file.followup
    return max(plan.give_up, plan.put_off, *plan.waves) + NIGHT
