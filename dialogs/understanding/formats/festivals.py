"""Festivals and sales by name, the movable ones too: 春节前, 国庆期间, 双十一, the day after Christmas."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from borax.calendars.lunardate import LunarDate, TermUtils

from dialogs.understanding.formats.calendar_math import Day
from dialogs.understanding.text import MOST_FACTS

Dated = Callable[[int], "date | None"]

_KNOWN = range(1901, 2100)
"""The years for which the Chinese calendar is known."""


@dataclass(frozen=True, slots=True)
class _Festival:
    """A name's pattern, its day in a year, and how many days 期间 or "holiday" spans."""

    pattern: str
    day: Dated
    length: int = 1


def _fixed(month: int, day: int) -> Dated:
    return lambda year: date(year, month, day)


def _moon(month: int, day: int, shift: int = 0) -> Dated:
    """A day of the Chinese calendar, whose months follow the moon, and so many days on."""

    def dated(year: int) -> date | None:
        if year not in _KNOWN:
            return None
        found: date = LunarDate(year, month, day).to_solar_date()
        return found + timedelta(days=shift)

    return dated


def _clear_and_bright(year: int) -> date | None:
    """清明, when the sun stands at 15°: the 4th, 5th or 6th of April."""
    if year not in _KNOWN:
        return None
    found: date = TermUtils.day_start_from_term(year, "清明")
    return found


def _nth(month: int, weekday: int, nth: int, shift: int = 0) -> Dated:
    """The nth such weekday (0 is Monday) of a month, and so many days on."""

    def dated(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1) + shift)

    return dated


