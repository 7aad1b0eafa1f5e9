"""What rings at the desk, and for whom: the stream that every page listens to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Set
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import msgspec
from starlette.types import ASGIApp

from complaints.routing import EscalationLevel
from dialogs.flows.handoff.agent_actions import PASSED
from handlers.desk.event_streams import event, live
from handlers.desk.lists.inbox import INBOX, OPEN, seen_by
from handlers.desk.lists.notifications import news_for
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from storage.conversations.inbox import counts, newest_change
from storage.conversations.threads import Thread, ThreadState, alerted, escalated, held_by
from storage.conversations.transcript import Author
from storage.db.timestamps import to_micros
from storage.staff.accounts import Role, Staff, StaffPresence, presence_of
from storage.staff.notifications import Tiding

_LEAD, _SUPERVISOR = 2, 3
"""From which level of an alert on those who lead a chat's team, and all supervisors, hear of it."""
HELD, WAITING = ("held", "snoozed"), ("waiting", "offered")
_MISSED = ("wrote", "offered", "passed")
"""What is rung late, for a page whose line was cut meanwhile."""


def add(pages: Pages) -> None:
    pages.get(f"{INBOX}/stream", stream, OPEN)


@dataclass(slots=True)
class AlertState:
    """What one open desk was told: the newest change (microseconds), what would ring of each chat of its own and how
    each stands, and whether its owner takes chats. `since` is the newest change that it knew when its line was cut.
    """

    presence: StaffPresence
    since: int = 0
    newest: int = 0
    mine: Mapping[str, frozenset[str]] | None = None
    states: Mapping[str, str] = field(default_factory=dict)
    tidings: set[str] | None = None


@dataclass(frozen=True, slots=True)
class _Now:
    """How things stand for one person."""

    counted: dict[str, int]
    threads: list[Thread]
    tidings: list[Tiding] = field(default_factory=list)


async def stream(visit: Visit) -> ASGIApp:
    """`changed` with the counts whenever any chat changed; `mine` for what concerns this person alone; `presence` when
    they take chats no longer, or again.
    """
    last = visit.request.headers.get("last-event-id", "")
    since = int(last) if last.isascii() and last.isdigit() and len(last) < 20 else 0
    wake, told = asyncio.Event(), AlertState(visit.staff.presence, since)

    async def look() -> bytes:
        return await _news(visit, told)

    async def newest() -> int:
        return await visit.desk.read(newest_change)

    stream = live(visit, look, wake)
    begin = stream.begin

    async def listening() -> AsyncGenerator[bytes]:
        with visit.desk.bell.heard(wake, newest):
            async for chunk in begin():
                yield chunk

    return replace(stream, begin=listening)


async def _news(visit: Visit, told: AlertState) -> bytes:
    newest, presence = await visit.desk.read(_glance, visit.staff.id)
    said = b"" if presence is told.presence else event("presence", presence)
    told.presence = presence
    if newest <= told.newest:
        return said
    told.newest = newest
    now = await visit.desk.read(_rung, visit)
    rings = [*_chats(now, visit.staff, told), *_words_of_customers(now, told)]
    found = [("changed", now.counted), *(("mine", ring) for ring in rings)]
    # The number stands with the last of them: a line that is cut before has heard nothing.
    numbers = ["" for _ in rings] + [newest]
    return said + b"".join(
        event(name, msgspec.json.encode(one).decode(), number)
        for (name, one), number in zip(found, numbers, strict=True)
    )


def _glance(conn: Any, staff: str) -> tuple[int, StaffPresence]:
    return newest_change(conn), presence_of(conn, staff)


def _rung(conn: Any, visit: Visit) -> _Now:
    staff, dialect = visit.staff, visit.desk.database.dialect
    rung = {one.conversation_id: one for one in held_by(conn, dialect, [staff.id])}
    for one in _led(conn, staff) if staff.at_least(Role.SUPERVISOR) else ():
        rung.setdefault(one.conversation_id, one)
    return _Now(counts(conn, dialect, seen_by(staff)), list(rung.values()), news_for(conn, dialect, staff))


def _led(conn: Any, staff: Staff) -> Iterator[Thread]:
    """Chats of others that have come to a supervisor: a promise comes close, or nobody takes them."""
    for one in alerted(conn, _LEAD if staff.teams else _SUPERVISOR):
        if one.alert >= _SUPERVISOR or one.team in staff.teams:
            yield one
    for one in escalated(conn, EscalationLevel.LEAD if staff.teams else EscalationLevel.SUPERVISOR):
        if one.level >= EscalationLevel.SUPERVISOR or one.team in staff.teams:
            yield one


def _chats(now: _Now, staff: Staff, told: AlertState) -> Iterator[dict[str, Any]]:
    """What rings of chats, and has not rung yet."""
    before, states = told.mine, told.states
    told.mine = {one.conversation_id: frozenset(_rings_of(one, staff)) for one in now.threads}
    told.states = {one.conversation_id: one.state for one in now.threads if one.agent == staff.id}
    for one in now.threads:
        rings = told.mine[one.conversation_id]
        if before is None:
            fresh: Set[str] = {ring for ring in rings if told.since and _was_missed(one, ring, told.since)}
        else:
            fresh = _fresh(one, rings - before.get(one.conversation_id, frozenset()), states)
        yield from (_shown(one, ring.partition(" ")[0]) for ring in sorted(fresh))


def _fresh(thread: Thread, rings: Set[str], states: Mapping[str, str]) -> Set[str]:
    """What rings now. Whoever has just taken a chat knows what the customer wrote before."""
    was = states.get(thread.conversation_id, "")
    if was not in HELD:
        return {ring for ring in rings if not ring.startswith("wrote")}
    return rings or ({"woken"} if was == ThreadState.SNOOZED and thread.state == ThreadState.HELD else rings)


def _rings_of(thread: Thread, staff: Staff) -> Iterator[str]:
    """What of a chat rings, each once: it was offered or passed on, the customer wrote, a promise comes close,
    it came to those who lead.
    """
    if thread.alert:
        yield f"promise {thread.alert}"
    if thread.level and thread.state in WAITING and staff.at_least(Role.SUPERVISOR):
        yield f"waits {thread.level}"
    if thread.agent != staff.id:
        return
    if thread.state == ThreadState.OFFERED:
        yield f"offered {thread.turn}"
    elif thread.reason == PASSED:
        yield "passed"
    if thread.state != ThreadState.OFFERED and thread.speaker == Author.CUSTOMER and thread.spoke_at:
        yield f"wrote {thread.spoke_at}"


def _was_missed(thread: Thread, ring: str, since: int) -> bool:
    at = thread.spoke_at if ring.startswith("wrote") else thread.changed_at
    return ring.startswith(_MISSED) and at is not None and to_micros(at) > since


def _words_of_customers(now: _Now, told: AlertState) -> Iterator[dict[str, Any]]:
    """What customers say of a resolution, and has not been told yet."""
    heard, told.tidings = told.tidings, {one.key for one in now.tidings}
    for one in now.tidings:
        if heard is not None and one.key not in heard:
            yield {"why": one.kind, "conversation_id": one.conversation_id, "reference": one.reference}


def _shown(thread: Thread, why: str) -> dict[str, Any]:
    names = ("conversation_id", "reference", "customer")
    return {"why": why, **{name: value for name, value in asdict(thread).items() if name in names}}
