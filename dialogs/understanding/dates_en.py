"""Dates and times of day as English says them: last Tue at 3pm, a fortnight ago, 3rd of Nov 2025."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import islice

from dialogs.understanding import moments
from dialogs.understanding.dates_zh import black_friday
from dialogs.understanding.moments import Clock, Day
from dialogs.understanding.text import MOST_FACTS

GATE = re.compile(
    r"\d|day|yesterday|last|night|tonight|morning|ago|week|month|just now|noon|o'clock|christmas|double|past|eve\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)",
    re.ASCII,
)

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_TH = r"(?:st|nd|rd|th)"
_COUNTED = r"(?:times?|days?|weeks?|months?|hours?|minutes?|%|items?|of (?:them|these|those|my|the|your))\b"
_WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_SHORT = r"(?:mon|tues?|wed|thurs?|thu|fri|sat|sun)"
_DAY = re.compile(
    rf"\b(?:(?P<d0>\d{{1,2}}){_TH}?\s?(?:-|to|and|until"
    rf"|till)\s?(?:the )?)?(?<![\d.,:/$])(?P<d>\d{{1,2}})(?P<th>{_TH})?(?P<of> of)?[\s-]?"
    rf"(?P<dm>{_MONTH})(?:(?:,? |-)(?P<dy>(?:19|20)\d{{2}})\b)?"
    rf"|\b(?P<mm>{_MONTH})\s?(?:the )?(?P<md>\d{{1,2}}){_TH}?(?:\s?(?:-|to|and"
    rf"|until)\s?(?:the )?(?P<md2>\d{{1,2}}){_TH}?)?"
    rf"(?![\w:/]|[.,]\d|\s?{_COUNTED}|\s?[ap]m\b)(?:,? (?P<my>(?:19|20)\d{{2}})\b)?"
    rf"|\b(?:in|since|during) (?:early |late |mid[ -])?(?P<im>{_MONTH})(?: (?P<iy>(?:19|20)\d{{2}})\b)?"
    rf"|\bthe (?P<od>\d{{1,2}}){_TH}\b(?! of {_MONTH})(?! (?!at|around|about|of|and|to|but|when|i|my|it|the|in|,)\w)"
    r"|\b(?P<rel>(?:the )?day before yesterday|yesterday|today|tonight|this (?:morning|afternoon|evening)"
    r"|last night|earlier today|just now)\b"
    r"|\b(?P<few>(?:a )?few days (?:ago|back)|(?:in |over |within |during )?the (?:past|last) (?:few|couple of) days"
    r"|the other day)\b"
    r"|\b(?P<wkend>(?:over|at|on|during) the weekend|this (?:past )?weekend|(?:the )?past weekend)\b"
    r"|\b(?P<lweek>(?:the )?(?:week before last|last week(?:end)?)|last month)\b(?!'s)"
    rf"(?:,? (?:on )?(?P<lwd>{_WEEKDAY}|{_SHORT})\b)?"
    rf"|\b(?:(?P<wk>last|this(?: past)?|past|previous|on|since)\s)?(?P<wd>{_WEEKDAY}"
    rf"|{_SHORT})\b\.?(?P<wdl> (?:of )?(?:last week|(?:the )?week before last))?"
    r"|\b(?P<n>\d{1,3}|half an?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a couple(?: of)?)"
    r"(?P<nh> and a half)? (?P<u>minute|min|hour|hr|day|week|fortnight|month|year)s?(?P<uh> and a half)? (?:ago"
    r"|back|earlier)\b"
    r"|\b(?P<fest>black friday|cyber monday|christmas(?: day| eve)?|boxing day|new year'?s? (?:day|eve)"
    r"|valentine'?s day|singles'? day|double (?:11|eleven)|11\.11)\b",
    re.ASCII,
)
_CLOCK = re.compile(
    r"(?:(?:\bat|\baround|\babout|@)\s?)?(?:"
    r"(?<![\d.,:/$£€¥])(?P<h>\d{1,2})(?:[:.](?P<mi>\d{2}))?\s?(?P<ap>[ap])\.?m\b\.?"
    r"|(?<![\d.,:/$£€¥])(?P<h2>\d{1,2}):(?P<mi2>\d{2})(?::\d{2})?(?![\d:])"
    r"|\b(?P<oc>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) o'clock"
    r"|\b(?P<frac>half|quarter|ten|five|twenty) (?P<way>past|to) (?P<h3>\d{1,2}|one|two|three|four|five|six|seven"
    r"|eight|nine|ten|eleven|twelve)\b"
    r"|\b(?P<noon>noon|midday|midnight)\b)(?: (?:in the |at )?(?P<after>morning|afternoon|evening|night)\b)?"
    r"|\bat (?P<h4>\d{1,2})(?![\w:/%$]|[.,]\d)"
    r"|\b(?:in the )?(?P<only>morning|afternoon|evening|night)\b",
    re.ASCII,
)
_ALSO_WORDS = frozenset({"mon", "wed", "sat", "sun"})
_MODAL = re.compile(r"\s?(?:have|be|not|also|need|never|i|we|you|as|well|contain|include|want|take)\b", re.ASCII)
_NOT_PAST = re.compile(r"\b(?:next|by|every|each|coming|until|till|following)\s(?:the\s)?$", re.ASCII)
_UP_TO_NOW = re.compile(r"\b(?:until|till|as of|to|up to)\s$", re.ASCII)
_TIME_FOLLOWS = re.compile(r"[\s,]*(?:at )?\d{1,2}(?::\d{2}|\s?[ap]m)")
_NAMES = re.findall(r"\w+", "jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun")
_MONTHS = {name: at for at, name in enumerate(_NAMES[:12], 1)}
_WEEKDAYS = {name: at for at, name in enumerate(_NAMES[12:])}
_COUNTS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "a": 1,
    "an": 1,
    "a couple": 2,
    "a couple of": 2,
    "half a": 0.5,
    "half an": 0.5,
    "twenty": 20,
}
_UNITS = {"min": "minute", "hr": "hour"}
_FESTS = {
    "christmas": (12, 25),
    "christmas day": (12, 25),
    "christmas eve": (12, 24),
    "boxing day": (12, 26),
    "double 11": (11, 11),
    "double eleven": (11, 11),
    "11.11": (11, 11),
}


def find_days(flat: str, now: datetime) -> list[Day]:
    """Every day named in a flattened text, in order. `now` is the customer's own clock."""
    days = []
    for found in islice(_DAY.finditer(flat), MOST_FACTS):
        before = flat[max(0, found.start() - 12) : found.start()]
        if _NOT_PAST.search(before) or (found["rel"] == "today" and _UP_TO_NOW.search(before)):
            continue
        if day := _day(found, now):
            days.append(day)
    return days


