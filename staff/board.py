"""The board as a table: its columns, for the command line, the desk and files."""

from __future__ import annotations

from staff.spreadsheets import Cell
from storage.analytics.board import CountedFigure

BOARD_COLUMNS = ("group", "figure", "value", "part", "n", "low", "high")


def board_row(one: CountedFigure) -> list[Cell]:
    """One figure of one group, in the order of `BOARD_COLUMNS`."""
    low, high = one.interval or (None, None)
    return [one.of, one.name, one.value, one.share.part, one.share.n, low, high]
