"""Days as English names them: last Tue, a fortnight ago, the third of November, early last month, yesteday."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice

from dialogs.understanding.formats import calendar_math
from dialogs.understanding.formats.calendar_math import Day
from dialogs.understanding.formats.number_words_en import (
    MONTHS,
    NUMBERS,
    ORDINALS,
    SHORT_WEEKDAYS,
    UNITS,
    WEEKDAYS,
    YESTERDAY,
    either,
)
from dialogs.understanding.text import MOST_FACTS

_Reader = Callable[[re.Match[str], datetime], Day | None]

GATE = re.compile(
    r"\d(?:st|nd|rd|th|[ap]m|:\d| ?[ap]\.)|\bat \d|@|\b20[012]\d"
    r"|day|yest|last|nigh?t|morning|ago|back|week|month|just now|noon|o'clock|christmas|xmas|double|past|eve\b|easter"
    r"|hallow|valent|festival"
    r"|early|late|mid|start|end|begin"
    r"|\b(?:jan|feb|mar|apr|arp|may|jun|jul|a[ug]u|sep|set|oct|oco|nov|dec|dic|mon|tue|teu|tus|w[ed]|th|fri|fir|sat|sun)",
    re.ASCII,
)

_MONTH = rf"(?:{either(MONTHS)})\b\.?"
_YEAR = r"(?:19|20)\d{2}"
_TH = r"(?:st|nd|rd|th)"
_D = rf"(?:\d{{1,2}}{_TH}?|{either(ORDINALS)})"
_COUNTED = r"(?:times?|days?|weeks?|months?|hours?|minutes?|%|items?|of (?:them|these|those|my|the|your))\b"
_LONG, _SHORT = f"(?:{either(WEEKDAYS)})", f"(?:{either(SHORT_WEEKDAYS)})"
_NUMBER = rf"(?:\d{{1,3}}|half an?|an?|a couple(?: of)?|a dozen|{either(NUMBERS)})"
_PREPOSITION = r"(?:on|since|from|of|until|till|by|around|before|after|dated|and|to|was|is)"
_FUNCTION = (
    r"at|around|about|of|and|to|but|when|i|my|it|the|in|so|because|as|for|from|we|you|they|he|she|nothing|no|not|still"
    r"|then|until|till|or|by|with|your|our|his|her|this"
)
_VERBS = rf"{_FUNCTION}|was|were|is|has|had|did|got|came|nobody|someone|somebody|a|an|one of|its|it's"

_DAY = re.compile(
    r"\b(?:the )?(?P<wof>first|second|third|fourth|last) week (?:of|in) (?P<wm>"
    rf"{_MONTH})(?: (?P<wy>{_YEAR})\b)?"
    r"|\b(?P<third>early|late|mid(?:dle)?|beginning|start|middle|end)(?:[ -](?:of|in))?[ -](?:the )?"
    rf"(?:(?P<tm>{_MONTH})(?:,? (?P<ty>{_YEAR})\b)?(?! ?\d)"
    r"|(?P<tlm>last|this|the) month\b|(?P<tly>last|this|the) year\b)"
    rf"|\b(?:(?P<d0>{_D})\s?(?:-|to|and|until"
    rf"|till)\s?(?:the )?)?(?<![\d.,:/$])(?P<d>{_D})(?P<of> of)?(?: the)?[\s-]?"
    rf"(?P<dm>{_MONTH})(?:(?:,? |-)(?P<dy>{_YEAR}|(?<=-)2\d(?![\w:/-]))\b)?"
    rf"|\b(?P<mm>{_MONTH})\s?(?:the )?(?P<md>{_D})(?:\s?(?:-|to|and"
    rf"|until)\s?(?:the )?(?P<md2>{_D})(?![\w/:]| ?{_MONTH}))?"
    rf"(?![\w/]|[.,:]\d|\s?{_COUNTED}|\s?[ap]m\b)(?:,? (?P<my>{_YEAR})\b)?"
    rf"|\b(?:in|since|during|from|back in|last|this past) (?P<im>{_MONTH})(?! ?\d\d?\b)(?: (?P<iy>{_YEAR})\b)?"
    rf"|\bthe (?P<od>\d{{1,2}}){_TH}\b"
    rf"(?:(?P<odm> of (?:the )?(?:last|this|previous) month)|(?! (?:of )?{_MONTH}))"
    r"|\b(?P<rel>(?:the )?(?:day|night) (?:before|b4) (?:yesterday|last)"
    rf"|(?:{either(YESTERDAY.split())})|today|to?2?ni(?:ght|te)|this (?:morning|afternoon|evening)"
    r"|last ni(?:ght|te)|earlier today|just now)\b"
    r"|\b(?P<few>(?:(?:a )?few|several) (?:days|nights) (?:ago|back)|(?:in |over |within |during )?the (?:past|last) "
    r"(?:few|couple of) days|the other (?:day|night)|(?P<fewu>(?:(?:a )?few|several) weeks (?:ago|back))"
    r"|earlier this (?P<fewt>week|month))\b"
    r"|\b(?P<wkend>(?:over|at|on|during) the weekend|this (?:past )?weekend|(?:the )?past weekend)\b"
    r"|\b(?P<lweek>(?:the )?we+e?k(?:end)? before last|last we+e?k(?:end)?(?! of)"
    r"|(?:the )?month before last|last month|last year)\b(?!'s)"
    rf"(?:,? (?:on )?(?P<lwd>{_LONG}|{_SHORT})\b)?"
    rf"|\b(?:(?P<wk>last|this(?: past)?|past|previous|on|since)\s)?(?P<wd>{_LONG}"
    rf"|{_SHORT})\b\.?(?! (?:street|st|road|rd|lane|avenue|times|roast|lunch|best|school|league|market|paper)\b)"
    r"(?P<wdl> before last| (?:of )?(?:last week|(?:the )?week before last))?"
    rf"|\b(?P<ym>{_MONTH}),? (?P<yy>{_YEAR})\b|\b(?:in|since|back in) (?P<yo>20[012]\d)\b(?! [a-z]+s\b)"
    rf"|\b(?P<wn>{_NUMBER}) (?P<wna>{_LONG})s ago"
    rf"|\b(?P<wa>{_NUMBER}) we+e?ks? (?:ago|back),? (?:on |last )?(?P<waw>{_LONG}|{_SHORT})\b"
    rf"|\b(?P<n>{_NUMBER})(?P<nh> and a half)? ?(?P<u>{either(UNITS)})s?(?P<uh> and a half)?(?: or (?:so|two))?"
    r" (?:ago|back|earlier)(?: (?:today|now))?\b",
    re.ASCII,
)
_MODAL = re.compile(r"\s?(?:have|be|not|also|need|never|i|we|you|as|well|contain|include|want|take)\b", re.ASCII)
_BEFORE_NUMBER = re.compile(rf"\b{_PREPOSITION}\s$")
_BESIDE_WEEKDAY = re.compile(rf"\b(?:{_LONG}|{_SHORT}),? $")
_AFTER_NUMBER = re.compile(rf"(?! (?!(?:{_VERBS})\b)\w)")
_AFTER_BARE_NUMBER = re.compile(rf"(?! (?!(?:{_FUNCTION})\b)\w)")
_UP_TO_NOW = re.compile(r"\b(?:until|till|as of|to|up to)\s$", re.ASCII)
_TIME_FOLLOWS = re.compile(r"[\s,]*(?:at )?(?:\d{1,2}(?::\d{2}|\s?[ap]m)|night|morning|\d{1,2}(?:st|nd|rd|th)?\b)")
_ALSO_WORDS = frozenset({"mon", "wed", "sat", "sun"})
_COUNTS = {"a": 1.0, "an": 1.0, "a couple": 2.0, "a couple of": 2.0, "half a": 0.5, "half an": 0.5, "a dozen": 12.0}
_THIRDS = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}


def find_days(flat: str, now: datetime) -> list[Day]:
    """Every day named in a flattened text, in order. `now` is the customer's own clock."""
    days = []
    for found in islice(_DAY.finditer(flat), MOST_FACTS):
        if found["rel"] == "today" and _UP_TO_NOW.search(flat, max(0, found.start() - 12), found.start()):
            continue
        if day := _day(found, now):
            days.append(day)
    return days


