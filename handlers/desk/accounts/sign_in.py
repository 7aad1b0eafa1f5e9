"""Signing in, in one step or two, and out. It never tells whether there is an account of a name.

A login that does not exist is checked against a hash all the same, fails in the same words, and has to
wait after the same number of tries.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from fastapi import Response
from sqlalchemy import Connection
from starlette.responses import RedirectResponse

from handlers.desk.accounts import entering, passkeys
from handlers.desk.accounts.entering import SignIn, enter
from handlers.desk.accounts.known import browser_id
from handlers.desk.accounts.totp import takes
from handlers.desk.accounts.trying import (
    PasswordVerdict,
    counted,
    forget,
    minutes_until,
    tell_failed,
    tell_locked,
    try_password,
    waiting_words,
)  # fmt: skip
from handlers.desk.csrf import HALF, SESSION, inside
from handlers.desk.request_context import HEADERS, Guest, Visit
from handlers.desk.routing import SIGN_IN, Pages
from handlers.http.problems import TooMany
from staff.rights import ANYBODY, needs
from storage.db.encryption import Unsealable
from storage.db.timestamps import from_micros, to_micros
from storage.staff.accounts import Role, Staff, StaffPresence, find_staff, folded, set_presence
from storage.staff.login_attempts import Subject, by_browser, by_code, by_pair
from storage.staff.passwords import keep_password
from storage.staff.sessions import list_sessions, open_session, revoke_session, revoke_sessions

CODE = f"{SIGN_IN}/code"
HALF_WAY = timedelta(minutes=5)
"""How long somebody who gave their password may look for their code."""


def add(pages: Pages) -> None:
    pages.get(SIGN_IN, show, ANYBODY)
    pages.post(SIGN_IN, sign_in, ANYBODY)
    pages.get(CODE, show_code, ANYBODY)
    pages.post(CODE, try_code, ANYBODY)
    pages.post("/desk/sign-out", leave, needs(Role.AGENT, unsettled=True))


async def show(guest: Guest) -> Response:
    """The form; whoever is signed in goes on to what they wanted."""
    if isinstance(guest, Visit):
        return guest.go(_next(guest))
    return _form(guest)


async def sign_in(guest: Guest) -> Response:
    """The first step: a password; or the only one: a passkey."""
    if answer := guest.raw("passkey", passkeys.LONGEST):
        return await _by_passkey(guest, answer)
    login, _ = folded(guest.text("login")), guest.words.gettext
    try:
        verdict = await try_password(guest, login, guest.raw("password"))
    except TooMany as many:
        return _later(guest.render("sign_in.html", 429, **_shown(guest, _(many.message), login)), many.retry_after)
    if verdict.until is not None:
        return _wait(guest, "sign_in.html", verdict.until, **_shown(guest, login=login))
    staff = await guest.desk.read(find_staff, verdict.staff_id) if verdict.staff_id else None
    if staff is None or staff.disabled:
        return _form(guest, _("This login and password do not belong together. Please try again."), login)
    await _renew_hash(guest, staff, verdict)
    if staff.has_second_step:
        return _half_way(guest, staff, verdict.failures)
    return await enter(guest, SignIn(staff, entering.PASSWORD, verdict.failures, _next(guest)))


async def show_code(guest: Guest) -> Response:
    """The second step's form, for whoever passed the first."""
    if _passed(guest) is None:
        return guest.go(SIGN_IN)
    return guest.render("sign_in_code.html", next=_next(guest), said="")


async def try_code(guest: Guest) -> Response:
    """The second step: a code of the app, or one for emergencies."""
    staff_id, failures = _passed(guest) or ("", 0)
    staff = await guest.desk.read(find_staff, staff_id) if staff_id else None
    if staff is None or staff.disabled:
        _ = guest.words.gettext
        return guest.go(SIGN_IN, _("That took a little long. Please begin again."), "warning")
    subjects = tuple(_subjects(guest, staff))
    if until := await guest.desk.write(counted, guest, subjects):
        tell_locked(guest, staff.id)
        return _wait(guest, "sign_in_code.html", until)
    try:
        taken = await takes(guest.desk, staff, guest.text("code"))
    except Unsealable:
        _ = guest.words.gettext
        said = _("Codes cannot be checked just now. Use a recovery code, or ask an administrator.")
        return guest.render("sign_in_code.html", 503, next=_next(guest), said=said)
    if not taken:
        tell_failed(guest, staff.id, "code")
        said = guest.words.gettext("This code is not right, or was used already. Wait for the next one.")
        return guest.render("sign_in_code.html", 422, next=_next(guest), said=said)
    await guest.desk.write(forget, subjects)
    return await enter(guest, SignIn(staff, entering.CODE, failures, _next(guest)))


