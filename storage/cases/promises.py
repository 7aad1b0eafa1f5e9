"""Promises as rows: each clock of a case as it stands, written with the case, so that figures are counts over rows."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, update

from complaints.case import Case
from complaints.promises import Clock
from storage.db.dialect import Dialect
from storage.db.timestamps import to_micros
from storage.tables.promises import promises


class PromiseState(StrEnum):
    """What became of a promise. `spam` was promised to nobody, and no figure counts it."""

    RUNNING = "running"
    KEPT = "kept"
    MISSED = "missed"
    DROPPED = "dropped"
    SPAM = "spam"


RUNNING, KEPT, MISSED, DROPPED, SPAM = PromiseState
STATES = (RUNNING, KEPT, MISSED, DROPPED)

MOVE = update(promises).where(promises.c.reference == bindparam("of_reference")).values(conversation_id=bindparam("to"))
"""The customer has carried the case over to another conversation."""


def rows_of(conversation_id: str, case: Case) -> list[dict[str, Any]]:
    """The clocks of a case as rows."""
    return [_row(conversation_id, case, clock) for clock in case.clocks]


def key_of(row: dict[str, Any]) -> tuple[str, str, int]:
    """What tells one promise from all others."""
    return row["reference"], row["kind"], row["began_at"]


def writing(dialect: Dialect) -> Any:
    """The statement that writes promises, each in place of what stood there."""
    made = dialect.insert(promises)
    key = [column.name for column in promises.primary_key]
    fresh = {column.name: made.excluded[column.name] for column in promises.c if column.name not in key}
    return made.on_conflict_do_update(index_elements=key, set_=fresh)


def _row(conversation_id: str, case: Case, clock: Clock) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "kind": clock.kind.value,
        "began_at": to_micros(clock.began or case.opened_at),
        "conversation_id": conversation_id,
        "priority": case.priority.value,
        "team": case.team,
        "category": case.record.category,
        "playbook": case.playbook,
        "target": int(clock.target.total_seconds() * 1_000_000),
        "spent": int(clock.spent.total_seconds() * 1_000_000) if clock.kept_at else 0,
        "kept_at": to_micros(clock.kept_at) if clock.kept_at else 0,
        "state": _state(case, clock),
        "cause": clock.cause,
    }


def _state(case: Case, clock: Clock) -> str:
    if case.spam:
        return SPAM
    if clock.is_missed:
        return MISSED
    if clock.kept_at:
        return KEPT
    return RUNNING if case.is_open else DROPPED
