"""Days in languages other than Chinese and English, by `dateparser`, and only where its answer leaves no doubt.

It reads "die" as Tuesday and "mai" in "mai je suis" as May; so its answer must hold a date in full or one of the
words that we know to name a day.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import islice

from dialogs.understanding.formats import calendar_math
from dialogs.understanding.formats.calendar_math import Day
from dialogs.understanding.text import MOST_FACTS

LANGUAGES = frozenset(("de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "cs", "tr", "ru", "uk", "ja"))
"""The languages whose days are looked for."""

_LONGEST = 400
_NAMED = (
    r"gestern|heute|\bvor\b|letzt|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|\bhier\b|aujourd|il y a|dernier"
    r"|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|\bayer\b|\bhoy\b|\bhace\b|pasad|lunes|martes|mi[eé]rcoles|jueves"
    r"|viernes|s[aá]bado|domingo|\bieri\b|oggi|\bfa\b|scors|luned|marted|mercoled|gioved|venerd|sabato|domenica|ontem"
    r"|hoje|\bh[aá]\b|feira|gisteren|vandaag|geleden|vorige|(?:maan|dins|woens|donder|vrij|zater|zon)dag|wczoraj|dzi[sś]"
    r"|temu|ig[aå]r|sedan|siden|v[cč]era|dnes|\bd[uü]n\b|[oö]nce|вчера|сегодня|назад|вчора|сьогодні|тому|昨日|先週|前"
)
_SAID = re.compile(_NAMED)
_GATE = re.compile(rf"\d{{1,2}}[. ]|{_NAMED}")
_FULL = re.compile(r"(?:19|20)\d\d")
_FIGURE = re.compile(r"\d")
_DAY_AND_MONTH = re.compile(r"\b(\d{1,2})(?:\.|er|e|º)?(?: de)? ?[^\W\d_]{3,}")
_FIGURES = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d")
_LETTER = re.compile(r"[^\W\d_]")
_FEWEST = 4
_KANJI = "ja"


def find_days(flat: str, now: datetime, language: str) -> list[Day]:
    """Every day of the past that is named beyond doubt, in order."""
    if language not in LANGUAGES or not _GATE.search(flat):
        return []
    from dateparser.search import search_dates  # costs half a second, once

    base = now.replace(tzinfo=None)
    settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past", "DATE_ORDER": "DMY"}
    try:
        found = search_dates(flat[:_LONGEST].replace("\0", " "), languages=[language], settings=settings) or []
    except (ValueError, OverflowError, IndexError, TypeError, AttributeError, RecursionError):
        return []  # its own slips on odd texts: no day is found
    return _placed(flat, found, now.date(), language)


def _placed(flat: str, found: list[tuple[str, datetime]], today: date, language: str) -> list[Day]:
    days, at = [], 0
    for said, when in islice(found, MOST_FACTS):
        start = flat.find(said, at)
        if start < 0:
            continue
        at = start + len(said)
        if first := _believed(said, when, today, language):
            days.append(Day(start, at, first))
    return days


def _believed(said: str, when: datetime, today: date, language: str) -> date | None:
    """The day, when the words can hardly mean anything else; a year that was not said is the latest that fits."""
    day = when.date()
    if language == _KANJI:
        return day if day <= today and not _FIGURE.search(said) and _SAID.search(said) else None
    if (named := _DAY_AND_MONTH.search(said)) and int(named[1]) == day.day and not _SAID.search(said):
        return day if _FULL.search(said) and day <= today else calendar_math.latest_month_day(today, day.month, day.day)
    sure = _FIGURES.search(said) or (_SAID.search(said) and len(_LETTER.findall(said)) >= _FEWEST)
    return day if sure and day <= today else None
