"""The audit trail of one chat as people read it: what was done, by whom, when. Verified elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from storage.db.timestamps import EPOCH, from_micros, to_micros
from storage.tables.core import audit


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that was done. `actor` is an account's id, `customer`, `clock` or `routing`; `subject` a case's
    reference, or empty. `detail` is without what stands in the trail as digests only. `at` is aware, UTC.
    """

    n: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, str]


def happenings(conn: Connection, conversation_id: str, after: int = 0, since: datetime = EPOCH) -> list[Happened]:
    """What was done in a chat after the entry numbered `after`, and not before `since`; oldest first."""
    wanted = (audit.c.conversation_id == conversation_id) & (audit.c.n > after) & (audit.c.at >= to_micros(since))
    rows = conn.execute(select(audit).where(wanted).order_by(audit.c.n))
    return [
        Happened(row.n, from_micros(row.at), row.actor, row.action, row.subject, _legible(row.detail)) for row in rows
    ]


def _legible(detail: str) -> dict[str, str]:
    held: dict[str, str] = msgspec.json.decode(detail)
    return {name: value for name, value in held.items() if not value.startswith("hmac:")}
