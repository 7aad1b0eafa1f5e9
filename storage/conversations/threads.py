"""Threads: one row for each chat that concerns a person: somebody is asked for, or a case is on file.

A thread says nothing that the conversation and its cases do not say; it is written in the same
transaction, so that the desk's lists, the queue and each colleague's load are one indexed read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, literal, select

from complaints.priority import Priority, rank
from complaints.record import Record
from complaints.routing import EscalationLevel, Waiting
from dialogs.flows.state import Barred, Controller, Conversation, Holding
from dialogs.understanding.language.packs import spoken
from storage.db.timestamps import from_micros, to_micros
from storage.tables.core import conversations, threads

if TYPE_CHECKING:
    from complaints.case import Case
    from storage.conversations.conversations import ConversationRow
    from storage.db.dialect import Dialect

NEVER = 2**62
"""The deadline of a chat in which nothing is promised."""

PRIORITIES = tuple(sorted(Priority, key=rank, reverse=True))
"""The gravest first: a thread keeps the place of its own among them."""


class ThreadState(StrEnum):
    """Where a chat stands in the lists of the desk. `aside` waits and rings for nobody yet; `bot`: a case is open and
    nobody is asked for.
    """

    WAITING = "waiting"
    ASIDE = "aside"
    OFFERED = "offered"
    HELD = "held"
    SNOOZED = "snoozed"
    BOT = "bot"
    DONE = "done"
    BLOCKED = "blocked"
    SPAM = "spam"


OVER = (ThreadState.DONE, ThreadState.BLOCKED, ThreadState.SPAM)
"""The states of chats that nobody has to do with any more."""
ASIDE = threads.c.state == literal(ThreadState.ASIDE.value, literal_execute=True)
"""Those that wait aside, in the words of their index."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Thread:
    """A chat as a list shows it. Moments are aware, UTC, or None.

    `agent` holds it or was offered it; `deadline` is the next promise; `speaker` wrote last. `alert` says how many were
    warned of a promise that comes close: 1 the owner, 2 the team's lead, 3 every supervisor.
    """

    conversation_id: str
    state: ThreadState
    agent: str
    team: str
    level: int
    reason: str
    priority: Priority
    category: str
    language: str
    channel: str
    reference: str
    customer: str
    summary: str
    tags: tuple[str, ...]
    waiting_since: datetime | None
    answer_by: datetime | None
    deadline: datetime | None
    snoozed_until: datetime | None
    spoke_at: datetime | None
    speaker: str
    passed: tuple[str, ...]
    turn: int
    changed_at: datetime
    alert: int = 0
    source: str = ""


def concerns_people(state: Conversation, cases: dict[str, Case]) -> bool:
    """Whether this chat has a thread."""
    return bool(cases or state.handoff.barred) or state.controller != Controller.BOT or state.queue.holding is not None


def row_of(place: ConversationRow, channel: str, spoke_at: int, speaker: str, now: int) -> dict[str, Any]:
    """The chat's thread as a row; moments in microseconds. `speaker` is empty when nobody spoke in this turn."""
    state, held = place.state, place.state.queue.holding or Holding()
    case = _foremost(place.cases.values())
    record = case.record if case else state.intake.draft.record if state.intake.draft else Record()
    return {
        "conversation_id": place.id,
        "live": _standing(state, case) not in OVER,
        "controller": state.controller,
        "agent": held.agent,
        "team": held.team or (case.team if case else ""),
        "level": held.level,
        "state": _standing(state, case),
        "reason": state.queue.person_reason,
        "priority": PRIORITIES.index(_priority(held, case)),
        "category": record.category,
        "language": spoken(state.session.language),
        "channel": channel,
        "reference": case.reference if case else "",
        "customer": record.name[:_LONGEST],
        "summary": " ".join(record.story.split())[:_LONGEST],
        "tags": ",".join(state.tags),
        "waiting_since": _micros(held.since if state.controller == Controller.QUEUE else None),
        "answer_by": _micros(state.queue.person_by),
        "deadline": _deadline(state, place.cases.values()),
        "snoozed_until": _micros(held.snoozed_until),
        "spoke_at": spoke_at,
        "speaker": speaker,
        "passed": ",".join(held.passed),
        "turn": place.turn,
        "changed_at": now,
        "indexed_turn": 0,
        "alert": 0 if state.handoff.barred or held.aside else _alert(place.cases.values()),
        "source": state.session.source,
    }


def _foremost(cases: Iterable[Case]) -> Case | None:
    """The case that says most about the chat: the gravest open one, else the newest."""
    known = list(cases)
    open_ones = [case for case in known if case.is_open]
    if open_ones:
        return max(open_ones, key=lambda case: (rank(case.priority), case.opened_at))
    return known[-1] if known else None


def _priority(held: Holding, case: Case | None) -> Priority:
    """An open case's own; else what it was when a person was asked for."""
    known = [Priority(held.priority)] if held.priority else []
    known += [case.priority] if case and (case.is_open or not known) else []
    return max(known, key=rank, default=Priority.NORMAL)


def _standing(state: Conversation, case: Case | None) -> ThreadState:
    if state.handoff.barred:
        return ThreadState.SPAM if state.handoff.barred == Barred.SPAM else _barred(case)
    held = state.queue.holding or Holding()
    if held.snoozed_until:
        return ThreadState.SNOOZED
    if state.controller == Controller.AGENT:
        return ThreadState.HELD
    if state.controller == Controller.QUEUE:
        return ThreadState.OFFERED if held.agent else ThreadState.ASIDE if held.aside else ThreadState.WAITING
    return ThreadState.BOT if case and case.is_open else ThreadState.DONE


