"""The log of accounts: who made, changed, closed and used them. One chain of keyed digests, like `storage.audit.trail`.

Entries are added in the transaction of what they tell, and only added. Whoever lacks the key cannot
alter, remove or add one without `verify_staff_log` finding it. It holds logins and no customer's words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from storage.audit.findings import AuditFinding
from storage.audit.trail import digest_of, head_of
from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.security.keys import AnyKey, ring_of
from storage.tables.core import staff_log, staff_log_end

NAME = "staff log"
COMMAND_LINE = "command line"
"""Who acts when it is no account: whoever runs `amends user`."""
_SORTED = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One thing that was done: by whom (a staff id), what, to whom (a staff id), with what in particular."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, str] = field(default_factory=dict)


def note(conn: Connection, dialect: Dialect, key: bytes, done: AccountEntry) -> None:
    """Add an entry. Entries wait for each other: they are few, and each seals the one before it."""
    fresh = {"id": 1, "length": 0, "last": "", "head": ""}
    conn.execute(dialect.insert(staff_log_end).values(fresh).on_conflict_do_nothing())
    end = conn.execute(dialect.locking(select(staff_log_end))).one()
    n, at, detail = end.length + 1, to_micros(done.at), _SORTED.encode(dict(done.detail)).decode()
    digest = digest_of(key, end.last, NAME, n, at, done.actor, done.action, done.subject, detail)
    row = {"n": n, "at": at, "actor": done.actor, "action": done.action, "subject": done.subject, "detail": detail}
    conn.execute(insert(staff_log), {**row, "digest": digest})
    conn.execute(update(staff_log_end).values(length=n, last=digest, head=head_of(key, NAME, n, digest)))


def notes(conn: Connection, subject: str = "", limit: int = 100) -> list[AccountEntry]:
    """The newest entries first: about one account, or all."""
    query = select(staff_log).order_by(staff_log.c.n.desc()).limit(limit)
    return [_note(row) for row in conn.execute(query.where(staff_log.c.subject == subject) if subject else query)]


def verify_staff_log(conn: Connection, key: AnyKey) -> Iterator[AuditFinding]:
    """What is wrong with the log, if anything."""
    ring, last, count = ring_of(key), "", 0
    for row in conn.execute(select(staff_log).order_by(staff_log.c.n).execution_options(yield_per=1000)):
        count += 1
        if row.n != count or not ring.fits(partial(_is_made_with, row, last)):
            yield AuditFinding(NAME, count, "the entry is missing, or not as it was written")
            return
        last = row.digest
    end = conn.execute(select(staff_log_end)).one_or_none()
    kept = (end.length, end.last, end.head) if end else (0, "", "")
    if kept not in {(count, last, head_of(each, NAME, count, last) if count else "") for each in ring.every}:
        yield AuditFinding(NAME, count, "the log's end is not where it was left")


def _is_made_with(row: Row[Any], last: str, key: bytes) -> bool:
    told = digest_of(key, last, NAME, row.n, row.at, row.actor, row.action, row.subject, row.detail)
    return bool(row.digest == told)


def _note(row: Row[Any]) -> AccountEntry:
    return AccountEntry(from_micros(row.at), row.actor, row.action, row.subject, msgspec.json.decode(row.detail))
