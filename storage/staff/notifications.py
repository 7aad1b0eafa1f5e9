"""Tidings of surveys for colleagues: who is told what, until somebody says that they have seen it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from complaints.survey import Survey
from storage.cases.surveys import asked_of
from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.tables.surveys import surveys, tidings

FOR_THE_AGENT_ALONE = ("praise",)
"""Kinds that nobody else is told of, nor can put away."""
MOST = 50


@dataclass(frozen=True, slots=True)
class Tiding:
    """One piece of news and the survey that it is about. `turn` and `n` tell it from the chat's others."""

    conversation_id: str
    turn: int
    n: int
    at: datetime
    staff: str
    team: str
    kind: str
    reference: str
    survey: Survey

    @property
    def key(self) -> str:
        return f"{self.conversation_id}-{self.turn}-{self.n}"


def unseen(
    conn: Connection, dialect: Dialect, staff: str, leads: Iterable[str] = (), *, all_teams: bool = False
) -> list[Tiding]:
    """What is new for an account, the newest first: its own, and that of the teams that it `leads`, or of all."""
    theirs = ~tidings.c.kind.in_(FOR_THE_AGENT_ALONE)
    of_team = theirs if all_teams else theirs & dialect.among(tidings.c.team, "teams")
    about = (surveys.c.reference == tidings.c.reference) & (surveys.c.resolution == tidings.c.resolution)
    named = [
        tidings.c[name].label(f"t_{name}") for name in ("conversation_id", "turn", "n", "at", "staff", "team", "kind")
    ]
    query = select(surveys, *named).select_from(tidings).join(surveys, about)
    query = query.where(tidings.c.seen_at == 0, (tidings.c.staff == staff) | of_team)
    rows = conn.execute(query.order_by(tidings.c.at.desc()).limit(MOST), {"teams": dialect.texts(leads)})
    return [_tiding(row) for row in rows]


def _tiding(row: Any) -> Tiding:
    known = (row.t_conversation_id, row.t_turn, row.t_n, from_micros(row.t_at), row.t_staff, row.t_team, row.t_kind)
    return Tiding(*known, row.reference, asked_of(row).survey)


def put_away(conn: Connection, key: str, staff: str, now: datetime) -> bool:
    """Somebody has seen it, and seen to it where there was something to do. False when it was put away before."""
    conversation, turn, n = (*key.split("-"), "", "")[:3]
    if not turn.isdecimal() or not n.isdecimal():
        return False
    this = (tidings.c.conversation_id == conversation) & (tidings.c.turn == int(turn)) & (tidings.c.n == int(n))
    seen = update(tidings).where(this, tidings.c.seen_at == 0).values(seen_at=to_micros(now), seen_by=staff)
    return conn.execute(seen).rowcount == 1
