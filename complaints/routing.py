"""Routing: which of the people on duty a waiting chat goes to. Pure; who is there comes in as arguments.

The gravest and oldest chat is served first. It goes to whoever carries the least for their capacity,
and among equals to the one who was given a chat longest ago, so that nobody is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum

from complaints.priority import Priority, rank


class Presence(StrEnum):
    """Whether somebody takes chats now: `busy` finishes what they have and is given nothing new."""

    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"


class EscalationLevel(IntEnum):
    """Whose attention a chat has come to, the longer it waits."""

    TEAM = 0
    LEAD = 1
    SUPERVISOR = 2


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may take chats.

    `languages` and `teams` that are empty mean any; `leads` marks a supervisor, who leads the teams they
    are in; `load` is how many chats they hold or were offered; `last_given` is aware, UTC.
    """

    id: str
    name: str
    teams: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    leads: bool = False
    presence: Presence = Presence.AVAILABLE
    capacity: int = 8
    load: int = 0
    last_given: datetime | None = None

    @property
    def has_room(self) -> bool:
        return self.presence is Presence.AVAILABLE and self.load < self.capacity


@dataclass(frozen=True, slots=True)
class Waiting:
    """A chat that waits for a person. `skill` may be empty; `passed` are those who let it lie; `since` is aware.

    `reserved`: it is for those whom its level calls, and for nobody else.
    """

    id: str
    team: str
    language: str
    priority: Priority
    since: datetime
    skill: str = ""
    level: EscalationLevel = EscalationLevel.TEAM
    passed: tuple[str, ...] = ()
    reserved: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """A waiting chat and who is to have it."""

    chat: str
    colleague: Colleague


def assign(waiting: Iterable[Waiting], colleagues: Sequence[Colleague]) -> list[Assignment]:
    """Give out what waits, the gravest first, until nobody has room for what is left."""
    on_duty, offers = {one.id: one for one in colleagues}, []
    for chat in sorted(waiting, key=pressing):
        chosen = choose(chat, on_duty.values())
        if chosen:
            on_duty[chosen.id] = replace(chosen, load=chosen.load + 1, last_given=chat.since)
            offers.append(Assignment(chat.id, chosen))
    return offers


def pressing(chat: Waiting) -> tuple[int, datetime]:
    """What orders the queue: the gravest first, then the oldest."""
    return -rank(chat.priority), chat.since


def choose(chat: Waiting, colleagues: Iterable[Colleague]) -> Colleague | None:
    """The colleague for this chat, or None while nobody who fits has room. Who it came to by waiting is first."""
    able = [one for one in colleagues if one.has_room and fits(chat, one)]
    fresh = [one for one in able if one.id not in chat.passed]
    return min(fresh, key=lambda one: (not _is_called(chat, one), *_burden(one)), default=None)


def fits(chat: Waiting, colleague: Colleague) -> bool:
    """Whether somebody may have this chat: team, language and skill, or that it has come to them by waiting."""
    speaks = not colleague.languages or chat.language in colleague.languages
    skilled = not chat.skill or chat.skill in colleague.skills
    able = _is_of_team(chat, colleague) and speaks and skilled and not chat.reserved
    return able or _is_called(chat, colleague)


def _is_called(chat: Waiting, colleague: Colleague) -> bool:
    """Whether a chat that waited for long has come to somebody who leads, whatever they speak or can do."""
    match chat.level:
        case EscalationLevel.LEAD:
            return colleague.leads and _is_of_team(chat, colleague)
        case EscalationLevel.SUPERVISOR:
            return colleague.leads
    return False


def _is_of_team(chat: Waiting, colleague: Colleague) -> bool:
    return not colleague.teams or chat.team in colleague.teams


def _burden(colleague: Colleague) -> tuple[float, float, str]:
    last = colleague.last_given.timestamp() if colleague.last_given else 0.0
    return colleague.load / colleague.capacity, last, colleague.id
