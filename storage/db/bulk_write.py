"""Writing many rows with one statement.

SQLAlchemy looks at every row anew each time it binds them, which costs as much as writing them does. Whoever writes the
same statements all day has them compiled once here, and only puts the values in their places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Update

from storage.db.customer_words import CustomerWords

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement's text for one driver, what is the same in every row, and how a row becomes the driver's values."""

    text: str
    fixed: Row
    values: Callable[[Row], Any]


class ManyRows:
    """Statements for many rows, each compiled when it is first needed. For one database."""

    def __init__(self) -> None:
        self._compiled: dict[Insert | Update | Delete, _Compiled] = {}

    def write(self, conn: Connection, statement: Insert | Update | Delete, rows: Sequence[Row]) -> None:
        """Execute the statement with each of these rows. All rows have the same keys, today and tomorrow; their
        values are of types that the driver takes as they are.
        """
        if not rows:
            return
        ready = self._compiled.get(statement) or self._compile(conn, statement, rows[0])
        complete = [{**ready.fixed, **row} for row in rows] if ready.fixed else rows
        values = [ready.values(row) for row in complete]
        conn.exec_driver_sql(ready.text, values if len(values) > 1 else values[0])

    def _compile(self, conn: Connection, statement: Insert | Update | Delete, row: Row) -> _Compiled:
        compiled = statement.compile(dialect=conn.dialect, column_keys=list(row))
        fixed = {name: value for name, value in compiled.params.items() if name not in row}
        places = compiled.positiontup
        sealing = _sealing(compiled, conn.dialect)
        placed = _placing(places) if places else dict
        ready = _Compiled(str(compiled), fixed, partial(_sealed, sealing, placed) if sealing else placed)
        self._compiled[statement] = ready
        return ready


def _sealing(compiled: Any, dialect: Dialect) -> dict[str, Callable[[Any], Any]]:
    """What customers' words go through on their way into the database, by the names of their values."""
    words = {name: bind.type for name, bind in compiled.binds.items() if isinstance(bind.type, CustomerWords)}
    return {name: sealing for name, kind in words.items() if (sealing := kind.bind_processor(dialect))}


def _sealed(sealing: Mapping[str, Callable[[Any], Any]], placed: Callable[[Row], Any], row: Row) -> Any:
    return placed({**row, **{name: seal(row[name]) for name, seal in sealing.items()}})


def _placing(names: Sequence[str]) -> Callable[[Row], Any]:
    """A row's values in this order."""
    if len(names) == 1:
        return lambda row: (row[names[0]],)
    return itemgetter(*names)
