"""Case references: `C-2611-000042`, the year and month in UTC and a count within it, without gaps.

The month's counter row is locked until the transaction ends, as the last lock a turn takes; it is
counted up only by what was used, so a transaction that fails leaves no gap. The count is sealed, so
that cases cannot be made to vanish by counting down.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from storage.db.dialect import Dialect
from storage.tables.core import counters

_COUNT = (
    update(counters)
    .where(counters.c.name == bindparam("of_name"))
    .values(value=bindparam("count"), seal=bindparam("new_seal"))
)


class References:
    """The references of one month, handed out within one transaction."""

    def __init__(self, month: str, used: int) -> None:
        self._month = month
        self._stored = used
        self._used = used

    @property
    def next(self) -> str:
        """The next free reference; the same one until it is used."""
        return f"C-{self._month}-{self._used + 1:06d}"

    def use(self) -> None:
        """Take the next reference for good."""
        self._used += 1

    def save(self, conn: Connection, key: bytes) -> None:
        """Count up what was used, and seal the count with the audit trail's key."""
        if self._used != self._stored:
            name = counter_name(self._month)
            seal = seal_of(key, name, self._used)
            conn.execute(_COUNT, {"of_name": name, "count": self._used, "new_seal": seal})


def counter_name(month: str) -> str:
    """The counter's name for a month such as `2611`."""
    return f"case:{month}"


def month_of(name: str) -> str:
    """The month of a counter by its name."""
    return name.removeprefix("case:")


def seal_of(key: bytes, name: str, count: int) -> str:
    """The keyed digest of a count; empty while nothing was counted."""
    return hmac.digest(key, f"counter|{name}|{count}".encode(), "sha256").hex() if count else ""


def hold_references(conn: Connection, dialect: Dialect, now: datetime) -> References:
    """Lock this month's counter and return its references."""
    month = now.strftime("%y%m")
    conn.execute(
        dialect.insert(counters).on_conflict_do_nothing(), {"name": counter_name(month), "value": 0, "seal": ""}
    )
    query = dialect.locking(select(counters.c.value).where(counters.c.name == counter_name(month)))
    return References(month, conn.execute(query).scalar_one())
