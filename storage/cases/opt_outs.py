"""Who does not want to be asked: the contacts that a customer had given when they said so, as keyed digests only.

The chat itself remembers it too; this is for the day the same customer begins a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, select

from complaints.case import Case
from storage.audit.trail import keyed
from storage.db.dialect import Dialect
from storage.security.keys import AnyKey, ring_of
from storage.tables.surveys import opt_outs


def contacts_of(key: AnyKey, cases: Iterable[Case]) -> set[str]:
    """The addresses and numbers in these cases, each as its keyed digest: with every key that may have made one."""
    return {keyed(each, f"contact:{way}") for case in cases for way in _ways(case) for each in ring_of(key).every}


def _ways(case: Case) -> Iterator[str]:
    contact = case.record.contact
    known = (contact.email.casefold(), contact.phone, contact.handle.casefold()) if contact else ()
    return (way for way in known if way)


def keeping(dialect: Dialect) -> Any:
    """The statement that keeps opt-outs; one that is known already stays as it is."""
    return dialect.insert(opt_outs).on_conflict_do_nothing()


def opted_out(conn: Connection, dialect: Dialect, contacts: Iterable[str]) -> set[str]:
    """Those of these contacts whose owner does not want to be asked."""
    query = select(opt_outs.c.contact).where(dialect.among(opt_outs.c.contact, "contacts"))
    return set(conn.scalars(query, {"contacts": dialect.texts(contacts)}))
