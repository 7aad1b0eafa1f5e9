"""Guarding: one timer for each case wakes it for whatever comes next, and before any promise is broken.

A promise that comes close warns its owner, then the lead, then a supervisor, and the customer hears a new time
before the old one passes. A target that was missed goes on record with its cause, whatever the customer was told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from complaints.case import Case
from complaints.priority import Priority
from complaints.promises import Clock, Kind, breached, due_of, spent_by, told_anew
from dialogs.flows.effects import Announce, CancelTimer, ChangeCase, Effect, Note, OpenCase, SetTimer
from dialogs.flows.events import Event, Fired, Resumed, Started
from dialogs.flows.promises import pending_customer, status_updates
from dialogs.flows.queue.handoff_queue import enqueue
from dialogs.flows.quiet_hours import LATE, in_time, spread
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import NIGHT, all_targets, on_the_calendar
from dialogs.flows.setting import Setting
from dialogs.flows.state import Controller, Conversation
from dialogs.flows.wording import show_deadline, show_time
from dialogs.playbooks.playbook import Playbook

KIND, AGAIN = "clock", "clock_again"
"""The second is set once for what was late, and is never put off however late it is itself."""
LEVELS = ("owner", "lead", "supervisor")
_RUNGS = range(len(LEVELS))
_CAUSES = {Controller.QUEUE: "nobody_free", Controller.AGENT: "not_done", Controller.BOT: "nobody_asked"}
_SOONEST = timedelta(seconds=1)


def guard(scene: Scene, fired: Fired) -> Scene:
    """A case's timer: do all that is due by now. What became due while we were away is spread, unless it presses."""
    case = _case(scene, fired.subject)
    if case is None:
        return scene
    away = fired.kind == KIND and scene.setting.now - fired.due > LATE
    if away and case.priority is not Priority.URGENT:
        return scene.do(SetTimer(AGAIN, case.reference, scene.setting.now + _SOONEST + spread(scene)))
    if not case.is_open:
        closes = status_updates.closes_at(scene, case)
        return status_updates.close(scene, case) if closes and closes <= scene.setting.now else scene
    for clock in case.clocked(scene.setting.playbook.office).clocks:
        scene = _watch(scene, fired.subject, clock.kind)
    return _speak(scene, fired.subject)


def _speak(scene: Scene, reference: str) -> Scene:
    """What the customer hears besides: that we wait for them, or how it stands."""
    case, now = _case(scene, reference), scene.setting.now
    if case is None or scene.conversation.session.left:
        return scene
    if case.waiting_since:
        step = pending_customer.next_step(scene, case, _taken_back(scene, case))
        return pending_customer.go_on_waiting(scene, case) if step and step <= now else scene
    return status_updates.send_word(scene, case) if status_updates.next_word(scene, case) <= now else scene


def _watch(scene: Scene, reference: str, kind: Kind) -> Scene:
    scene = _warned(scene, reference, kind)
    scene = _told(scene, reference, kind)
    return _recorded(scene, reference, kind)


def _warned(scene: Scene, reference: str, kind: Kind) -> Scene:
    """Whoever can still keep the promise hears of it; a chat that nobody was asked for is put in the queue."""
    case, clock = _of(scene, reference, kind)
    reached = sum(_warning(scene, clock, level) <= scene.setting.now for level in _RUNGS) if clock.runs else 0
    if reached <= clock.level:
        return scene
    detail = {"clock": kind.value, "to": LEVELS[reached - 1], "by": clock.told.isoformat()}
    scene = scene.do(ChangeCase(case.with_clocks(replace(clock, level=reached)), "clock_warned", detail))
    by = show_time(scene, clock.told.astimezone(ZoneInfo(scene.setting.playbook.file.timezone)))
    scene = scene.do(Note(scene.text(f"note.close_{kind}", reference=reference, by=by)))
    return enqueue(scene, "promise", clock.told) if scene.conversation.controller == Controller.BOT else scene


