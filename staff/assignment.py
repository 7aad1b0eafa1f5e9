"""Giving out: who waits is offered to whoever is there and has room; whose holder is gone waits anew.

Any number of processes may do it: an offer's event has an id made of the chat's turn, so the same offer
made twice is one, and whether somebody still has room is decided under their account's lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from complaints.routing import Colleague, assign
from dialogs.flows.events import Event
from dialogs.flows.staff import Acted, LetThrough, Lost, Offered, StaffAct
from engine.turn.outcome import Outcome
from staff.actions import ROUTING
from storage.conversations.threads import Thread, ThreadState, address_of, as_waiting, held_by, loads, waiting_threads
from storage.conversations.transcript import Author
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.db.timestamps import utc_now
from storage.security.alert_rate import Rate, next_aside
from storage.staff.accounts import Role, Staff, StaffPresence, list_staff, set_presence

_log = structlog.get_logger("amends.queue")


@dataclass(frozen=True, slots=True)
class Due:
    """An act of the queue's that is due: in which chat, and what."""

    thread: Thread
    act: StaffAct


@dataclass(slots=True)
class GivingOut:
    """Looks every `every` seconds. `gone_after`: whoever was not seen for so long is away, and their waiting chats
    go to others. `skills`: what each category asks of whoever takes it, where it asks anything. `rate`: as it
    allows, those that wait aside move up.
    """

    database: Database
    take: Callable[[Event], Awaitable[Outcome]]
    clock: Callable[[], datetime] = utc_now
    every: float = 1.0
    gone_after: timedelta = timedelta(minutes=10)
    skills: Mapping[str, str] = field(default_factory=dict)
    rate: Rate = field(default_factory=Rate)
    _given: dict[str, datetime] = field(default_factory=dict)

    async def run(self) -> None:
        """Give out until cancelled. A database that is away is waited for."""
        while True:
            try:
                await self.give_out()
            except Unavailable:
                _log.warning("queue_waits", reason="the database is not available")
            await asyncio.sleep(self.every)

    async def give_out(self) -> int:
        """Everything that is due now; returns how many acts that were."""
        await asyncio.to_thread(self._mark_away)
        due = await asyncio.to_thread(self._look)
        for one in due:
            await self._do(one)
        return len(due)

    async def _do(self, due: Due) -> None:
        with self.database.read() as conn:
            address = address_of(conn, due.thread.conversation_id)
        if address is None:
            return
        channel, account, chat = address
        name = f"{type(due.act).__name__.lower()}:{due.thread.turn}"
        acted = Acted(ROUTING, "", due.act)
        await self.take(Event(name, channel, account, chat, self.clock(), acted))

    def _mark_away(self) -> None:
        limit = self.clock() - self.gone_after
        with self.database.read() as conn:
            gone = [
                one for one in list_staff(conn) if one.presence is not StaffPresence.AWAY and last_seen(one) < limit
            ]
        if gone:
            with self.database.write() as conn:
                for one in gone:
                    set_presence(conn, one.id, StaffPresence.AWAY, self.clock())

    def _look(self) -> list[Due]:
        with self.database.read() as conn:
            known = list_staff(conn, disabled=True)
            aside = [Due(thread, LetThrough()) for thread in next_aside(conn, self.rate, self.clock())]
            return [*self._lost(conn, known), *aside, *self._offers(conn, known)]

    def _lost(self, conn: Connection, known: list[Staff]) -> list[Due]:
        """Chats of those who are gone, unless it is the customer's turn to write."""
        limit = self.clock() - self.gone_after
        gone = [
            one.id for one in known if one.disabled or (one.presence is StaffPresence.AWAY and last_seen(one) < limit)
        ]
        threads = held_by(conn, self.database.dialect, gone) if gone else []
        return [
            Due(thread, Lost())
            for thread in threads
            if thread.state == ThreadState.OFFERED or thread.speaker != Author.AGENT
        ]

    def _offers(self, conn: Connection, known: list[Staff]) -> list[Due]:
        there = [one for one in known if one.presence is StaffPresence.AVAILABLE and not one.disabled]
        waiting = {thread.conversation_id: thread for thread in waiting_threads(conn)} if there else {}
        if not waiting:
            return []
        held = loads(conn, self.database.dialect, [one.id for one in there])
        people = [self._colleague(one, held.get(one.id, 0)) for one in there]
        queue = [as_waiting(thread, self.skills.get(thread.category, "")) for thread in waiting.values()]
        offers = assign(queue, people)
        for offer in offers:
            self._given[offer.colleague.id] = self.clock()
        return [Due(waiting[one.chat], Offered(one.colleague.id, one.colleague.name)) for one in offers]

    def _colleague(self, one: Staff, load: int) -> Colleague:
        return Colleague(
            one.id, one.name, frozenset(one.teams), frozenset(one.languages), frozenset(one.skills),
            one.at_least(Role.SUPERVISOR), capacity=one.capacity, load=load, last_given=self._given.get(one.id),
        )  # fmt: skip


def last_seen(one: Staff) -> datetime:
    """When somebody was here last: a look at the desk, or a word on where they are."""
    return max(one.seen_at, one.presence_at)
