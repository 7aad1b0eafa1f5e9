"""The register of what customers ask about their data: opened by a turn, closed by a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from dialogs.flows.effects import OpenRequest
from storage.db.timestamps import from_micros, to_micros
from storage.tables.security import privacy_requests

ADD = insert(privacy_requests)
GRANTED, REFUSED = OUTCOMES = ("granted", "refused")


@dataclass(frozen=True, slots=True)
class PrivacyRequest:
    """One request. Moments are aware, UTC; `closed_at` is None while it is open."""

    reference: str
    conversation_id: str
    kind: str
    opened_at: datetime
    due: datetime
    closed_at: datetime | None
    outcome: str
    reason: str


def row_of(conversation_id: str, opened: OpenRequest, now: int) -> dict[str, Any]:
    """A request as a row; `now` in microseconds."""
    return {
        "reference": opened.reference,
        "conversation_id": conversation_id,
        "kind": opened.right,
        "opened_at": now,
        "due": to_micros(opened.due),
        "closed_at": 0,
        "closed_by": "",
        "outcome": "",
        "reason": "",
    }


def list_requests(conn: Connection, most: int = 200) -> list[PrivacyRequest]:
    """The open ones first, those due soonest before the others."""
    query = select(privacy_requests).order_by(privacy_requests.c.closed_at, privacy_requests.c.due).limit(most)
    return [_request(row) for row in conn.execute(query)]


def close_request(conn: Connection, reference: str, outcome: str, reason: str, by: str, now: datetime) -> bool:
    """Close an open request. False where there is none of this reference that is open."""
    this = (privacy_requests.c.reference == reference) & (privacy_requests.c.closed_at == 0)
    closed = {"closed_at": to_micros(now), "closed_by": by, "outcome": outcome, "reason": reason}
    return conn.execute(update(privacy_requests).where(this), closed).rowcount == 1


def _request(row: Any) -> PrivacyRequest:
    closed = from_micros(row.closed_at) if row.closed_at else None
    return PrivacyRequest(
        row.reference, row.conversation_id, row.kind, from_micros(row.opened_at), from_micros(row.due), closed,
        row.outcome, row.reason,
    )  # fmt: skip
