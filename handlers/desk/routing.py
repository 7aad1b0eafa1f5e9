"""Pages with their permission beside them. Whoever asks is known, and may, before an endpoint is called."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp

from handlers.desk.desk import Desk
from handlers.desk.guarding import (
    CSRF_HEADER,
    GUEST,
    LANGUAGE,
    SAFE,
    SESSION,
    ZONE,
    check_csrf,
    check_origin,
    inside,
)  # fmt: skip
from handlers.desk.permission import ANYBODY, Permission
from handlers.desk.visits import Guest, Visit, zone_for
from handlers.desk.words import negotiated
from handlers.lean import LeanRoute, broken
from handlers.problems import BadRequest, Forbidden, Refused
from storage.sessions import Session, find_session, is_stale, touch_session
from storage.staff import Staff

SIGN_IN = "/desk/sign-in"
OWN_PASSWORD = "/desk/account/password"  # noqa: S105 - an address
UNATTENDED = "x-unattended"
"""A header of what a page's scripts ask for by themselves."""
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_MOST_FIELDS, _MOST_FILES = 200, 20

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
        except Refused as refused:
            return _refused(guest, refused)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as fault:
            broken(request.scope, fault)
            return _problem(guest, 500, guest.words.gettext("Something went wrong on our side. Nothing was changed."))

    async def _guest(self, request: Request) -> Guest:
        """Who it is, as far as their cookies tell. A database that is away is told by the page itself."""
        try:
            return await arrive(self.desk, request)
        except Refused:
            return stranger(self.desk, request)

    async def _allowed(self, guest: Guest) -> ASGIApp:
        request, role = guest.request, self.permission.role
        if request.method not in SAFE or "text/event-stream" in request.headers.get("accept", ""):
            check_origin(request, self.desk.public_url)
        if role is not None and not isinstance(guest, Visit):
            return _to_sign_in(guest)
        if request.method not in SAFE:
            guest = await _with_form(guest)
        if isinstance(guest, Visit):
            if role is not None and not guest.staff.at_least(role):
                raise Forbidden(guest.words.gettext("This page is not open to you. Ask an administrator."))
            if guest.staff.must_change and not self.permission.unsettled:
                return guest.go(OWN_PASSWORD)
        return _remembered(guest, await self.page(guest))


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
    """The visitor of a request: a `Visit` when their session is good. Raises `Away`."""
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
    zone = zone_for(request.cookies.get(ZONE, ""), None)
    return Guest(desk, request, _language(desk, request, None), zone, holder)


def _visit(desk: Desk, request: Request, session: Session, staff: Staff) -> Visit:
    zone = zone_for(request.cookies.get(ZONE, ""), staff)
    return Visit(desk, request, _language(desk, request, staff), zone, session.digest, staff=staff, session=session)


def _language(desk: Desk, request: Request, staff: Staff | None) -> str:
    browser, chosen = request.headers.get("accept-language", ""), desk.cookies.read(request, LANGUAGE)
    return negotiated(desk.screens.languages, staff.language if staff else "", chosen, browser)


async def _with_form(guest: Guest) -> Guest:
    """The visitor with their form, whose token is theirs. Raises `BadRequest`."""
    request, expected = guest.request, guest.csrf
    if request.headers.get(CSRF_HEADER):
        check_csrf({}, request, expected)
    if not request.headers.get("content-type", "").startswith(_FORMS):
        check_csrf({}, request, expected)
        return guest
    try:
        form = await request.form(max_fields=_MOST_FIELDS, max_files=_MOST_FILES)
    except (MultiPartException, HTTPException):
        raise BadRequest("The form cannot be read.") from None
    check_csrf(form, request, expected)
    return replace(guest, form=form)


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
    wanted = guest.request.url
    if guest.is_htmx:
        wanted = urlsplit(guest.request.headers.get("hx-current-url", ""))  # type: ignore[assignment]
    elif guest.request.method not in SAFE or "text/event-stream" in guest.request.headers.get("accept", ""):
        return _problem(guest, 401, guest.words.gettext("You are signed out. Sign in again; nothing was changed."))
    target = inside(wanted.path + (f"?{wanted.query}" if wanted.query else ""))
    place = SIGN_IN if target == "/desk" else f"{SIGN_IN}?next={quote(target, safe='/')}"
    if guest.is_htmx:
        return Response(status_code=401, headers={"HX-Redirect": place, "Cache-Control": "no-store"})
    return guest.go(place)


def _refused(guest: Guest, refused: Refused) -> Response:
    response = _problem(guest, refused.status, guest.words.gettext(refused.message))
    if refused.retry_after:
        response.headers["Retry-After"] = str(refused.retry_after)
    return response


def _problem(guest: Guest, status: int, said: str) -> Response:
    """What went wrong as a page; as plain words for htmx, which shows them in the page's status line."""
    if guest.is_htmx:
        return Response(said, status, {"Cache-Control": "no-store"}, media_type="text/plain; charset=utf-8")
    return guest.render("problem.html", status, said=said, ours=status >= 500)