def _told(scene: Scene, reference: str, kind: Kind) -> Scene:
    """The customer hears a time that can be kept before the one they know has passed."""
    case, clock = _of(scene, reference, kind)
    now, office = scene.setting.now, scene.setting.playbook.office
    if not clock.runs or scene.conversation.session.left or now < _tell_at(scene, case, clock):
        return scene
    later = max(office.due(now, _extension(scene, case, kind)), due_of(clock, office) or now)
    if (first := _first_waits(case, kind, later)) is not None:
        return _told_both(scene, case, first if kind is Kind.RESOLUTION else told_anew(clock, later, now))
    scene = _put(scene, case, clock, later)
    said = scene.text(_words(clock), reference=reference, by=show_deadline(scene, later))
    return _with_the_queue(scene.do(Announce(said, reference)).turn_to(word_at=now), kind, later)


def _put(scene: Scene, case: Case, clock: Clock, later: datetime) -> Scene:
    detail = {"clock": clock.kind.value, "was": clock.told.isoformat(), "now": later.isoformat()}
    return scene.do(ChangeCase(case.with_clocks(told_anew(clock, later, scene.setting.now)), "told_anew", detail))


def _first_waits(case: Case, kind: Kind, later: datetime) -> Clock | None:
    """The first answer's clock, where both times must be told together: no outcome comes before a first answer."""
    first, outcome = case.clock(Kind.FIRST_RESPONSE), case.clock(Kind.RESOLUTION)
    if first is None or outcome is None or not first.runs or not outcome.runs:
        return None
    return first if kind is Kind.RESOLUTION or outcome.told < later else None


def _told_both(scene: Scene, case: Case, first: Clock) -> Scene:
    """One message with both times: that of the first answer, as it stands now, and a later one of the outcome."""
    before, outcome = case.clock(Kind.FIRST_RESPONSE), case.clock(Kind.RESOLUTION)
    assert before is not None
    assert outcome is not None
    now, office = scene.setting.now, scene.setting.playbook.office
    longer = office.due(now, _extension(scene, case, Kind.RESOLUTION))
    again = scene.setting.playbook.targets(case.priority, case.record.category).first_response
    later = max(longer, due_of(outcome, office) or now, office.due(first.told, again))
    scene = _put(scene, case, before, first.told) if first.told > before.told else scene
    scene = _put(scene, _of(scene, case.reference, Kind.RESOLUTION)[0], outcome, later)
    times = {"by": show_deadline(scene, first.told), "outcome_by": show_deadline(scene, later)}
    said = scene.do(Announce(scene.text("clock.both", reference=case.reference, **times), case.reference))
    return _with_the_queue(said.turn_to(word_at=now), Kind.FIRST_RESPONSE, first.told)


def _words(clock: Clock) -> str:
    """What is said again and again has other words: everybody was told long ago."""
    again = clock.kind is Kind.FIRST_RESPONSE and clock.breached_at is not None
    return "clock.first_response_again" if again else f"clock.{clock.kind}"


def _with_the_queue(scene: Scene, kind: Kind, later: datetime) -> Scene:
    """A first answer is what a chat in the queue waits for too: the customer hears one time, and once."""
    by = scene.conversation.queue.person_by
    if kind is not Kind.FIRST_RESPONSE or scene.conversation.controller != Controller.QUEUE or by is None:
        return scene
    return scene.turn_to(person_by=max(by, later))


def _extension(scene: Scene, case: Case, kind: Kind) -> timedelta:
    """The working time that more is asked for: a first answer as long as the first time, an outcome half as long.

    Where it has taken far longer, as long as it took: who waits for days does not hear a new time every few hours.
    """
    targets, clock = scene.setting.playbook.targets(case.priority, case.record.category), case.clock(kind)
    least = targets.first_response if kind is Kind.FIRST_RESPONSE else targets.resolution / 2
    waited = spent_by(clock, scene.setting.now, scene.setting.playbook.office) if clock else least
    return max(least, waited if kind is Kind.FIRST_RESPONSE else waited / 2)


def _recorded(scene: Scene, reference: str, kind: Kind) -> Scene:
    """The target was missed."""
    case, clock = _of(scene, reference, kind)
    due = due_of(clock, scene.setting.playbook.office)
    if due is None or due > scene.setting.now or clock.breached_at:
        return scene
    cause = _CAUSES[(scene.before or scene.conversation).controller]
    detail = {"clock": kind.value, "due": due.isoformat(), "cause": cause}
    return scene.do(ChangeCase(case.with_clocks(breached(clock, due, cause)), "clock_breached", detail))