def _easter(shift: int) -> Dated:
    """Western Easter (the anonymous Gregorian computus), and so many days on."""

    def dated(year: int) -> date:
        golden, century, rest = year % 19, year // 100, year % 100
        moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
        week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
        month, day = divmod(moon + week - 7 * ((golden + 11 * moon + 22 * week) // 451) + 114, 31)
        return date(year, month, day + 1) + timedelta(days=shift)

    return dated


_BOUGHT = r"(?=那|当|[大促购活]|期间|前|后|[的下]?[买抢拍订囤付]|时|下单|凑|预售|开|搞|做)"
_CHINESE = (
    _Festival("双(?:十一|11)|双11|11\\.11", _fixed(11, 11)),
    _Festival("双(?:十二|12)|12\\.12", _fixed(12, 12)),
    _Festival("国庆节?|十一(?=假期|长假|黄金周|期间|那几天|的时候)", _fixed(10, 1), 7),
    _Festival("五一(?:劳动节)?(?=[^\\d百千月十号日]|$)|劳动节", _fixed(5, 1), 5),
    _Festival("元旦节?", _fixed(1, 1), 3),
    _Festival("春节|新春|大年初一|过(?:大?年)(?=期间|那|的时候|时|前|后|买|送|在|去|[,.]|$)", _moon(1, 1), 7),
    _Festival("除夕夜?|大年三十|年三十", _moon(1, 1, -1)),
    _Festival("元宵节?|正月十五", _moon(1, 15)),
    _Festival("清明节?", _clear_and_bright, 3),
    _Festival("端午节?", _moon(5, 5), 3),
    _Festival("七夕节?", _moon(7, 7)),
    _Festival("中秋节?", _moon(8, 15), 3),
    _Festival(f"(?<![\\d.])618{_BOUGHT}", _fixed(6, 18)),
    _Festival(f"(?<![\\d.])520{_BOUGHT}", _fixed(5, 20)),
    _Festival("3[·.]15(?=那|当|晚会|前|后)", _fixed(3, 15)),
    _Festival("平安夜", _fixed(12, 24)),
    _Festival("圣诞节?", _fixed(12, 25)),
    _Festival("跨年夜?(?=那|当|晚)", _fixed(12, 31)),
    _Festival("情人节", _fixed(2, 14)),
    _Festival("(?:三八)?妇女节|女神节|三八节", _fixed(3, 8)),
    _Festival("愚人节", _fixed(4, 1)),
    _Festival("(?:六一)?儿童节|六一(?=那|买|当)", _fixed(6, 1)),
    _Festival("教师节", _fixed(9, 10)),
    _Festival("万圣节", _fixed(10, 31)),
    _Festival("母亲节", _nth(5, 6, 2)),
    _Festival("父亲节", _nth(6, 6, 3)),
    _Festival("感恩节", _nth(11, 3, 4)),
    _Festival("黑五|黑色星期五", _nth(11, 3, 4, 1)),
)
_ENGLISH = (
    _Festival("black friday", _nth(11, 3, 4, 1)),
    _Festival("cyber monday", _nth(11, 3, 4, 4)),
    _Festival("thanksgiving(?: day)?", _nth(11, 3, 4)),
    _Festival("(?:christmas|xmas) eve", _fixed(12, 24)),
    _Festival("(?:christmas|xmas)(?: day)?", _fixed(12, 25)),
    _Festival("boxing day", _fixed(12, 26)),
    _Festival("new year'?s? eve", _fixed(12, 31)),
    _Festival("new year'?s? day", _fixed(1, 1)),
    _Festival("valentine'?s?(?: day)", _fixed(2, 14)),
    _Festival("st\\.? patrick'?s day", _fixed(3, 17)),
    _Festival("good friday", _easter(-2)),
    _Festival("easter monday", _easter(1)),
    _Festival("easter(?: sunday)?", _easter(0)),
    _Festival("halloween", _fixed(10, 31)),
    _Festival("bonfire night", _fixed(11, 5)),
    _Festival("labou?r day", _nth(9, 0, 1)),
    _Festival("(?:fourth|4th) of july", _fixed(7, 4)),
    _Festival("chinese new year|lunar new year|spring festival", _moon(1, 1), 7),
    _Festival("national day", _fixed(10, 1)),
    _Festival("singles'? day|double (?:11|eleven)|11\\.11", _fixed(11, 11)),
)

_GATE_ZH = re.compile(
    r"双[十1]|1[12]\.1[12]|国庆|十一|五一|六一|[节夕夜旦]|春|过大?年|年三十|初一|跨年|正月|清明|端午|中秋|618"
    r"|520|[·.]15|圣诞|黑[五色]"
)
_GATE_EN = re.compile(
    r"friday|monday|thanks|mas\b|boxing|new year|valent|patrick|easter|hallow|bonfire|labou?r|july|spring f"
    r"|national|singles|double|11\.11"
)


def _either(festivals: tuple[_Festival, ...]) -> str:
    return "|".join(f"(?P<f{at}>{festival.pattern})" for at, festival in enumerate(festivals))


_ZH = re.compile(
    rf"(?:(?P<year>今年|去年|前年|(?:19|20)\d\d年)的?)?(?:{_either(_CHINESE)})"
    r"(?!树|老人|帽|装|联欢|晚会|月饼|礼[盒品物]|粽|款|限定|贺|红包|快到|还没到|就?要[到来])"
    r"(?:(?P<span>期间|假期|长假|黄金周|那几天|前后|那段时间)"
    r"|(?P<days>(?:前|后)[一两三]天|前夕|前一晚|第二天|隔天)|(?P<before>前|之前|以前)(?![面台提])"
    r"|(?P<after>之后|以后|过后|后)(?![面来台悔续]))?"
)
_EN = re.compile(
    r"\b(?:(?:(?P<days>(?:the |a )?(?:day|night) (?:before|after))|(?P<before>(?:just |right |shortly )?before)"
    r"|(?P<after>(?:just |right |shortly )?after)|(?P<year>last|this)) )?"
    rf"(?:{_either(_ENGLISH)})(?!\w)(?: (?P<span>holidays?|break|week))?"
    r"(?: (?P<of>last year|this year|(?:of |in )?(?:19|20)\d\d)\b)?"
)
_YEAR = re.compile(r"\d{4}")
_SHIFTS = {"一": 1, "两": 2, "三": 3}


def find_chinese(flat: str, today: date) -> list[Day]:
    """Every festival named in Chinese, in order: its latest day, or the days around it that were said."""
    return _find(_ZH, _CHINESE, flat, today) if _GATE_ZH.search(flat) else []


def find_english(flat: str, today: date) -> list[Day]:
    """Every festival named in English, in order."""
    return _find(_EN, _ENGLISH, flat, today) if _GATE_EN.search(flat) else []


def _find(pattern: re.Pattern[str], festivals: tuple[_Festival, ...], flat: str, today: date) -> list[Day]:
    days = []
    for found in islice(pattern.finditer(flat), MOST_FACTS):
        festival = next(one for at, one in enumerate(festivals) if found[f"f{at}"])
        if stretch := _stretch(found, festival, today):
            first, last = stretch
            loose = "" if _said_year(found) else "year"
            days.append(Day(*found.span(), first, min(last, today) if last > first else None, loose=loose))
    return days


def _stretch(found: re.Match[str], festival: _Festival, today: date) -> tuple[date, date] | None:
    """The latest such days that have begun."""
    for year in _years(_said_year(found), today.year):
        day = festival.day(year)
        if day is None:
            continue
        first, last = _around(found, day, festival.length)
        if first <= today:
            return first, last
    return None


def _said_year(found: re.Match[str]) -> str:
    """The year that was said before the festival, or in English behind it."""
    return found["year"] or found.groupdict().get("of") or ""


def _years(said: str, year: int) -> tuple[int, ...]:
    if digits := _YEAR.search(said):
        return (int(digits[0]),)
    if said == "last year":
        return (year - 1,)
    if said in ("去年", "前年"):
        return (year - 1 if said == "去年" else year - 2,)
    return (year, year - 1, year - 2)


def _around(found: re.Match[str], day: date, length: int) -> tuple[date, date]:
    if days := found["days"]:
        shifted = day + timedelta(days=_shift(days))
        return shifted, shifted
    if found["before"]:
        return day - timedelta(days=7), day - timedelta(days=1)
    if found["after"]:
        return day + timedelta(days=1), day + timedelta(days=7)
    return day, day + timedelta(days=length - 1 if found["span"] else 0)


def _shift(said: str) -> int:
    count = next((_SHIFTS[char] for char in said if char in _SHIFTS), 1)
    back = "前" in said or "before" in said
    return -count if back else count
