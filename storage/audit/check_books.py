"""Checking the books: the tables that have one, the roll, and the chain of heads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, literal, select

from storage.audit import head_chain, roll
from storage.audit.books import BROKEN, Book, fits, read_books
from storage.audit.covered_tables import LEFT_OUT, content, table_of
from storage.audit.findings import STREAMED, AuditFinding
from storage.audit.witness import row_name
from storage.security.keys import Keyring
from storage.tables.core import conversations, staff_log_end
from storage.tables.proof import audit_heads, audit_roll, audit_seals

BROUGHT_OVER = "brought over"
"""The name of the book that says, when it was changed once, that nothing of an earlier version is without its seal."""


def is_complete(conn: Connection, ring: Keyring) -> bool:
    """Whether everything that earlier versions wrote was brought over."""
    book = read_books(conn, ring).get(BROUGHT_OVER)
    return bool(book and book.changes)


def is_waiting(conn: Connection) -> bool:
    """Whether there is a conversation of an earlier version that has no seal yet."""
    without = (conversations.c.seal == literal("", literal_execute=True)) & (conversations.c.turn > 0)
    return conn.execute(select(conversations.c.id).where(without).limit(1)).first() is not None


def check_books(conn: Connection, ring: Keyring) -> Iterator[AuditFinding]:
    """What is wrong with the tables that have a book."""
    books = read_books(conn, ring)
    for book in books.values():
        if not book.sound:
            yield AuditFinding("", 0, f"the book of {book.name} is not as it was written")
    for name in sorted(LEFT_OUT.keys() & books.keys()):
        yield from _check_table(conn, ring, name, books[name])
    if roll.BOOK in books:
        yield from _check_roll(conn, books[roll.BOOK])
    yield from _check_heads(conn, ring, books)


def _check_table(conn: Connection, ring: Keyring, name: str, book: Book) -> Iterator[AuditFinding]:
    table, named = table_of(name), [column.name for column in table_of(name).primary_key]
    kept = audit_seals.c.book == name
    seals = {row.row: row.seal for row in conn.execute(select(audit_seals).where(kept))}
    if book.with_seals((), ()).words()[2:] != Book(name).with_seals((), seals.values()).words()[2:]:
        yield AuditFinding("", 0, f"{name}: rows were removed, or added")
    for row in conn.execute(select(table).execution_options(**STREAMED)).mappings():
        which = row_name(tuple(row[column] for column in named))
        seal = seals.pop(which, None)
        if seal is None:
            yield AuditFinding("", 0, f"{name}: the row {_shown(which)} was put there by nobody")
        elif seal == BROKEN or not fits(ring, seal, name, content(table, row)):
            yield AuditFinding("", 0, f"{name}: the row {_shown(which)} is not as it was left")
    for which in sorted(seals):
        yield AuditFinding("", 0, f"{name}: the row {_shown(which)} is not there")


def _shown(which: str) -> str:
    """A row's key, short enough to read."""
    return which[1:-1][:60]


def _check_roll(conn: Connection, book: Book) -> Iterator[AuditFinding]:
    many, total = 0, Book(roll.BOOK)
    for row in conn.execute(select(audit_roll.c.seal).execution_options(**STREAMED)):
        many, total = many + 1, total.with_seals((), [row.seal])
    if (many, total.total) != (book.many, book.total):
        yield AuditFinding("", 0, "the roll of conversations is not as it was written: lines were removed, or added")


def _check_heads(conn: Connection, ring: Keyring, books: dict[str, Book]) -> Iterator[AuditFinding]:
    last: Any = None
    count, digest = 0, ""
    for row in conn.execute(select(audit_heads).order_by(audit_heads.c.n).execution_options(**STREAMED)):
        count += 1
        if row.n != count or not ring.fits(partial(_is_made_with, row, digest)):
            yield AuditFinding("", 0, f"head {count} is missing, or not as it was written")
            return
        last, digest = row, row.digest
    end = books.get(head_chain.BOOK, Book(head_chain.BOOK))
    if (end.many, end.total) != (count, int(digest or "0", 16)):
        yield AuditFinding("", 0, "the chain of heads does not end where it was left")
    if last is None and BROUGHT_OVER in books:
        yield AuditFinding("", 0, "the heads are not there")
    if last is not None:
        yield from _check_last(conn, msgspec.json.decode(last.books), books)


def _is_made_with(row: Any, last: str, key: bytes) -> bool:
    return bool(row.digest == head_chain.head_digest(key, last, row.n, row.at, row.books))


def _check_last(conn: Connection, stood: dict[str, Any], books: dict[str, Book]) -> Iterator[AuditFinding]:
    """Nothing stands behind where the newest head says that it was."""
    stood.pop("cases", None)
    length, last = stood.pop("staff log", (0, ""))
    end = conn.execute(select(staff_log_end.c.length, staff_log_end.c.last)).first() or (0, "")
    if end[0] < length or (end[0] == length and end[1] != last):
        yield AuditFinding("", 0, "the log of accounts was put back to what it had been earlier")
    for name, (changes, many, total) in stood.items():
        now = books.get(name)
        if now is None or now.changes < changes or (now.changes == changes and now.words()[2:] != (many, total)):
            yield AuditFinding("", 0, f"the book of {name} was put back to what it had been earlier")


def check_head(conn: Connection, given: str) -> Iterator[AuditFinding]:
    """Whether this database is one that came after a head that was kept elsewhere. Raises `NoHead`."""
    n, digest = head_chain.parsed(given)
    row = conn.execute(select(audit_heads).where(audit_heads.c.n == n)).first()
    if row is None:
        newest = head_chain.newest(conn)
        stands = f"its newest head is {newest}" if newest else "it has none"
        yield AuditFinding(
            "", 0, f"this is an older copy of the database, or another one: head {n} is not in it; {stands}"
        )
    elif row.digest != digest:
        yield AuditFinding("", 0, f"head {n} is another one here: this is not the database that the head was taken of")
