"""The inbox: pages of threads, as somebody at the desk wants to see them.

Every list is read along an index from where the page before ended, so it costs the same with a hundred
chats and with a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, or_, select, tuple_, update

from complaints.priority import Priority
from storage.conversations.search import matching
from storage.conversations.threads import ASIDE, NEVER, OVER, PRIORITIES, Thread, ThreadState, thread_of
from storage.db.dialect import Dialect
from storage.tables.core import saved_views, threads

VIEWS = ("mine", "unassigned", "all")
STATES = tuple(ThreadState)
SORTS = ("breach", "grave", "newest")
MOST_COUNTED = 1000
"""Beyond this a count says only that there are more."""


@dataclass(frozen=True, slots=True)
class ViewerScope:
    """Whose eyes a list is for: their account, and the teams whose chats they may see (empty: all of them)."""

    staff: str
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InboxQuery:
    """What a list is to show. Empty values ask for nothing in particular.

    `view` is one of `VIEWS`, `state` one of `STATES`, `sort` one of `SORTS`; `waiting_before` and
    `due_before` are microseconds: who has waited since before then, what is due before then.
    """

    view: str = "all"
    state: str = ""
    priority: str = ""
    team: str = ""
    category: str = ""
    language: str = ""
    channel: str = ""
    tag: str = ""
    waiting_before: int = 0
    due_before: int = 0
    query: str = ""
    sort: str = "breach"


@dataclass(frozen=True, slots=True)
class Page:
    """Threads, and the cursor at which the next page begins (empty: this was the last)."""

    threads: tuple[Thread, ...]
    next: str = ""


def page_of(
    conn: Connection, dialect: Dialect, seen: ViewerScope, wanted: InboxQuery, after: str = "", limit: int = 50
) -> Page:
    """One page. `after` is the `next` of the page before; one that makes no sense begins anew.

    What is searched for everywhere and is in no chat that goes on is looked for among those that are done.
    """
    found = _page(conn, dialect, seen, wanted, after, limit)
    if found.threads or not wanted.query or wanted.state or wanted.view != "all":
        return found
    return _page(conn, dialect, seen, replace(wanted, state=ThreadState.DONE), after, limit)


def _page(conn: Connection, dialect: Dialect, seen: ViewerScope, wanted: InboxQuery, after: str, limit: int) -> Page:
    query, bound = _query(dialect, seen, wanted)
    place = _place(wanted.sort, after)
    query = query.where(place) if place is not None else query
    rows = conn.execute(query.limit(limit + 1), bound).all()
    following = _cursor(wanted.sort, rows[limit - 1]) if len(rows) > limit else ""
    return Page(tuple(thread_of(row) for row in rows[:limit]), following)


def counts(conn: Connection, dialect: Dialect, seen: ViewerScope) -> dict[str, int]:
    """How many each view shows, counted up to `MOST_COUNTED`."""
    return {view: _count(conn, dialect, seen, InboxQuery(view)) for view in VIEWS}


def count_aside(conn: Connection, seen: ViewerScope) -> int:
    """How many wait aside, counted up to `MOST_COUNTED`."""
    of_teams = [threads.c.team.in_((*seen.teams, ""))] if seen.teams else []
    some = select(threads.c.conversation_id).where(ASIDE, *of_teams).limit(MOST_COUNTED)
    return conn.scalar(select(func.count()).select_from(some.subquery())) or 0


def _count(conn: Connection, dialect: Dialect, seen: ViewerScope, wanted: InboxQuery) -> int:
    query, bound = _query(dialect, seen, wanted)
    some = query.with_only_columns(threads.c.conversation_id).order_by(None).limit(MOST_COUNTED).subquery()
    return conn.scalar(select(func.count()).select_from(some), bound) or 0


def _query(dialect: Dialect, seen: ViewerScope, wanted: InboxQuery) -> tuple[Select[Any], dict[str, Any]]:
    found = matching(dialect, wanted.query, threads.c.conversation_id) if wanted.query else None
    conditions = [*_of_view(seen, wanted), *_of_filters(wanted), *([found[0]] if found else [])]
    return select(threads).where(*conditions).order_by(*_order(wanted.sort)), found[1] if found else {}


def _of_view(seen: ViewerScope, wanted: InboxQuery) -> Iterable[ColumnElement[bool]]:
    yield threads.c.live.is_(wanted.state not in OVER)
    match wanted.view:
        case "mine":
            yield threads.c.agent == seen.staff
        case "unassigned":
            yield threads.c.agent == ""
    if seen.teams and wanted.view != "mine":
        yield or_(threads.c.team.in_((*seen.teams, "")), threads.c.agent == seen.staff)


def _of_filters(wanted: InboxQuery) -> Iterable[ColumnElement[bool]]:
    named = {name: getattr(wanted, name) for name in ("state", "team", "category", "language", "channel")}
    yield from (threads.c[name] == value for name, value in named.items() if value)
    if wanted.priority in Priority.__members__.values():
        yield threads.c.priority == PRIORITIES.index(Priority(wanted.priority))
    if wanted.tag:
        yield ("," + threads.c.tags + ",").contains(f",{wanted.tag},", autoescape=True)
    if wanted.waiting_before:
        yield threads.c.waiting_since.between(1, wanted.waiting_before)
    if wanted.due_before:
        yield threads.c.deadline <= wanted.due_before


def _order(sort: str) -> tuple[ColumnElement[Any], ...]:
    return tuple(key.desc() if sort == "newest" else key for key in _keys(sort))


def _keys(sort: str) -> tuple[Any, ...]:
    match sort:
        case "grave":
            return threads.c.priority, threads.c.deadline, threads.c.conversation_id
        case "newest":
            return threads.c.changed_at, threads.c.conversation_id
    return threads.c.deadline, threads.c.conversation_id


def _cursor(sort: str, row: Any) -> str:
    return ".".join(str(getattr(row, key.name)) for key in _keys(sort))


def _place(sort: str, after: str) -> ColumnElement[bool] | None:
    """What follows a cursor, in the list's order."""
    keys, parts = _keys(sort), after.split(".")
    if len(parts) != len(keys) or not all(part.isascii() and part.isdigit() for part in parts[:-1]):
        return None
    values = (*(min(int(part), NEVER) for part in parts[:-1]), parts[-1])
    there = tuple_(*keys)
    return there < values if sort == "newest" else there > values


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list that somebody keeps under a name; `query` is the inbox's query string."""

    name: str
    query: str


