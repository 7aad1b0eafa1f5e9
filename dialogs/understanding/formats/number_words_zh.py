"""Chinese numerals, spoken and written: 两千三百, 二万三, 一百二十. Whole numbers only."""

from __future__ import annotations

import re

DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9, "俩": 2, "仨": 3,
}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}

NUMERAL = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
"""Every character a numeral may be written with, ready for a regular expression's class."""

_TENS = {"廿": "二十", "卅": "三十"}


_OR_SO = re.compile(r"(?<=[百千万])([一二三四五六七八])[二三四五六七八九]$")
_EITHER = re.compile(r"([一二两三四五六七八九])[二两三四五六七八九](?=[十百千万])")


def whole_number(said: str) -> int | None:
    """The number a numeral or digits name, or None. 两千三 is 2300 and 一百二 is 120, as people say it.

    Of two numbers said for one, the lower is meant: 两三千 is at least 2000, 两千五六 at least 2500.
    """
    if said.isascii():
        return int(said) if said.isdigit() and len(said) < 16 else None
    for short, long in _TENS.items():
        said = said.replace(short, long)
    if all(char in DIGITS for char in said):
        return int("".join(str(DIGITS[char]) for char in said))
    return _composed(_OR_SO.sub(r"\1", _EITHER.sub(r"\1", said)))


def _composed(said: str) -> int | None:
    total, section, digit, last_unit = 0, 0, -1, 1
    for char in said:
        if char in DIGITS:
            digit, last_unit = DIGITS[char], 1 if DIGITS[char] == 0 else last_unit
        elif char in _UNITS:
            section += max(digit, 1 if digit < 0 else 0) * _UNITS[char]
            digit, last_unit = -1, _UNITS[char]
        elif char in _MYRIADS:
            total = (total + section + max(digit, 0)) * _MYRIADS[char]
            section, digit, last_unit = 0, -1, _MYRIADS[char]
        else:
            return None
    return total + section + max(digit, 0) * _tail(digit, last_unit)


def _tail(digit: int, last_unit: int) -> int:
    """A last digit with no unit counts tenths of the unit before it: 两千三 is 2300, 十三 is 13."""
    return last_unit // 10 if digit > 0 and last_unit >= 100 else 1
