"""Watching for incidents: each story is compared with others a moment after it was told, so that no turn pays for it.

One process watches at a time. What it takes for an incident is written at once; stories that were compared are marked,
so a process that ends in between leaves at most some that are compared twice, which changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from complaints.incidents.belonging import Gathering, belongs, gathered
from complaints.incidents.detection import MOST, SPAN, suspicion
from complaints.incidents.usual import MOST_KEPT, WEEKS, Usual, learnt
from dialogs.understanding.repeats.complaints import complaint_vectors
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.db.leadership import Leadership
from storage.db.timestamps import utc_now
from storage.incidents import incidents, stories
from storage.incidents.incidents import Incident
from storage.incidents.stories import StoryOnFile

LONGER = 10
"""How much longer it rests while the turns are busy."""
ANEW = timedelta(hours=1)
"""How often what is usual is learnt anew."""
GOES_BY = timedelta(hours=48)
"""Without a new story for so long nobody joins an incident any more, and one that nobody confirmed is closed."""
KEPT = timedelta(days=60)
NEWEST = 60
"""So many of an incident's stories are compared with."""

_log = structlog.get_logger("amends.incidents")


@dataclass(frozen=True, slots=True, eq=False)
class OpenIncident:
    """An incident that somebody may still join, with its stories."""

    incident: Incident
    gathering: Gathering


@dataclass(slots=True)
class IncidentWatch:
    """Compares up to `together` stories a time, then rests `every` seconds; longer while `busy`."""

    database: Database
    clock: Callable[[], datetime] = utc_now
    every: float = 1.0
    together: int = 20
    busy: Callable[[], bool] = lambda: False
    _usual: tuple[datetime, Usual] | None = None
    _lead: Leadership = field(init=False)

    def __post_init__(self) -> None:
        self._lead = Leadership(self.database, "incidents")

    async def run(self) -> None:
        """Watch until cancelled. A database that is away is waited for."""
        try:
            while True:
                await self._once()
                await asyncio.sleep(self.every * (LONGER if self.busy() else 1))
        finally:
            self.give_up()

    async def _once(self) -> None:
        try:
            await asyncio.to_thread(self.catch_up)
        except Unavailable:
            _log.warning("incidents_wait", reason="the database is not available")

    def give_up(self) -> None:
        """Let another process watch."""
        self._lead.give_up()

    def catch_up(self) -> int:
        """Compare what waits, at most `together` stories; returns how many."""
        if not self._lead.held():
            return 0
        with self.database.read() as conn:
            waiting = stories.waiting(conn, self.together)
        if not waiting:
            return 0
        usual = self._learnt(len(waiting[0].story.vector))
        for one in waiting:
            self._compare(one, usual)
        with self.database.write() as conn:
            stories.mark_compared(conn, waiting, self.clock())
        return len(waiting)

    def _compare(self, one: StoryOnFile, usual: Usual) -> None:
        with self.database.read() as conn:
            standing = standing_incidents(conn, self.clock())
            near = stories.between(conn, one.at - SPAN, one.at, MOST)
            taken = incidents.taken(conn, (one.conversation_id, *(other.conversation_id for other in near)))
        key = (one.conversation_id, one.n)
        if key in taken:
            return
        joined = next((other for other in standing if belongs(one.story, other.gathering, usual)), None)
        if joined is not None:
            self._join(joined.incident.id, [one])
            return
        self._suspect(one, [other for other in near if (other.conversation_id, other.n) not in {*taken, key}], usual)

    def _join(self, of_id: str, some: Sequence[StoryOnFile]) -> None:
        with self.database.write() as conn:
            incidents.add_members(conn, self.database.dialect, of_id, some, self.clock())

    def _suspect(self, one: StoryOnFile, near: Sequence[StoryOnFile], usual: Usual) -> None:
        found = suspicion(one.story, [other.story for other in near], usual)
        if found is None:
            return
        whole = {story.id for story in gathered(found, [other.story for other in (*near, one)], usual)}
        some = [other for other in (*near, one) if other.story.id in whole]
        with self.database.write() as conn:
            made = incidents.open_incident(conn, self.database.dialect, some, found.tokens, self.clock())
        _log.warning("incident_suspected", incident=made.id, stories=len(some), surprise=round(found.surprise, 1))

    def _learnt(self, width: int) -> Usual:
        """What is usual, learnt once an hour; then what has gone by is put away too."""
        now = self.clock()
        if self._usual is None or not timedelta() <= now - self._usual[0] < ANEW or _lacks(self._usual[1], width):
            with self.database.write() as conn:
                stories.forget(conn, now - KEPT)
                incidents.close_stale(conn, now - GOES_BY, now)
            with self.database.read() as conn:
                gone = incidents.all_members(conn)
                known = stories.between(conn, now - WEEKS, now - SPAN, 4 * MOST_KEPT)
            usual = [one.story for one in known if (one.conversation_id, one.n) not in gone]
            self._usual = now, learnt(usual, now, width, complaint_vectors())
        return self._usual[1]


def standing_incidents(conn: Connection, now: datetime, states: Sequence[str] = incidents.OPEN) -> list[OpenIncident]:
    """The incidents that somebody may still join."""
    found = [one for one in incidents.listed(conn, states) if now - one.last_at < GOES_BY]
    told = incidents.stories_of(conn, [one.id for one in found])
    return [_standing(one, told.get(one.id, [])) for one in found]


def _standing(one: Incident, told: Sequence[tuple[StoryOnFile, bool]]) -> OpenIncident:
    belonging = [story.story for story, is_in in told if is_in]
    return OpenIncident(one, Gathering(belonging[-NEWEST:], one.tokens))


def _lacks(usual: Usual, width: int) -> bool:
    """Whether it knows nothing of vectors, and there are some now."""
    return len(usual.centre) != width and width > 0