def views_of(conn: Connection, staff: str) -> list[SavedView]:
    """Somebody's own views, by name."""
    query = select(saved_views).where(saved_views.c.staff_id == staff).order_by(saved_views.c.name)
    return [SavedView(row.name, row.query) for row in conn.execute(query)]


def save_view(conn: Connection, dialect: Dialect, staff: str, view: SavedView, now: int) -> None:
    """Keep a view, in place of one of the same name."""
    made = dialect.insert(saved_views).values(staff_id=staff, name=view.name, query=view.query, at=now)
    key = ["staff_id", "name"]
    conn.execute(made.on_conflict_do_update(index_elements=key, set_={"query": made.excluded.query, "at": now}))


def drop_view(conn: Connection, staff: str, name: str) -> None:
    """Forget a view."""
    conn.execute(delete(saved_views).where(saved_views.c.staff_id == staff, saved_views.c.name == name))


def newest_change(conn: Connection) -> int:
    """When any thread changed last, in microseconds; 0 where there are none."""
    return max((conn.scalar(_newest(live)) or 0 for live in (True, False)), default=0)


def _newest(live: bool) -> Any:
    return select(threads.c.changed_at).where(threads.c.live.is_(live)).order_by(threads.c.changed_at.desc()).limit(1)


def unindexed(conn: Connection, limit: int = 50) -> dict[str, int]:
    """Chats that changed since they were last made findable, the longest ago first, each with its turn."""
    query = select(threads.c.conversation_id, threads.c.turn).where(threads.c.indexed_turn < threads.c.turn)
    return {row[0]: row[1] for row in conn.execute(query.order_by(threads.c.changed_at).limit(limit))}


def mark_indexed(conn: Connection, conversation_id: str, turn: int) -> None:
    """The chat is findable as it was after this turn."""
    conn.execute(update(threads).where(threads.c.conversation_id == conversation_id).values(indexed_turn=turn))
