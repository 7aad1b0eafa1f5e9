"""`amends report remedies` and `amends report causes`, as a table to read or as CSV to keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.commands.report import as_table, note_export
from bot.opening import load, opened
from bot.refusal import Refusal
from bot.settings import Settings
from staff.figures import BadDays, days, people
from staff.spreadsheets import Cell, as_csv
from storage.analytics.offers import CAUSES_BY, REMEDIES_BY, Cause, RemedyFigures, causes, remedies
from storage.db.timestamps import utc_now

REMEDIES = (
    "group", "currency", "offered", "accepted", "declined", "countered", "expired", "share_accepted", "total", "median",
    "done", "late", "days_to_done",
)  # fmt: skip
CAUSES = ("group", "found", "upheld", "not_upheld", "upheld_rate", "worst_risk")

Group = TypeVar("Group")
Read = Callable[[Connection, datetime, datetime, str], list[Group]]


def remedies_report(settings: Settings, first: str, last: str, by: str, plain_csv: bool) -> str:
    """What was offered, what came of it, and what it came to."""
    found, names = _read(settings, (first, last), by or "kind", REMEDIES_BY, remedies)
    rows: list[Sequence[Cell]] = [_remedy(one, names) for one in found]
    return _written(settings, "remedies", REMEDIES, rows, plain_csv)


def causes_report(settings: Settings, first: str, last: str, by: str, plain_csv: bool) -> str:
    """What complaints turned out to come from."""
    found, _ = _read(settings, (first, last), by or "cause", CAUSES_BY, causes)
    return _written(settings, "causes", CAUSES, [_cause(one) for one in found], plain_csv)


def _written(
    settings: Settings, what: str, head: Sequence[str], rows: Sequence[Sequence[Cell]], plain_csv: bool
) -> str:
    if not plain_csv:
        return as_table(head, rows)
    note_export(settings, what, len(rows))
    return as_csv(head, rows).rstrip()


def _read(
    settings: Settings, asked: tuple[str, str], by: str, known: Sequence[str], read: Read[Group]
) -> tuple[list[Group], dict[str, str]]:
    if by not in known:
        raise Refusal(f"these figures are grouped by one of: {', '.join(known)}")
    zone = ZoneInfo(load(settings.playbook).file.timezone)
    try:
        scope = days(*asked, utc_now(), zone).scope()
    except BadDays as error:
        raise Refusal(str(error)) from None
    with opened(settings) as database, database.read() as conn:
        return read(conn, scope.since, scope.until, by), people(conn, by)


def _remedy(one: RemedyFigures, names: dict[str, str]) -> tuple[Cell, ...]:
    total = f"{one.total:f}" if one.sums else None
    middle = None if one.median is None else f"{one.median:f}"
    return (
        names.get(one.of, one.of), one.currency, one.offered, one.accepted, one.declined, one.countered, one.expired,
        one.share, total, middle, one.done, one.late, one.days,
    )  # fmt: skip


def _cause(one: Cause) -> tuple[Cell, ...]:
    return one.of, one.found, one.upheld, one.not_upheld, one.rate, one.worst_risk
