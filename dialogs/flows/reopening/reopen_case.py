"""Reopening: a resolution did not hold. The same case goes on, more pressing, with new clocks and somebody else."""

from __future__ import annotations

from dataclasses import replace

from complaints.case import Case
from complaints.lifecycle import State
from complaints.priority import Priority, raised_once
from complaints.record import Slot
from complaints.routing import EscalationLevel
from complaints.survey import HIGHEST
from dialogs.flows.effects import ChangeCase, Note
from dialogs.flows.message_cues import is_complaint, tells_something, weight
from dialogs.flows.questions import asked_name, go_on, open_cases
from dialogs.flows.queue.handoff_queue import enqueue, hold
from dialogs.flows.reopening.reopen_offer import (
    NAME,
    NEW,
    SILENCE,
    ended_in_silence,
    left_in_silence,
    may_reopen,
    offer_new,
    put_offer,
    settled,
)
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import promised
from dialogs.flows.state import Act, Controller
from dialogs.flows.status.case_changes import add
from dialogs.flows.wording import show_deadline
from dialogs.understanding.reading import CaseHint, Reading

_TELLING, _LONGEST = 5, 4000
"""Of how many words a text tells a story, and how many characters of it a button keeps."""
SURVEY, CUSTOMER, COLLEAGUE = "survey", "customer", "colleague"


def begun_anew(scene: Scene, case: Case, priority: Priority, by: str) -> Case:
    """The case open again, at this priority, with new clocks. Nobody is asked about what did not hold."""
    clocks = promised(scene, priority, case.record.category)
    again = replace(case.moved(State.REOPENED), priority=priority, clocks=(), answered_at=None, resolved_at=None)
    again = replace(again, waiting_since=None, reminded=0, close_at=None).with_clocks(*clocks)
    if again.survey is None:
        return again
    survey = again.survey if by == SURVEY else again.survey.ended("reopened")
    return replace(again, survey=survey.did_not_hold(by, scene.setting.now))


def reopen(scene: Scene, case: Case, by: str, said: str) -> Scene:
    """The customer finds that it is not put right: apologise, and bring it to somebody who has not had it before.

    A case that comes back a second time is a supervisor's. `said` is the key of what the customer hears.
    """
    who = case.resolution.by if case.resolution else ""
    again = begun_anew(scene, case, raised_once(case.priority), by)
    again = replace(again, reopenings=again.reopenings + 1)
    detail = {"why": by, "times": str(again.reopenings), "priority": again.priority.value, "before": who}
    scene = scene.do(ChangeCase(again, "reopened", detail), Note(_why(scene, again)))
    scene = scene.turn_to(word_at=scene.setting.now)
    scene = queued(scene, again, who).about(case.reference)
    return scene.say(said, reference=case.reference, by=show_deadline(scene, again.next_due))


def _why(scene: Scene, case: Case) -> str:
    """For whoever has it next: what the customer said, and how often it has come back."""
    survey = case.survey
    score = scene.text("survey.score", score=survey.outcome, best=HIGHEST) if survey and survey.outcome else "–"
    solved = scene.text(f"survey.solved_{survey.solved}") if survey and survey.solved else "–"
    return scene.text("note.reopened", reference=case.reference, count=case.reopenings, solved=solved, outcome=score)


def queued(scene: Scene, case: Case, before: str = "") -> Scene:
    """In the queue of its team; not to be given to whoever had it before, where that shall be somebody else."""
    waited = scene.conversation.queue.holding if scene.conversation.controller == Controller.QUEUE else None
    scene = enqueue(scene, "reopened", case.next_due)
    holding = scene.conversation.queue.holding
    assert holding is not None
    level = EscalationLevel.SUPERVISOR if case.reopenings > 1 else EscalationLevel(waited.level if waited else 0)
    passed = tuple(dict.fromkeys((*(waited.passed if waited else ()), *([before] if before else []))))
    since = waited.since if waited and waited.since else holding.since
    holding = replace(holding, team=case.team, priority=case.priority, level=int(level), passed=passed, since=since)
    return hold(scene, holding)


def offer_reopening(scene: Scene, reading: Reading) -> Scene | None:
    """Somebody says that it is broken again: offer to open the case, or a new one where that is too long ago.

    Of a case that is open again already they say no more than that.
    """
    if (again := _open_again(scene)) and not scene.draft and not is_of_another(reading, again):
        return add(scene, again, reading.text, (), reading.signals)
    known = tuple(case for case in settled(scene) if not is_of_another(reading, case))
    if scene.draft or open_cases(scene) or not known:
        return None
    named = tuple(case for case in known if case.reference in reading.text.upper()) or known
    fresh = tuple(case for case in named if may_reopen(scene, case))
    told = _told(scene, reading)
    return put_offer(scene.say("reopen.sorry"), fresh, told) if fresh else offer_new(scene, named[0], told)


def _told(scene: Scene, reading: Reading) -> Act:
    """What they said, to be told once should it be another matter."""
    if weight(reading.text) < _TELLING or not tells_something(reading):
        return NEW
    kind = reading.category
    plain = kind is not None and kind.confidence >= scene.setting.playbook.file.sure
    return Act(NEW.name, kind.name if kind and plain else "", reading.text[:_LONGEST])


def _open_again(scene: Scene) -> Case | None:
    """The one open case, if it is one that was opened again."""
    mine = open_cases(scene)
    return mine[0] if len(mine) == 1 and mine[0].state is State.REOPENED else None


def is_of_another(reading: Reading, case: Case) -> bool:
    """Whether the words are about another matter than this case: another order, or another kind and they say so."""
    kind = reading.category.name if reading.category else case.record.category
    says_so = reading.case_hint == CaseHint.NEW and kind != case.record.category
    return says_so or names_another_order(reading, case)


def names_another_order(reading: Reading, case: Case) -> bool:
    order = reading.found(Slot.ORDER_NUMBER)
    return order is not None and order != case.record.order_number


def accept(scene: Scene, reference: str) -> Scene:
    """The customer wants it opened again. What was offered may have passed meanwhile."""
    known = settled(scene)
    case = next((case for case in known if reference in ("", case.reference)), None)
    scene = scene.turn_to(asked=None)
    if case is None:
        return go_on(scene.say("button.stale"))
    if not may_reopen(scene, case):
        return offer_new(scene, case)
    return go_on_with(scene, case) if ended_in_silence(case) else reopen(scene, case, CUSTOMER, "reopen.done")


def go_on_with(scene: Scene, case: Case) -> Scene:
    """They did not answer then and do now: it goes on as it was. Nobody's work has failed to hold."""
    again = begun_anew(scene, case, case.priority, CUSTOMER)
    scene = queued(scene.do(ChangeCase(again, "reopened", {"why": SILENCE})), again).turn_to(asked=None)
    return scene.about(case.reference).say(
        "case.reopened", reference=case.reference, by=show_deadline(scene, again.next_due)
    )


def answer_to_silence(scene: Scene, reading: Reading) -> Scene | None:
    """Words that come after a case was closed for want of them, unless they are plainly about something else."""
    case = left_in_silence(scene)
    if case is None or scene.draft or open_cases(scene) or asked_name(scene) in (Slot.STORY, NAME):
        return None
    other = is_complaint(reading) and reading.category and reading.category.name != case.record.category
    return None if other or is_of_another(reading, case) else put_offer(scene, (case,), _told(scene, reading))
