"""The queue: a chat waits for a person. Who it is offered to, whom it comes to the longer it waits, and
what the customer hears meanwhile: a new truthful time before the old one has passed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from complaints.lifecycle import State
from complaints.priority import Priority, rank
from complaints.promises import Kind
from complaints.routing import EscalationLevel
from dialogs.flows.effects import AskForPerson, CancelTimer, OpenCase, Recorded, SetTimer
from dialogs.flows.events import Fired
from dialogs.flows.questions import open_cases
from dialogs.flows.quiet_hours import LATE, polite, put_off
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import NIGHT, all_targets, assessed, on_the_calendar, person_due
from dialogs.flows.staff import LONGEST_SNOOZE
from dialogs.flows.state import Controller, Conversation, Holding, changed
from dialogs.flows.wording import show_deadline
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Reading

KIND, SNOOZE, SUBJECT = "queue", "snooze", "chat"
_FURIOUS = 2
_SOONEST = timedelta(seconds=1)


def priority_of(scene: Scene) -> Priority:
    """How pressing this chat is: its draft's priority, else its open cases', else that of somebody who asks."""
    if scene.draft:
        return assessed(scene.draft, scene).priority
    mine = open_cases(scene)
    return mine[-1].priority if mine else Priority.HIGH


def enqueue(scene: Scene, reason: str, by: datetime) -> Scene:
    """Put the chat into its team's queue, without a word; its clock runs from now."""
    scene = scene.turn_to(controller=Controller.QUEUE, person_reason=reason, person_by=by, misses=0)
    holding = Holding(
        team=team_of(scene), since=scene.setting.now, priority=priority_of(scene), passed=_had(scene),
        aside=scene.setting.crowded,
    )  # fmt: skip
    scene = watch(hold(scene, holding).do(AskForPerson(reason, by)))
    return _told_crowded(scene) if holding.aside else scene


def _told_crowded(scene: Scene) -> Scene:
    """Whoever waits aside hears why it takes longer; one who did not just write hears only the time."""
    scene = scene.do(Recorded("waits_aside", {}))
    return scene if isinstance(scene.event.body, Fired) else scene.interject("person.crowded")


def let_through(scene: Scene, by: str) -> Scene:
    """What waited aside is in the queue like any other."""
    holding = scene.conversation.queue.holding
    if scene.conversation.controller != Controller.QUEUE or holding is None or not holding.aside:
        return scene
    return watch(hold(scene, replace(holding, aside=False)).do(Recorded("let_through", {"by": by})))


def _had(scene: Scene) -> tuple[str, ...]:
    """Whose resolution of an open case did not hold: it is somebody else's turn, however often the chat waits anew."""
    again = [case.resolution.by for case in open_cases(scene) if case.reopenings and case.resolution]
    return tuple(dict.fromkeys(again))


def enlisted(conversation: Conversation, reason: str, team: str, now: datetime) -> Conversation:
    """A chat of the bot's as it stands in the queue at once, whatever failed."""
    if conversation.controller != Controller.BOT:
        return conversation
    holding = Holding(team=team, since=now, alarm_due=now + _SOONEST)
    return changed(conversation, controller=Controller.QUEUE, person_reason=reason, person_by=now, holding=holding)


def team_of(scene: Scene) -> str:
    """Whose queue the chat belongs in: its draft's category's, its newest open case's, else the care team's."""
    file, mine = scene.setting.playbook.file, open_cases(scene)
    if scene.draft and scene.draft.record.category:
        return scene.setting.playbook.category(scene.draft.record.category).team
    return mine[-1].team if mine else file.partial_team


def routed(scene: Scene) -> Scene:
    """A chat that waits comes to the team of what it has just turned out to be about."""
    holding, before = scene.conversation.queue.holding, scene.before
    was = before.intake.draft.record.category if before and before.intake.draft else ""
    now = scene.draft.record.category if scene.draft else ""
    if scene.conversation.controller != Controller.QUEUE or holding is None or now in ("", was):
        return scene
    return hold(scene, replace(holding, team=team_of(scene)))


def hold(scene: Scene, holding: Holding | None) -> Scene:
    return scene.turn_to(holding=holding)


