"""Incidents as rows, with their members.

suspected -> confirmed -> solved
suspected -> closed        it was none, or it went by
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from complaints.news import News, NewsKind
from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.delivery import webhooks
from storage.incidents.stories import StoryOnFile, story_of
from storage.tables.incidents import incident_members, incidents, stories

SUSPECTED, CONFIRMED, SOLVED, CLOSED = "suspected", "confirmed", "solved", "closed"
OPEN = (SUSPECTED, CONFIRMED)
IN, OUT = "in", "out"
LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Member:
    """One complaint of an incident; `reference` is empty while it is not filed. `is_in`: nobody has put it out."""

    conversation_id: str
    n: int
    reference: str
    language: str
    summary: str
    is_in: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident without its members; times are aware, None where a thing has not happened."""

    id: str
    state: str
    title: str
    tokens: frozenset[str]
    category: str
    notices: Mapping[str, str]
    opened_at: datetime
    last_at: datetime
    confirmed_at: datetime | None = None
    told_at: datetime | None = None
    solved_at: datetime | None = None
    outcome: str = ""


def open_incident(
    conn: Connection, dialect: Dialect, some: Sequence[StoryOnFile], tokens: Sequence[str], now: datetime
) -> Incident:
    """A suspicion becomes an incident, and whoever wants to hear of such hears."""
    first, last = some[0], some[-1]
    category = max({one.category for one in some}, key=lambda name: sum(one.category == name for one in some))
    title = f"{', '.join(tokens[:3])}: {first.summary}" if tokens else first.summary
    of_id = secrets.token_hex(8)
    made = {
        "id": of_id, "state": SUSPECTED, "title": title[:LONGEST_TITLE], "tokens": "\n".join(tokens),
        "category": category, "notices": "{}", "opened_at": to_micros(first.at), "last_at": to_micros(last.at),
        "confirmed_at": 0, "told_at": 0, "solved_at": 0, "closed_at": 0, "outcome": "", "staff": "",
    }  # fmt: skip
    conn.execute(insert(incidents), made)
    add_members(conn, dialect, of_id, some, now)
    found = find(conn, of_id)
    assert found is not None
    tell_receivers(conn, NewsKind.SUSPECTED, found, len(some), now)
    return found


def add_members(conn: Connection, dialect: Dialect, of_id: str, some: Iterable[StoryOnFile], now: datetime) -> None:
    """Let these belong to it; who was put out stays out."""
    some = list(some)
    rows = [
        {"incident_id": of_id, "conversation_id": one.conversation_id, "n": one.n, "state": IN, "at": to_micros(now),
         "staff": ""}
        for one in some
    ]  # fmt: skip
    newest = max((to_micros(one.at) for one in some), default=0)
    if rows:
        conn.execute(dialect.insert(incident_members).on_conflict_do_nothing(), rows)
        its = (incidents.c.id == of_id, incidents.c.last_at < newest)
        conn.execute(update(incidents).where(*its).values(last_at=newest))


def put(conn: Connection, of_id: str, member: tuple[str, int], *, is_in: bool, staff: str) -> bool:
    """A colleague puts a member in or out; returns whether there is such a member."""
    own = incident_members.c
    its = (own.incident_id == of_id, own.conversation_id == member[0], own.n == member[1])
    state = {"state": IN if is_in else OUT, "staff": staff}
    return conn.execute(update(incident_members).where(*its).values(state)).rowcount > 0


def find(conn: Connection, of_id: str) -> Incident | None:
    """The incident of this id."""
    row = conn.execute(select(incidents).where(incidents.c.id == of_id)).first()
    return _incident(row) if row else None


def listed(conn: Connection, states: Sequence[str] = (), limit: int = 100) -> list[Incident]:
    """The newest first, of these states or of all."""
    query = select(incidents).order_by(incidents.c.opened_at.desc(), incidents.c.id).limit(limit)
    return [_incident(row) for row in conn.execute(query.where(incidents.c.state.in_(states)) if states else query)]


def members_of(conn: Connection, ids: Iterable[str]) -> dict[str, list[Member]]:
    """The members of each of these, oldest first."""
    own, told = incident_members.c, stories.c
    joined = incident_members.outerjoin(stories, (told.conversation_id == own.conversation_id) & (told.n == own.n))
    columns = (own.incident_id, own.conversation_id, own.n, own.state, own.at)
    query = select(*columns, told.reference, told.language, told.summary, told.at.label("told_at")).select_from(joined)
    found: dict[str, list[Member]] = {}
    for row in conn.execute(query.where(own.incident_id.in_(list(ids))).order_by(told.at, own.conversation_id)):
        found.setdefault(row.incident_id, []).append(_member(row))
    return found


