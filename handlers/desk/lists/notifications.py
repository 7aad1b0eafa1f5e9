"""Tidings: what customers said of a resolution, told to whoever resolved it and to those who lead the team."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from staff.rights import needs
from storage.staff.accounts import Role, Staff
from storage.staff.notifications import Tiding, put_away, unseen


def add(pages: Pages) -> None:
    pages.post("/desk/tidings/seen", seen, needs(Role.AGENT))


def news_for(conn: Any, dialect: Any, staff: Staff) -> list[Tiding]:
    """What is new for somebody: their own, and what concerns the teams that they lead."""
    leads = staff.at_least(Role.SUPERVISOR)
    return unseen(conn, dialect, staff.id, staff.teams if leads else (), all_teams=leads and not staff.teams)


async def seen(visit: Visit) -> Response:
    """Put one away. Only what one is told can be put away."""
    told = await visit.desk.read(news_for, visit.desk.database.dialect, visit.staff)
    key = visit.text("tiding", 100)
    if any(one.key == key for one in told):
        await visit.desk.write(put_away, key, visit.staff.id, visit.now)
    return visit.back("/desk")
