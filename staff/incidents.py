"""Handling an incident: confirm it, tell all who belong to it, solve all their cases with one outcome.

Everything reaches a customer through their chat's own turn, as any act of a colleague's does. The events' ids are made
of the incident and the member, so an act that is done again reaches only those whom it has not reached.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from dialogs.flows.incidents.notices import usual_outcome
from dialogs.flows.staff import Acted, Informed, Resolved
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.language.packs import spoken
from engine.reads import Reads
from staff.actions import Acting
from storage.cases.cases import find_case
from storage.db.timestamps import utc_now
from storage.incidents import incidents
from storage.incidents.incidents import CLOSED, SUSPECTED, Incident, Member

TOGETHER = 32
"""Chats that are told at the same time: the turns take them in a few batches, and others get in between."""


class UnknownIncident(LookupError):
    """There is no incident of this id."""


class NotNow(ValueError):
    """The incident is not in a state for this; the message says what to do."""


@dataclass(frozen=True, slots=True)
class IncidentStanding:
    """An incident with its members, oldest first; those who were put out are among them."""

    incident: Incident
    members: tuple[Member, ...]

    @property
    def belonging(self) -> tuple[Member, ...]:
        return tuple(one for one in self.members if one.is_in)

    @property
    def cases(self) -> tuple[str, ...]:
        """References of the members' cases."""
        return tuple(one.reference for one in self.belonging if one.reference)


@dataclass(frozen=True, slots=True)
class Who:
    """Who handles it: an account's id or a program's name, and what customers see."""

    actor: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Handling:
    """Takes what colleagues do with incidents. Every method raises `UnknownIncident` and `Unavailable`."""

    acting: Acting
    reads: Reads
    playbook: Playbook
    clock: Callable[[], datetime] = field(default=utc_now)

    async def find(self, of_id: str) -> IncidentStanding:
        """An incident as it stands."""
        return await self.reads.run(standing, of_id)

    async def confirm(self, of_id: str, by: Who, title: str = "", notices: Mapping[str, str] = {}) -> IncidentStanding:
        """It is an incident; its notice, by language, may be said now or later. Raises `NotNow` for a closed one."""
        known = await self.find(of_id)
        if known.incident.state == CLOSED:
            raise NotNow("This incident was closed: like complaints that come now make a new one.")
        now = self.clock()
        await self.reads.blocking(lambda: self._written(incidents.confirm, of_id, title, notices, by.actor, now))
        return await self.find(of_id)

    async def tell(self, of_id: str, by: Who) -> IncidentStanding:
        """Everybody who belongs to it hears its notice, in their language, once.

        Raises `NotNow` before it is confirmed.
        """
        known = await self.find(of_id)
        incident = known.incident
        if incident.state in (SUSPECTED, CLOSED):
            raise NotNow("Confirm the incident first: customers are told of what is known only.")
        told = Informed(incident.id, incident.category, incident.opened_at, tuple(sorted(incident.notices.items())))
        places = await self.reads.run(_places, known.belonging)
        acts = {f"incident:{of_id}:told:{place}": (place, Acted(by.actor, by.name, told)) for place in places.values()}
        await self._done(acts)
        await self.reads.blocking(lambda: self._written(incidents.mark_told, of_id, self.clock()))
        return await self.find(of_id)

    async def solve(
        self, of_id: str, by: Who, outcome: Mapping[str, str] | str = "", cause: str = ""
    ) -> IncidentStanding:
        """All its cases are resolved, with one outcome (by language, or the same for all; empty: the playbook's own).
        Whoever was told of it and has nothing on file hears that it is over, for they were told that they would.

        Raises `NotNow` for a closed incident.
        """
        known = await self.find(of_id)
        if known.incident.state == CLOSED:
            raise NotNow("This incident was closed: there is nothing to solve.")
        places = await self.reads.run(_places, known.belonging)
        cause = cause or f"incident {of_id}"
        acts = {
            f"incident:{of_id}:solved:{one.reference}": (
                places[one],
                Acted(by.actor, by.name, Resolved(one.reference, self._outcome(outcome, one.language), cause)),
            )
            for one in known.belonging
            if one.reference
        }
        await self._done(acts | self._endings(known, by, outcome, places))
        said, now = self._outcome(outcome, self.playbook.languages[0]), self.clock()
        await self.reads.blocking(lambda: self._written(incidents.solve, of_id, said, now))
        return await self.find(of_id)

    def _endings(
        self, known: IncidentStanding, by: Who, outcome: Mapping[str, str] | str, places: Mapping[Member, str]
    ) -> dict[str, tuple[str, Acted]]:
        """What those hear who were told of it, and whose complaint was begun and never filed."""
        incident, of_cases = known.incident, {places[one] for one in known.belonging if one.reference}
        if not incident.told_at:
            return {}
        ends = {}
        for one in known.belonging:
            if not one.reference and places[one] not in of_cases:
                words = ((one.language, self._given(outcome, one.language)),)
                over = Informed(incident.id, incident.category, incident.opened_at, words, over=True)
                ends[f"incident:{incident.id}:over:{places[one]}"] = (places[one], Acted(by.actor, by.name, over))
        return ends

    def _outcome(self, outcome: Mapping[str, str] | str, language: str) -> str:
        return self._given(outcome, language) or usual_outcome(self.playbook.words(language))

    def _given(self, outcome: Mapping[str, str] | str, language: str) -> str:
        """What a colleague says of the outcome in this language, or empty."""
        return outcome if isinstance(outcome, str) else outcome.get(language) or outcome.get(spoken(language), "")

    async def _done(self, acts: Mapping[str, tuple[str, Acted]]) -> None:
        waiting = list(acts.items())
        for at in range(0, len(waiting), TOGETHER):
            some: Iterable[Awaitable[object]] = [
                self.acting.act(place, acted, event) for event, (place, acted) in waiting[at : at + TOGETHER]
            ]
            await asyncio.gather(*some)

    def _written(self, change: Callable[..., object], *args: object) -> None:
        with self.reads.database.write() as conn:
            change(conn, *args)


def standing(conn: Connection, of_id: str) -> IncidentStanding:
    """An incident with its members. Raises `UnknownIncident`."""
    found = incidents.find(conn, of_id)
    if found is None:
        raise UnknownIncident(f"There is no incident {of_id[:20]}.")
    return IncidentStanding(found, tuple(incidents.members_of(conn, [of_id]).get(of_id, ())))


def all_standing(conn: Connection, states: Sequence[str] = (), limit: int = 100) -> list[IncidentStanding]:
    """Incidents with their members, the newest first."""
    found = incidents.listed(conn, states, limit)
    members = incidents.members_of(conn, [one.id for one in found])
    return [IncidentStanding(one, tuple(members.get(one.id, ()))) for one in found]


def _places(conn: Connection, members: Iterable[Member]) -> dict[Member, str]:
    """The chat in which each member is now: a case may have gone on in another than it was told in."""
    return {one: _place(conn, one) for one in members}


def _place(conn: Connection, one: Member) -> str:
    filed = find_case(conn, one.reference) if one.reference else None
    return filed.conversation_id if filed else one.conversation_id
