"""The security log for administrators: who did what that bears on security, from where and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Response
from sqlalchemy import Connection

from handlers.desk.reports.saved_tables import saved
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.http.problems import BadRequest
from staff.figures import BadDays, DaySpan, days
from staff.rights import needs
from staff.spreadsheets import Cell
from staff.words import later
from storage.security.events import SecurityEvent, SecurityEventKind, Sought, page_of
from storage.staff.accounts import Role, find_login, list_staff

PAGE = "/desk/security"
OPEN = needs(Role.ADMINISTRATOR)
TOGETHER = 100
MOST = 100_000
"""How many events a file holds."""
LONGEST = 120
HEAD = ("at", "kind", "actor", "actor name", "subject", "address", "detail")
KINDS: Mapping[SecurityEventKind, str] = {
    SecurityEventKind.SIGN_IN: later("signed in"),
    SecurityEventKind.SIGN_IN_FAILED: later("could not sign in"),
    SecurityEventKind.SIGN_IN_LOCKED: later("was locked out for a while"),
    SecurityEventKind.SIGN_IN_ODD: later("signed in unusually"),
    SecurityEventKind.TOKEN_USED: later("used a token"),
    SecurityEventKind.TOKEN_REFUSED: later("was refused with a token"),
    SecurityEventKind.EXPORTED: later("saved a table"),
    SecurityEventKind.CHAT_VIEWED: later("saw a chat"),
    SecurityEventKind.CASE_VIEWED: later("saw a case"),
    SecurityEventKind.BLOCKED: later("blocked a visitor"),
    SecurityEventKind.LIMITED: later("was slowed down"),
    SecurityEventKind.CLOCK_WRONG: later("the clock was wrong"),
    SecurityEventKind.TIMES_RIGHTED: later("times were set right"),
    SecurityEventKind.FORWARDED: later("forwarded, not trusted"),
    SecurityEventKind.NOT_READ: later("a message could not be read"),
}
"""What each kind is called; one without words is shown by its name."""


def add(pages: Pages) -> None:
    pages.get(PAGE, show, OPEN)
    pages.get(f"{PAGE}.csv", save, OPEN)


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What the address asks for. `who` is a login, a token's name, an address or an id."""

    days: DaySpan
    kind: str
    who: str
    after: str

    def link(self, path: str = "", after: str = "") -> str:
        asked = {"from": self.days.first, "to": self.days.last, "kind": self.kind, "who": self.who, "after": after}
        return f"{PAGE}{path}?{urlencode({name: value for name, value in asked.items() if value})}"


def asked_by(visit: Visit) -> LogQuery:
    """Raises `BadRequest` for days that cannot be; a kind that is not known is none."""
    query = visit.request.query_params
    try:
        span = days(query.get("from", "")[:10], query.get("to", "")[:10], visit.now, visit.zone)
    except BadDays:
        raise BadRequest(later("Choose a first day and a last day, ten years apart at most.")) from None
    kind = query.get("kind", "")
    who = query.get("who", "")[:LONGEST].strip()
    return LogQuery(span, kind if kind in set(SecurityEventKind) else "", who, query.get("after", "")[:80])


async def show(visit: Visit) -> Response:
    """A page of events, the newest first."""
    asked = asked_by(visit)
    found, names = await visit.desk.read(_look, asked, TOGETHER + 1)
    shown = found[:TOGETHER]
    return visit.render(
        "security.html", asked=asked, events=[event for event, _ in shown], names=names,
        next=shown[-1][1] if len(found) > TOGETHER else "", kinds=_kinds(visit), dropped=_dropped(visit),
    )  # fmt: skip


async def save(visit: Visit) -> Response:
    """The same as a file; that it was saved is an event too."""
    asked = asked_by(visit)
    found, names = await visit.desk.read(_look, asked, MOST)
    return saved(visit, "security", asked.days, HEAD, [_row(event, names) for event, _ in found])


def _look(conn: Connection, asked: LogQuery, limit: int) -> tuple[list[tuple[SecurityEvent, str]], dict[str, str]]:
    account = find_login(conn, asked.who) if asked.who else None
    who = (asked.who, f"token {asked.who}", *((account.id,) if account else ())) if asked.who else ()
    scope = asked.days.scope()
    found = page_of(conn, Sought(asked.kind, who, scope.since, scope.until), asked.after, limit)
    return found, {one.id: one.name for one in list_staff(conn, disabled=True)}


def _row(event: SecurityEvent, names: Mapping[str, str]) -> list[Cell]:
    detail = " ".join(f"{name}={value}" for name, value in event.detail.items())
    actor = names.get(event.actor, "")
    return [event.at.isoformat(), event.kind.value, event.actor, actor, event.subject, event.address, detail]


def _kinds(visit: Visit) -> dict[str, str]:
    return {kind.value: visit.words.gettext(KINDS[kind]) if kind in KINDS else kind.value for kind in SecurityEventKind}


def _dropped(visit: Visit) -> int:
    return visit.desk.security.dropped if visit.desk.security else 0
