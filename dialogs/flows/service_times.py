"""Service times: how pressing something is, and by when what is due for it will be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from complaints.priority import Assessment, Level, Priority, assess
from complaints.promises import Clock, Kind, begun, hastened
from dialogs.flows.effects import Announce
from dialogs.flows.wording import show_deadline

if TYPE_CHECKING:
    from complaints.case import Case
    from dialogs.flows.scene import Scene
    from dialogs.flows.state import Draft
    from dialogs.playbooks.parts.times import Targets
    from dialogs.playbooks.playbook import Playbook

NIGHT = timedelta(days=1)
"""What is due in quiet hours waits for the morning, and for its share of the spread after it."""


def assessed(draft: Draft, scene: Scene) -> Assessment:
    """How urgent a draft is: the category's impact and urgency, raised by what the customer said."""
    playbook = scene.setting.playbook
    if not draft.record.category:
        return assess(Level.MEDIUM, Level.MEDIUM, draft.signals, playbook.file.raises)
    category = playbook.category(draft.record.category)
    urgency = Level.HIGH if draft.severity == "high" else Level[category.urgency.upper()]
    return assess(Level[category.impact.upper()], urgency, draft.signals, playbook.file.raises)


def promised(scene: Scene, priority: Priority, category: str) -> tuple[Clock, ...]:
    """The clocks of this priority and category, running from now on the playbook's calendar."""
    playbook, now = scene.setting.playbook, scene.setting.now
    targets, office = playbook.targets(priority, category), playbook.office
    first = begun(Kind.FIRST_RESPONSE, targets.first_response, now, office)
    return first, begun(Kind.RESOLUTION, targets.resolution, now, office)


def sooner(scene: Scene, case: Case, priority: Priority) -> Case:
    """The case at another priority. What was worked so far counts; no time becomes later than the customer heard."""
    playbook, now = scene.setting.playbook, scene.setting.now
    targets, office = playbook.targets(priority, case.record.category), playbook.office
    case = case.clocked(office)
    of_kind = {Kind.FIRST_RESPONSE: targets.first_response, Kind.RESOLUTION: targets.resolution}
    clocks = [hastened(clock, of_kind[clock.kind], now, office) for clock in case.clocks]
    return replace(case, priority=priority).with_clocks(*clocks)


def told_sooner(scene: Scene, was: Case, case: Case) -> Scene:
    """The customer hears where something is due sooner than it was."""
    if not case.is_open or case.waiting_since or case.next_due >= was.next_due:
        return scene
    said = scene.text("clock.sooner", reference=case.reference, by=show_deadline(scene, case.next_due))
    return scene.do(Announce(said, case.reference))


def person_due(scene: Scene, priority: Priority) -> datetime:
    """When a person will have answered, at this priority, what this chat is about; whoever waits aside waits longer."""
    playbook, mine = scene.setting.playbook, [case for case in scene.cases if case.is_open]
    record = scene.draft.record if scene.draft else mine[-1].record if mine else None
    waits = Priority.LOW if scene.setting.crowded else priority
    targets = playbook.targets(waits, record.category if record else "")
    return playbook.office.due(scene.setting.now, targets.first_response)


def all_targets(playbook: Playbook) -> tuple[Targets, ...]:
    """Every target of a playbook, whatever the priority and the category."""
    file = playbook.file
    return (*file.targets.values(), *(one for each in file.categories.values() for one in each.targets.values()))


def on_the_calendar(playbook: Playbook, now: datetime, working: timedelta) -> timedelta:
    """How long so much working time takes from now on, nights and holidays included."""
    return playbook.office.due(now, working) - now
