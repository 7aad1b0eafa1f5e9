"""Setting up the second step of signing in, and taking it away: a code app, and recovery codes for when it is lost."""

from __future__ import annotations

from fastapi import Response
from sqlalchemy import Connection

from handlers.desk.accounts import totp
from handlers.desk.accounts.own_account import ACCOUNT, FRESH, OPEN
from handlers.desk.request_context import Visit
from handlers.desk.routing import SECOND_STEP, Pages
from storage.db.encryption import Unsealable
from storage.staff.second_steps import drop_totp, keep_totp, renew_recovery_codes


def add(pages: Pages) -> None:
    pages.get(SECOND_STEP, show, OPEN)
    pages.post(SECOND_STEP, confirm, FRESH)
    pages.post(f"{SECOND_STEP}/off", take_away, FRESH)
    pages.post(f"{SECOND_STEP}/codes", new_codes, FRESH)


async def show(visit: Visit) -> Response:
    """A new secret to scan; or, where there is one already, what can be done with it."""
    if visit.staff.has_second_step:
        return visit.render("second_step_on.html", said="")
    return _offer(visit, totp.new_secret())


async def confirm(visit: Visit) -> Response:
    """Switch it on, once the app shows a code that fits."""
    if visit.staff.has_second_step:
        return visit.go(SECOND_STEP)
    try:
        secret = totp.accepted(visit.desk.seal, visit.text("offer"), visit.staff)
    except Unsealable:
        return visit.go(SECOND_STEP)
    code = "".join(visit.text("code").split())
    step = totp.matching_step(secret, code, visit.now)
    if step is None:
        return _offer(
            visit,
            secret,
            visit.words.gettext("This code does not fit. Scan the picture again, then type the newest code."),
        )

    def keep(conn: Connection) -> tuple[str, ...]:
        visit.note(conn, "second step on", visit.staff.id)
        return keep_totp(conn, visit.staff.id, visit.desk.seal, secret, step)

    return visit.render("recovery_codes.html", codes=await visit.desk.write(keep))


async def take_away(visit: Visit) -> Response:
    """Switch it off."""

    def drop(conn: Connection) -> None:
        if drop_totp(conn, visit.staff.id):
            visit.note(conn, "second step off", visit.staff.id)

    await visit.desk.write(drop)
    return visit.go(ACCOUNT, visit.words.gettext("Signing in takes only your password now."))


async def new_codes(visit: Visit) -> Response:
    """Recovery codes in place of the old ones."""
    if not visit.staff.has_second_step:
        return visit.go(SECOND_STEP)

    def renew(conn: Connection) -> tuple[str, ...]:
        visit.note(conn, "recovery codes renewed", visit.staff.id)
        return renew_recovery_codes(conn, visit.staff.id)

    return visit.render("recovery_codes.html", codes=await visit.desk.write(renew))


def _offer(visit: Visit, secret: str, said: str = "") -> Response:
    _ = visit.words.gettext
    picture = totp.picture(totp.address_of(secret, visit.staff), _("QR code for your authenticator app"))
    spaced = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    known = {"secret": spaced, "offer": totp.offered(visit.desk.seal, secret, visit.staff), "said": said}
    required = visit.staff.role in visit.desk.accounts.second_step_for
    return visit.render("second_step.html", 422 if said else 200, picture=picture, required=required, **known)
