"""All pages of the desk. A new file of pages is one line here."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from handlers.desk import alerts_stream, home, preferences
from handlers.desk.accounts import issuer_pages, own_account, passkey_pages, people, second_step, sign_in, telegram
from handlers.desk.chats import assignment, barring, casework, dangers, explanation, offers, page, writing
from handlers.desk.desk import Desk
from handlers.desk.lists import bot_chats, bulk_actions, inbox, incidents, notifications
from handlers.desk.pages import STATIC
from handlers.desk.reports import board, figures, privacy, security_log
from handlers.desk.request_context import Guest
from handlers.desk.routing import Pages
from handlers.http.problems import NotFound
from staff.rights import ANYBODY
from staff.words import later


def router(desk: Desk) -> APIRouter:
    """The desk's routes, as a router for the application."""
    pages = Pages(desk)
    pages.file(STATIC + "/{path:path}", partial(_file, desk))
    for each in (
        sign_in,
        home,
        inbox,
        incidents,
        bulk_actions,
        bot_chats,
        alerts_stream,
        preferences,
        own_account,
        second_step,
        passkey_pages,
        issuer_pages,
        people,
        figures,
        privacy,
        board,
        security_log,
        page,
        explanation,
        writing,
        assignment,
        barring,
        casework,
        dangers,
        offers,
        telegram,
        notifications,
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
