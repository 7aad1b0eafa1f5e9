"""What went wrong and waits for an operator: turns set aside, messages whose fate is unknown or that were given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from storage.db.timestamps import from_micros
from storage.tables.core import outbox, quarantine


@dataclass(frozen=True, slots=True)
class Troubles:
    """How many there are of each, ever."""

    set_aside: int
    unknown: int
    given_up: int

    def __bool__(self) -> bool:
        return bool(self.set_aside or self.unknown)


def troubles(conn: Connection) -> Troubles:
    """Count them. Reads the outbox whole: for operators, not for every request."""
    set_aside = conn.scalar(select(func.count()).select_from(quarantine)) or 0
    counted = conn.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state)).all()
    states: dict[str, int] = dict(counted)
    return Troubles(set_aside, states.get("unknown", 0), states.get("dead", 0))


@dataclass(frozen=True, slots=True)
class SetAside:
    """A turn in quarantine. `event` (JSON) and `error` (a traceback) hold the customer's words; `at` is aware, UTC."""

    conversation_id: str
    event_id: str
    at: datetime
    event: str
    error: str

    @property
    def kind(self) -> str:
        """The error's type, from the line below the traceback's places; what else is said may be the customer's."""
        below = self.error.rpartition("Traceback (most recent call last):\n")[2].splitlines()
        raised = next((line for line in below if line and not line[0].isspace()), "").partition(":")[0]
        return raised if raised.replace(".", "").isidentifier() else "an error"


def set_aside_turns(conn: Connection, limit: int) -> list[SetAside]:
    """The newest turns in quarantine, newest first."""
    newest = select(quarantine).order_by(quarantine.c.at.desc(), quarantine.c.event_id).limit(limit)
    return [_set_aside(row) for row in conn.execute(newest)]


def find_set_aside(conn: Connection, event_id: str) -> list[SetAside]:
    """The turns of this event; several chats may have used the same id."""
    found = select(quarantine).where(quarantine.c.event_id == event_id).order_by(quarantine.c.at)
    return [_set_aside(row) for row in conn.execute(found)]


def _set_aside(row: Row[Any]) -> SetAside:
    return SetAside(row.conversation_id, row.event_id, from_micros(row.at), row.event, row.error)
