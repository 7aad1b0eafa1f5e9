"""The witness: keeps the books of accounts, sessions, tokens and the like, whoever writes to those tables, and how.

It listens to the statements of a transaction. For each row of a table with a book that one touches, it remembers what
stood there before; at the end it looks at what stands there now, and changes the seals and the book accordingly. So
no code that writes needs to know of it, and none can forget it. A row that did not fit its seal before is not
sealed anew: what somebody changed behind our back stays found. These tables change seldom; no turn writes to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Table, bindparam, delete, event, insert, select, tuple_
from sqlalchemy.sql.dml import Delete, Insert, Update

from storage.audit.books import BROKEN, Book, check_ring, fits, held_book, save_book, seal_of
from storage.audit.covered_tables import LEFT_OUT, content, is_covered, table_of
from storage.db.dialect import Dialect
from storage.security.keys import Keyring
from storage.tables.proof import audit_seals

Key = tuple[Any, ...]
Rows = dict[Key, Mapping[Any, Any]]
_TOGETHER = 300
_NAME = "amends_witness"
_ENCODE = msgspec.json.Encoder()


@dataclass(slots=True)
class TouchedRows:
    """What one transaction has touched: for each table, the rows as they were before, by key."""

    dialect: Dialect
    ring: Keyring
    proof: bytes
    before: dict[str, Rows] = field(default_factory=dict)
    touched: dict[str, set[Key]] = field(default_factory=dict)


def listen(engine: Engine) -> None:
    """Listen to everything that is executed on this engine."""
    event.listen(engine, "before_execute", _look)


def begin(conn: Connection, dialect: Dialect, ring: Keyring, proof: bytes) -> None:
    """From here on this transaction is witnessed. `proof` is the key of the seals on rows of conversations."""
    conn.info[_NAME] = TouchedRows(dialect, ring, proof)


def end(conn: Connection) -> None:
    """Bring the books up to date with what the transaction did. To be called before it commits."""
    seen = conn.info.pop(_NAME, None)
    if seen is None:
        return
    for name in sorted(seen.touched):
        _settle(conn, seen, table_of(name))


def forget(conn: Connection) -> None:
    """The transaction came to nothing."""
    conn.info.pop(_NAME, None)


def ring_in(conn: Connection) -> Keyring | None:
    """The keys that this transaction is sealed with; None where nothing is sealed."""
    seen = conn.info.get(_NAME)
    return seen.ring if seen else None


def proof_key_in(conn: Connection) -> bytes:
    """The key of the seals on rows of conversations; empty where nothing is sealed."""
    seen = conn.info.get(_NAME)
    return seen.proof if seen else b""


def _look(conn: Connection, statement: Any, many: Any, params: Any, _options: Any) -> None:
    if not isinstance(statement, Insert | Update | Delete) or not isinstance(statement.table, Table):
        return
    seen, table, given = conn.info.get(_NAME), statement.table, many or [params or {}]
    if seen is None or not is_covered(table) or _changes_nothing(statement, table, given):
        return
    if isinstance(statement, Insert):
        _remember(conn, seen, table, _inserted(statement, table, given))
        return
    for each in given:
        _remember(conn, seen, table, _rows_of(conn, seen, statement, table, each))


def _changes_nothing(statement: Any, table: Table, given: Sequence[Mapping[str, Any]]) -> bool:
    """Whether it changes only columns that are in no seal."""
    if not isinstance(statement, Update):
        return False
    named = {str(getattr(column, "name", column)) for column in statement._values or ()}
    changed = named | {name for each in given for name in each if name in table.c}
    return bool(changed) and changed <= LEFT_OUT[table.name]


def _inserted(statement: Insert, table: Table, given: Sequence[Mapping[str, Any]]) -> list[Key]:
    names = [column.name for column in table.primary_key]
    fixed = statement.compile().params
    return [tuple({**fixed, **each}[name] for name in names) for each in given]


def _rows_of(conn: Connection, seen: TouchedRows, statement: Any, table: Table, params: Mapping[str, Any]) -> list[Key]:
    """The keys of the rows that an update or a removal is about; they are locked, as it will do itself."""
    query = select(*table.primary_key).where(*statement._where_criteria)
    return [tuple(row) for row in conn.execute(seen.dialect.locking(query), dict(params))]


def _remember(conn: Connection, seen: TouchedRows, table: Table, keys: Iterable[Key]) -> None:
    touched = seen.touched.setdefault(table.name, set())
    fresh = [key for key in dict.fromkeys(keys) if key not in touched]
    touched.update(fresh)
    seen.before.setdefault(table.name, {}).update(_read(conn, table, fresh))


def _read(conn: Connection, table: Table, keys: Sequence[Key]) -> Rows:
    found: Rows = {}
    names = [column.name for column in table.primary_key]
    whole = tuple_(*table.primary_key)
    for some in _batched(keys):
        wanted = whole.in_(some) if len(names) > 1 else next(iter(table.primary_key)).in_([key[0] for key in some])
        rows = conn.execute(select(table).where(wanted)).mappings()
        found.update({tuple(row[name] for name in names): row for row in rows})
    return found


def _settle(conn: Connection, seen: TouchedRows, table: Table) -> None:
    keys = list(seen.touched[table.name])
    before, after = seen.before.get(table.name, {}), _read(conn, table, keys)
    changed = [key for key in keys if _content(table, before.get(key)) != _content(table, after.get(key))]
    if not changed:
        return
    book = held_book(conn, seen.dialect, seen.ring, table.name)
    if not book.sound:
        check_ring(conn, seen.ring)
    if book.is_new:
        book = _adopted(conn, seen.ring, table, book, {key: before.get(key) for key in keys})
    kept = _seals(conn, table.name, changed)
    if any(key in before and not _fitting(seen.ring, table, before[key], kept.get(key)) for key in changed):
        check_ring(conn, seen.ring)
    fresh = {key: _sealed_anew(seen.ring, table, before.get(key), after.get(key), kept.get(key)) for key in changed}
    _write(conn, table.name, kept, fresh)
    book = book.with_seals(kept.values(), (seal for seal in fresh.values() if seal))
    save_book(conn, seen.ring, book)


def _content(table: Table, row: Mapping[Any, Any] | None) -> Any:
    return None if row is None else content(table, row)


def _sealed_anew(
    ring: Keyring, table: Table, before: Mapping[Any, Any] | None, after: Mapping[Any, Any] | None, kept: str | None
) -> str | None:
    """The seal of a row as it is now; None where it is gone."""
    if after is None:
        return None if before is None or _fitting(ring, table, before, kept) else kept or BROKEN
    if kept is not None and before is None and _fitting(ring, table, after, kept):
        return kept  # Another process wrote the same row meanwhile, and our insert gave way to it.
    if kept is not None if before is None else not _fitting(ring, table, before, kept):
        return BROKEN
    return row_seal(ring, table, after)


def _fitting(ring: Keyring, table: Table, row: Mapping[Any, Any], seal: str | None) -> bool:
    return seal is not None and fits(ring, seal, table.name, content(table, row))


def row_seal(ring: Keyring, table: Table, row: Mapping[Any, Any]) -> str:
    """The seal of a row."""
    return seal_of(ring.current, table.name, content(table, row))


def row_name(key: Key) -> str:
    """A row's key as it is kept."""
    return _ENCODE.encode(key).decode()


