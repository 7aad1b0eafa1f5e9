"""Cases: filed complaints as rows, their pages, and their timelines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from complaints.case import Case
from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.tables.core import audit, cases

_ENCODE = msgspec.json.Encoder()
_DECODE = msgspec.json.Decoder(Case)

ADD = insert(cases)
CHANGE = (
    update(cases)
    .where(cases.c.reference == bindparam("of_reference"))
    .values(
        {name: bindparam(name) for name in ("state", "priority", "category", "team", "partial", "changed_at", "body")}
    )
)
MOVE = update(cases).where(cases.c.reference == bindparam("of_reference")).values(conversation_id=bindparam("to"))
"""Gives a case to another conversation, that its customer has carried it over to."""

CARRIED_OUT, CARRIED_IN = "carried_out", "carried_in"
"""What the trails of the two conversations say of it."""


@dataclass(frozen=True, slots=True)
class CaseOnFile:
    """A case and where it lives. `changed_at` is aware, UTC."""

    case: Case
    conversation_id: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cases to list; an empty value asks for nothing in particular."""

    state: str = ""
    priority: str = ""
    category: str = ""
    partial: bool | None = None


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of a case's timeline: when, by whom, what (past tense), and its particulars."""

    at: datetime
    actor: str
    action: str
    detail: dict[str, str]


def encode_case(case: Case) -> str:
    """A case as the JSON text that is stored."""
    return _ENCODE.encode(case).decode()


def row_of(conversation_id: str, case: Case, now: int) -> dict[str, Any]:
    """A case as a row; `now` in microseconds."""
    return {
        "reference": case.reference,
        "conversation_id": conversation_id,
        "state": case.state.value,
        "priority": case.priority.value,
        "category": case.record.category,
        "team": case.team,
        "partial": case.partial,
        "opened_at": to_micros(case.opened_at),
        "changed_at": now,
        "body": encode_case(case),
    }


def change_of(row: dict[str, Any]) -> dict[str, Any]:
    """The row as parameters of `CHANGE`."""
    kept = {name: row[name] for name in ("state", "priority", "category", "team", "partial", "changed_at", "body")}
    return {"of_reference": row["reference"], **kept}


def cases_of(dialect: Dialect) -> Any:
    """The query for the cases of the conversations bound as `ids`, oldest first."""
    return (
        select(cases.c.conversation_id, cases.c.body)
        .where(dialect.among(cases.c.conversation_id, "ids"))
        .order_by(cases.c.opened_at, cases.c.reference)
    )


def decode_case(body: str) -> Case:
    """A case from its stored JSON text."""
    return _DECODE.decode(body)


def cases_in(conn: Connection, conversation_id: str) -> tuple[Case, ...]:
    """The cases of one chat, oldest first."""
    query = select(cases.c.body).where(cases.c.conversation_id == conversation_id)
    return tuple(decode_case(body) for body in conn.scalars(query.order_by(cases.c.opened_at, cases.c.reference)))


def find_case(conn: Connection, reference: str) -> CaseOnFile | None:
    """The case with this reference, or None."""
    row = conn.execute(select(cases).where(cases.c.reference == reference)).first()
    return None if row is None else _filed(row)


def list_cases(conn: Connection, after: str = "", limit: int = 50, filters: Filters | None = None) -> list[CaseOnFile]:
    """A page of cases, newest reference first, following the case whose reference is `after`."""
    query = select(cases).order_by(cases.c.opened_at.desc(), cases.c.reference.desc()).limit(limit)
    if after:
        query = query.where(_older_than(conn, after))
    return [_filed(row) for row in conn.execute(query.where(*_conditions(filters or Filters())))]


def _older_than(conn: Connection, reference: str) -> Any:
    opened = conn.scalar(select(cases.c.opened_at).where(cases.c.reference == reference))
    if opened is None:
        return cases.c.reference < reference
    return (cases.c.opened_at < opened) | ((cases.c.opened_at == opened) & (cases.c.reference < reference))


def _conditions(filters: Filters) -> Sequence[Any]:
    wanted = {"state": filters.state, "priority": filters.priority, "category": filters.category}
    found = [cases.c[name] == value for name, value in wanted.items() if value]
    return found if filters.partial is None else [*found, cases.c.partial == filters.partial]


def timeline(conn: Connection, filed: CaseOnFile) -> list[TimelineLine]:
    """What happened to a case, oldest first, from the audit trail; from those of earlier chats too."""
    found: list[TimelineLine] = []
    chat = filed.conversation_id
    while chat:
        query = select(audit).where(audit.c.conversation_id == chat, audit.c.subject == filed.case.reference)
        rows = conn.execute(query.order_by(audit.c.n)).all()
        found = [
            *(TimelineLine(from_micros(row.at), row.actor, row.action, _shown(row.detail)) for row in rows),
            *found,
        ]
        chat = next((_shown(row.detail).get("from", "") for row in rows if row.action == CARRIED_IN), "")
    return found


def _shown(detail: str) -> dict[str, str]:
    held: dict[str, str] = msgspec.json.decode(detail)
    return {name: value for name, value in held.items() if not value.startswith("hmac:")}


def _filed(row: Any) -> CaseOnFile:
    return CaseOnFile(decode_case(row.body), row.conversation_id, from_micros(row.changed_at))
