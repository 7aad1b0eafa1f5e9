"""What a verification finds, and rows read in step with the conversations they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select

STREAMED = {"yield_per": 1000}


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """Something wrong: in which conversation (empty for none), at which entry (0 for the whole), and what."""

    conversation_id: str
    n: int
    what: str


class Stream:
    """Rows in groups by conversation, in ascending order of its id, taken by it."""

    def __init__(self, conn: Connection, name: str, query: Select[Any]) -> None:
        rows = conn.execute(query.execution_options(**STREAMED))
        self._name = name
        self._groups: Iterator[tuple[str, Iterator[Row[Any]]]] = groupby(rows, key=lambda row: row.conversation_id)
        self._next: tuple[str, list[Row[Any]]] | None = None
        self._advance()

    def _advance(self) -> None:
        found = next(self._groups, None)
        self._next = None if found is None else (found[0], list(found[1]))

    def orphans(self, before: str) -> Iterator[AuditFinding]:
        """Pass by the groups before this conversation, each of which has none; all that are left when it is empty."""
        while self._next is not None and (not before or self._next[0] < before):
            yield AuditFinding(self._next[0], 0, f"{self._name} without a conversation")
            self._advance()

    def take(self, conversation_id: str) -> list[Row[Any]]:
        """The rows of this conversation, or none."""
        if self._next is None or self._next[0] != conversation_id:
            return []
        rows = self._next[1]
        self._advance()
        return rows
