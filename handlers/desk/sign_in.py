"""Signing in, in one step or two, and out. It never tells whether there is an account of a name.

A login that does not exist is checked against a hash all the same, fails in the same words, and has to
wait after the same number of tries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

import structlog
from fastapi import Response
from sqlalchemy import Connection
from starlette.responses import RedirectResponse

from handlers.desk.guarding import GUEST, HALF, SESSION, inside
from handlers.desk.permission import ANYBODY, needs
from handlers.desk.routing import SIGN_IN, Pages
from handlers.desk.totp import takes
from handlers.desk.visits import HEADERS, Guest, Visit
from handlers.limits import is_loopback
from storage.instants import from_micros, to_micros
from storage.passwords import keep_password, kept_password
from storage.sealing import Unsealable
from storage.sessions import digest_of, forget_sessions, list_sessions, open_session, revoke_session, revoke_sessions
from storage.staff import Presence, Role, Staff, find_login, find_staff, folded, set_presence
from storage.tries import Subject, begin_try, by_address, by_code, by_login, forget_tries, take_back

CODE = f"{SIGN_IN}/code"
HALF_WAY = timedelta(minutes=5)
"""How long somebody who gave their password may look for their code."""
KEPT = timedelta(days=30)
"""How long ended sessions stay on file."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a login leads to; neither is there for a login that does not exist or is disabled."""

    staff: Staff | None = None
    hashed: str | None = None


def add(pages: Pages) -> None:
    pages.get(SIGN_IN, show, ANYBODY)
    pages.post(SIGN_IN, try_password, ANYBODY)
    pages.get(CODE, show_code, ANYBODY)
    pages.post(CODE, try_code, ANYBODY)
    pages.post("/desk/sign-out", leave, needs(Role.AGENT, unsettled=True))


async def show(guest: Guest) -> Response:
    """The form; whoever is signed in goes on to what they wanted."""
    if isinstance(guest, Visit):
        return guest.go(_next(guest))
    return _form(guest)


async def try_password(guest: Guest) -> Response:
    """The first step."""
    login = folded(guest.text("login"))
    if until := await guest.desk.write(_begin, guest, _subjects(guest, by_login(login))):
        return _wait(guest, "sign_in.html", until, login)
    account = await guest.desk.read(_account, login)
    if not await guest.desk.matches(account.hashed, guest.raw("password")) or account.staff is None:
        guest.desk.tally["sign_ins_failed"] += 1
        _ = guest.words.gettext
        return _form(guest, _("This login and password do not belong together. Please try again."), login)
    await guest.desk.write(_succeed, guest, by_login(login))
    await _renew_hash(guest, account)
    if account.staff.has_second_step:
        return _half_way(guest, account.staff)
    return await _sign_in(guest, account.staff)


async def show_code(guest: Guest) -> Response:
    """The second step's form, for whoever passed the first."""
    if _passed(guest) is None:
        return guest.go(SIGN_IN)
    return guest.render("sign_in_code.html", next=_next(guest), said="")


async def try_code(guest: Guest) -> Response:
    """The second step: a code of the app, or one for emergencies."""
    passed = _passed(guest)
    staff = await guest.desk.read(find_staff, passed) if passed else None
    if staff is None or staff.disabled:
        _ = guest.words.gettext
        return guest.go(SIGN_IN, _("That took a little long. Please begin again."), "warning")
    if until := await guest.desk.write(_begin, guest, _subjects(guest, by_code(staff.id))):
        return _wait(guest, "sign_in_code.html", until)
    try:
        taken = await takes(guest.desk, staff, guest.text("code"))
    except Unsealable:
        _ = guest.words.gettext
        said = _("Codes cannot be checked just now. Use a recovery code, or ask an administrator.")
        return guest.render("sign_in_code.html", 503, next=_next(guest), said=said)
    if not taken:
        guest.desk.tally["sign_ins_failed"] += 1
        said = guest.words.gettext("This code is not right, or was used already. Wait for the next one.")
        return guest.render("sign_in_code.html", 422, next=_next(guest), said=said)
    await guest.desk.write(_succeed, guest, by_code(staff.id))
    return await _sign_in(guest, staff)


async def leave(visit: Visit) -> Response:
    """Sign out here. Whoever is signed in nowhere any more takes no chats."""

    def end(conn: Connection) -> None:
        revoke_session(conn, visit.staff.id, visit.session.digest, visit.now)
        if not list_sessions(conn, visit.staff.id, visit.desk.lifetime, visit.now):
            set_presence(conn, visit.staff.id, Presence.AWAY, visit.now)

    await visit.desk.write(end)
    response = visit.go(SIGN_IN, visit.words.gettext("You are signed out."))
    visit.desk.cookies.drop(response, SESSION)
    return response


