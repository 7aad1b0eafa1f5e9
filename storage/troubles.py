"""What went wrong and waits for an operator: turns set aside, messages whose fate is unknown or that were given up."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from storage.tables import outbox, quarantine


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