def find_clocks(flat: str) -> list[Clock]:
    """Every time of day named in a flattened text, in order."""
    return [clock for found in islice(_CLOCK.finditer(flat), MOST_FACTS) if (clock := _clock(found))]


def _day(found: re.Match[str], now: datetime) -> Day | None:
    today = now.date()
    if found["dm"] or found["mm"]:
        return _month_day(found, today)
    if found["im"]:
        month = _MONTHS[found["im"][:3]]
        span = (
            moments.whole_month(today, int(found["iy"]), month) if found["iy"] else moments.latest_month(today, month)
        )
        return Day(*found.span(), *span) if span else None
    if found["od"]:
        first = moments.latest_day(today, int(found["od"]))
        return Day(*found.span(), first, day_only=True) if first else None
    if found["rel"]:
        return _relative(found, now)
    if found["few"]:
        back = 1 if "ago" not in found["few"] and "back" not in found["few"] else 3
        return Day(*found.span(), today - timedelta(days=5), today - timedelta(days=back))
    if found["wkend"]:
        saturday = moments.latest_weekday(today, 5, before=True)
        return Day(*found.span(), saturday, min(today, saturday + timedelta(days=1)))
    if found["lweek"]:
        return _last_week(found, today)
    if found["wd"]:
        return _weekday(found, today)
    if found["n"]:
        return _ago(found, now)
    return _festival(found, today)


def _month_day(found: re.Match[str], today: date) -> Day | None:
    name, said = (found["dm"], found["d"]) if found["dm"] else (found["mm"], found["md"])
    year = found["dy"] or found["my"]
    if name.startswith("may") and found["dm"] and not (found["th"] or year) and _MODAL.match(found.string, found.end()):
        return None
    first = _resolve(today, year, _MONTHS[name[:3]], int(said))
    if first is None:
        return None
    if found["d0"]:
        opening = moments.day_in(first.year, first.month, int(found["d0"]))
        return Day(*found.span(), opening, first) if opening and opening < first else Day(*found.span(), first)
    last = moments.day_in(first.year, first.month, int(found["md2"])) if found["md2"] else None
    return Day(*found.span(), first, last if last and last > first else None)


