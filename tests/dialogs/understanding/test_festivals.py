"""Chinese festivals fall where the almanac has them. The days are the Hong Kong Observatory's, month and day a year."""

from __future__ import annotations

from datetime import date

import pytest

from dialogs.understanding.formats.festivals import find_chinese, find_english

FIRST = 2020
ALMANAC = {
    "春节": "0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 0203 0123 0211 0131 0219 0208 0128 0215 0204 0124 0212",
    "清明": "0404 0404 0405 0405 0404 0404 0405 0405 0404 0404 0405 0405 0404 0404 0405 0405 0404 0404 0405 0405 0404",
    "端午": "0625 0614 0603 0622 0610 0531 0619 0609 0528 0616 0605 0624 0612 0601 0620 0610 0530 0618 0607 0527 0614",
    "七夕": "0825 0814 0804 0822 0810 0829 0819 0808 0826 0816 0805 0824 0812 0801 0820 0810 0828 0817 0807 0826 0814",
    "中秋": "1001 0921 0910 0929 0917 1006 0925 0915 1003 0922 0912 1001 0919 0908 0927 0916 1004 0924 0913 1002 0920",
}


@pytest.mark.parametrize("name", ALMANAC)
def test_a_festival_falls_where_the_almanac_has_it(name: str) -> None:
    for year, day in enumerate(ALMANAC[name].split(), FIRST):
        (found,) = find_chinese(f"{name}那天", date(year, 12, 31))
        assert found.first == date(year, int(day[:2]), int(day[2:])), year


def test_the_eve_and_the_fifteenth_are_counted_from_new_year() -> None:
    assert [one.first for one in find_chinese("除夕夜下的单,元宵节还没到货", date(2026, 12, 1))] == [
        date(2026, 2, 16), date(2026, 3, 3),
    ]  # fmt: skip
    assert [one.first for one in find_english("ordered on chinese new year", date(2026, 12, 1))] == [date(2026, 2, 17)]


@pytest.mark.parametrize("year", [1066, 1900, 2103, 9998])
def test_a_year_that_no_almanac_has_names_no_day(year: int) -> None:
    assert find_chinese("春节那天", date(year, 12, 31)) == []