def timers(
    before: Conversation, after: Conversation, effects: tuple[Effect, ...], event: Event, setting: Setting
) -> tuple[Effect, ...]:
    """The timer of each case that this step has changed, set for what comes next in it.

    Whoever left hears nothing and is waited for no more, until they come back.
    """
    concerned = {effect.case.reference for effect in effects if isinstance(effect, OpenCase | ChangeCase)}
    match event.body:
        case Fired(kind, subject) if kind in (KIND, AGAIN):
            concerned.add(subject)
        case Started(link=Resumed()):
            concerned |= {case.reference for case in setting.cases}
    if before.session.left != after.session.left:
        concerned |= {case.reference for case in setting.cases}
    concerned -= {effect.subject for effect in effects if isinstance(effect, SetTimer) and effect.kind == AGAIN}
    if not concerned:
        return ()
    scene = Scene(after, event, setting, effects=effects)
    return tuple(_timer(scene, case) for case in scene.cases if case.reference in concerned)


def _timer(scene: Scene, case: Case) -> Effect:
    moments = list(_moments(scene, case.clocked(scene.setting.playbook.office)))
    if not moments:
        return CancelTimer(KIND, case.reference)
    return SetTimer(KIND, case.reference, max(min(moments), scene.setting.now + _SOONEST))


def _moments(scene: Scene, case: Case) -> Iterator[datetime]:
    """Everything that may come next in a case."""
    if case.spam:
        return
    if closes := status_updates.closes_at(scene, case):
        yield closes
    if not case.is_open:
        return
    for clock in case.clocks:
        if due := due_of(clock, scene.setting.playbook.office):
            yield from (_warning(scene, clock, level) for level in _RUNGS[clock.level :][:1])
            yield from () if scene.conversation.session.left else (_tell_at(scene, case, clock),)
            yield from () if clock.breached_at else (due,)
    if scene.conversation.session.left:
        return
    if case.waiting_since and case.open_offer:
        return  # An offer reminds and lapses by itself, and never closes a case.
    step = pending_customer.next_step(scene, case, _taken_back(scene, case))
    yield step or status_updates.next_word(scene, case)


def _warning(scene: Scene, clock: Clock, level: int) -> datetime:
    """When the owner, the lead or a supervisor hears that the time the customer was told comes close."""
    office, share = scene.setting.playbook.office, scene.setting.playbook.file.clocks.warn / 100 / 2**level
    return office.due(clock.told_at, office.worked(clock.told_at, clock.told) * (1 - share))


def _tell_at(scene: Scene, case: Case, clock: Clock) -> datetime:
    """When the customer must hear a new time. Only what is urgent is said at night."""
    moment = _warning(scene, clock, _RUNGS[-1])
    return moment if case.priority is Priority.URGENT else in_time(scene, moment, clock.told_at, clock.told)


def _taken_back(scene: Scene, case: Case) -> datetime | None:
    clock = case.clock(Kind.RESOLUTION)
    return _warning(scene, clock, _RUNGS[-1]) if clock and not clock.kept_at else None


def _of(scene: Scene, reference: str, kind: Kind) -> tuple[Case, Clock]:
    """The case and its clock as they stand by now in this step."""
    case = _case(scene, reference)
    assert case is not None
    case = case.clocked(scene.setting.playbook.office)
    clock = case.clock(kind)
    assert clock is not None
    return case, clock


def _case(scene: Scene, reference: str) -> Case | None:
    return next((case for case in scene.cases if case.reference == reference), None)


def longest_wait(playbook: Playbook, now: datetime) -> timedelta:
    """How far ahead a case's timer may lie at most."""
    clocks = playbook.file.clocks
    outcome = on_the_calendar(playbook, now, max(clocks.word, *(2 * one.resolution for one in all_targets(playbook))))
    return max(outcome, clocks.notice, clocks.close, clocks.closed_after) + NIGHT
