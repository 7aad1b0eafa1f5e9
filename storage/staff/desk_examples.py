"""What colleagues set right in customers' messages: which dangers these tell of, and where which fact stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage.db.timestamps import from_micros
from storage.tables.core import desk_examples

ADD = insert(desk_examples)


@dataclass(frozen=True, slots=True)
class DeskExample:
    """A message and what it should have been understood to tell; `teaches` and `told` are as in the effect `Taught`.

    `at` is aware, UTC; `staff` the account that said so.
    """

    at: datetime
    staff: str
    teaches: str
    language: str
    text: str
    told: str


def examples_of_the_desk(conn: Connection) -> list[DeskExample]:
    """All of them, oldest first."""
    query = select(desk_examples).order_by(desk_examples.c.at, desk_examples.c.turn, desk_examples.c.n)
    return [
        DeskExample(from_micros(row.at), row.staff, row.teaches, row.language, row.text, row.told)
        for row in conn.execute(query)
    ]