def offered(scene: Scene, to: str, name: str) -> Scene:
    """The chat is offered to somebody; it comes back when they let it lie."""
    holding = scene.conversation.queue.holding or Holding(team=team_of(scene), since=scene.setting.now)
    scene = hold(scene, replace(holding, agent=to, name=name, aside=False))
    return watch(scene.do(Recorded("offered", {"to": to})))


def released(scene: Scene) -> Scene:
    """Nobody's chat but the bot's, which takes up its reminders anew."""
    scene = hold(leave_queue(awake(scene)), None)
    return scene.turn_to(controller=Controller.BOT, misses=0, nudge_due=None)


def awake(scene: Scene) -> Scene:
    """What was put aside is up again."""
    holding = scene.conversation.queue.holding
    if holding is None or not holding.snoozed_until:
        return scene
    scene = hold(scene, replace(holding, snoozed_until=None))
    return scene.do(CancelTimer(SNOOZE, SUBJECT), Recorded("woken", {}))


def leave_queue(scene: Scene) -> Scene:
    """Nobody waits any more."""
    scene = scene.turn_to(person_reason="", person_by=None)
    return scene.do(CancelTimer(KIND, SUBJECT))


def alert(scene: Scene, reading: Reading) -> Scene:
    """Bring a person in unasked, where the playbook says so; said before the question, which stays last."""
    reason = _cause(scene, reading)
    if scene.conversation.controller == Controller.QUEUE:
        return pressed(scene)
    if not reason or scene.conversation.controller != Controller.BOT:
        return scene
    by = person_due(scene, priority_of(scene))
    return say_closed(enqueue(scene, reason, by).interject("person.alerted", by=show_deadline(scene, by)))


def pressed(scene: Scene) -> Scene:
    """What waits already may turn out graver: it moves up, and somebody comes no later than promised."""
    holding, now = scene.conversation.queue.holding, priority_of(scene)
    if holding is None or rank(now) <= rank(Priority(holding.priority or Priority.LOW)):
        return scene
    by = min(scene.conversation.queue.person_by or scene.setting.now, person_due(scene, now))
    return watch(hold(scene.turn_to(person_by=by), replace(holding, priority=now)))


def _cause(scene: Scene, reading: Reading) -> str:
    wanted = scene.setting.playbook.file.handover.when
    found = [*reading.signals, *(["anger"] if reading.anger >= _FURIOUS else [])]
    found += [reason for effect in scene.effects if isinstance(effect, OpenCase) for reason in _of_case(scene, effect)]
    return next((reason for reason in wanted if reason in found), "")


def _of_case(scene: Scene, opened: OpenCase) -> list[str]:
    """What of a case just filed calls for a person: it is urgent, or it was complained of before."""
    case, known = opened.case, [one for one in scene.setting.cases if one.state is not State.WITHDRAWN]
    same_order = [
        one for one in known if one.record.order_number and one.record.order_number == case.record.order_number
    ]
    repeats = same_order or [one for one in known if one.record.category == case.record.category]
    return [*(["repeat"] if repeats else []), *(["urgent"] if case.priority is Priority.URGENT else [])]


def say_closed(scene: Scene) -> Scene:
    """Outside working hours nobody comes at once, and that is said."""
    if scene.setting.playbook.office.is_open(scene.setting.now):
        return scene
    return scene.interject("person.closed")


def ring(scene: Scene, fired: Fired) -> Scene:
    """The queue's clock: an offer that was let lie comes back, a chat that waits long comes to more people."""
    holding = scene.conversation.queue.holding
    if scene.conversation.controller != Controller.QUEUE or holding is None or fired.due != holding.alarm_due:
        return scene
    scene = _escalated(lapsed(scene))
    if (later := put_off(scene, fired.due)) and priority_of(scene) is not Priority.URGENT:
        holding = scene.conversation.queue.holding
        assert holding is not None
        return hold(scene, replace(holding, alarm_due=later)).do(SetTimer(KIND, SUBJECT, later))
    return watch(_told_later(scene))