def _day(found: re.Match[str], now: datetime) -> Day | None:
    return next(reader(found, now) for group, reader in _READERS if found[group])


def _third(found: re.Match[str], today: date) -> Day | None:
    """The beginning, middle or end of a month; of a year, its first or last month."""
    third = _THIRDS[found["third"]]
    if found["tly"]:
        year = today.year - (found["tly"] == "last")
        span = calendar_math.whole_month(today, year, (1, 6, 12)[third])
    elif found["tlm"]:
        then = calendar_math.months_before(today.replace(day=1), 1 if found["tlm"] == "last" else 0)
        span = calendar_math.third_of(today, then.year, then.month, third)
    else:
        month = MONTHS[found["tm"].rstrip(".")]
        year = int(found["ty"]) if found["ty"] else 0
        span = calendar_math.latest_third(today, year, month, third)
    return Day(*found.span(), *span) if span else None


def _week_of_month(found: re.Match[str], today: date) -> Day | None:
    """ "The first week of November": seven days from the 1st, the 8th, …, or the last seven."""
    number = _number_of(found["wm"])
    said = found["wy"]
    month = calendar_math.whole_month(today, int(said), number) if said else calendar_math.latest_month(today, number)
    if month is None:
        return None
    if found["wof"] == "last":
        return Day(*found.span(), max(month[0], month[1] - timedelta(days=6)), month[1])
    first = month[0] + timedelta(weeks=ORDINALS[found["wof"]] - 1)
    return Day(*found.span(), first, min(month[1], first + timedelta(days=6))) if first <= month[1] else None


