"""Days written in figures: 2026-11-03, 3/11/2026, 11.3, 03.11.2026 16:20, by the customs of the region."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from itertools import islice

from dialogs.understanding.formats import calendar_math
from dialogs.understanding.formats.calendar_math import Day
from dialogs.understanding.text import MOST_FACTS

_ISO = re.compile(
    r"(?<![\w.-])(?P<y>(?:19|20)\d{2})\s?(?P<sep>[-/.])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<d>\d{1,2})"
    r"(?:t(?P<h>\d{1,2}):(?P<mi>\d{2})(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)?(?![\d-])",
    re.ASCII,
)
_SHORT = re.compile(
    r"(?<![\w./$£€¥-])(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?:(?P=sep)(?P<y>(?:19|20)\d{2}|\d{2}))?"
    r"(?P<hao>[日号])?(?![\d/]|-\d|\.\d|[a-z]"
    r"|\s?(?:stars?|of|分|星|%|pages?|码|寸|inch(?:es)?|cups?|pints?|tsp|tbsp|price|drive|miles?|hours?|dozen)(?![a-z]))",
    re.ASCII,
)
_DOT_BEFORE = re.compile(r"(?:^|[在于从到至,.]|\bon |\bsince |日期是?|时间是?|不?是)\s?$", re.ASCII)
_DOT_AFTER = re.compile(
    r"\s?(?:$|[,.!?到至~-]|晚|早|上午|中午|下午|凌晨|下单|下的|买|收|订|购|到货|发|签|那|当|的时候|付|退|取)"
)
_TOLD_AFTER = re.compile(
    r"[号日]?(?:那天|当天)?的?(?:买|下单|下的|收到|到货|发货|签收|付|坏|开始|晚上|早上|上午|下午|中午|凌晨)"
)
_SCORED_BEFORE = re.compile(
    r"(?:size|rated?|rating|score[ds]?|gave|give|giving|only|version|step|page|ratio|flat|apt|unit|model|no\.?|number"
    r"|room|a|an|is|of|it|them|about|than|尺码|打|评|给)\s?$"
)
_DATED_BEFORE = re.compile(
    r"(?:\b(?:on|since|from|dated?|until|till|by|before|after|ordered|bought|delivered|arrived)\s?)$"
)
_TIMED = re.compile(r"\s(?:[01]?\d|2[0-3]):[0-5]\d")
_NOT_DATES = frozenset({"24/7"})
_SCORES = frozenset({5, 10})
_MONTH_FIRST = frozenset({"CN", "US", "TW", "JP", "KR", "PH", "FM", "KY", "HU", "MN", "LT"})
_HAN = re.compile(r"[一-鿿]")


def find_figures(flat: str, now: datetime, region: str) -> list[Day]:
    """Every day in figures, in order. `region` says whether 3/11 is the 11th of March or the 3rd of November."""
    days = [day for found in islice(_ISO.finditer(flat), MOST_FACTS) if (day := _iso(found))]
    month_first = region in _MONTH_FIRST or bool(_HAN.search(flat))
    short = (_short(found, now.date(), month_first) for found in islice(_SHORT.finditer(flat), MOST_FACTS))
    taken = [(day.start, day.end) for day in days]
    days += [day for day in short if day and not any(day.start < end and start < day.end for start, end in taken)]
    return sorted(days, key=lambda day: day.start)


def _iso(found: re.Match[str]) -> Day | None:
    first = calendar_math.day_in(int(found["y"]), int(found["m"]), int(found["d"]))
    if first is None:
        return None
    exact = None
    if found["h"] and int(found["h"]) < 24 and int(found["mi"]) < 60:
        exact = datetime.combine(first, time(int(found["h"]), int(found["mi"])))
    return Day(*found.span(), first, exact=exact)


def _short(found: re.Match[str], today: date, month_first: bool) -> Day | None:
    """3/11, 3/11/2026, 3.11.2026 and, with signs around it that it is a date, 11.3 and 11-03."""
    a, b, sep, year = int(found["a"]), int(found["b"]), found["sep"], found["y"]
    if found[0] in _NOT_DATES or (not year and not _is_dated(found)):
        return None
    orders = [(a, b), (b, a)] if month_first else [(b, a), (a, b)]
    if sep != "/" and not year:
        orders = orders[:1]
    candidates = [day for month, number in orders if (day := _dated(today, year, month, number))]
    past = [day for day in candidates if day <= today]
    return Day(*found.span(), (past or candidates)[0], loose="" if year else "year") if candidates else None


def _is_dated(found: re.Match[str]) -> bool:
    """Whether two figures without a year are a day, and no score, size or share."""
    before = found.string[max(0, found.start() - 12) : found.start()]
    match found["sep"]:
        case "/":
            if _SCORED_BEFORE.search(before):
                return False
            told = found["hao"] or _DATED_BEFORE.search(before) or found[0] == found.string.strip(" .!")
            return int(found["b"]) not in _SCORES or bool(told)
        case "-":
            return bool(_TOLD_AFTER.match(found.string, found.end("b")) or _TIMED.match(found.string, found.end()))
    return bool(
        found["hao"]
        or _TOLD_AFTER.match(found.string, found.end("b"))
        or (_DOT_BEFORE.search(before) and _DOT_AFTER.match(found.string, found.end()))
    )


def _dated(today: date, year: str | None, month: int, day: int) -> date | None:
    return (
        calendar_math.day_in(calendar_math.full_year(year), month, day)
        if year
        else calendar_math.latest_month_day(today, month, day)
    )