async def leave(visit: Visit) -> Response:
    """Sign out here. Whoever is signed in nowhere any more takes no chats."""

    def end(conn: Connection) -> None:
        revoke_session(conn, visit.staff.id, visit.session.digest, visit.now)
        if not list_sessions(conn, visit.staff.id, visit.desk.lifetime, visit.now):
            set_presence(conn, visit.staff.id, StaffPresence.AWAY, visit.now)

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


async def _by_passkey(guest: Guest, answer: str) -> Response:
    owner = await passkeys.owner(guest, answer)
    staff = await guest.desk.read(find_staff, owner) if owner else None
    if staff is None or staff.disabled:
        tell_failed(guest, owner, "passkey")
        said = guest.words.gettext("That passkey did not fit, or it took too long. Please try again.")
        return _form(guest, said)
    return await enter(guest, SignIn(staff, entering.PASSKEY, next=_next(guest)))


async def _renew_hash(guest: Guest, staff: Staff, verdict: PasswordVerdict) -> None:
    """A hash that was made with weaker parameters than today's is made anew while the password is at hand."""
    desk = guest.desk
    if desk.passwords.is_outdated(verdict.hashed):
        hashed = await desk.hashed(guest.raw("password"))
        await desk.write(keep_password, staff.id, hashed, must_change=staff.must_change)


def _half_way(guest: Guest, staff: Staff, failures: int) -> Response:
    passed = [staff.id, to_micros(guest.now + HALF_WAY), guest.holder, failures]
    response = RedirectResponse(f"{CODE}?next={_next(guest)}", 303, HEADERS)
    guest.desk.cookies.put(response, HALF, guest.desk.marks.sign("half way", passed), 300)
    return response


def _passed(guest: Guest) -> tuple[str, int] | None:
    """The id of the account whose password this very browser gave just now, and how many failed before."""
    match guest.desk.marks.read("half way", guest.desk.cookies.read(guest.request, HALF)):
        case [str(staff_id), int(until), guest.holder, int(failures)] if from_micros(until) > guest.now:
            return staff_id, failures
    return None


def _subjects(guest: Guest, staff: Staff) -> Iterator[Subject]:
    """What a wrong code counts for. In a known browser others do not count; elsewhere all tries of codes do, for six
    digits are few, and whoever comes so far knows the password.
    """
    if known := browser_id(guest, staff.login):
        yield by_browser(f"code {staff.id}", known)
    else:
        yield by_pair(f"code {staff.id}", guest.address)
        yield by_code(staff.id)


def _wait(guest: Guest, template: str, until: datetime, **context: object) -> Response:
    shown = {"next": _next(guest), **context, "said": waiting_words(guest, until)}
    return _later(guest.render(template, 429, **shown), minutes_until(guest, until) * 60)


def _later(response: Response, seconds: int) -> Response:
    response.headers["Retry-After"] = str(seconds)
    return response


def _form(guest: Guest, said: str = "", login: str = "") -> Response:
    return guest.render("sign_in.html", 422 if said else 200, **_shown(guest, said, login))


def _shown(guest: Guest, said: str = "", login: str = "") -> dict[str, object]:
    issuer = guest.desk.accounts.issuer
    return {
        "next": _next(guest), "said": said, "login": login, "passkey": passkeys.request(guest),
        "issuer": issuer.name if issuer else "",
    }  # fmt: skip


def _next(guest: Guest) -> str:
    """Where the visitor wanted to go, if that is in the desk."""
    return inside(guest.text("next") or guest.request.query_params.get("next", ""))
