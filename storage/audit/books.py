"""Books: for each table that has one, how many rows there are, and the sum of their seals.

A seal is a keyed digest of a row's content, so a row edited no longer fits its seal; the sum, which is sealed itself,
tells a row that was removed or added with its seal (a multiset hash: Clarke and others, 2003). Changing a book costs
the same however many rows its table has. `changes` only grows, so a book that was put back is told from a newer one.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from storage.db.dialect import Dialect
from storage.db.errors import Unavailable
from storage.security.keys import Keyring, check_value
from storage.tables.proof import audit_books
from storage.tables.security import secret_keys

_MODULUS = 1 << 256
_ENCODE = msgspec.json.Encoder()
BROKEN = "broken"
"""Stands in place of a seal when what it should seal did not fit its own before: an honest write blesses nothing."""


def seal_of(key: bytes, purpose: str, *words: Any) -> str:
    """The keyed digest of some words for one purpose."""
    return hmac.digest(key, _ENCODE.encode((str(purpose), *words)), "sha256").hex()


def fits(ring: Keyring, seal: str, purpose: str, *words: Any) -> bool:
    """Whether this is the seal of these words, made with any key of the ring."""
    return ring.fits(lambda key: hmac.compare_digest(seal.encode(), seal_of(key, purpose, *words).encode()))


@dataclass(frozen=True, slots=True)
class Book:
    """Where one table stands. `sound` is whether it was read as it was sealed."""

    name: str
    changes: int = 0
    many: int = 0
    total: int = 0
    sound: bool = True

    @property
    def is_new(self) -> bool:
        return self.changes == 0

    def with_seals(self, gone: Iterable[str], came: Iterable[str]) -> Book:
        """The book after these seals left and those were added."""
        leaving, coming = list(gone), list(came)
        total = (self.total - sum(map(_number, leaving)) + sum(map(_number, coming))) % _MODULUS
        return replace(self, many=self.many - len(leaving) + len(coming), total=total)

    def words(self) -> tuple[str, int, int, str]:
        return self.name, self.changes, self.many, f"{self.total:064x}"


def _number(seal: str) -> int:
    return 0 if seal == BROKEN else int(seal, 16)


_SAVE = (
    update(audit_books)
    .where(audit_books.c.name == bindparam("of_name"))
    .values({name: bindparam(f"new_{name}") for name in ("changes", "many", "total", "seal")})
)


def held_book(conn: Connection, dialect: Dialect, ring: Keyring, name: str) -> Book:
    """The book of this name, locked until the transaction ends; a new one where there is none."""
    fresh = {"name": name, "changes": 0, "many": 0, "total": "0", "seal": ""}
    conn.execute(dialect.insert(audit_books).values(fresh).on_conflict_do_nothing())
    row = conn.execute(dialect.locking(select(audit_books).where(audit_books.c.name == name))).one()
    return book_of(ring, row)


def book_of(ring: Keyring, row: Any) -> Book:
    """A row as a book."""
    try:
        book = Book(row.name, row.changes, row.many, int(row.total, 16))
    except ValueError:
        return Book(row.name, row.changes, row.many, 0, sound=False)
    if row.changes == 0 and not row.seal:
        return book
    return replace(book, sound=fits(ring, row.seal, "book", *book.words()))


def check_ring(conn: Connection, ring: Keyring) -> None:
    """Something does not fit its seal. Raise `Unavailable` where a process with a newer key may have sealed it."""
    known = {check_value(key) for key in ring.every}
    if not set(conn.scalars(select(secret_keys.c.check_value))) <= known:
        raise Unavailable("another process writes with a newer key: start this one again")


def save_book(conn: Connection, ring: Keyring, book: Book) -> None:
    """Keep the book as it is now. One that was not sound stays so."""
    book = replace(book, changes=book.changes + 1)
    name, changes, many, total = book.words()
    seal = seal_of(ring.current, "book", *book.words()) if book.sound else BROKEN
    conn.execute(
        _SAVE, {"of_name": name, "new_changes": changes, "new_many": many, "new_total": total, "new_seal": seal}
    )


def read_books(conn: Connection, ring: Keyring) -> dict[str, Book]:
    """Every book by its name."""
    return {row.name: book_of(ring, row) for row in conn.execute(select(audit_books).order_by(audit_books.c.name))}