async def renewed(visit: Visit) -> str:
    """A new session in place of all of somebody's others; returns its token for `keep_session`."""

    def renew(conn: Connection) -> str:
        revoke_sessions(conn, visit.staff.id, visit.now)
        return open_session(conn, visit.staff.id, visit.desk.lifetime, visit.now, visit.address, visit.browser)

    return await visit.desk.write(renew)


def keep_session(guest: Guest, response: Response, token: str) -> None:
    """Put a session's token into the browser."""
    guest.desk.cookies.put(response, SESSION, token, int(guest.desk.lifetime.longest.total_seconds()))


async def _sign_in(guest: Guest, staff: Staff) -> Response:
    """A new session always: a token that somebody else may have put here before is worth nothing."""
    token = await guest.desk.write(_open, guest, staff)
    guest.desk.tally["sign_ins"] += 1
    response: Response = RedirectResponse(_next(guest), 303, HEADERS)
    keep_session(guest, response, token)
    for short in (HALF, GUEST):
        guest.desk.cookies.drop(response, short)
    return response


def _open(conn: Connection, guest: Guest, staff: Staff) -> str:
    desk, now = guest.desk, guest.now
    if before := desk.cookies.read(guest.request, SESSION):
        revoke_session(conn, staff.id, digest_of(before), now)
    forget_sessions(conn, now - KEPT)
    desk.note(conn, staff.id, "signed in", staff.id, address=guest.address)
    return open_session(conn, staff.id, desk.lifetime, now, guest.address, guest.browser)


async def _renew_hash(guest: Guest, account: Account) -> None:
    """A hash that was made with weaker parameters than today's is made anew while the password is at hand."""
    staff, desk = account.staff, guest.desk
    if staff and account.hashed and desk.passwords.is_outdated(account.hashed):
        hashed = await desk.hashed(guest.raw("password"))
        await desk.write(keep_password, staff.id, hashed, must_change=staff.must_change)


def _half_way(guest: Guest, staff: Staff) -> Response:
    until = to_micros(guest.now + HALF_WAY)
    response = RedirectResponse(f"{CODE}?next={_next(guest)}", 303, HEADERS)
    guest.desk.cookies.put(response, HALF, guest.desk.marks.sign("half way", [staff.id, until, guest.holder]), 300)
    return response


def _passed(guest: Guest) -> str | None:
    """The id of the account whose password this very browser gave just now."""
    match guest.desk.marks.read("half way", guest.desk.cookies.read(guest.request, HALF)):
        case [str(staff_id), int(until), guest.holder] if from_micros(until) > guest.now:
            return staff_id
    return None


def _account(conn: Connection, login: str) -> Account:
    staff = find_login(conn, login)
    if staff is None or staff.disabled:
        return Account()
    return Account(staff, kept_password(conn, staff.id))


def _subjects(guest: Guest, subject: Subject) -> tuple[Subject, ...]:
    """What this try counts for. An address of this machine is a proxy's, and speaks for many."""
    if not guest.address or is_loopback(guest.address):
        return (subject,)
    return by_address(guest.address), subject


def _begin(conn: Connection, guest: Guest, subjects: tuple[Subject, ...]) -> datetime | None:
    dialect, now = guest.desk.database.dialect, guest.now
    return next((until for each in subjects if (until := begin_try(conn, dialect, each, now))), None)


def _succeed(conn: Connection, guest: Guest, subject: Subject) -> None:
    forget_tries(conn, subject)
    if guest.address:
        take_back(conn, by_address(guest.address))


def _wait(guest: Guest, template: str, until: datetime, login: str = "") -> Response:
    guest.desk.tally["sign_ins_locked"] += 1
    structlog.get_logger("amends.desk").warning("sign_in_locked", address=guest.address)
    minutes = max(1, ceil((until - guest.now).total_seconds() / 60))
    said = guest.words.ngettext(
        "That did not work a few times, so please wait a minute before you try again.",
        "That did not work several times, so please wait %(minutes)s minutes before you try again.",
        minutes,
    ) % {"minutes": minutes}
    response = guest.render(template, 429, next=_next(guest), said=said, **({"login": login} if login else {}))
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def _form(guest: Guest, said: str = "", login: str = "") -> Response:
    return guest.render("sign_in.html", 422 if said else 200, next=_next(guest), said=said, login=login)


def _next(guest: Guest) -> str:
    """Where the visitor wanted to go, if that is in the desk."""
    return inside(guest.text("next") or guest.request.query_params.get("next", ""))
