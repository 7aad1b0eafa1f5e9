"""`amends report board`: the figures of the board on the command line, as a table to read or as CSV to keep."""

from __future__ import annotations

from bot.commands.report import as_table, days_of, note_export
from bot.opening import opened
from bot.refusal import Refusal
from bot.settings import Settings
from staff.board import BOARD_COLUMNS, board_row
from staff.spreadsheets import as_csv
from storage.analytics.board import BY, board


def board_report(settings: Settings, first: str, last: str, by: str, plain_csv: bool) -> str:
    """All figures of some days, together or by one thing."""
    if by not in BY:
        raise Refusal(f"figures are grouped by one of: {', '.join(filter(None, BY))}")
    asked = days_of(settings, first, last)
    with opened(settings) as database, database.read() as conn:
        rows = [board_row(one) for one in board(conn, asked.scope(), by, asked.zone)]
    if not plain_csv:
        return as_table(BOARD_COLUMNS, rows)
    note_export(settings, "board", len(rows))
    return as_csv(BOARD_COLUMNS, rows).rstrip()
