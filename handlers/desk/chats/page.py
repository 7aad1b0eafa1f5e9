"""The page of a chat, its parts, its stream, its files."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from fastapi import Response
from sqlalchemy import Connection
from starlette.types import ASGIApp, Receive, Scope, Send

from complaints.priority import Priority, rank
from complaints.record import Attachment, Remedy
from handlers.desk.chats.chat import opened
from handlers.desk.chats.macros import offered
from handlers.desk.chats.offers import choices
from handlers.desk.chats.overview import Overview
from handlers.desk.chats.timeline import Past, TimelineEntry, entries
from handlers.desk.event_streams import event, live
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.http.problems import BadRequest
from staff.actions.access import find_chat, is_seen
from staff.chat import Chat, Cursor
from staff.presence import CUSTOMER, Onlooker, Participant
from staff.rights import Right, needs
from staff.words import later
from storage.audit.reading import Happened, happenings
from storage.cases.surveys import SurveyOnFile, surveys_of
from storage.conversations.drafts import unsent_by
from storage.conversations.notes import notes_of
from storage.conversations.related_chats import Elsewhere, elsewhere
from storage.conversations.threads import held_by
from storage.conversations.transcript import messages_after
from storage.db.dialect import Dialect
from storage.db.timestamps import EPOCH
from storage.delivery.outbox import UNFINISHED, Standing, standings
from storage.files.attachments import attachments_of
from storage.security.visitor_identities import Identity, identity_of
from storage.staff.accounts import Role, Staff, list_staff

OPEN = needs(Role.AGENT)
HISTORY = 200
"""Messages that a page shows at first; older ones are a click away."""
RECENT = 50
"""Messages whose delivery is told anew to a page that comes back."""
SOON = 1.0
"""Seconds after which a message that is on its way is looked at again."""
_CURSOR = re.compile(r"(\d{1,9})-(\d{1,9})-(\d{1,9})", re.ASCII)


def add(pages: Pages) -> None:
    pages.get("/desk/chats/{id}", show, OPEN)
    pages.get("/desk/chats/{id}/side", show_side, OPEN)
    pages.get("/desk/chats/{id}/events", stream, OPEN)
    pages.get("/desk/chats/{id}/files/{digest}", download, OPEN)


async def show(visit: Visit) -> Response:
    """The whole page; `?all=1` with every message there is."""
    chat = await opened(visit)
    everything = visit.request.query_params.get("all") == "1"
    since = 0 if everything else max(0, chat.cursor.seq - HISTORY)
    past = await visit.desk.read(past_after, chat, Cursor(seq=since))
    context = await _context(visit, chat)
    return visit.render("chat.html", entries=entries(visit, past), more=past.more, **context)


async def show_side(visit: Visit) -> Response:
    """What stands beside the timeline, as it is now."""
    chat = await opened(visit)
    return visit.render("_chat_side.html", **await _context(visit, chat))


async def download(visit: Visit) -> Response:
    """A file of the chat, to be saved: it is never shown as a page."""
    chat = await opened(visit)
    return await visit.desk.uploads.send(chat.id, visit.path("digest"), only_saved=True)


async def _context(visit: Visit, chat: Chat) -> dict[str, Any]:
    """What the templates of the page are given."""
    about = await visit.desk.read(_about, chat, visit.staff.id, visit.desk.database.dialect)
    here = [one for one in about.everybody if not one.disabled]
    overview = Overview(visit, chat, about.files, about.changes, here)
    macros = offered(visit, chat) if overview.can(Right.REPLY) else []
    return {
        "chat": chat,
        "view": overview,
        "cursor": str(chat.cursor),
        "now": visit.now.isoformat(),
        "unsent": about.unsent,
        "neighbours": about.neighbours,
        "elsewhere": [one for one in about.elsewhere if visit.may(Right.SEE, one.thread.team, one.thread.agent)],
        "new_act": lambda: uuid4().hex,
        "names": {one.id: one.name for one in about.everybody},
        "macros": macros,
        "begun": next((each for each in macros if each.name == visit.request.query_params.get("macro")), None),
        "teams": sorted(visit.desk.teams),
        "remedies": list(Remedy),
        **choices(visit),
        "priorities": sorted(Priority, key=rank),
        "surveys": about.surveys,
        "identity": about.identity,
        "categories": list(visit.desk.playbook.file.categories),
        "currency": visit.desk.playbook.file.currency,
        **company_of(visit, chat.id),
    }


def company_of(visit: Visit, conversation: str) -> dict[str, Any]:
    """Who else is at the chat: colleagues who look, and whoever is writing."""
    company = visit.desk.company
    writers = company.writers(conversation)
    return {
        "lookers": [each.name for each in company.lookers(conversation) if each.id != visit.staff.id],
        "customer_writes": CUSTOMER in writers,
        "writers": [each.name for each in writers if each.name and each.id != visit.staff.id],
    }


@dataclass(frozen=True, slots=True)
class _About:
    files: Sequence[Attachment]
    changes: Sequence[Happened]
    everybody: Sequence[Staff]
    unsent: dict[str, str]
    neighbours: tuple[str, str]
    elsewhere: Sequence[Elsewhere]
    surveys: dict[str, list[SurveyOnFile]]
    identity: Identity | None


def _about(conn: Connection, chat: Chat, staff: str, dialect: Dialect) -> _About:
    changes = [one for one in happenings(conn, chat.id) if one.action == "slot_put"]
    return _About(
        attachments_of(conn, chat.id),
        changes,
        list_staff(conn, disabled=True),
        unsent_by(conn, chat.id, staff),
        _neighbours(conn, chat, staff, dialect),
        elsewhere(conn, dialect, chat.id, chat.record),
        {case.reference: surveys_of(conn, case.reference) for case in chat.cases if case.resolutions},
        identity_of(conn, chat.id),
    )


def _neighbours(conn: Connection, chat: Chat, staff: str, dialect: Dialect) -> tuple[str, str]:
    """The chats before and after this one among one's own, the most pressing first; empty where there is none."""
    mine = sorted(held_by(conn, dialect, [staff]), key=lambda each: (each.deadline is None, each.deadline or EPOCH))
    ids = [each.conversation_id for each in mine]
    if chat.id not in ids:
        return "", ids[0] if ids else ""
    at = ids.index(chat.id)
    return (ids[at - 1] if at else ""), (ids[at + 1] if at + 1 < len(ids) else "")


