"""What is to be done about offers: what waits for approval, and what is owed, late first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select

from complaints.offers.lifecycle import OfferState
from storage.db.timestamps import from_micros
from storage.tables.offers import offer_lines, offers

MOST = 50


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing to see to: a line that is owed by `due`, or (`i` is 0) an offer that waits since then."""

    reference: str
    conversation_id: str
    n: int
    i: int
    kind: str
    amount: int
    currency: str
    due: datetime
    by: str


def owed(conn: Connection, teams: Sequence[str] | None) -> list[ToDo]:
    """Lines that were accepted and are not done, of these teams' cases or of all (None); what is due first, first."""
    of_offer = and_(offers.c.reference == offer_lines.c.reference, offers.c.n == offer_lines.c.n)
    query = select(offer_lines, offers.c.made_by).join(offers, of_offer).where(offer_lines.c.owed == 1)
    if teams is not None:
        query = query.where(offers.c.team.in_(teams))
    rows = conn.execute(query.order_by(offer_lines.c.due, offer_lines.c.reference).limit(MOST))
    return [
        ToDo(
            row.reference, row.conversation_id, row.n, row.i, row.kind, row.amount, row.currency,
            from_micros(row.due), row.made_by,
        )
        for row in rows
    ]  # fmt: skip


def waiting(conn: Connection, teams: Sequence[str] | None, apart_from: str) -> list[ToDo]:
    """Offers that wait for somebody else's approval than `apart_from`, the oldest first."""
    query = select(offers).where(offers.c.state == OfferState.WAITING_APPROVAL, offers.c.made_by != apart_from)
    if teams is not None:
        query = query.where(offers.c.team.in_(teams))
    rows = conn.execute(query.order_by(offers.c.made_at).limit(MOST))
    return [
        ToDo(row.reference, row.conversation_id, row.n, 0, "", 0, "", from_micros(row.made_at), row.made_by)
        for row in rows
    ]
