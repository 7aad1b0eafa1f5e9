"""No table without a word about what proves its rows."""

from __future__ import annotations

from storage.audit.covered_tables import LEFT_OUT, OTHERWISE
from storage.tables.core import metadata


def test_every_table_has_a_book_or_it_is_said_what_holds_it_instead() -> None:
    tables = set(metadata.tables)
    assert tables - LEFT_OUT.keys() - OTHERWISE.keys() == set(), (
        "a new table: name it in storage/audit/covered_tables.py. Does somebody gain when a row is edited, added or "
        "removed? "
        "Then it is to have a book"
    )
    assert (LEFT_OUT.keys() | OTHERWISE.keys()) - tables == set(), "these tables are no more"
    assert not LEFT_OUT.keys() & OTHERWISE.keys()


def test_what_is_left_out_of_a_seal_is_a_column() -> None:
    known = {name: {column.name for column in table.c} for name, table in metadata.tables.items()}
    assert not {name: gone for name, left in LEFT_OUT.items() if (gone := left - known[name])}
