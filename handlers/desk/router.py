"""All pages of the desk. A new file of pages is one line here."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from handlers.desk import (
    account,
    bot_chats,
    figures,
    home,
    inbox,
    people,
    preferences,
    ringing,
    second_step,
    security,
    sign_in,
    telegram,
    tidings,
    together,
)
from handlers.desk.accounts import issuer_pages, passkey_pages
from handlers.desk.chats import barring, casework, holding, offers, page, why, writing
from handlers.desk.desk import Desk
from handlers.desk.permission import ANYBODY
from handlers.desk.routing import Pages
from handlers.desk.screens import STATIC
from handlers.desk.visits import Guest
from handlers.desk.words import later
from handlers.problems import NotFound


def router(desk: Desk) -> APIRouter:
    """The desk's routes, as a router for the application."""
    pages = Pages(desk)
    pages.file(STATIC + "/{path:path}", partial(_file, desk))
    for each in (
        sign_in,
        home,
        inbox,
        together,
        bot_chats,
        ringing,
        preferences,
        account,
        second_step,
        passkey_pages,
        issuer_pages,
        people,
        figures,
        security,
        page,
        why,
        writing,
        holding,
        barring,
        casework,
        offers,
        telegram,
        tidings,
    ):
        each.add(pages)
    # Last, for it takes what no page above has taken.
    pages.get("/desk/{path:path}", nothing, ANYBODY)
    return pages.router


async def nothing(_: Guest) -> Response:
    """What is not there."""
    raise NotFound(later("There is nothing at this address."))


async def _file(desk: Desk, request: Request) -> Response:
    return desk.screens.statics.answer(request.path_params["path"], request.headers)