def adopt(conn: Connection, dialect: Dialect, ring: Keyring, name: str) -> None:
    """Begin the book of a table that has none yet, with what stands in it."""
    book = held_book(conn, dialect, ring, name)
    if book.is_new:
        save_book(conn, ring, _adopted(conn, ring, table_of(name), book, {}))


def _adopted(
    conn: Connection, ring: Keyring, table: Table, book: Book, instead: Mapping[Key, Mapping[Any, Any] | None]
) -> Book:
    """The book with every row of its table, those that are being changed as they were before."""
    names = [column.name for column in table.primary_key]
    rows: Rows = {tuple(row[name] for name in names): row for row in conn.execute(select(table)).mappings()}
    for each, row in instead.items():
        rows.pop(each, None)
        if row is not None:
            rows[each] = row
    seals = {each: row_seal(ring, table, row) for each, row in rows.items()}
    _write(conn, table.name, {}, dict(seals))
    return book.with_seals((), seals.values())


def _seals(conn: Connection, book: str, keys: Sequence[Key]) -> dict[Key, str]:
    named = {row_name(key): key for key in keys}
    found: dict[Key, str] = {}
    for some in _batched(named):
        query = select(audit_seals.c.row, audit_seals.c.seal).where(audit_seals.c.book == book)
        found.update({named[row.row]: row.seal for row in conn.execute(query.where(audit_seals.c.row.in_(some)))})
    return found


_GONE = delete(audit_seals).where(audit_seals.c.book == bindparam("of_book"), audit_seals.c.row == bindparam("of_row"))


def _write(conn: Connection, book: str, kept: Mapping[Key, str], fresh: Mapping[Key, str | None]) -> None:
    if kept:
        conn.execute(_GONE, [{"of_book": book, "of_row": row_name(key)} for key in kept])
    if rows := [{"book": book, "row": row_name(key), "seal": seal} for key, seal in fresh.items() if seal]:
        conn.execute(insert(audit_seals), rows)


def _batched(values: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while some := list(islice(rest, _TOGETHER)):
        yield some
