"""Indexing: what was said becomes findable a moment later, so that no turn pays for it.

A thread knows up to which turn it was indexed; whoever finds it behind brings it up. Doing it twice, here
and in another process, does no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from complaints.record import Record
from dialogs.flows.wording import show_money
from storage.cases.cases import cases_in
from storage.conversations import search
from storage.conversations.conversations import load_state
from storage.conversations.inbox import mark_indexed, unindexed
from storage.conversations.transcript import last_messages
from storage.db.database import Database
from storage.db.errors import Unavailable

LONGER = 10
MESSAGES, LONGEST = 200, 20_000
"""How much of a long chat is found by what was said: its newest messages, so many characters of them."""

_log = structlog.get_logger("amends.search")


@dataclass(slots=True)
class Indexing:
    """Brings up to `together` chats a time, then rests `every` seconds; `LONGER` times as long while `busy`, for each
    chat costs as much as two turns, and nobody minds finding it a little later.
    """

    database: Database
    every: float = 1.0
    together: int = 50
    busy: Callable[[], bool] = lambda: False

    async def run(self) -> None:
        """Index until cancelled. A database that is away is waited for."""
        while True:
            try:
                await asyncio.to_thread(self.catch_up)
            except Unavailable:
                _log.warning("search_waits", reason="the database is not available")
            await asyncio.sleep(self.every * (LONGER if self.busy() else 1))

    def catch_up(self) -> int:
        """Make findable what changed, at most `together` chats; returns how many."""
        with self.database.read() as conn:
            behind = unindexed(conn, self.together)
            texts = {of_id: "\n".join(_words(conn, of_id))[:LONGEST] for of_id in behind}
        if not behind:
            return 0
        with self.database.write() as conn:
            search.put(conn, self.database.dialect, texts)
            for of_id, turn in behind.items():
                mark_indexed(conn, of_id, turn)
        return len(behind)


def _words(conn: Connection, conversation_id: str) -> Iterator[str]:
    """The facts first, then what was said, the newest first."""
    state = load_state(conn, conversation_id)
    cases = cases_in(conn, conversation_id)
    for case in cases:
        yield case.reference
        yield from _facts(case.record)
    if state and state.intake.draft:
        yield from _facts(state.intake.draft.record)
    yield " ".join(state.tags if state else ())
    yield from (message.text for message in reversed(last_messages(conn, conversation_id, MESSAGES)))


def _facts(record: Record) -> Iterator[str]:
    contact = record.contact
    yield from (record.name, record.order_number, record.item, record.place_or_page, record.story)
    yield from (value for _, value in record.more)
    yield from (contact.email, contact.phone, contact.handle) if contact else ()
    yield show_money(record.amount) if record.amount else ""