def _number_of(month: str) -> int:
    return MONTHS[month.rstrip(".")]


def _month(found: re.Match[str], today: date, month: str, year: str) -> Day | None:
    """A whole month; `month` and `year` name the groups."""
    number, told = _number_of(found[month]), found[year]
    span = calendar_math.whole_month(today, int(told), number) if told else calendar_math.latest_month(today, number)
    return Day(*found.span(), *span) if span else None


def _numbered(found: re.Match[str], today: date) -> Day | None:
    """ "The 9th": after a weekday anything may follow, after a preposition nearly anything, else only what cannot be
    counted.
    """
    number = int(found["od"])
    if said := found["odm"]:
        month = today if "this" in said else calendar_math.months_before(today.replace(day=1), 1)
        first = calendar_math.day_in(month.year, month.month, number)
        return Day(*found.span(), first) if first and first <= today else None
    before = found.string[max(0, found.start() - 12) : found.start()]
    follows = _AFTER_NUMBER if _BEFORE_NUMBER.search(before) else _AFTER_BARE_NUMBER
    if not (_BESIDE_WEEKDAY.search(before) or follows.match(found.string, found.end())):
        return None
    first = calendar_math.latest_day(today, number)
    return Day(*found.span(), first, loose="month") if first else None


def _month_day(found: re.Match[str], today: date) -> Day | None:
    name, said = (found["dm"], found["d"]) if found["dm"] else (found["mm"], found["md"])
    year = found["dy"] or found["my"]
    if name == "may" and found["dm"] and said.isdigit() and not year and _MODAL.match(found.string, found.end()):
        return None
    first = _resolve(today, year, MONTHS[name.rstrip(".")], _number(said))
    if first is None:
        return None
    loose = "" if year else "year"
    if found["d0"]:
        opening = calendar_math.day_in(first.year, first.month, _number(found["d0"]))
        last = first if opening and opening < first else None
        return Day(*found.span(), opening if opening and last else first, last, loose=loose)
    last = calendar_math.day_in(first.year, first.month, _number(found["md2"])) if found["md2"] else None
    return Day(*found.span(), first, last if last and last > first else None, loose=loose)


def _resolve(today: date, year: str | None, month: int, day: int) -> date | None:
    if year:
        return calendar_math.day_in(calendar_math.full_year(year), month, day)
    return calendar_math.latest_month_day(today, month, day)


def _number(said: str) -> int:
    return ORDINALS.get(said) or int(said.rstrip("stndrh"))


def _relative(found: re.Match[str], now: datetime) -> Day:
    said = found["rel"]
    back = (
        2 if "b4" in said or "before" in said else (0 if said[0] == "t" or said in ("earlier today", "just now") else 1)
    )
    endings = (("night", "night"), ("nite", "night"), ("last", "night"), ("morning",) * 2, ("afternoon",) * 2)
    part = next((part for end, part in (*endings, ("evening",) * 2) if said.endswith(end)), "")
    exact = now if said == "just now" else None
    return Day(*found.span(), now.date() - timedelta(days=back), part=part, exact=exact)


def _few(found: re.Match[str], today: date) -> Day:
    if since := found["fewt"]:
        begun = today - timedelta(days=today.weekday()) if since == "week" else today.replace(day=1)
        return Day(*found.span(), begun, today)
    if found["fewu"]:
        return Day(*found.span(), today - timedelta(weeks=5), today - timedelta(weeks=2))
    lately = "past" in found["few"] or "last" in found["few"]
    back = 3 if "ago" in found["few"] or "back" in found["few"] else 0 if lately else 1
    return Day(*found.span(), today - timedelta(days=5), today - timedelta(days=back))