def lapsed(scene: Scene) -> Scene:
    """Whoever it was offered to did not come."""
    holding = scene.conversation.queue.holding
    if holding is None or not holding.agent:
        return scene
    passed = (*holding.passed, holding.agent)
    scene = hold(scene, replace(holding, agent="", name="", passed=passed))
    return scene.do(Recorded("offer_lapsed", {"of": holding.agent}))


def _escalated(scene: Scene) -> Scene:
    holding = scene.conversation.queue.holding
    assert holding is not None
    if holding.aside:
        return scene
    passed = (level for level, at in _steps(scene, holding) if at <= scene.setting.now)
    reached = max(passed, default=EscalationLevel.TEAM)
    if reached <= holding.level:
        return scene
    scene = hold(scene, replace(holding, level=int(reached), passed=()))
    return scene.do(Recorded("queue_escalated", {"to": reached.name.lower()}))


def _told_later(scene: Scene) -> Scene:
    """Before a promised time passes without anybody, the customer hears a new one."""
    by, now = scene.conversation.queue.person_by, scene.setting.now
    if by is None or now < _before(scene, by):
        return scene
    later = person_due(scene, priority_of(scene))
    scene = scene.turn_to(person_by=later).do(Recorded("person_late", {"by": by.isoformat()}))
    if scene.conversation.session.left:
        return scene
    return scene.say("person.later", by=show_deadline(scene, later))


def _before(scene: Scene, by: datetime) -> datetime:
    """When the customer must hear that a time will not be kept, unless a case has said it by then.

    What is late because we were away wakes nobody.
    """
    moment = by if _is_told_by_a_case(scene, by) else by - scene.setting.playbook.file.handover.warn
    away = scene.setting.now - moment > LATE and priority_of(scene) is not Priority.URGENT
    return polite(scene, moment) if away else moment


def _is_told_by_a_case(scene: Scene, by: datetime) -> bool:
    """Whether a case waits for the same answer: its clock speaks before `by`, and then the time here is another."""
    clocks = [case.clock(Kind.FIRST_RESPONSE) for case in scene.cases if case.is_open]
    return any(clock.runs and clock.told <= by for clock in clocks if clock)


def _steps(scene: Scene, holding: Holding) -> tuple[tuple[EscalationLevel, datetime], ...]:
    since, times = holding.since or scene.setting.now, scene.setting.playbook.file.handover
    return (
        (EscalationLevel.LEAD, _after(scene, since, times.lead)),
        (EscalationLevel.SUPERVISOR, _after(scene, since, times.supervisor)),
    )


def _after(scene: Scene, start: datetime, working: timedelta) -> datetime:
    return scene.setting.playbook.office.due(start, working)


def watch(scene: Scene) -> Scene:
    """Set the queue's clock to whatever comes next."""
    holding, now, by = scene.conversation.queue.holding, scene.setting.now, scene.conversation.queue.person_by
    assert holding is not None
    moments = [at for level, at in _steps(scene, holding) if level > holding.level]
    moments += [_before(scene, by)] if by else []
    moments += [_after(scene, now, scene.setting.playbook.file.handover.offer)] if holding.agent else []
    if not moments:
        return hold(scene, replace(holding, alarm_due=None))
    alarm = max(min(moments), now + _SOONEST)
    return hold(scene, replace(holding, alarm_due=alarm)).do(SetTimer(KIND, SUBJECT, alarm))


def let_go(scene: Scene) -> Scene:
    """Nothing is left to be done by a person: the bot listens again, and asks nothing of its own."""
    busy = scene.draft or any(case.is_open for case in scene.cases)
    return scene if busy else released(scene.turn_to(asked=None))


def longest_wait(playbook: Playbook, now: datetime) -> timedelta:
    """How far ahead the queue's clock may lie at most."""
    times = playbook.file.handover
    first = (one.first_response for one in all_targets(playbook))
    return on_the_calendar(playbook, now, max(times.supervisor, times.offer, *first)) + NIGHT


def longest_snooze(playbook: Playbook, _: datetime) -> timedelta:
    """How far ahead the end of a snooze may lie at most."""
    return max(LONGEST_SNOOZE, *(macro.wait for macro in playbook.file.macros.values()), timedelta(0))
