"""Incidents at the desk: the bar above the inbox, and a page for each with what may be done."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from fastapi import Response

from handlers.desk.translations import named
from staff.actions.incidents import (
    IncidentRequest,
    confirm_incident,
    is_theirs,
    move_member,
    opened_incident,
    solve_incident,
    tell_members,
)
from staff.actions.refusals import NotPossible
from staff.incidents import IncidentStanding, all_standing
from staff.rights import needs
from storage.incidents.incidents import OPEN as GOING_ON
from storage.staff.accounts import Role

if TYPE_CHECKING:
    from handlers.desk.request_context import Visit
    from handlers.desk.routing import Pages

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
    return [one for one in found if is_theirs(visit.staff, one.incident, visit.desk.playbook)]


async def show(visit: Visit) -> Response:
    """One incident with its members."""
    found = await opened_incident(_asked(visit))
    spoken = {code: named(code) for code in visit.desk.playbook.languages}
    return visit.render("incident.html", one=found, incident=found.incident, spoken=spoken)


async def confirm(visit: Visit) -> Response:
    """It is one; what customers are told is kept with that."""
    confirmed = confirm_incident(_asked(visit), visit.text("title", 120), _spoken(visit, "notice"))
    return await _done(visit, confirmed, visit.words.gettext("The incident is confirmed."))


async def tell(visit: Visit) -> Response:
    """Everybody who belongs to it hears of it."""
    said = visit.words.gettext("Everybody who belongs to it has been told.")
    return await _done(visit, tell_members(_asked(visit)), said)


async def solve(visit: Visit) -> Response:
    """All its cases are resolved."""
    solved = solve_incident(_asked(visit), _spoken(visit, "outcome"), visit.text("cause", LONGEST))
    return await _done(visit, solved, visit.words.gettext("All its cases are resolved."))


async def put(visit: Visit) -> Response:
    """A member is put in or out."""
    await move_member(_asked(visit), visit.text("member", 60))
    return visit.go(f"{PAGE}/{visit.path('id')}")


async def _done(visit: Visit, action: Awaitable[IncidentStanding], said: str) -> Response:
    page = f"{PAGE}/{visit.path('id')}"
    try:
        await action
    except NotPossible as why:
        return visit.go(page, why.said(visit.words), "warning")
    return visit.go(page, said)


def _spoken(visit: Visit, name: str) -> dict[str, str]:
    """A text of the form in each language that has one."""
    codes = visit.desk.playbook.languages
    return {code: said for code in codes if (said := visit.text(f"{name}.{code}", LONGEST))}


def _asked(visit: Visit) -> IncidentRequest:
    return IncidentRequest(visit.desk.work, visit.staff, visit.path("id")[:16])
