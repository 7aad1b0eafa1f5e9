"""Every difference between SQLite and PostgreSQL, in one place.

Lists are bound as one value, so that a statement's text, and with it its compiled form and the
database's plan, is the same for one conversation and for sixty-four.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import msgspec
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    bindparam,
    func,
    literal_column,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite

_HELD = 728394
"""Keeps the locks of `holding` apart from all others."""

_ALONG_AN_INDEX = select(
    *(
        func.set_config(f"enable_{way}", "off", literal_column("true"))
        for way in ("bitmapscan", "sort", "hashjoin", "mergejoin")
    )
)

Upsert = sqlite.Insert | postgresql.Insert


class Dialect(Protocol):
    """What the two databases say differently."""

    name: str

    def insert(self, table: Table) -> Any:
        """An insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
        ...

    def among(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        """`column` is one of the texts bound as `name` by `texts`."""
        ...

    def texts(self, values: Iterable[str]) -> Any:
        """The value to bind for `among`."""
        ...

    def among_found(self, column: ColumnElement[Any], query: Select[Any]) -> ColumnElement[bool]:
        """`column` is one of the texts that the query finds. They are found first, and each is then looked up."""
        ...

    def pairs_among(self, columns: Sequence[ColumnElement[Any]], name: str) -> ColumnElement[bool]:
        """The two columns together are one of the pairs bound as `name` by `pairs`."""
        ...

    def pairs(self, name: str, values: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """The values to bind for `pairs_among`."""
        ...

    def locking(self, query: Select[Any], skip: bool = False) -> Select[Any]:
        """The query with its rows locked until the transaction ends; with `skip`, passing by locked ones."""
        ...

    def holding(self, query: Select[Any], key: Sequence[str], most: int) -> Select[Any]:
        """The first rows of the query that nobody else holds, by the named columns; held until the transaction ends.

        Holding is no lock on a row: others may change and remove what is held.
        """
        ...

    def along_an_index(self, conn: Connection) -> None:
        """Let the rest of this transaction look up rows one by one, in the order of an index, rather than sort many.

        That suits whoever wants the first few of what may have become many a moment ago, unknown to any statistics.
        """
        ...

    def has_table(self, conn: Connection, name: str) -> bool:
        """Whether there is a table of this name, without a full inspection."""
        ...

    def lock_schema(self, conn: Connection) -> None:
        """Let only one transaction at a time change the tables."""
        ...


class Sqlite:
    """SQLite: lists travel as JSON; the write transaction itself is the lock."""

    name = "sqlite"

    def insert(self, table: Table) -> Any:
        return sqlite.insert(table)

    def among(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        values = func.json_each(bindparam(name, type_=Text)).table_valued("value", name=f"{name}_each")
        return column.in_(select(values.c.value))

    def texts(self, values: Iterable[str]) -> Any:
        return msgspec.json.encode(list(values)).decode()

    def among_found(self, column: ColumnElement[Any], query: Select[Any]) -> ColumnElement[bool]:
        return column.in_(query)

    def pairs_among(self, columns: Sequence[ColumnElement[Any]], name: str) -> ColumnElement[bool]:
        values = func.json_each(bindparam(name, type_=Text)).table_valued("value", name=f"{name}_each")
        first, second = (func.json_extract(values.c.value, f"$[{place}]") for place in (0, 1))
        return tuple_(*columns).in_(select(first, second))

    def pairs(self, name: str, values: Iterable[tuple[str, str]]) -> dict[str, Any]:
        return {name: msgspec.json.encode(list(values)).decode()}

    def locking(self, query: Select[Any], skip: bool = False) -> Select[Any]:
        return query

    def holding(self, query: Select[Any], key: Sequence[str], most: int) -> Select[Any]:
        # One process serves a file, so nobody else is there to hold anything.
        return query.limit(most)

    def along_an_index(self, conn: Connection) -> None:
        """It knows no other way."""

    def has_table(self, conn: Connection, name: str) -> bool:
        return bool(conn.scalar(text("SELECT 1 FROM sqlite_master WHERE name = :name"), {"name": name}))

    def lock_schema(self, conn: Connection) -> None:
        """The write transaction is that lock already."""


class Postgres:
    """PostgreSQL: lists travel as arrays; rows are locked one by one, in the order of the query."""

    name = "postgresql"

    def insert(self, table: Table) -> Any:
        return postgresql.insert(table)

    def among(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        return column == func.any(bindparam(name, type_=ARRAY(Text)))

    def texts(self, values: Iterable[str]) -> Any:
        return list(values)

    def among_found(self, column: ColumnElement[Any], query: Select[Any]) -> ColumnElement[bool]:
        return column == func.any(func.array(query.scalar_subquery()))

    def pairs_among(self, columns: Sequence[ColumnElement[Any]], name: str) -> ColumnElement[bool]:
        first, second = (func.unnest(bindparam(f"{name}_{place}", type_=ARRAY(Text))) for place in (0, 1))
        return tuple_(*columns).in_(select(first, second))

    def pairs(self, name: str, values: Iterable[tuple[str, str]]) -> dict[str, Any]:
        listed = list(values)
        return {f"{name}_0": [pair[0] for pair in listed], f"{name}_1": [pair[1] for pair in listed]}

    def locking(self, query: Select[Any], skip: bool = False) -> Select[Any]:
        return query.with_for_update(skip_locked=skip)

    def holding(self, query: Select[Any], key: Sequence[str], most: int) -> Select[Any]:
        # The inner limit keeps the order, and lets others find something behind what is held. The lock is tried row
        # by row, until there are enough.
        rows = query.limit(most * 8).subquery()
        name = func.hashtext(func.concat_ws(":", *(rows.c[column] for column in key)))
        return select(rows).where(func.pg_try_advisory_xact_lock(_HELD, name)).limit(most)

    def along_an_index(self, conn: Connection) -> None:
        conn.execute(_ALONG_AN_INDEX)

    def has_table(self, conn: Connection, name: str) -> bool:
        return conn.scalar(text("SELECT to_regclass(:name)"), {"name": name}) is not None

    def lock_schema(self, conn: Connection) -> None:
        # Another process may be at it, and an index takes its time: a migration is waited for.
        conn.execute(text("SET LOCAL statement_timeout = 0"))
        conn.execute(text("SET LOCAL lock_timeout = 0"))
        conn.execute(text("SELECT pg_advisory_xact_lock(7283946001)"))
