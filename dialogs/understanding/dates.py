"""When something happened: days and times of day joined to a `Moment`, in whichever language they stand."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from complaints.record import Moment
from dialogs.understanding import dates_en, dates_zh, moments
from dialogs.understanding.moments import Clock, Day
from dialogs.understanding.reading import Span
from dialogs.understanding.text import MOST_FACTS, blank

_DIGIT = re.compile(r"\d", re.ASCII)
_ISO = re.compile(
    r"(?<![\w.-])(?P<y>(?:19|20)\d{2})\s?(?P<sep>[-/.])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<d>\d{1,2})"
    r"(?:t(?P<h>\d{1,2}):(?P<mi>\d{2})(?::\d{2}(?:\.\d+)?)?z?)?(?![\d-])",
    re.ASCII,
)
_SHORT = re.compile(
    r"(?<![\w./$£€¥-])(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?:(?P=sep)(?P<y>(?:19|20)\d{2}|\d{2}))?"
    r"(?P<hao>[日号])?(?![\d/]|-\d|\.\d|\s?(?:stars?|of|分|星|%|pages?)(?![a-z]))",
    re.ASCII,
)
_DOT_BEFORE = re.compile(r"(?:^|[在于从到至,.]|\bon |\bsince |日期是?|时间是?|不?是)\s?$", re.ASCII)
_DOT_AFTER = re.compile(
    r"\s?(?:$|[,.!?到至~-]|晚|早|上午|中午|下午|凌晨|下单|下的|买|收|订|购|到货|发|签|那|当|的时候|付|退|取)"
)
_NIGHTS, _SMALL, _DAWN = frozenset({"晚", "night"}), frozenset({"凌晨", "半夜", "am"}), 6
_NOT_DATES = frozenset({"24/7"})
_MONTH_FIRST = frozenset({"CN", "US", "TW", "JP", "KR", "PH", "FM", "KY", "HU", "MN", "LT"})
_JOIN = re.compile(r"[\s,.]*(?:的|at|on|around|about|in the|,)?\s*")
_RANGE = re.compile(r"\s*(?:到|至|-|~|to|until|till|and)\s*")
_BETWEEN = re.compile(r"\b(?:between|from)\s(?:the\s)?$", re.ASCII)
_HAN = re.compile(r"[一-鿿]")


def find_dates(text: str, flat: str, now: datetime, region: str) -> list[Span]:
    """Every moment a text names, as spans of `happened_at`.

    `now` is the customer's own wall clock (its zone is not looked at); `region` decides whether 3/11
    is the 11th of March or the 3rd of November. A reading in the future is moved to the past.
    """
    chinese, english = not flat.isascii() and bool(dates_zh.GATE.search(flat)), bool(dates_en.GATE.search(flat))
    if not chinese and not english:
        return []
    days = _numeric(flat, now, region) if _DIGIT.search(flat) else []
    days = _merge(days, dates_zh.find_days(flat, now) if chinese else [])
    days = _merge(days, dates_en.find_days(flat, now) if english else [])
    clocks = _clocks(flat, days, chinese, english)
    return _spans(text, flat, days, clocks, now)


def _numeric(flat: str, now: datetime, region: str) -> list[Day]:
    days = [day for found in islice(_ISO.finditer(flat), MOST_FACTS) if (day := _iso(found))]
    month_first = region in _MONTH_FIRST or bool(_HAN.search(flat))
    short = (
        day for found in islice(_SHORT.finditer(flat), MOST_FACTS) if (day := _short(found, now.date(), month_first))
    )
    return _merge(days, list(short))


def _clocks(flat: str, days: list[Day], chinese: bool, english: bool) -> list[Clock]:
    """The times of day beside or without days; the 晚 of 昨晚 belongs to its day."""
    flat = blank(flat, ((day.start, day.end) for day in days))
    clocks = dates_zh.find_clocks(flat) if chinese else []
    if english:
        clocks += [clock for clock in dates_en.find_clocks(flat) if not _overlaps(clock, clocks)]
    return clocks


def _iso(found: re.Match[str]) -> Day | None:
    first = moments.day_in(int(found["y"]), int(found["m"]), int(found["d"]))
    if first is None:
        return None
    exact = None
    if found["h"] and int(found["h"]) < 24 and int(found["mi"]) < 60:
        exact = datetime.combine(first, time(int(found["h"]), int(found["mi"])))
    return Day(*found.span(), first, exact=exact)


def _short(found: re.Match[str], today: date, month_first: bool) -> Day | None:
    """3/11, 3/11/2026, 3.11.2026 and, with signs around it that it is a date, 11.3."""
    a, b, sep, year = int(found["a"]), int(found["b"]), found["sep"], found["y"]
    if found[0] in _NOT_DATES or (sep == "-" and not year) or (sep == "." and not year and not _dotted(found)):
        return None
    orders = [(a, b), (b, a)] if month_first else [(b, a), (a, b)]
    if sep == "." and not year:
        orders = orders[:1]
    candidates = [day for month, number in orders if (day := _dated(today, year, month, number))]
    past = [day for day in candidates if day <= today]
    return Day(*found.span(), (past or candidates)[0]) if candidates else None


def _dated(today: date, year: str | None, month: int, day: int) -> date | None:
    return moments.day_in(moments.full_year(year), month, day) if year else moments.latest_month_day(today, month, day)


def _dotted(found: re.Match[str]) -> bool:
    before = found.string[max(0, found.start() - 8) : found.start()]
    return bool(found["hao"] or (_DOT_BEFORE.search(before) and _DOT_AFTER.match(found.string, found.end())))


def _merge(first: list[Day], second: list[Day]) -> list[Day]:
    """Both lists in the order of the text; where two overlap, the first list's stays."""
    return sorted([*first, *(day for day in second if not _overlaps(day, first))], key=lambda day: day.start)


