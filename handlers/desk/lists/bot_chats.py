"""With the bot: the complaints that it is taking down just now, for those who may take one from it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Response
from sqlalchemy import Connection
from starlette.types import ASGIApp

from dialogs.flows.state import Conversation
from dialogs.playbooks.playbook import Playbook
from handlers.desk.event_streams import event, live
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from staff.chat import led_thread
from staff.rights import Right, needs
from storage.conversations.bot_chats import led_chats
from storage.conversations.threads import Thread
from storage.staff.accounts import Role

LED = "/desk/led"
OPEN = needs(Role.SUPERVISOR)
SHOWN = 100
"""Chats that the page shows, those that were talked in last."""
EVERY = 3.0
"""Seconds between two looks of an open page."""


def add(pages: Pages) -> None:
    pages.get(LED, show, OPEN)
    pages.get(f"{LED}/events", stream, OPEN)


@dataclass(frozen=True, slots=True)
class LedChat:
    """One such chat: as a list shows it, and how the talk goes."""

    thread: Thread
    state: Conversation


async def show(visit: Visit) -> Response:
    """The list as it is now."""
    return visit.render("led.html", **_context(visit, await _found(visit)))


async def stream(visit: Visit) -> ASGIApp:
    """The list anew whenever it has changed, and every minute, for it says how long ago things were."""
    wake, shown = asyncio.Event(), ""

    async def look() -> bytes:
        nonlocal shown
        asyncio.get_running_loop().call_later(EVERY, wake.set)
        found = await _found(visit)
        if (now := f"{visit.now:%H:%M} {_mark(found)}") == shown:
            return b""
        shown = now
        return event("led", visit.part("_led.html", **_context(visit, found)))

    return live(visit, look, wake)


def _mark(found: Sequence[LedChat]) -> str:
    """What two looks have in common if nothing has changed between them."""
    return " ".join(f"{one.thread.conversation_id}:{one.thread.turn}" for one in found)


async def _found(visit: Visit) -> list[LedChat]:
    """Those that the visitor may take; who came last is first, so that nothing moves while they talk."""
    known = await visit.desk.read(_led, visit.desk.playbook)
    mine = [one for one in known if visit.may(Right.PULL, one.thread.team, "")][:SHOWN]
    return sorted(mine, key=_begun_at)[::-1]


def _begun_at(one: LedChat) -> datetime:
    draft = one.state.intake.draft
    return draft.begun_at if draft else one.thread.changed_at


def _led(conn: Connection, playbook: Playbook) -> list[LedChat]:
    return [LedChat(led_thread(one, playbook), one.state) for one in led_chats(conn)]


def _context(visit: Visit, found: Sequence[LedChat]) -> dict[str, Any]:
    return {"found": found, "categories": visit.category_names}
