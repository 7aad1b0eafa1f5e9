"""Tables as CSV that a spreadsheet shows and never calculates: what a customer or colleague wrote must stay text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

Cell = str | int | float | None

MARK = "\ufeff"
"""Put before a file, it tells spreadsheets that this is UTF-8."""
_CALCULATES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table as CSV (RFC 4180). Numbers stay numbers."""
    written = StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in head])
    writer.writerows([[harmless(cell) if isinstance(cell, str) else _number(cell) for cell in row] for row in rows])
    return written.getvalue()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" \u00a0\u3000").startswith(_CALCULATES) or text.startswith(_CALCULATES) else text


def _number(cell: Cell) -> Cell:
    return round(cell, 4) if isinstance(cell, float) else cell
