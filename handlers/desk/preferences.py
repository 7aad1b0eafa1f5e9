"""What somebody sets from any page: whether they take chats, and the language of their screens."""

from __future__ import annotations

from fastapi import Response

from handlers.desk.csrf import LANGUAGE
from handlers.desk.request_context import Guest, Visit
from handlers.desk.routing import Pages
from handlers.http.problems import BadRequest
from staff.rights import ANYBODY, needs
from staff.words import later
from storage.staff.accounts import Role, StaffPresence, change_staff, get_staff, set_presence


def add(pages: Pages) -> None:
    pages.post("/desk/presence", switch, needs(Role.AGENT))
    pages.post("/desk/language", speak, ANYBODY)


async def switch(visit: Visit) -> Response:
    """Available, busy or away."""
    chosen = visit.text("presence")
    if chosen not in set(StaffPresence):
        raise BadRequest(later("This form is not complete. Reload the page and try again."))
    await visit.desk.write(set_presence, visit.staff.id, StaffPresence(chosen), visit.now)
    if visit.is_htmx:
        return visit.render("_presence.html", staff=await visit.desk.read(get_staff, visit.staff.id))
    return visit.back()


async def speak(guest: Guest) -> Response:
    """The language of the screens: of the account, and of this browser for when nobody is signed in."""
    chosen = guest.text("language")
    if chosen not in guest.desk.screens.languages:
        raise BadRequest(later("This form is not complete. Reload the page and try again."))
    if isinstance(guest, Visit):
        await guest.desk.write(change_staff, guest.staff.id, {"language": chosen})
    response = guest.back()
    guest.desk.cookies.keep(response, LANGUAGE, chosen)
    return response
