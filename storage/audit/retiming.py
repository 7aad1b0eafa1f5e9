"""Timers that are set beside the turns: the conversations that hold them say so from then on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from storage.audit.holdings import conversation_seal, held_of, proof_keys, text_of, timer_name
from storage.audit.witness import ring_in
from storage.db.dialect import Dialect
from storage.tables.core import conversations

TOGETHER = 500
_SAVE = (
    update(conversations)
    .where(conversations.c.id == bindparam("of_id"))
    .values(held=bindparam("new_held"), seal=bindparam("new_seal"))
)


def note_timers(conn: Connection, dialect: Dialect, changed: Sequence[Any]) -> None:
    """Note in their conversations what these timers (rows: conversation, kind, subject, due) are set to.

    A conversation that does not fit its seal is left as it is. Nothing is done where nothing is sealed.
    """
    ring = ring_in(conn)
    if ring is None or not changed:
        return
    keys, timers = proof_keys(ring), sorted(tuple(row) for row in changed)
    by_chat = {of_id: list(rows) for of_id, rows in groupby(timers, key=lambda row: row[0])}
    ids = list(by_chat)
    for first in range(0, len(ids), TOGETHER):
        some = ids[first : first + TOGETHER]
        query = select(conversations).where(dialect.among(conversations.c.id, "ids")).order_by(conversations.c.id)
        found = conn.execute(dialect.locking(query), {"ids": dialect.texts(some)}).mappings().all()
        rows = [_changed(keys, dict(row), by_chat[row["id"]]) for row in found if _fits(keys, row)]
        if rows:
            conn.execute(_SAVE, rows)


def _fits(keys: Sequence[bytes], row: Any) -> bool:
    return any(row["seal"] == conversation_seal(key, row) for key in keys)


def _changed(keys: Sequence[bytes], row: dict[str, Any], timers: Sequence[tuple[str, str, str, int]]) -> dict[str, Any]:
    held = held_of(row["held"])
    held.timers.update({timer_name(kind, subject): due for _, kind, subject, due in timers})
    row["held"] = text_of(held)
    return {"of_id": row["id"], "new_held": row["held"], "new_seal": conversation_seal(keys[0], row)}
