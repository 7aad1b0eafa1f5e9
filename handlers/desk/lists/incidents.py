"""Incidents at the desk: the bar above the inbox, and a page for each with what may be done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from fastapi import Response
from sqlalchemy import Connection

from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.desk.translations import named
from handlers.http.problems import NotFound
from staff.incidents import Handling, IncidentStanding, NotNow, UnknownIncident, Who, all_standing, standing
from staff.rights import needs
from staff.words import later
from storage.incidents import incidents
from storage.incidents.incidents import OPEN as GOING_ON
from storage.incidents.incidents import Incident
from storage.staff.accounts import Role, Staff

PAGE = "/desk/incidents"
OPEN = needs(Role.SUPERVISOR)
LONGEST = 2000
MOST_SHOWN = 5


def add(pages: Pages) -> None:
    pages.get(PAGE + "/{id}", show, OPEN)
    pages.post(PAGE + "/{id}/confirm", confirm, OPEN)
    pages.post(PAGE + "/{id}/tell", tell, OPEN)
    pages.post(PAGE + "/{id}/solve", solve, OPEN)
    pages.post(PAGE + "/{id}/member", put, OPEN)


async def going_on(visit: Visit) -> list[IncidentStanding]:
    """What the bar above the inbox shows: incidents that are not over, the newest first."""
    if not visit.staff.at_least(Role.SUPERVISOR):
        return []
    found = await visit.desk.read(all_standing, GOING_ON, MOST_SHOWN)
    return [one for one in found if _sees(visit, visit.staff, one.incident)]


async def show(visit: Visit) -> Response:
    """One incident with its members."""
    found = await _seen(visit)
    spoken = {code: named(code) for code in visit.desk.playbook.languages}
    return visit.render("incident.html", one=found, incident=found.incident, spoken=spoken)


async def confirm(visit: Visit) -> Response:
    """It is one; what customers are told is kept with that."""
    found = await _seen(visit)
    codes = visit.desk.playbook.languages
    notices = {code: said for code in codes if (said := visit.text(f"notice.{code}", LONGEST))}
    done = partial(_handling(visit).confirm, found.incident.id, _who(visit), visit.text("title", 120), notices)
    return await _done(visit, done, later("The incident is confirmed."))


async def tell(visit: Visit) -> Response:
    """Everybody who belongs to it hears of it."""
    found = await _seen(visit)
    done = partial(_handling(visit).tell, found.incident.id, _who(visit))
    return await _done(visit, done, later("Everybody who belongs to it has been told."))


async def solve(visit: Visit) -> Response:
    """All its cases are resolved."""
    found = await _seen(visit)
    codes = visit.desk.playbook.languages
    outcome = {code: said for code in codes if (said := visit.text(f"outcome.{code}", LONGEST))}
    done = partial(_handling(visit).solve, found.incident.id, _who(visit), outcome, visit.text("cause", LONGEST))
    return await _done(visit, done, later("All its cases are resolved."))


async def put(visit: Visit) -> Response:
    """A member is put in or out."""
    found = await _seen(visit)
    chat, _, n = visit.text("member", 60).partition("/")
    member = next((one for one in found.members if (one.conversation_id, str(one.n)) == (chat, n)), None)
    if member is None:
        raise NotFound(later("There is nothing at this address."))
    key = (member.conversation_id, member.n)
    act = partial(incidents.put, is_in=not member.is_in, staff=visit.staff.id)
    await visit.desk.write(act, found.incident.id, key)
    return visit.go(f"{PAGE}/{found.incident.id}")


async def _done(visit: Visit, act: Callable[[], Awaitable[IncidentStanding]], said: str) -> Response:
    page = f"{PAGE}/{visit.path('id')}"
    try:
        await act()
    except NotNow:
        return visit.go(page, visit.words.gettext("This cannot be done with the incident as it stands."), "warning")
    return visit.go(page, visit.words.gettext(said))


async def _seen(visit: Visit) -> IncidentStanding:
    """The incident of the address, if it is theirs to see. Raises `NotFound`."""
    found = await visit.desk.read(_find, visit.path("id")[:16])
    if found is None or not _sees(visit, visit.staff, found.incident):
        raise NotFound(later("There is nothing at this address."))
    return found


def _find(conn: Connection, of_id: str) -> IncidentStanding | None:
    try:
        return standing(conn, of_id)
    except UnknownIncident:
        return None


def _sees(visit: Visit, staff: Staff, incident: Incident) -> bool:
    """Whose teams are named sees what those are in charge of."""
    playbook = visit.desk.playbook
    team = playbook.category(incident.category).team if incident.category else playbook.file.partial_team
    return not staff.teams or team in staff.teams


def _handling(visit: Visit) -> Handling:
    desk = visit.desk
    return Handling(desk.work.acting, desk.reads, desk.playbook, desk.clock)


def _who(visit: Visit) -> Who:
    return Who(visit.staff.id, visit.staff.name)
