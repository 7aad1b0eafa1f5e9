"""`amends report`: figures on the command line, as a table to read or as CSV to keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from bot.opening import load, opened
from bot.refusal import Refusal
from bot.settings import Settings
from staff.figures import (
    BY,
    FOLLOW_UP,
    PROMISES,
    BadDays,
    DaySpan,
    Report,
    days,
    follow_up_row,
    people,
    promises_row,
    read_report,
)
from staff.spreadsheets import Cell, as_csv
from storage.db.timestamps import utc_now
from storage.security.events import SecurityEvent, SecurityEventKind, record
from storage.staff.account_log import COMMAND_LINE

_SHOWN = (
    "group", "resolutions", "sent", "delivered", "answered", "solved", "partly", "unsolved", "mean_outcome",
    "mean_treatment", "reopened", "first", "first_contact",
)  # fmt: skip
"""As much as fits a terminal; the CSV has all of it."""


def follow_up(settings: Settings, first: str, last: str, by: str, plain_csv: bool) -> str:
    """How the follow-up went, and how promises were kept."""
    report, names = _read(settings, first, last, by)
    answered = [follow_up_row(line, names) for line in report.answers]
    if plain_csv:
        note_export(settings, "follow-up", len(answered))
        return as_csv(FOLLOW_UP, answered).rstrip()
    shown = [[dict(zip(FOLLOW_UP, row, strict=True))[name] for name in _SHOWN] for row in answered]
    return f"{as_table(_SHOWN, shown)}\n\n{_promises(report)}"


def promises(settings: Settings, first: str, last: str, by: str, plain_csv: bool) -> str:
    """How promises were kept."""
    report, _ = _read(settings, first, last, by)
    if not plain_csv:
        return _promises(report)
    note_export(settings, "promises", len(report.keeping))
    return as_csv(PROMISES, map(promises_row, report.keeping)).rstrip()


def note_export(settings: Settings, what: str, rows: int) -> None:
    """That a table was printed to be kept goes into the security log."""
    detail = {"what": what, "rows": str(rows)}
    event = SecurityEvent(utc_now(), SecurityEventKind.EXPORTED, COMMAND_LINE, detail=detail)
    with opened(settings) as database, database.write() as conn:
        record(conn, [event])


def _promises(report: Report) -> str:
    return as_table(PROMISES, [promises_row(line) for line in report.keeping])


def _read(settings: Settings, first: str, last: str, by: str) -> tuple[Report, dict[str, str]]:
    """The figures, and what their groups are called."""
    if by not in BY:
        raise Refusal(f"figures are grouped by one of: {', '.join(filter(None, BY))}")
    asked = days_of(settings, first, last)
    with opened(settings) as database, database.read() as conn:
        return read_report(conn, asked.scope(), by), people(conn, by)


def days_of(settings: Settings, first: str, last: str) -> DaySpan:
    """The days that were typed, in the playbook's zone."""
    try:
        return days(first, last, utc_now(), ZoneInfo(load(settings.playbook).file.timezone))
    except BadDays as error:
        raise Refusal(str(error)) from None


def as_table(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Columns as wide as what stands in them."""
    cells = [list(head), *([_cell(cell) for cell in row] for row in rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def _cell(cell: Cell) -> str:
    if cell is None:
        return "–"
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell) or "all"
