"""One's passkeys: a page that lists them, adds one and removes one. Only adding one takes the page's script."""

from __future__ import annotations

from fastapi import Response
from sqlalchemy import Connection

from handlers.desk.accounts import passkeys
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.http.problems import NotFound
from staff.rights import needs
from staff.words import later
from storage.staff.accounts import BadStaff, Role
from storage.staff.passkeys import LONGEST_NAME, MOST, Passkey, add_passkey, list_passkeys, remove_passkey

PASSKEYS = "/desk/account/passkeys"
OPEN, FRESH = needs(Role.AGENT), needs(Role.AGENT, fresh=True)


def add(pages: Pages) -> None:
    pages.get(PASSKEYS, show, OPEN)
    pages.post(f"{PASSKEYS}/new", begin, FRESH)
    pages.post(PASSKEYS, finish, FRESH)
    pages.post(f"{PASSKEYS}/remove", remove, FRESH)


async def show(visit: Visit) -> Response:
    """The passkeys of this account."""
    return await _page(visit)


async def begin(visit: Visit) -> Response:
    """The page whose script asks the browser for a new passkey."""
    name = visit.text("name", LONGEST_NAME)
    if not name:
        return await _page(visit, visit.words.gettext("Give the passkey a name, so that you know it later."))
    request = passkeys.registration(visit, await visit.desk.read(list_passkeys, visit.staff.id))
    if request is None:
        return await _page(visit, _not_here(visit))
    return visit.render("passkey_new.html", name=name, passkey=request, said="")


async def finish(visit: Visit) -> Response:
    """Keep the passkey that the browser made."""
    _ = visit.words.gettext
    name = visit.text("name", LONGEST_NAME) or _("Passkey")
    try:
        new = await passkeys.made(visit, visit.raw("created", passkeys.LONGEST), name)
        await visit.desk.write(_keep, visit, new)
    except passkeys.BadPasskey:
        return await _page(visit, _("That passkey did not fit, or it took too long. Please try again."))
    except BadStaff as error:
        said = _("An account has at most %(most)s passkeys. Remove one first.") % {"most": MOST}
        return await _page(visit, said if error.reason == "passkeys" else _("This passkey is here already."))
    return visit.go(PASSKEYS, _("The passkey is added. It signs you in from now on."))


async def remove(visit: Visit) -> Response:
    """Remove one of one's own."""
    removed = await visit.desk.write(_remove, visit, visit.raw("id"))
    if not removed:
        raise NotFound(later("There is no such passkey."))
    return visit.go(PASSKEYS, visit.words.gettext("The passkey is removed. It signs nobody in any more."))


def _keep(conn: Connection, visit: Visit, new: Passkey) -> None:
    add_passkey(conn, visit.desk.database.dialect, new)
    visit.note(conn, "passkey added", visit.staff.id, name=new.name)


def _remove(conn: Connection, visit: Visit, passkey_id: str) -> bool:
    gone = remove_passkey(conn, visit.staff.id, passkey_id)
    if gone:
        visit.note(conn, "passkey removed", visit.staff.id)
    return gone


async def _page(visit: Visit, said: str = "") -> Response:
    having = await visit.desk.read(list_passkeys, visit.staff.id)
    possible = passkeys.site(visit) is not None
    return visit.render(
        "passkeys.html", 422 if said else 200, passkeys=having, possible=possible, why_not=_not_here(visit), said=said
    )


def _not_here(visit: Visit) -> str:
    _ = visit.words.gettext
    return _("Passkeys need an address with https, the one that this desk has as AMENDS_PUBLIC_URL.")
