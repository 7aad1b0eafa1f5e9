"""What a supervisor does with an incident: confirm it, tell all who belong to it, solve it, put a member in or out.

An incident is nobody's chat, so its right is a role and a team: `is_theirs`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from dialogs.playbooks.playbook import Playbook
from staff.actions.action import Workplace
from staff.actions.refusals import ActionForbidden, NotPossible, SubjectNotFound
from staff.incidents import Handling, IncidentStanding, NotNow, UnknownIncident, Who, standing
from staff.words import later
from storage.incidents import incidents
from storage.incidents.incidents import Incident
from storage.staff.accounts import Role, Staff

NOTHING = later("There is nothing at this address.")
AS_IT_STANDS = later("This cannot be done with the incident as it stands.")


@dataclass(frozen=True, slots=True)
class IncidentRequest:
    """Who wants something done with which incident."""

    work: Workplace
    staff: Staff
    incident: str

    @property
    def handling(self) -> Handling:
        return Handling(self.work.acting, self.work.reads, self.work.playbook, self.work.clock)

    @property
    def by(self) -> Who:
        return Who(self.staff.id, self.staff.name)


def is_theirs(staff: Staff, incident: Incident, playbook: Playbook) -> bool:
    """Whether this person leads what the incident is about: whoever has teams, what those are in charge of."""
    team = playbook.category(incident.category).team if incident.category else playbook.file.partial_team
    able = staff.at_least(Role.SUPERVISOR) and not staff.disabled and not staff.must_change
    return able and (not staff.teams or team in staff.teams)


async def opened_incident(request: IncidentRequest) -> IncidentStanding:
    """The incident for somebody who may handle it. Raises `SubjectNotFound`, `ActionForbidden`, `Unavailable`."""
    if not request.staff.at_least(Role.SUPERVISOR):
        raise ActionForbidden
    found = await request.work.read(_find, request.incident)
    if found is None or not is_theirs(request.staff, found.incident, request.work.playbook):
        raise SubjectNotFound(NOTHING)
    return found


def _find(conn: Connection, of_id: str) -> IncidentStanding | None:
    try:
        return standing(conn, of_id)
    except UnknownIncident:
        return None


async def confirm_incident(request: IncidentRequest, title: str, notices: Mapping[str, str]) -> IncidentStanding:
    """It is one; what customers are told, by language, is kept with that. Raises `ActionRefused`, as the others do."""
    await opened_incident(request)
    return await _done(request.handling.confirm(request.incident, request.by, title, notices))


async def tell_members(request: IncidentRequest) -> IncidentStanding:
    """Everybody who belongs to it hears of it."""
    await opened_incident(request)
    return await _done(request.handling.tell(request.incident, request.by))


async def solve_incident(request: IncidentRequest, outcome: Mapping[str, str], cause: str) -> IncidentStanding:
    """All its cases are resolved, with one outcome (by language; without one the playbook's own)."""
    await opened_incident(request)
    return await _done(request.handling.solve(request.incident, request.by, outcome, cause))


async def move_member(request: IncidentRequest, member: str) -> None:
    """Put a member (`conversation/number`) out, or in again."""
    found, (chat, _, n) = await opened_incident(request), member.partition("/")
    one = next((one for one in found.members if (one.conversation_id, str(one.n)) == (chat, n)), None)
    if one is None:
        raise SubjectNotFound(NOTHING)
    key, staff = (one.conversation_id, one.n), request.staff.id
    await request.work.write(incidents.put, request.incident, key, is_in=not one.is_in, staff=staff)


async def _done(handled: Awaitable[IncidentStanding]) -> IncidentStanding:
    try:
        return await handled
    except NotNow:
        raise NotPossible(AS_IT_STANDS) from None