def past_after(conn: Connection, chat: Chat, after: Cursor) -> Past:
    """What follows a cursor."""
    messages = messages_after(conn, chat.id, after.seq, 1_000_000)
    since = messages[0].at if messages and after.seq and not after.n else EPOCH
    return Past(
        messages,
        [note for note in notes_of(conn, chat.id, after.turn) if note.after_seq >= after.seq or after.n],
        happenings(conn, chat.id, after.n, since),
        standings(conn, chat.id, after.seq),
        more=after.seq > 0 and not after.n,
        names={one.id: one.name for one in list_staff(conn, disabled=True)},
    )


async def stream(visit: Visit) -> ASGIApp:
    """What is new in the chat, as it comes, after `Last-Event-ID`."""
    chat = await opened(visit)
    after = _cursor(visit.request.headers.get("last-event-id") or visit.request.query_params.get("after") or "0-0-0")
    onlooker = Onlooker(asyncio.Event(), Participant(visit.staff.id, visit.staff.name), after.seq)
    told = live(visit, Following(visit, chat.id, after, onlooker).look, onlooker.wake)

    async def present(scope: Scope, receive: Receive, send: Send) -> None:
        async with visit.desk.door.watch(chat.id, onlooker.wake):
            with visit.desk.company.present(chat.id, onlooker):
                await told(scope, receive, send)

    return present


def _cursor(given: str) -> Cursor:
    found = _CURSOR.fullmatch(given)
    if found is None:
        raise BadRequest(later("This page is out of step. Reload it."))
    return Cursor(*(int(each) for each in found.groups()))


@dataclass(slots=True)
class Following:
    """One open page and how far it has been told."""

    visit: Visit
    id: str
    cursor: Cursor
    onlooker: Onlooker
    known: dict[int, Standing] = field(default_factory=dict)
    company: str = ""
    again: asyncio.TimerHandle | None = None

    async def look(self) -> bytes:
        """What has changed since: entries, deliveries, who is there; and that the side is to be read anew."""
        found = await self.visit.desk.read(self._news)
        if found is None or not is_seen(self.visit.staff, found[0]):
            return event("gone", "")
        chat, past, recent = found
        fresh, moved = self._entries(past, chat.cursor), chat.cursor != self.cursor
        side = event("side", str(chat.cursor.turn), "" if fresh else str(chat.cursor)) if moved else b""
        # The number stands with the entries and comes last: a line that is cut before has shown none of them.
        said = side + self._company() + self._deliveries(recent) + fresh
        self.cursor, self.onlooker.after = chat.cursor, chat.cursor.seq
        if any(each.state in UNFINISHED for each in recent):
            self._look_again()
        return said

    def _look_again(self) -> None:
        """Soon, for deliveries wake nobody; one such look at a time is enough."""
        loop = asyncio.get_running_loop()
        if self.again is None or self.again.when() <= loop.time():
            self.again = loop.call_later(SOON, self.onlooker.wake.set)

    def _news(self, conn: Connection) -> tuple[Chat, Past, list[Standing]] | None:
        chat = find_chat(conn, self.visit.desk.playbook, self.id)
        if chat is None:
            return None
        past = past_after(conn, chat, self.cursor) if chat.cursor != self.cursor else Past()
        return chat, past, standings(conn, self.id, max(0, self.cursor.seq - RECENT))

    def _entries(self, past: Past, upto: Cursor) -> bytes:
        fresh: list[TimelineEntry] = entries(self.visit, past)
        for each in past.standings:
            self.known[each.seq] = each
        if not fresh:
            return b""
        return event("entries", self.visit.part("_chat_entries.html", id=self.id, entries=fresh), str(upto))

    def _deliveries(self, recent: Sequence[Standing]) -> bytes:
        changed = [each for each in recent if self.known.get(each.seq) != each]
        self.known.update({each.seq: each for each in recent})
        return event("standing", self.visit.part("_chat_standings.html", standings=changed)) if changed else b""

    def _company(self) -> bytes:
        shown = self.visit.part("_chat_company.html", **company_of(self.visit, self.id))
        if shown == self.company:
            return b""
        self.company = shown
        return event("company", shown)
