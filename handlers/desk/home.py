"""The desk's first page: how much there is to do, what is due first, who is here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fastapi import Response

from complaints.offers.amounts import places
from handlers.desk.lists.inbox import seen_by
from handlers.desk.lists.notifications import news_for
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from staff.rights import needs
from storage.cases.offer_lists import owed, waiting
from storage.conversations.inbox import MOST_COUNTED, VIEWS, InboxQuery, counts, page_of
from storage.conversations.threads import Thread
from storage.staff.accounts import Role, Staff, list_staff

NEXT = 5
"""How many of the chats that are due first are shown."""


def add(pages: Pages) -> None:
    pages.get("/desk", show, needs(Role.AGENT))


async def show(visit: Visit) -> Response:
    """The lists and how long they are, the promises that come due first, colleagues and whether they take chats."""
    counted, due, people = await visit.desk.read(_look, visit)
    told = await visit.desk.read(news_for, visit.desk.database.dialect, visit.staff)
    late = frozenset(one.conversation_id for one in due if one.deadline and one.deadline < visit.now)
    return visit.render(
        "home.html", counts=counted, most=MOST_COUNTED, shown_views=VIEWS, due=due, late=late,
        names={one.id: one.name for one in people}, colleagues=people, tidings=told,
        **await visit.desk.read(_offers, visit),
    )  # fmt: skip


def _offers(conn: Any, visit: Visit) -> dict[str, Any]:
    """What is to be done about offers, of the teams that one serves."""
    teams = visit.staff.teams or None
    leads = visit.staff.at_least(Role.SUPERVISOR)
    return {
        "owed": owed(conn, teams),
        "waiting": waiting(conn, teams, visit.staff.id) if leads else [],
        "now": visit.now,
        "kinds": visit.desk.playbook.words(visit.language),
        "amounts": lambda amount, currency: f"{Decimal(amount).scaleb(-places(currency)):f} {currency}",
    }


def _look(conn: Any, visit: Visit) -> tuple[dict[str, int], list[Thread], list[Staff]]:
    dialect, seen = visit.desk.database.dialect, seen_by(visit.staff)
    first = page_of(conn, dialect, seen, InboxQuery(), limit=NEXT)
    return counts(conn, dialect, seen), [one for one in first.threads if one.deadline], list_staff(conn)
