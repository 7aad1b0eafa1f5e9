"""Networks that are not heard for a while, by their digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.tables.space import blocks

_MOST = 50_000


def block_network(conn: Connection, dialect: Dialect, source: str, until: datetime, staff: str, now: datetime) -> None:
    """Hear nobody of this network until then; a second block takes the first one's place."""
    made = dialect.insert(blocks).values(source=source, until=to_micros(until), staff=staff, at=to_micros(now))
    fresh = {name: made.excluded[name] for name in ("until", "staff", "at")}
    conn.execute(made.on_conflict_do_update(index_elements=["source"], set_=fresh))


def unblock_network(conn: Connection, source: str) -> bool:
    """Hear them again; whether they were not heard."""
    return bool(conn.execute(delete(blocks).where(blocks.c.source == source)).rowcount)


def blocked_networks(conn: Connection, now: datetime) -> dict[str, datetime]:
    """Until when each network is not heard."""
    query = select(blocks.c.source, blocks.c.until).where(blocks.c.until > to_micros(now)).limit(_MOST)
    return {row.source: from_micros(row.until) for row in conn.execute(query)}


def forget_blocks(conn: Connection, now: datetime) -> None:
    """Those that are over."""
    conn.execute(delete(blocks).where(blocks.c.until <= to_micros(now)))
