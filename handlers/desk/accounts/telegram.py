"""One's own account joined to one's Telegram, so that one may work in the staff's group."""

from __future__ import annotations

from fastapi import Response
from sqlalchemy import Connection

from handlers.desk.accounts.own_account import ACCOUNT
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.http.problems import NotFound
from staff.rights import needs
from staff.words import later
from storage.staff.accounts import Role, link_telegram
from storage.staff.telegram_links import deep_link, make_link

FRESH = needs(Role.AGENT, fresh=True)


def add(pages: Pages) -> None:
    pages.post(f"{ACCOUNT}/telegram", join, FRESH)
    pages.post(f"{ACCOUNT}/telegram/leave", leave, FRESH)


async def join(visit: Visit) -> Response:
    """A page with a link that is good once and for a quarter of an hour: whoever opens it is this account."""
    bot = visit.desk.staff_bot()
    if not bot:
        raise NotFound(later("There is no staff bot here, or it has not answered yet. Try again soon."))
    token = await visit.desk.write(make_link, visit.staff.id, visit.now)
    return visit.render("telegram.html", link=deep_link(bot, token), bot=bot)


async def leave(visit: Visit) -> Response:
    """Nobody in Telegram is this account any more."""

    def part(conn: Connection) -> None:
        link_telegram(conn, visit.staff.id, None)
        visit.note(conn, "telegram_unlinked", visit.staff.id)

    await visit.desk.write(part)
    return visit.go(ACCOUNT, visit.words.gettext("Your Telegram is no longer joined to this account."))
