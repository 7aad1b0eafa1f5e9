"""Pages with their permission beside them. Whoever asks is known, and may, before an endpoint is called."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp

from handlers.channels.base import http_events
from handlers.desk.accounts.proof import asked, keep_proof, proved
from handlers.desk.csrf import (  # fmt: skip
    CSRF_HEADER,
    GUEST,
    LANGUAGE,
    SAFE,
    SESSION,
    WAY,
    ZONE,
    check_csrf,
    check_origin,
    inside,
    place_of,
)
from handlers.desk.request_context import Guest, Visit, zone_for
from handlers.desk.translations import negotiated
from handlers.http.fast_routes import LeanRoute, broken
from handlers.http.forms import read_form
from handlers.http.problems import Away, BadRequest, Conflict, Forbidden, NotFound, RequestRefused
from staff.actions.refusals import ActionForbidden, ActionMalformed, ActionRefused, SubjectNotFound
from staff.actions.times import zone_of_staff
from staff.rights import ANYBODY, Permission
from staff.words import later
from storage.db.errors import Unavailable
from storage.staff.sessions import Session, find_session, is_stale, touch_session

if TYPE_CHECKING:
    from handlers.desk.desk import Desk
    from storage.staff.accounts import Staff

SIGN_IN = "/desk/sign-in"
OWN_PASSWORD = "/desk/account/password"  # noqa: S105 - an address
SECOND_STEP = "/desk/account/second-step"
UNATTENDED = "x-unattended"
"""A header of what a page's scripts ask for by themselves."""
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_MOST_FIELDS, _MOST_FILES, _LARGEST_FIELD = 200, 20, 1024 * 1024

V = TypeVar("V", Guest, Visit)
Page = Callable[[V], Awaitable[ASGIApp]]


@dataclass(frozen=True, slots=True)
class Guarded:
    """One route: its permission is checked here, and only then is its page asked."""

    desk: Desk
    page: Page[Any]
    permission: Permission

    async def answer(self, request: Request) -> ASGIApp:
        """The page, or why not."""
        guest = await self._guest(request)
        try:
            return await self._allowed(guest)
        except RequestRefused as refused:
            return _refused(guest, refused)
        except ActionRefused as refused:
            return _problem(guest, _status(refused), refused.said(guest.words))
        except Unavailable:
            return _refused(guest, Away())
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as fault:
            broken(request.scope, fault)
            return _problem(guest, 500, guest.words.gettext("Something went wrong on our side. Nothing was changed."))

    async def _guest(self, request: Request) -> Guest:
        """Who it is, as far as their cookies tell. A database that is away is told by the page itself."""
        try:
            return await arrive(self.desk, request)
        except (RequestRefused, Unavailable):
            return stranger(self.desk, request)

    async def _allowed(self, guest: Guest) -> ASGIApp:
        request, role = guest.request, self.permission.role
        if b"%00" in request.scope.get("raw_path", b"") or b"%00" in request.scope["query_string"]:
            raise NotFound(later("There is nothing at this address."))
        if request.method not in SAFE or "text/event-stream" in request.headers.get("accept", ""):
            check_origin(request, self.desk.public_url)
        if role is not None and not isinstance(guest, Visit):
            return _to_sign_in(guest)
        if request.method not in SAFE:
            guest = await _with_form(guest)
        if isinstance(guest, Visit):
            if role is not None and not guest.staff.at_least(role):
                raise Forbidden(guest.words.gettext("This page is not open to you. Ask an administrator."))
            first = _first_of_all(guest)
            if first and not self.permission.unsettled and not request.scope["path"].startswith(first):
                return guest.go(first)
            if self.permission.fresh:
                return await self._proved(guest)
        return _remembered(guest, await self.page(guest))

    async def _proved(self, visit: Visit) -> ASGIApp:
        visit, said = await proved(visit)
        if said:
            return await asked(visit, said)
        response = await self.page(visit)
        if isinstance(response, Response):
            keep_proof(visit, response)
        return response


class Pages:
    """Takes the desk's pages, each with what it asks of its visitor."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.router = APIRouter(route_class=LeanRoute, include_in_schema=False)

    def get(self, path: str, page: Page[Any], permission: Permission) -> None:
        """A page that is read."""
        self._add("GET", path, page, permission)

    def post(self, path: str, page: Page[Any], permission: Permission) -> None:
        """Something that is done. The form's token was checked when `page` is called."""
        self._add("POST", path, page, permission)

    def file(self, path: str, answer: Callable[[Request], Awaitable[Response]]) -> None:
        """What is the same for everybody and no secret: scripts and styles."""

        async def sent(request: Request) -> Response:
            return await answer(request)

        self.router.add_api_route(path, sent, methods=["GET"], response_model=None)

    def _add(self, method: str, path: str, page: Page[Any], permission: Permission) -> None:
        guarded = Guarded(self.desk, page, permission)
        self.router.add_api_route(path, guarded.answer, methods=[method], response_model=None)


def permission_of(route: LeanRoute) -> Permission:
    """What a route of the desk asks."""
    guarded = getattr(route.endpoint, "__self__", None)
    return guarded.permission if isinstance(guarded, Guarded) else ANYBODY


async def arrive(desk: Desk, request: Request) -> Guest:
    """The visitor of a request: a `Visit` when their session is good. Raises `Unavailable`."""
    token = desk.cookies.read(request, SESSION)
    found = await desk.read(find_session, token, desk.lifetime, desk.clock()) if token else None
    if found is None:
        return stranger(desk, request)
    session, staff = found
    if is_stale(session, now := desk.clock()) and _is_attended(request):
        await desk.write(touch_session, session, now)
    return _visit(desk, request, session, staff)


