"""What a playbook would have made of cases that ran under another: their team, priority, promises and questions. Pure.

What customers would have said to other questions nobody knows; only what follows from the record is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from complaints.case import Case
from complaints.priority import Assessment, Level, Priority, assess
from dialogs.playbooks.office_hours import office_of
from dialogs.playbooks.schema import PlaybookFile

WEIGHED = 2
"""The first reasons of a priority are impact and urgency; signals follow."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a case is treated: its team and priority, when it is answered and settled (aware), how many questions."""

    team: str
    priority: Priority
    first_response: datetime
    resolution: datetime
    questions: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """What would have differed over so many cases. `unknown` have a category that the new playbook does not know.

    `teams` and `priorities` count (before, after); `sooner` and `later` count outcomes promised for another time;
    `questions` are how many would be asked at most, before and after.
    """

    cases: int
    unknown: int
    teams: Mapping[tuple[str, str], int]
    priorities: Mapping[tuple[str, str], int]
    sooner: int
    later: int
    questions: tuple[int, int]


def simulate(cases: Iterable[Case], files: Mapping[str, PlaybookFile], new: PlaybookFile) -> Simulation:
    """Past cases under the new playbook, beside what they were under their own, of which `files` are by version.

    Both sides are worked out anew from the record, so what colleagues changed later differs on neither. Cases of a
    version that is not in `files` are unknown.
    """
    pairs = [_both(case, files, new) for case in cases]
    known = [(old, young) for old, young in pairs if old and young]
    return Simulation(
        len(pairs),
        len(pairs) - len(known),
        Counter((old.team, young.team) for old, young in known if old.team != young.team),
        Counter((old.priority.value, young.priority.value) for old, young in known if old.priority != young.priority),
        sum(young.resolution < old.resolution for old, young in known),
        sum(young.resolution > old.resolution for old, young in known),
        (sum(old.questions for old, _ in known), sum(young.questions for _, young in known)),
    )


def _both(
    case: Case, files: Mapping[str, PlaybookFile], new: PlaybookFile
) -> tuple[Treatment | None, Treatment | None]:
    own = files.get(case.playbook)
    return (treated(case, own, own), treated(case, own, new)) if own else (None, None)


def treated(case: Case, own: PlaybookFile, file: PlaybookFile) -> Treatment | None:
    """A case that ran under `own`, under `file`; None for a category that this does not know."""
    name = case.record.category
    if name and name not in file.categories:
        return None
    priority = _assessed(case, own, file).priority
    targets = file.categories[name].targets.get(priority) if name else None
    targets = targets or file.targets[priority]
    due = office_of(file).due
    return Treatment(
        file.categories[name].team if name else file.partial_team,
        priority,
        due(case.opened_at, targets.first_response),
        due(case.opened_at, targets.resolution),
        len(file.categories[name].ask) if name else 0,
    )


def _assessed(case: Case, own: PlaybookFile, file: PlaybookFile) -> Assessment:
    """As at filing. Signals are those that raised the priority then: others are on no record."""
    signals = case.reasons[WEIGHED:]
    category = file.categories.get(case.record.category)
    if category is None:
        return assess(Level.MEDIUM, Level.MEDIUM, signals, file.raises)
    urgency = Level.HIGH if _was_severe(case, own) else Level[category.urgency.upper()]
    return assess(Level[category.impact.upper()], urgency, signals, file.raises)


def _was_severe(case: Case, own: PlaybookFile) -> bool:
    """Whether it was the customer's words and not the category that made it pressing."""
    category = own.categories.get(case.record.category)
    return "urgency_high" in case.reasons[:WEIGHED] and category is not None and category.urgency != "high"
