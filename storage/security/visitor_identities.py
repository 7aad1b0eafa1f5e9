"""Who the host page says that a chat's customer is, proved by its signature. It belongs to that one chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.tables.security import identities


@dataclass(frozen=True, slots=True)
class Identity:
    """What was proved: the customer's number at the shop, and perhaps name and e-mail. `at` is aware, UTC."""

    number: str
    name: str
    email: str
    at: datetime


def keep_identity(conn: Connection, dialect: Dialect, conversation_id: str, proved: Identity) -> bool:
    """Keep who a chat's customer is. False where it was proved to be somebody else's chat: then nothing is changed."""
    row = {"number": proved.number, "name": proved.name, "email": proved.email, "at": to_micros(proved.at)}
    here = identities.c.conversation_id == conversation_id
    known = conn.execute(dialect.locking(select(identities).where(here))).one_or_none()
    if known is None:
        conn.execute(insert(identities), {"conversation_id": conversation_id, **row})
        return True
    if known.number != proved.number:
        return False
    conn.execute(update(identities).where(here).values(row))
    return True


def identity_of(conn: Connection, conversation_id: str) -> Identity | None:
    """Who a chat's customer was proved to be, if anybody."""
    row = conn.execute(select(identities).where(identities.c.conversation_id == conversation_id)).one_or_none()
    return None if row is None else Identity(row.number, row.name, row.email, from_micros(row.at))
