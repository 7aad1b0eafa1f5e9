"""Heads: a chain over all books. One head stands for everything that was written until its moment.

Whoever kept a head elsewhere can tell a database that is an older copy, or that was begun anew: it does not hold this
head. A head is `NUMBER:DIGEST`; with its moment it is one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, select

from storage.audit.books import Book, check_ring, held_book, read_books, save_book, seal_of
from storage.db.dialect import Dialect
from storage.db.errors import StorageError
from storage.db.timestamps import from_micros, to_micros
from storage.security.keys import Keyring
from storage.tables.core import counters, staff_log_end
from storage.tables.proof import audit_heads

BOOK = "heads"
_SORTED = msgspec.json.Encoder(order="sorted")
_SHAPE = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


class NoHead(StorageError, ValueError):
    """What was given is no head."""


@dataclass(frozen=True, slots=True)
class Head:
    """The chain's end at a moment: how many links there were, and the digest of the last. `at` is aware, UTC."""

    n: int
    digest: str
    at: datetime

    def __str__(self) -> str:
        return f"{self.n}:{self.digest} {self.at:%Y-%m-%dT%H:%M:%SZ}"


def parsed(text: str) -> tuple[int, str]:
    """Number and digest of a head as it was printed. Raises `NoHead`."""
    found = _SHAPE.match(text.strip())
    if found is None:
        raise NoHead("a head is NUMBER:DIGEST, as amends audit head prints it")
    return int(found[1]), found[2]


def newest(conn: Connection) -> Head | None:
    """The newest head; None while nothing was written yet."""
    row = conn.execute(select(audit_heads).order_by(audit_heads.c.n.desc()).limit(1)).first()
    return None if row is None else Head(row.n, row.digest, from_micros(row.at))


def advance(conn: Connection, dialect: Dialect, ring: Keyring, now: datetime) -> Head | None:
    """Add a link to the chain if anything was written since the last one; returns the newest head."""
    book = held_book(conn, dialect, ring, BOOK)
    if not book.sound:
        check_ring(conn, ring)
    last = conn.execute(select(audit_heads).order_by(audit_heads.c.n.desc()).limit(1)).first()
    books = _books(conn, ring)
    if last is not None and last.books == books:
        return Head(last.n, last.digest, from_micros(last.at))
    n, at = (last.n if last else 0) + 1, to_micros(now)
    digest = head_digest(ring.current, last.digest if last else "", n, at, books)
    conn.execute(insert(audit_heads), {"n": n, "at": at, "books": books, "digest": digest})
    save_book(conn, ring, Book(BOOK, book.changes, n, int(digest, 16), book.sound and _follows(book, last)))
    return Head(n, digest, from_micros(at))


def _follows(book: Book, last: Any) -> bool:
    """Whether the chain's end is where it was left."""
    return (book.many, book.total) == ((last.n, int(last.digest, 16)) if last else (0, 0))


def head_digest(key: bytes, previous: str, n: int, at: int, books: str) -> str:
    """The digest of one link."""
    return seal_of(key, BOOK, previous, n, at, books)


def _books(conn: Connection, ring: Keyring) -> str:
    """Where everything stands, in short."""
    kept = {book.name: [book.changes, book.many, f"{book.total:064x}"] for book in read_books(conn, ring).values()}
    kept.pop(BOOK, None)
    end = conn.execute(select(staff_log_end.c.length, staff_log_end.c.last)).first()
    return _SORTED.encode({**kept, "staff log": list(end or (0, "")), "cases": _cases(conn)}).decode()


def _cases(conn: Connection) -> int:
    """How many references were handed out."""
    return int(conn.scalar(select(func.sum(counters.c.value))) or 0)