def _overlaps(one: Day | Clock, others: list[Day] | list[Clock]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


def _spans(text: str, flat: str, days: list[Day], clocks: list[Clock], now: datetime) -> list[Span]:
    spans: list[Span] = []
    pairs, free = _pair(flat, days, clocks)
    at = 0
    while at < len(pairs):
        after = pairs[at + 1] if at + 1 < len(pairs) else None
        if after and _ranged(flat, pairs[at], after):
            spans.append(_range(text, flat, pairs[at], after, now))
            at += 2
        else:
            spans.append(_span(text, *pairs[at], now))
            at += 1
    if not pairs:
        spans = [_clock_span(text, clock, now) for clock in free if clock.hour is not None and clock.alone][:1]
    return spans


def _pair(flat: str, days: list[Day], clocks: list[Clock]) -> tuple[list[tuple[Day, Clock | None]], list[Clock]]:
    """Each day with the time of day that stands beside it: after it, else right before it."""
    pairs: list[tuple[Day, Clock | None]] = []
    free = list(clocks)
    for at, day in enumerate(days):
        limit = days[at + 1].start if at + 1 < len(days) else len(flat)
        near = [
            clock for clock in free if day.end <= clock.start < limit and _JOIN.fullmatch(flat, day.end, clock.start)
        ]
        near = near or [
            clock for clock in free if clock.end <= day.start and _JOIN.fullmatch(flat, clock.end, day.start)
        ]
        if near:
            free.remove(near[0])
        pairs.append((_second_part(flat, day, near, free), near[0] if near else None))
    return pairs, free


def _second_part(flat: str, day: Day, near: list[Clock], free: list[Clock]) -> Day:
    """ "Yesterday afternoon at 3" has two times of day: the first only says which half of the day is meant."""
    if not near or near[0].hour is not None:
        return day
    part = near[0]
    for clock in free:
        if clock.hour is not None and clock.start >= part.end and _JOIN.fullmatch(flat, part.end, clock.start):
            free.remove(clock)
            near[0] = replace(clock, hour=moments.hour_of_day(clock.hour, clock.part or part.part))
            break
    return day


def _ranged(flat: str, one: tuple[Day, Clock | None], two: tuple[Day, Clock | None]) -> bool:
    end, start = _bounds(*one)[1], _bounds(*two)[0]
    gap = flat[end:start]
    if one[0].last or two[0].last or len(gap) > 12 or not _RANGE.fullmatch(gap):
        return False
    return "and" not in gap or bool(_BETWEEN.search(flat[max(0, one[0].start - 16) : one[0].start]))


def _range(text: str, flat: str, one: tuple[Day, Clock | None], two: tuple[Day, Clock | None], now: datetime) -> Span:
    opening, closing = _bounds(*one), _bounds(*two)
    last = two[0]
    if last.day_only and not one[0].day_only:
        borrowed = moments.day_in(one[0].first.year, one[0].first.month, last.first.day)
        last = replace(last, first=borrowed or last.first)
    begun, ended = _iso_of(*one, now), _iso_of(last, two[1], now)
    if one[0].day_only and last.day_only and begun > ended:
        begun = (moments.months_before(last.first, 1).replace(day=1) + timedelta(days=one[0].first.day - 1)).isoformat()
    said = text[opening[0] : closing[1]]
    return Span("happened_at", said, Moment(min(begun, ended), max(begun, ended), said), opening[0], closing[1])


def _span(text: str, day: Day, clock: Clock | None, now: datetime) -> Span:
    start, end = _bounds(day, clock)
    said = text[start:end].strip()
    start = text.index(said, start)
    end = start + len(said)
    until = day.last.isoformat() if day.last else ""
    return Span("happened_at", said, Moment(_iso_of(day, clock, now), until, said), start, end)


def _bounds(day: Day, clock: Clock | None) -> tuple[int, int]:
    return (min(day.start, clock.start), max(day.end, clock.end)) if clock else (day.start, day.end)


def _iso_of(day: Day, clock: Clock | None, now: datetime) -> str:
    if day.exact and clock is None:
        return day.exact.strftime("%Y-%m-%dT%H:%M")
    if clock is None or clock.hour is None or day.last:
        return day.first.isoformat()
    hour = clock.hour if clock.part else moments.hour_of_day(clock.hour, day.part)
    if day.part in _NIGHTS and (
        clock.part in _SMALL or (hour is not None and hour == clock.hour and clock.part == "am")
    ):
        after = _minute(day.first + timedelta(days=1), clock.hour, clock.minute)
        if after <= now.strftime("%Y-%m-%dT%H:%M"):
            return after  # the small hours of "last night" belong to the day after
    return _minute(day.first, clock.hour if hour is None else hour, clock.minute)


def _minute(day: date, hour: int, minute: int) -> str:
    then = datetime.combine(day, time(hour % 24, minute)) + timedelta(days=hour // 24)
    return then.strftime("%Y-%m-%dT%H:%M")


def _clock_span(text: str, clock: Clock, now: datetime) -> Span:
    """A time alone is today's, or yesterday's where today's has not come yet."""
    iso = _minute(now.date(), clock.hour or 0, clock.minute)
    if iso > now.strftime("%Y-%m-%dT%H:%M"):
        iso = _minute(now.date() - timedelta(days=1), clock.hour or 0, clock.minute)
    said = text[clock.start : clock.end]
    return Span("happened_at", said, Moment(iso, "", said), clock.start, clock.end)
