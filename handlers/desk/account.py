"""What somebody does to their own account: their password, their sessions, how they read the desk."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from fastapi import Response
from sqlalchemy import Connection

from handlers.desk.guarding import LANGUAGE
from handlers.desk.permission import needs
from handlers.desk.routing import OWN_PASSWORD, Pages
from handlers.desk.sign_in import keep_session, renewed
from handlers.desk.visits import Visit
from handlers.desk.words import later, unfit
from handlers.problems import BadRequest, NotFound
from storage.passwords import check_password, keep_password, kept_password
from storage.second_steps import recovery_codes_left
from storage.sessions import list_sessions, revoke_session, revoke_sessions
from storage.staff import BadStaff, Role, change_staff
from storage.tries import begin_try, by_login, forget_tries

ACCOUNT = "/desk/account"
OPEN = needs(Role.AGENT)


def add(pages: Pages) -> None:
    pages.get(ACCOUNT, show, OPEN)
    pages.post(ACCOUNT, set_screens, OPEN)
    pages.get(OWN_PASSWORD, show_password, needs(Role.AGENT, unsettled=True))
    pages.post(OWN_PASSWORD, change_password, needs(Role.AGENT, unsettled=True))
    pages.post(f"{ACCOUNT}/sessions/end", end_session, OPEN)
    pages.post(f"{ACCOUNT}/sessions/end-others", end_others, OPEN)


async def show(visit: Visit) -> Response:
    """Everything about oneself."""
    sessions = await visit.desk.read(list_sessions, visit.staff.id, visit.desk.lifetime, visit.now)
    left = await visit.desk.read(recovery_codes_left, visit.staff.id)
    return visit.render(
        "account.html", sessions=sessions, codes_left=left, zones=_zones(), staff_bot=visit.desk.staff_bot()
    )


async def set_screens(visit: Visit) -> Response:
    """The language and the time zone of one's screens; empty is as the browser has them."""
    language, zone = visit.text("language"), visit.text("timezone")
    if language not in {"", *visit.desk.screens.languages} or zone not in ("", *_zones()):
        raise BadRequest(later("This form is not complete. Reload the page and try again."))
    await visit.desk.write(change_staff, visit.staff.id, {"language": language, "timezone": zone})
    words = visit.desk.screens.words[language or visit.language]
    response = visit.go(ACCOUNT, words.gettext("Saved."))
    visit.desk.cookies.drop(response, LANGUAGE)
    return response


async def show_password(visit: Visit) -> Response:
    """The form for another password."""
    return visit.render("password.html", said="")


async def change_password(visit: Visit) -> Response:
    """Another password; every other browser is signed out, and this one gets a new session."""
    _ = visit.words.gettext
    new = visit.raw("new")
    if said := await is_not_them(visit) or _unfit(visit, new):
        return visit.render("password.html", 422, said=said)
    hashed = await visit.desk.hashed(new)

    def change(conn: Connection) -> None:
        keep_password(conn, visit.staff.id, hashed)
        visit.note(conn, "password changed", visit.staff.id)

    await visit.desk.write(change)
    token = await renewed(visit)
    response = visit.go(ACCOUNT, _("Your password is changed. Other browsers are signed out."))
    keep_session(visit, response, token)
    return response


async def end_session(visit: Visit) -> Response:
    """Sign out one browser of one's own."""
    if not await visit.desk.write(revoke_session, visit.staff.id, visit.text("session"), visit.now):
        raise NotFound(later("This session has ended already."))
    return visit.go(ACCOUNT, visit.words.gettext("That browser is signed out."))


async def end_others(visit: Visit) -> Response:
    """Sign out all browsers but this one."""
    await visit.desk.write(revoke_sessions, visit.staff.id, visit.now, visit.session.digest)
    return visit.go(ACCOUNT, visit.words.gettext("All other browsers are signed out."))


def _zones() -> list[str]:
    """The zones one may choose: those of a place, and UTC. The rest are old names, and this machine's own."""
    return ["UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))]


async def is_not_them(visit: Visit) -> str:
    """What to say where the present password is not right; a browser left open must not be enough for more."""
    _ = visit.words.gettext
    if await visit.desk.write(_locked, visit):
        return _("That did not work several times. Please wait a quarter of an hour.")
    kept = await visit.desk.read(kept_password, visit.staff.id)
    if not await visit.desk.matches(kept, visit.raw("password")):
        return _("Your present password is not right.")
    await visit.desk.write(forget_tries, by_login(visit.staff.login))
    return ""


def _locked(conn: Connection, visit: Visit) -> datetime | None:
    return begin_try(conn, visit.desk.database.dialect, by_login(visit.staff.login), visit.now)


def _unfit(visit: Visit, new: str) -> str:
    _ = visit.words.gettext
    if new != visit.raw("again"):
        return _("The two new passwords differ.")
    if new == visit.raw("password"):
        return _("The new password is the old one.")
    try:
        check_password(new, visit.staff.login, visit.staff.name)
    except BadStaff as error:
        return unfit(visit.words, error)
    return ""
