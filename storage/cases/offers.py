"""From a case's offers and finding to rows, and the statements that write them in place of what stood there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, update

from complaints.case import Case
from complaints.offers.amounts import minor_units
from complaints.offers.lifecycle import OWED
from complaints.offers.offer import Line, Offer
from storage.db.dialect import Dialect
from storage.db.timestamps import to_micros
from storage.tables.offers import findings, offer_lines, offers

TABLES = (offers, offer_lines, findings)
MOVES = tuple(
    update(table).where(table.c.reference == bindparam("of_reference")).values(conversation_id=bindparam("to"))
    for table in TABLES
)
"""The customer has carried the case over to another conversation."""

Key = tuple[Any, ...]
Row = dict[str, Any]


def rows_of(conversation_id: str, case: Case) -> Iterator[tuple[Table, Row]]:
    """All rows of a case's offers and finding."""
    of_case = {"reference": case.reference, "conversation_id": conversation_id}
    kind = {"team": case.team, "category": case.record.category, "playbook": case.playbook}
    for offer in case.offers:
        yield offers, {**of_case, **kind, **_offer(offer)}
        for i, line in enumerate(offer.lines, 1):
            yield offer_lines, {**of_case, "n": offer.n, "i": i, **_line(offer, line)}
    if case.finding:
        yield findings, {**of_case, **kind, **_finding(case)}


def key_of(table: Table, row: Row) -> Key:
    """What tells a row from all others of its table."""
    return tuple(row[column.name] for column in table.primary_key)


def writing(dialect: Dialect, table: Table) -> Any:
    """The statement that writes rows of one of these tables, each in place of what stood there."""
    made = dialect.insert(table)
    key = [column.name for column in table.primary_key]
    fresh = {column.name: made.excluded[column.name] for column in table.c if column.name not in key}
    return made.on_conflict_do_update(index_elements=key, set_=fresh)


def _offer(offer: Offer) -> Row:
    moments = ("made_at", "put_at", "valid_until", "decided_at", "failed_at", "fulfilled_at")
    plain = ("n", "made_by", "role", "approved_by", "decided_by")
    return {
        "state": offer.state.value,
        **{name: getattr(offer, name) for name in plain},
        **{name: _micros(getattr(offer, name)) for name in moments},
    }


def _line(offer: Offer, line: Line) -> Row:
    return {
        "kind": line.kind.value,
        "amount": minor_units(line.money) if line.money else 0,
        "currency": line.money.currency if line.money else "",
        "due": _micros(line.due),
        "owed": int(offer.state in OWED and not line.is_done),
        "done_at": _micros(line.done_at),
        "done_by": line.done_by,
    }


def _finding(case: Case) -> Row:
    finding = case.finding
    assert finding is not None
    return {
        "at": to_micros(finding.at),
        "by": finding.by,
        "upheld": finding.upheld.value,
        "responsible": finding.responsible.value,
        "cause": finding.cause,
        "contributing": " ".join(finding.contributing),
        "risk": max((risk.weight for risk in finding.risks), default=0),
    }


def _micros(moment: datetime | None) -> int:
    return to_micros(moment) if moment else 0