def stories_of(conn: Connection, ids: Iterable[str]) -> dict[str, list[tuple[StoryOnFile, bool]]]:
    """The members' stories with their vectors, oldest first, and whether each is in."""
    own, told = incident_members.c, stories.c
    joined = incident_members.join(stories, (told.conversation_id == own.conversation_id) & (told.n == own.n))
    query = select(stories, own.incident_id, own.state).select_from(joined).where(own.incident_id.in_(list(ids)))
    found: dict[str, list[tuple[StoryOnFile, bool]]] = {}
    for row in conn.execute(query.order_by(told.at, told.conversation_id)):
        found.setdefault(row.incident_id, []).append((story_of(row), row.state == IN))
    return found


def taken(conn: Connection, conversation_ids: Iterable[str]) -> set[tuple[str, int]]:
    """The stories of these chats that belong to any incident, or were put out of one."""
    own = incident_members.c
    query = select(own.conversation_id, own.n).where(own.conversation_id.in_(sorted(set(conversation_ids))))
    return {(row[0], row[1]) for row in conn.execute(query)}


def all_members(conn: Connection) -> set[tuple[str, int]]:
    """The stories that belong to any incident."""
    own = incident_members.c
    return {(row[0], row[1]) for row in conn.execute(select(own.conversation_id, own.n).where(own.state == IN))}


def of_case(conn: Connection, reference: str) -> str:
    """The id of the newest incident that a case belongs to, or empty."""
    own, told = incident_members.c, stories.c
    joined = incident_members.join(stories, (told.conversation_id == own.conversation_id) & (told.n == own.n))
    query = select(own.incident_id).select_from(joined).where(told.reference == reference, own.state == IN)
    return conn.scalar(query.order_by(own.at.desc()).limit(1)) or ""


def confirm(conn: Connection, of_id: str, title: str, notices: Mapping[str, str], staff: str, now: datetime) -> bool:
    """It is one. Returns whether it was only suspected until now; notices and title are set as often as one likes."""
    words = {"notices": json.dumps(dict(notices), ensure_ascii=False)} if notices else {}
    words |= {"title": title[:LONGEST_TITLE]} if title else {}
    if words:
        conn.execute(update(incidents).where(incidents.c.id == of_id).values(words))
    changed = {"state": CONFIRMED, "confirmed_at": to_micros(now), "staff": staff}
    return _moved(conn, of_id, (SUSPECTED,), changed, NewsKind.CONFIRMED, now)


def mark_told(conn: Connection, of_id: str, now: datetime) -> None:
    """All members were told."""
    conn.execute(update(incidents).where(incidents.c.id == of_id).values(told_at=to_micros(now)))


def solve(conn: Connection, of_id: str, outcome: str, now: datetime) -> bool:
    """It is over, with this outcome for all. Returns whether it was open until now."""
    changed = {"state": SOLVED, "solved_at": to_micros(now), "outcome": outcome}
    return _moved(conn, of_id, OPEN, changed, NewsKind.SOLVED, now)


def close_stale(conn: Connection, before: datetime, now: datetime) -> int:
    """What nobody confirmed and nobody complains of any more is closed; returns how many."""
    stale = (incidents.c.state == SUSPECTED) & (incidents.c.last_at < to_micros(before))
    return conn.execute(update(incidents).where(stale).values(state=CLOSED, closed_at=to_micros(now))).rowcount


def tell_receivers(conn: Connection, kind: NewsKind, incident: Incident, size: int, now: datetime) -> None:
    """Webhooks hear of it: no customer's word is among the facts."""
    facts = {
        "reference": incident.id,
        "incident": incident.id,
        "category": incident.category,
        "cases": size,
        "opened_at": incident.opened_at.isoformat().replace("+00:00", "Z"),
    }
    conn.execute(webhooks.TELL, webhooks.row_of(News(kind, facts), to_micros(now)))


def _moved(
    conn: Connection, of_id: str, states: Sequence[str], changed: Mapping[str, Any], kind: NewsKind, now: datetime
) -> bool:
    its = (incidents.c.id == of_id, incidents.c.state.in_(states))
    if not conn.execute(update(incidents).where(*its).values(dict(changed))).rowcount:
        return False
    found = find(conn, of_id)
    assert found is not None
    size = sum(one.is_in for one in members_of(conn, [of_id]).get(of_id, []))
    tell_receivers(conn, kind, found, size, now)
    return True


def _incident(row: Row[Any]) -> Incident:
    return Incident(
        row.id, row.state, row.title, frozenset(row.tokens.split("\n")) - {""}, row.category, json.loads(row.notices),
        from_micros(row.opened_at), from_micros(row.last_at), _moment(row.confirmed_at), _moment(row.told_at),
        _moment(row.solved_at), row.outcome,
    )  # fmt: skip


def _member(row: Any) -> Member:
    at = from_micros(row.told_at or row.at)
    return Member(
        row.conversation_id, row.n, row.reference or "", row.language or "", row.summary or "", row.state == IN, at
    )


def _moment(micros: int) -> datetime | None:
    return from_micros(micros) if micros else None
