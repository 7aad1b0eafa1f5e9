"""Dangers set right: a false alarm, and one that a message tells of and nobody heard."""

from __future__ import annotations

from fastapi import Response

from handlers.desk.chats.actions import answered, request_of
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from staff.actions import dangers
from staff.rights import needs
from storage.staff.accounts import Role

OPEN = needs(Role.AGENT)


def add(pages: Pages) -> None:
    pages.post("/desk/chats/{id}/false-alarm", deny, OPEN)
    pages.post("/desk/chats/{id}/danger", find, OPEN)


async def deny(visit: Visit) -> Response:
    """A danger that was heard is none."""
    said = visit.words.gettext("Noted as a false alarm.")
    return await answered(visit, dangers.deny_danger(request_of(visit), visit.text("kind")), said)


async def find(visit: Visit) -> Response:
    """A message tells of a danger that was not heard."""
    kind, message, at_once = visit.text("kind"), visit.text("message", 9), visit.text("at_once") == "1"
    found = dangers.find_danger(request_of(visit), kind, message, at_once=at_once)
    return await answered(visit, found, visit.words.gettext("Noted as a danger."))
