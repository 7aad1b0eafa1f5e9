"""What somebody does to their own account: their password, their sessions, how they read the desk."""

from __future__ import annotations

from zoneinfo import available_timezones

import anyio.to_thread
from fastapi import Response
from sqlalchemy import Connection

from handlers.desk.accounts.entering import keep_session, keep_way
from handlers.desk.accounts.sign_in import renewed
from handlers.desk.csrf import LANGUAGE
from handlers.desk.request_context import Visit
from handlers.desk.routing import OWN_PASSWORD, Pages, came_otherwise
from handlers.desk.translations import unfit
from handlers.http.problems import BadRequest, NotFound
from staff.rights import needs
from staff.words import later
from storage.staff.accounts import BadStaff, Role, change_staff
from storage.staff.issuer_identities import has_identity
from storage.staff.passwords import check_password, keep_password, kept_password
from storage.staff.second_steps import recovery_codes_left
from storage.staff.sessions import list_sessions, revoke_session, revoke_sessions

ACCOUNT = "/desk/account"
OPEN, FRESH = needs(Role.AGENT), needs(Role.AGENT, fresh=True)


def add(pages: Pages) -> None:
    pages.get(ACCOUNT, show, OPEN)
    pages.post(ACCOUNT, set_screens, OPEN)
    pages.get(OWN_PASSWORD, show_password, needs(Role.AGENT, unsettled=True))
    pages.post(OWN_PASSWORD, change_password, needs(Role.AGENT, unsettled=True, fresh=True))
    pages.post(f"{ACCOUNT}/sessions/end", end_session, FRESH)
    pages.post(f"{ACCOUNT}/sessions/end-others", end_others, FRESH)


async def show(visit: Visit) -> Response:
    """Everything about oneself."""
    sessions = await visit.desk.read(list_sessions, visit.staff.id, visit.desk.lifetime, visit.now)
    left = await visit.desk.read(recovery_codes_left, visit.staff.id)
    issuer = visit.desk.accounts.issuer
    joined = issuer is not None and await visit.desk.read(has_identity, visit.staff.id, issuer.url)
    return visit.render(
        "account.html", sessions=sessions, codes_left=left, zones=_zones(), staff_bot=visit.desk.staff_bot(),
        issuer=issuer.name if issuer else "", joined=joined,
    )  # fmt: skip


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
    return await _password_page(visit)


async def change_password(visit: Visit) -> Response:
    """Another password; every other browser is signed out, and this one gets a new session."""
    _ = visit.words.gettext
    new = visit.raw("new")
    if said := await anyio.to_thread.run_sync(_unfit, visit, new):
        return await _password_page(visit, said)
    hashed = await visit.desk.hashed(new)

    def change(conn: Connection) -> None:
        keep_password(conn, visit.staff.id, hashed)
        visit.note(conn, "password changed", visit.staff.id)

    await visit.desk.write(change)
    token = await renewed(visit)
    response = visit.go(ACCOUNT, _("Your password is changed. Other browsers are signed out."))
    keep_session(visit, response, token)
    if came_otherwise(visit):
        keep_way(visit, response, token)
    return response


async def end_session(visit: Visit) -> Response:
    """Sign out one browser of one's own."""

    def end(conn: Connection) -> bool:
        ended = revoke_session(conn, visit.staff.id, visit.text("session"), visit.now)
        if ended:
            visit.note(conn, "session ended", visit.staff.id)
        return ended

    if not await visit.desk.write(end):
        raise NotFound(later("This session has ended already."))
    return visit.go(ACCOUNT, visit.words.gettext("That browser is signed out."))


async def end_others(visit: Visit) -> Response:
    """Sign out all browsers but this one."""

    def end(conn: Connection) -> None:
        revoke_sessions(conn, visit.staff.id, visit.now, visit.session.digest)
        visit.note(conn, "other sessions ended", visit.staff.id)

    await visit.desk.write(end)
    return visit.go(ACCOUNT, visit.words.gettext("All other browsers are signed out."))


async def _password_page(visit: Visit, said: str = "") -> Response:
    has_one = bool(await visit.desk.read(kept_password, visit.staff.id))
    return visit.render("password.html", 422 if said else 200, said=said, has_password=has_one)


def _zones() -> list[str]:
    """The zones one may choose: those of a place, and UTC. The rest are old names, and this machine's own."""
    return ["UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))]


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