def _barred(case: Case | None) -> ThreadState:
    """A blocked visitor's open case is still somebody's to end."""
    return ThreadState.BOT if case and case.is_open else ThreadState.BLOCKED


def _alert(cases: Iterable[Case]) -> int:
    """The highest level that a promise still to be kept has reached."""
    open_ones = [case for case in cases if case.is_open]
    return max((clock.level for case in open_ones for clock in case.clocks if clock.runs), default=0)


def _deadline(state: Conversation, cases: Iterable[Case]) -> int:
    promised = [to_micros(case.next_due) for case in cases if case.is_open and not case.waiting_since]
    waiting = (
        [to_micros(state.queue.person_by)] if state.queue.person_by and state.controller == Controller.QUEUE else []
    )
    return min(promised + waiting, default=NEVER)


def _micros(moment: datetime | None) -> int:
    return to_micros(moment) if moment else 0


def writing(dialect: Dialect) -> Any:
    """The statement that writes threads, each in place of what stood there; who spoke last is kept if nobody did."""
    made = dialect.insert(threads)
    kept = ("conversation_id", "indexed_turn")
    fresh = {column.name: made.excluded[column.name] for column in threads.c if column.name not in kept}
    for name in ("spoke_at", "speaker"):
        fresh[name] = func.coalesce(
            func.nullif(made.excluded[name], threads.c[name].type.python_type()), threads.c[name]
        )
    return made.on_conflict_do_update(index_elements=["conversation_id"], set_=fresh)


def thread_of(row: Any) -> Thread:
    """A row as a thread."""
    return Thread(
        row.conversation_id, ThreadState(row.state), row.agent, row.team, row.level, row.reason,
        PRIORITIES[row.priority], row.category, row.language, row.channel, row.reference, row.customer, row.summary,
        _listed(row.tags),
        _moment(row.waiting_since), _moment(row.answer_by), None if row.deadline == NEVER else _moment(row.deadline),
        _moment(row.snoozed_until), _moment(row.spoke_at), row.speaker, _listed(row.passed), row.turn,
        from_micros(row.changed_at), row.alert, row.source,
    )  # fmt: skip


def _moment(micros: int) -> datetime | None:
    return from_micros(micros) if micros else None


def _listed(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(",")) if joined else ()


def find_thread(conn: Connection, conversation_id: str) -> Thread | None:
    """The thread of a chat, or None while it concerns no person."""
    row = conn.execute(select(threads).where(threads.c.conversation_id == conversation_id)).first()
    return None if row is None else thread_of(row)


def waiting_threads(conn: Connection, limit: int = 500) -> list[Thread]:
    """Those whom nobody was offered yet, the most pressing promise first."""
    query = (
        select(threads)
        .where(threads.c.controller == Controller.QUEUE, threads.c.agent == "")
        .where(threads.c.state != ThreadState.ASIDE)
    )
    return [thread_of(row) for row in conn.execute(query.order_by(threads.c.answer_by).limit(limit))]


def as_waiting(thread: Thread, skill: str = "") -> Waiting:
    """A thread as the routing sees it; `skill` is what whoever takes it should have, empty for nothing.

    A case that was opened again and has come to those who lead is for nobody else: others have had it before.
    """
    since = thread.waiting_since or thread.changed_at
    level, passed = EscalationLevel(thread.level), thread.passed
    return Waiting(
        thread.conversation_id, thread.team, thread.language, thread.priority, since, skill, level, passed,
        reserved=thread.reason == "reopened" and level > EscalationLevel.TEAM,
    )  # fmt: skip


def loads(conn: Connection, dialect: Dialect, staff: Iterable[str]) -> dict[str, int]:
    """How many chats each of these accounts holds or was offered."""
    query = select(threads.c.agent, func.count()).where(dialect.among(threads.c.agent, "ids")).group_by(threads.c.agent)
    return {row[0]: row[1] for row in conn.execute(query, {"ids": dialect.texts(staff)})}


def address_of(conn: Connection, conversation_id: str) -> tuple[str, str, str] | None:
    """Channel, account and chat of a conversation, or None."""
    columns = (conversations.c.channel, conversations.c.account, conversations.c.chat)
    row = conn.execute(select(*columns).where(conversations.c.id == conversation_id)).first()
    return (row.channel, row.account, row.chat) if row else None


def held_by(conn: Connection, dialect: Dialect, staff: Iterable[str], limit: int = 500) -> list[Thread]:
    """The chats that these accounts hold or were offered."""
    query = select(threads).where(dialect.among(threads.c.agent, "ids"), threads.c.live).limit(limit)
    return [thread_of(row) for row in conn.execute(query, {"ids": dialect.texts(staff)})]


def escalated(conn: Connection, level: EscalationLevel, limit: int = 500) -> list[Thread]:
    """The chats that have waited until they came to this level, or a higher one."""
    query = select(threads).where(threads.c.controller == Controller.QUEUE, threads.c.level >= level).limit(limit)
    return [thread_of(row) for row in conn.execute(query)]


def alerted(conn: Connection, level: int, limit: int = 500) -> list[Thread]:
    """The chats in which so many were warned that the team's lead (2) or every supervisor (3) is one of them."""
    query = select(threads).where(threads.c.alert > 1, threads.c.alert >= level, threads.c.live).limit(limit)
    return [thread_of(row) for row in conn.execute(query)]
