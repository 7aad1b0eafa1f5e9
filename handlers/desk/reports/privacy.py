"""The register of privacy requests for supervisors: what is asked, since when, by when, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Response
from sqlalchemy import Connection

from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.http.problems import BadRequest, NotFound
from staff.rights import needs
from staff.words import later
from storage.privacy.requests import OUTCOMES, close_request, list_requests
from storage.staff.accounts import Role

PAGE = "/desk/privacy"
OPEN = needs(Role.SUPERVISOR)
LONGEST = 500
KINDS: Mapping[str, str] = {
    "rights_access": later("see the data, with a copy"),
    "rights_erase": later("delete the data"),
    "rights_correct": later("correct the data"),
    "rights_restrict": later("keep the data unused"),
    "rights_object": later("object to a use"),
    "rights_withdraw_consent": later("take back consent"),
    "rights_portability": later("take the data along"),
    "opt_out_of_sale": later("no sale of the data"),
}


def add(pages: Pages) -> None:
    pages.get(PAGE, show, OPEN)
    pages.post(f"{PAGE}/{{reference}}", close, OPEN)


async def show(visit: Visit) -> Response:
    """The open requests first, those due soonest before the others."""
    found = await visit.desk.read(list_requests)
    kinds = {name: visit.words.gettext(title) for name, title in KINDS.items()}
    return visit.render("privacy.html", requests=found, kinds=kinds, now=visit.now)


async def close(visit: Visit) -> Response:
    """Granted, or refused with a reason; the customer is told in the chat, by whoever answers there."""
    outcome, reason = visit.text("outcome"), visit.text("reason", LONGEST)
    if outcome not in OUTCOMES:
        raise BadRequest(later("Say whether it is granted or refused."))
    if outcome == "refused" and not reason:
        return visit.go(PAGE, visit.words.gettext("A refusal needs a reason."), "warning")
    if not await visit.desk.write(_close, visit, outcome, reason):
        raise NotFound(later("There is no such open request."))
    return visit.go(PAGE, visit.words.gettext("Closed. Tell the customer in the chat."))


def _close(conn: Connection, visit: Visit, outcome: str, reason: str) -> Any:
    reference = visit.path("reference")
    done = close_request(conn, reference, outcome, reason, visit.staff.id, visit.now)
    if done:
        visit.note(conn, "closed_privacy_request", reference, outcome=outcome)
    return done
