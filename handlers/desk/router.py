"""All pages of the desk. A new file of pages is one line here."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi import Request as HttpRequest

from handlers.desk import account, home, people, preferences, second_step, sign_in
from handlers.desk.desk import Desk
from handlers.desk.permission import ANYBODY
from handlers.desk.routing import Pages
from handlers.desk.screens import STATIC
from handlers.desk.visits import Guest
from handlers.desk.words import later
from handlers.lean import LeanRoute
from handlers.problems import NotFound


def router(desk: Desk) -> APIRouter:
    """The desk's routes, as a router for the application."""
    pages = Pages(desk)
    for each in (sign_in, home, preferences, account, second_step, people):
        each.add(pages)
    files = APIRouter(route_class=LeanRoute, include_in_schema=False)

    async def static(request: HttpRequest) -> Response:
        return desk.screens.statics.answer(request.path_params["path"], request.headers)

    files.add_api_route(STATIC + "/{path:path}", static, methods=["GET"])
    files.include_router(pages.router)
    # Last, for it takes what no page above has taken.
    last = Pages(desk)
    last.get("/desk/{path:path}", nothing, ANYBODY)
    files.include_router(last.router)
    return files


async def nothing(_: Guest) -> Response:
    raise NotFound(later("There is nothing at this address."))
