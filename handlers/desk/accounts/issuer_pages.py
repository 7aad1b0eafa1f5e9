"""Signing in at an issuer (OpenID Connect): to the desk, to show again that it is you, or to join the two accounts."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from fastapi import Response
from sqlalchemy import Connection
from starlette.responses import RedirectResponse

from handlers.desk.accounts import entering
from handlers.desk.accounts.entering import SignIn, enter
from handlers.desk.accounts.proof import keep_proof
from handlers.desk.accounts.trying import tell_failed
from handlers.desk.csrf import ISSUER, inside, place_of, same
from handlers.desk.request_context import HEADERS, Guest, Visit
from handlers.desk.routing import SIGN_IN, Pages
from handlers.http.problems import NotFound
from staff.rights import ANYBODY, needs
from staff.words import later
from storage.db.timestamps import from_micros, to_micros
from storage.staff.accounts import (  # fmt: skip
    BadStaff,
    LoginTaken,
    NewStaff,
    Role,
    Staff,
    add_staff,
    change_staff,
    find_login,
    find_staff,
    folded,
    get_staff,
)
from storage.staff.issuer_identities import find_identity, join_identity, leave_identities

if TYPE_CHECKING:
    from handlers.desk.accounts.issuer import Issuer, IssuerPerson, Trip

BEGIN, BACK = f"{SIGN_IN}/issuer", f"{SIGN_IN}/issuer/back"
ACCOUNT, OWN = "/desk/account", "/desk/account/issuer"
ENTER, PROVE, JOIN = "enter", "prove", "join"
LASTS = timedelta(minutes=10)
BY_ISSUER = "issuer"
"""Who acts in the log of accounts when it is what the issuer said."""
OPEN, FRESH = needs(Role.AGENT), needs(Role.AGENT, fresh=True)
_log = structlog.get_logger("amends.desk")


@dataclass(frozen=True, slots=True)
class Coming:
    """Who comes back from the issuer, and what for."""

    trip: Trip
    purpose: str
    next: str


def add(pages: Pages) -> None:
    pages.get(BEGIN, begin, ANYBODY)
    pages.get(BACK, back, ANYBODY)
    pages.get(f"{OWN}/prove", prove, OPEN)
    pages.post(f"{OWN}/join", join, FRESH)
    pages.get(f"{OWN}/join", go_and_join, OPEN)
    pages.post(f"{OWN}/leave", leave, FRESH)


async def begin(guest: Guest) -> Response:
    """To the issuer, to sign in."""
    return await _send(guest, ENTER, inside(guest.request.query_params.get("next", "")))


async def prove(visit: Visit) -> Response:
    """To the issuer, to sign in there anew and come back to the page one was on."""
    came = place_of(visit.request.headers.get("referer", ""))
    return await _send(visit, PROVE, inside(came, ACCOUNT))


async def join(visit: Visit) -> Response:
    """A page with the way to the issuer: forms may not lead out of the desk, links may."""
    issuer = _issuer(visit)
    begun = visit.desk.marks.sign("join", [visit.holder, to_micros(visit.now + LASTS)])
    return visit.render("issuer_join.html", issuer=issuer.name, begun=begun)


async def go_and_join(visit: Visit) -> Response:
    """To the issuer, by the link of that page and no other: whoever follows it has just shown that it is them."""
    match visit.desk.marks.read("join", visit.request.query_params.get("begun", "")):
        case [visit.holder, int(until)] if from_micros(until) > visit.now:
            return await _send(visit, JOIN, ACCOUNT)
    return visit.go(ACCOUNT)


async def leave(visit: Visit) -> Response:
    """Nobody at the issuer is this account any more."""

    def part(conn: Connection) -> None:
        if leave_identities(conn, visit.staff.id):
            visit.note(conn, "issuer parted", visit.staff.id)

    await visit.desk.write(part)
    return visit.go(ACCOUNT, visit.words.gettext("This account is parted from the issuer's."))


async def back(guest: Guest) -> Response:
    """From the issuer, with a code or with an error."""
    issuer, coming = _issuer(guest), _coming(guest)
    if coming is None:
        return await _failed(guest, "it was not begun in this browser, or took too long")
    from handlers.desk.accounts.issuer import NotBelieved

    asked = guest.request.query_params
    if asked.get("iss", issuer.url).rstrip("/") != issuer.url or not asked.get("code"):
        return await _failed(guest, f"it says: {asked.get('error', 'no code')[:80]}")
    try:
        person = await issuer.person(coming.trip, asked["code"], guest.now)
    except NotBelieved as error:
        return await _failed(guest, str(error)[:200])
    response = await _arrived(guest, issuer, coming, person)
    guest.desk.cookies.drop(response, ISSUER)
    return response


async def _send(guest: Guest, purpose: str, target: str) -> Response:
    from handlers.desk.accounts.issuer import NotBelieved, Trip

    issuer = _issuer(guest)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    trip = Trip(_redirect(guest), state, nonce, verifier, fresh=purpose != ENTER)
    try:
        place = await issuer.address(trip)
    except NotBelieved as error:
        return await _failed(guest, str(error)[:200])
    until = to_micros(guest.now + LASTS)
    kept = [state, nonce, verifier, purpose, target, until, guest.holder]
    response = RedirectResponse(place, 303, HEADERS)
    guest.desk.cookies.put(response, ISSUER, guest.desk.marks.sign("issuer", kept), int(LASTS.total_seconds()))
    return response


def _coming(guest: Guest) -> Coming | None:
    """What this very browser was sent for, if the answer is to that."""
    from handlers.desk.accounts.issuer import Trip

    state = guest.request.query_params.get("state", "")
    match guest.desk.marks.read("issuer", guest.desk.cookies.read(guest.request, ISSUER)):
        case [str(sent), str(nonce), str(verifier), str(purpose), str(target), int(until), guest.holder] if from_micros(
            until
        ) > guest.now and same(state, sent):
            trip = Trip(_redirect(guest), sent, nonce, verifier, fresh=purpose != ENTER)
            return Coming(trip, purpose, target)
    return None


async def _arrived(guest: Guest, issuer: Issuer, coming: Coming, person: IssuerPerson) -> Response:
    if coming.purpose == ENTER:
        return await _enter(guest, issuer, coming, person)
    if not isinstance(guest, Visit):
        return await _failed(guest, "the session has ended")
    return await (_proved if coming.purpose == PROVE else _joined)(guest, issuer, coming, person)


async def _enter(guest: Guest, issuer: Issuer, coming: Coming, person: IssuerPerson) -> Response:
    try:
        staff = await guest.desk.write(_account, guest, issuer, person)
    except (BadStaff, LoginTaken) as error:
        return await _failed(guest, str(error))
    if staff is None:
        told = guest.words.gettext("Your account at %(name)s does not open this desk. Ask an administrator.")
        return await _failed(guest, "no role, or a closed account", told % {"name": issuer.name})
    return await enter(guest, SignIn(staff, entering.ISSUER, next=coming.next))


async def _proved(visit: Visit, issuer: Issuer, coming: Coming, person: IssuerPerson) -> Response:
    if await visit.desk.read(find_identity, issuer.url, person.subject) != visit.staff.id:
        return await _failed(visit, "it is somebody else's account")
    response = visit.go(coming.next, visit.words.gettext("Thank you. Now do it again."))
    keep_proof(visit, response)
    return response


async def _joined(visit: Visit, issuer: Issuer, coming: Coming, person: IssuerPerson) -> Response:
    def joining(conn: Connection) -> None:
        join_identity(conn, visit.desk.database.dialect, issuer.url, person.subject, visit.staff.id, visit.now)
        visit.note(conn, "issuer joined", visit.staff.id)

    _ = visit.words.gettext
    try:
        await visit.desk.write(joining)
    except BadStaff:
        return visit.go(ACCOUNT, _("That account of the issuer belongs to somebody else here."), "error")
    return visit.go(ACCOUNT, _("From now on you may sign in there, too."))


async def _failed(guest: Guest, why: str, said: str = "") -> Response:
    """Back to where one can try again. Why it failed is the operator's to know."""
    _log.warning("issuer_refused", reason=why, address=guest.address)
    tell_failed(guest, guest.staff.id if isinstance(guest, Visit) else "", "issuer")
    said = said or guest.words.gettext("Signing in there did not work. Please try again.")
    return guest.go(ACCOUNT if isinstance(guest, Visit) else SIGN_IN, said, "error")