def _resolve(today: date, year: str | None, month: int, day: int) -> date | None:
    return moments.day_in(int(year), month, day) if year else moments.latest_month_day(today, month, day)


def _relative(found: re.Match[str], now: datetime) -> Day:
    said = found["rel"]
    back = 2 if "before" in said else (1 if said in ("yesterday", "last night") else 0)
    part = next((part for part in ("night", "morning", "afternoon", "evening") if said.endswith(part)), "")
    exact = now if said == "just now" else None
    return Day(*found.span(), now.date() - timedelta(days=back), part=part, exact=exact)


def _last_week(found: re.Match[str], today: date) -> Day:
    said, weekday = found["lweek"], found["lwd"]
    if said == "last month":
        end = today.replace(day=1) - timedelta(days=1)
        return Day(found.start(), found.end("lweek"), end.replace(day=1), end)
    weeks = 2 if "before" in said else 1
    if weekday:
        return Day(*found.span(), moments.weekday_of_week(today, _WEEKDAYS[weekday[:3]], weeks))
    monday = moments.weekday_of_week(today, 5 if said.endswith("end") else 0, weeks)
    return Day(*found.span(), monday, monday + timedelta(days=1 if said.endswith("end") else 6))


def _weekday(found: re.Match[str], today: date) -> Day | None:
    said, which = found["wd"], found["wk"] or ""
    if len(said) < 6 and not which and not found["wdl"] and not _TIME_FOLLOWS.match(found.string, found.end()):
        return None  # "sat", "sun" and "wed" are words too
    if said in _ALSO_WORDS and which in ("this", "past", "since"):
        return None
    weekday = _WEEKDAYS[said[:3]]
    if found["wdl"]:
        return Day(*found.span(), moments.weekday_of_week(today, weekday, 2 if "before" in found["wdl"] else 1))
    return Day(*found.span(), moments.latest_weekday(today, weekday, before=which in ("last", "previous")))


def _ago(found: re.Match[str], now: datetime) -> Day | None:
    said = found["n"]
    count = float(said) if said.isdigit() else float(_COUNTS[said])
    count += 0.5 if found["nh"] or found["uh"] else 0
    if not count:
        return None
    first, exact = moments.long_ago(now, count, _UNITS.get(found["u"], found["u"]))
    return Day(*found.span(), first, exact=exact)


def _festival(found: re.Match[str], today: date) -> Day | None:
    said = found["fest"]
    if said == "black friday":
        return Day(*found.span(), black_friday(today))
    if said == "cyber monday":
        monday = black_friday(today) + timedelta(days=3)
        return Day(
            *found.span(), monday if monday <= today else black_friday(today - timedelta(days=60)) + timedelta(days=3)
        )
    month_day = _FESTS.get(said) or (
        (2, 14) if "val" in said else (11, 11) if "single" in said else (12, 31) if said.endswith("eve") else (1, 1)
    )
    first = moments.latest_month_day(today, *month_day)
    return Day(*found.span(), first) if first else None


def _clock(found: re.Match[str]) -> Clock | None:
    start, end = found.span()
    if found["only"]:
        return Clock(start, end, None, part=found["only"])
    if found["noon"]:
        return Clock(start, end, 0 if found["noon"] == "midnight" else 12)
    part, minute, alone = found["after"] or "", 0, True
    if found["h"]:
        hour, minute, part = int(found["h"]), int(found["mi"] or 0), f"{found['ap']}m"
    elif found["h2"]:
        hour, minute = int(found["h2"]), int(found["mi2"])
    elif found["h4"]:
        hour, alone = int(found["h4"]), False
    elif found["oc"]:
        hour = _hour(found["oc"])
    else:
        hour, minute = _fraction(found)
    turned = moments.hour_of_day(hour, part)
    return None if turned is None or minute > 59 else Clock(start, end, turned, minute, part, alone)


def _hour(said: str) -> int:
    return int(said) if said.isdigit() else int(_COUNTS[said])


def _fraction(found: re.Match[str]) -> tuple[int, int]:
    minutes = {"half": 30, "quarter": 15}.get(found["frac"]) or int(_COUNTS[found["frac"]])
    hour = _hour(found["h3"])
    return (hour, minutes) if found["way"] == "past" else ((hour - 1) % 24, 60 - minutes)
