"""What is saved is a table, and never a formula."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff.spreadsheets import as_csv

DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "  =1",
    "\u3000@x",
    '=HYPERLINK("http://x")',
]


def read(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline="")))


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_would_calculate_is_text(text: str) -> None:
    assert read(as_csv(["name"], [[text]])) == [["name"], ["'" + text]]


@given(st.lists(st.lists(st.text(alphabet="=+-@\t\r\n ab\",'，0", max_size=6), min_size=2, max_size=2), max_size=5))
def test_no_cell_begins_like_a_formula_and_nothing_of_it_is_lost(rows: list[list[str]]) -> None:
    (_, *back) = read(as_csv(["a", "b"], rows))
    assert len(back) == len(rows)
    for cells, given_cells in zip(back, rows, strict=True):
        for cell, text in zip(cells, given_cells, strict=True):
            assert cell in (text, "'" + text)
            assert not cell.lstrip().startswith(("=", "+", "-", "@"))
            assert not cell.startswith(("\t", "\r", "\n"))


def test_numbers_stay_numbers() -> None:
    assert as_csv(["n", "mean", "none"], [[3, 4.256789, None]]) == "n,mean,none\r\n3,4.2568,\r\n"