def _account(conn: Connection, guest: Guest, issuer: Issuer, person: IssuerPerson) -> Staff | None:
    """The account of a person, made or brought up to date as the issuer says; None: they have none here."""
    staff_id = find_identity(conn, issuer.url, person.subject)
    if issuer.client.roles and person.role is None:
        return None
    if staff_id is None:
        return _make(conn, guest, issuer, person) if person.role else None
    staff = find_staff(conn, staff_id)
    if staff is None or staff.disabled:
        return None
    if person.role and person.role is not staff.role:
        guest.desk.note(conn, BY_ISSUER, "role set", staff.id, role=person.role)
        return change_staff(conn, staff.id, {"role": person.role})
    return staff


def _make(conn: Connection, guest: Guest, issuer: Issuer, person: IssuerPerson) -> Staff:
    assert person.role
    new = NewStaff(_login(conn, issuer, person), person.name.strip()[:80] or "?", person.role, "")
    made = add_staff(conn, new, guest.now)
    join_identity(conn, guest.desk.database.dialect, issuer.url, person.subject, made.id, guest.now)
    guest.desk.note(conn, BY_ISSUER, "added", made.id, login=made.login, role=made.role)
    return get_staff(conn, made.id)


def _login(conn: Connection, issuer: Issuer, person: IssuerPerson) -> str:
    """A login that nobody has: an account is never taken over by a name that the issuer lets people choose."""
    wanted = "".join(each for each in folded(person.login) if each.isprintable() and not each.isspace())[:60]
    if wanted and find_login(conn, wanted) is None:
        return wanted
    return f"{wanted}-{hashlib.sha256(f'{issuer.url} {person.subject}'.encode()).hexdigest()[:8]}"


def _issuer(guest: Guest) -> Issuer:
    if guest.desk.accounts.issuer is None:
        raise NotFound(later("There is nothing at this address."))
    return guest.desk.accounts.issuer


def _redirect(guest: Guest) -> str:
    return guest.origin + BACK
