"""Tables of the reports as files, for a spreadsheet. Whoever saves one is noted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastapi import Response

from handlers.desk.request_context import HEADERS
from staff.spreadsheets import MARK, as_csv

if TYPE_CHECKING:
    from handlers.desk.request_context import Visit
    from staff.figures import DaySpan
    from staff.spreadsheets import Cell


def saved(visit: Visit, name: str, span: DaySpan, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Response:
    """A table as a file, whose saving is noted."""
    visit.exported(name, len(rows))
    called = f"{name}-{span.first}-{span.last}.csv"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{called}"'}
    return Response(MARK + as_csv(head, rows), media_type="text/csv; charset=utf-8", headers=headers)