def _is_attended(request: Request) -> bool:
    """Whether somebody did this. A page that renews itself must not keep a session awake that nobody uses."""
    return UNATTENDED not in request.headers and "text/event-stream" not in request.headers.get("accept", "")


def stranger(desk: Desk, request: Request) -> Guest:
    """Somebody who is not signed in; their forms are bound to a cookie of their own."""
    holder = desk.cookies.read(request, GUEST) or secrets.token_urlsafe(24)
    zone = zone_for(request.cookies.get(ZONE, ""))
    return Guest(desk, request, _language(desk, request, None), zone, holder)


def _visit(desk: Desk, request: Request, session: Session, staff: Staff) -> Visit:
    zone = zone_of_staff(staff, desk.playbook, http_events.timezone_of(request.cookies.get(ZONE, "")))
    return Visit(desk, request, _language(desk, request, staff), zone, session.digest, staff=staff, session=session)


def _language(desk: Desk, request: Request, staff: Staff | None) -> str:
    browser, chosen = request.headers.get("accept-language", ""), desk.cookies.read(request, LANGUAGE)
    return negotiated(desk.screens.languages, staff.language if staff else "", chosen, browser)


async def _with_form(guest: Guest) -> Guest:
    """The visitor with their form, whose token is theirs. Raises `BadRequest`."""
    request, expected = guest.request, guest.csrf_tokens
    if request.headers.get(CSRF_HEADER):
        check_csrf({}, request, expected)
    if not request.headers.get("content-type", "").startswith(_FORMS):
        check_csrf({}, request, expected)
        return guest
    try:
        form = await _form(request, guest.desk.files.folder)
    except (MultiPartException, HTTPException, KeyError):
        raise BadRequest("The form cannot be read.") from None
    except OSError:
        raise Away() from None
    check_csrf(form, request, expected)
    if any("\0" in name or (isinstance(value, str) and "\0" in value) for name, value in form.multi_items()):
        raise BadRequest("The form cannot be read.")
    return replace(guest, form=form)


async def _form(request: Request, folder: Path) -> FormData:
    if request.headers.get("content-type", "").startswith(_FORMS[0]):
        return await request.form(max_fields=_MOST_FIELDS)
    return await read_form(request, folder, files=_MOST_FILES, fields=_MOST_FIELDS, largest_field=_LARGEST_FIELD)


def _remembered(guest: Guest, response: ASGIApp) -> ASGIApp:
    """A guest's forms hold the token of a cookie, which they get with their first page."""
    if not isinstance(guest, Visit) and isinstance(response, Response):
        cookies, told = guest.desk.cookies, response.headers.getlist("set-cookie")
        held = cookies.read(guest.request, GUEST) == guest.holder
        if not held and not any(each.startswith(cookies.name(GUEST)) for each in told):
            cookies.put(response, GUEST, guest.holder)
    return response


def _to_sign_in(guest: Guest) -> Response:
    """To the sign-in page, and from there back to what was wanted."""
    scope = guest.request.scope
    wanted = quote(scope["path"], safe="/") + (
        f"?{query}" if (query := scope["query_string"].decode("latin-1")) else ""
    )
    if guest.is_htmx:
        wanted = place_of(guest.request.headers.get("hx-current-url", ""))
    elif guest.request.method not in SAFE or "text/event-stream" in guest.request.headers.get("accept", ""):
        return _problem(guest, 401, guest.words.gettext("You are signed out. Sign in again; nothing was changed."))
    target = inside(wanted)
    place = SIGN_IN if target == "/desk" else f"{SIGN_IN}?next={quote(target, safe='/')}"
    if guest.is_htmx:
        return Response(status_code=401, headers={"HX-Redirect": place, "Cache-Control": "no-store"})
    return guest.go(place)


def _first_of_all(visit: Visit) -> str:
    """Where somebody has to go before anything else: to a password of their own, or to the second step they must have.

    Whoever came by a passkey, or from an issuer, has shown more than a password.
    """
    if visit.staff.must_change:
        return OWN_PASSWORD
    wanted = visit.staff.role in visit.desk.accounts.second_step_for and not visit.staff.has_second_step
    return SECOND_STEP if wanted and not came_otherwise(visit) else ""


def came_otherwise(visit: Visit) -> bool:
    """Whether this session was begun by something else than a password."""
    return visit.desk.marks.read("way", visit.desk.cookies.read(visit.request, WAY)) == visit.session.digest


def _refused(guest: Guest, refused: RequestRefused) -> Response:
    response = _problem(guest, refused.status, guest.words.gettext(refused.message))
    if refused.retry_after:
        response.headers["Retry-After"] = str(refused.retry_after)
    return response


def _status(refused: ActionRefused) -> int:
    """What HTTP calls it."""
    match refused:
        case SubjectNotFound():
            return NotFound.status
        case ActionForbidden():
            return Forbidden.status
        case ActionMalformed():
            return BadRequest.status
    return Conflict.status


def _problem(guest: Guest, status: int, said: str) -> Response:
    """What went wrong as a page; as plain words for htmx, which shows them in the page's status line."""
    if guest.is_htmx:
        return Response(said, status, {"Cache-Control": "no-store"}, media_type="text/plain; charset=utf-8")
    return guest.render("problem.html", status, said=said, ours=status >= 500)
