"""Clock correction: a chat is set right after the server's clock had run ahead, and whoever was told a wrong time
hears.

What has happened cannot lie in the future; what is still to come is worked out anew from now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from complaints.case import Case
from complaints.clock_correction import righted
from dialogs.flows.effects import Announce, CancelTimer, ChangeCase, Note, Recorded, SetTimer
from dialogs.flows.events import Fired
from dialogs.flows.files import media_groups
from dialogs.flows.intake import draft_reminders
from dialogs.flows.intake.draft_timers import FORGET
from dialogs.flows.queue import handoff_queue
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import person_due
from dialogs.flows.state import Controller, Conversation
from dialogs.flows.wording import show_deadline
from dialogs.playbooks.playbook import Playbook

KIND, SUBJECT = "righting", "chat"


def longest_wait(_: Playbook, __: datetime) -> timedelta:
    """How far ahead the timer of a correction may lie at most, with room to spare."""
    return timedelta(minutes=1)


def correct(scene: Scene, _: Fired) -> Scene:
    """Set everything of this chat right. One in which nothing is wrong stays as it is."""
    scene = _reminded(_album(_awake(_queue(_chat(_cases(scene))))))
    righted = scene.do(Recorded("times_righted", {})) if scene.effects else scene
    return righted.do(*_astray(righted.conversation))


def _cases(scene: Scene) -> Scene:
    playbook, now = scene.setting.playbook, scene.setting.now
    for case in scene.setting.cases:
        fixed = righted(case, now, playbook.office, playbook.file.clocks.close)
        if fixed != case:
            scene = _told(scene.do(ChangeCase(fixed, "case_righted", _was(case, fixed))), case, fixed)
    return scene


def _was(case: Case, fixed: Case) -> dict[str, str]:
    """Of each promise that was changed: the time it had."""
    pairs = zip(case.clocks, fixed.clocks, strict=True)
    return {clock.kind.value: clock.told.isoformat() for clock, right in pairs if clock.told != right.told}


def _told(scene: Scene, case: Case, fixed: Case) -> Scene:
    """The customer hears the right time of what they were promised; a colleague why it has changed."""
    if not fixed.is_open or fixed.next_due == case.next_due:
        return scene
    by = show_deadline(scene, fixed.next_due)
    scene = scene.do(Note(scene.text("note.righted", reference=case.reference, by=by)))
    if scene.conversation.session.left:
        return scene
    said = scene.text("clock.righted", reference=case.reference, by=by)
    return scene.do(Announce(said, case.reference)).turn_to(word_at=scene.setting.now)


def _chat(scene: Scene) -> Scene:
    now, chat = scene.setting.now, scene.conversation
    return scene.turn_to(
        last_at=_past(chat.session.last_at, now),
        word_at=_past(chat.promises.word_at, now),
        survey=chat.surveys.survey and replace(chat.surveys.survey, at=_past(chat.surveys.survey.at, now)),
        draft=chat.intake.draft and replace(chat.intake.draft, begun_at=min(chat.intake.draft.begun_at, now)),
        holding=chat.queue.holding and replace(chat.queue.holding, since=_past(chat.queue.holding.since, now)),
    )


def _queue(scene: Scene) -> Scene:
    """Whoever was put into the queue by the wrong clock hears when a person comes, unless a case has said it now."""
    chat, now = scene.conversation, scene.setting.now
    before = scene.before.queue.holding if scene.before else None
    if chat.controller != Controller.QUEUE or before is None:
        return scene
    furthest = now + handoff_queue.longest_wait(scene.setting.playbook, now)
    moments = (before.alarm_due, chat.queue.person_by)
    if (before.since or now) <= now and not any(moment and moment > furthest for moment in moments):
        return scene
    latest = person_due(scene, handoff_queue.priority_of(scene))
    if chat.queue.person_by and chat.queue.person_by > latest:
        scene = _told_of_a_person(scene.turn_to(person_by=latest), latest)
    return handoff_queue.watch(scene)


def _told_of_a_person(scene: Scene, by: datetime) -> Scene:
    told = any(isinstance(effect, Announce) for effect in scene.effects)
    if told or scene.conversation.session.left:
        return scene
    return scene.do(Announce(scene.text("person.righted", by=show_deadline(scene, by))))


def _awake(scene: Scene) -> Scene:
    """What was put aside for longer than anybody may is up again."""
    holding = scene.conversation.queue.holding
    until = holding.snoozed_until if holding else None
    allowed = handoff_queue.longest_snooze(scene.setting.playbook, scene.setting.now)
    return handoff_queue.awake(scene) if until and until > scene.setting.now + allowed else scene


def _album(scene: Scene) -> Scene:
    """The next picture is waited for from now."""
    held, due = scene.conversation.files.held, scene.setting.now + media_groups.WAIT
    if held is None or held.due <= due:
        return scene
    return scene.turn_to(held=replace(held, due=due)).do(SetTimer(media_groups.TIMER, media_groups.SUBJECT, due))


def _reminded(scene: Scene) -> Scene:
    """A reminder counts the silence from now; one without a draft is forgotten."""
    chat = scene.conversation
    if chat.intake.nudge_due is None:
        return scene
    return draft_reminders.keep_watch(scene.turn_to(nudge_due=None).do(*FORGET))


def _astray(chat: Conversation) -> Iterator[CancelTimer]:
    """Timers that nothing in the chat waits for: they would only be found again."""
    if chat.intake.nudge_due is None:
        yield from FORGET
    if chat.controller != Controller.QUEUE:
        yield CancelTimer(handoff_queue.KIND, handoff_queue.SUBJECT)
    if chat.queue.holding is None or chat.queue.holding.snoozed_until is None:
        yield CancelTimer(handoff_queue.SNOOZE, handoff_queue.SUBJECT)
    if chat.files.held is None:
        yield CancelTimer(media_groups.TIMER, media_groups.SUBJECT)


def _past(moment: datetime | None, now: datetime) -> datetime | None:
    return min(moment, now) if moment else None
