"""The desk's first page: who is here."""

from __future__ import annotations

from fastapi import Response

from handlers.desk.permission import needs
from handlers.desk.routing import Pages
from handlers.desk.visits import Visit
from storage.staff import Role, list_staff


def add(pages: Pages) -> None:
    pages.get("/desk", show, needs(Role.AGENT))


async def show(visit: Visit) -> Response:
    """Colleagues and whether they take chats."""
    return visit.render("home.html", colleagues=await visit.desk.read(list_staff))