def _last(found: re.Match[str], today: date) -> Day | None:
    said, weekday = found["lweek"], found["lwd"]
    start, end = found.start(), found.end("lweek")
    if said == "last year":
        return Day(start, end, date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))
    if "month" in said:
        then = calendar_math.months_before(today.replace(day=1), 2 if "before" in said else 1)
        span = calendar_math.whole_month(today, then.year, then.month)
        return Day(start, end, *span) if span else None
    weeks = 2 if "before" in said else 1
    if weekday:
        return Day(*found.span(), calendar_math.weekday_of_week(today, _weekday_number(weekday), weeks))
    weekend = "end" in said
    monday = calendar_math.weekday_of_week(today, 5 if weekend else 0, weeks)
    return Day(start, end, monday, monday + timedelta(days=1 if weekend else 6))


def _weekday(found: re.Match[str], today: date) -> Day | None:
    said, which = found["wd"], found["wk"] or ""
    if said in SHORT_WEEKDAYS and not which and not found["wdl"]:
        if not _TIME_FOLLOWS.match(found.string, found.end()):
            return None  # "sat", "sun" and "wed" are words too
    elif said in _ALSO_WORDS and which in ("this", "past", "since"):
        return None
    weekday = _weekday_number(said)
    if found["wdl"]:
        return Day(*found.span(), _of_said_week(found["wdl"], today, weekday))
    backward = which in ("last", "previous")
    first = calendar_math.latest_weekday(today, weekday, before=backward)
    return Day(*found.span(), first, loose="" if backward or which in ("since", "past", "this past") else "week")


def _of_said_week(said: str, today: date, weekday: int) -> date:
    if said == " before last":
        return calendar_math.latest_weekday(today, weekday, before=True) - timedelta(weeks=1)
    return calendar_math.weekday_of_week(today, weekday, 2 if "before" in said else 1)


def _weekday_number(said: str) -> int:
    return WEEKDAYS[said] if said in WEEKDAYS else SHORT_WEEKDAYS[said]


def _count(said: str) -> float:
    return float(said) if said.isdigit() else _COUNTS.get(said) or float(NUMBERS[said])


def _ago(found: re.Match[str], now: datetime) -> Day | None:
    count = _count(found["n"])
    count += 0.5 if found["nh"] or found["uh"] else 0
    if not count:
        return None
    first, exact = calendar_math.long_ago(now, count, UNITS[found["u"]])
    part = "night" if found["u"] in ("night", "evening") else ""
    return Day(*found.span(), first, part=part, exact=exact)


def _weekend(found: re.Match[str], today: date) -> Day:
    saturday = calendar_math.latest_weekday(today, 5, before=True)
    return Day(*found.span(), saturday, min(today, saturday + timedelta(days=1)))


def _year(found: re.Match[str], today: date) -> Day | None:
    year = int(found["yo"])
    return Day(*found.span(), date(year, 1, 1), min(today, date(year, 12, 31))) if year <= today.year else None


def _weekdays_ago(found: re.Match[str], today: date) -> Day | None:
    weeks = int(_count(found["wn"])) - 1
    latest = calendar_math.latest_weekday(today, WEEKDAYS[found["wna"]], before=True)
    return Day(*found.span(), latest - timedelta(weeks=weeks)) if weeks >= 0 else None


def _week_ago(found: re.Match[str], today: date) -> Day:
    """ "A week ago Tuesday": so many weeks before the latest Tuesday."""
    latest = calendar_math.latest_weekday(today, _weekday_number(found["waw"]), before=True)
    return Day(*found.span(), latest - timedelta(weeks=int(_count(found["wa"]))))


def _by_day(reader: Callable[[re.Match[str], date], Day | None]) -> _Reader:
    return lambda found, now: reader(found, now.date())


_READERS: tuple[tuple[str, _Reader], ...] = (
    ("wof", _by_day(_week_of_month)),
    ("third", _by_day(_third)),
    ("dm", _by_day(_month_day)),
    ("mm", _by_day(_month_day)),
    ("im", _by_day(partial(_month, month="im", year="iy"))),
    ("ym", _by_day(partial(_month, month="ym", year="yy"))),
    ("yo", _by_day(_year)),
    ("od", _by_day(_numbered)),
    ("rel", _relative),
    ("few", _by_day(_few)),
    ("wkend", _by_day(_weekend)),
    ("lweek", _by_day(_last)),
    ("wd", _by_day(_weekday)),
    ("wn", _by_day(_weekdays_ago)),
    ("wa", _by_day(_week_ago)),
    ("n", _ago),
)
"""The group that a match filled, and what reads it."""
