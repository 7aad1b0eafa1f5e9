"""When something happened: days and times of day joined to a `Moment`, in whichever language they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from complaints.record import Moment
from dialogs.understanding.formats import calendar_math, dates_en, dates_other, dates_zh, festivals, pack_days
from dialogs.understanding.formats import times_of_day as clock_grammar
from dialogs.understanding.formats.calendar_math import Day, TimeOfDay
from dialogs.understanding.formats.future_dates import EVENING, is_ahead
from dialogs.understanding.formats.numeric_dates import find_figures
from dialogs.understanding.reading import Span
from dialogs.understanding.text import HAN, blank

Pair = tuple[Day, TimeOfDay | None]

_DIGIT = re.compile(r"\d", re.ASCII)
_NIGHTS, _SMALL = frozenset({"晚", "night"}), frozenset({"凌晨", "半夜", "am"})
_SMALL_HOURS, _AFTERNOON = 5, range(1, 7)
_JOIN = re.compile(
    r"[\s,.()]*+(?:的|那天的?|当天的?|那晚|当晚|(?:just )?(?:gone|past)|at|on|around|about|in the|-)?+\s*+"
)
_BESIDE = re.compile(r"\s?[\s,(（]\s?(?:the |that is )?|的?|")
_RANGE = re.compile(r"\s*(?:到|至|-|~|to|until|till|through|and)\s*(?:the\s)?")
_BETWEEN = re.compile(r"\b(?:between|from)\s(?:the\s)?$", re.ASCII)
_HOURS = re.compile(
    r"open|hours|work|avail|weekday|上班|工作|营业|服务时间|客服|在线|值班|开门|关门|打烊|clos|shut|[9九]\s?(?:to|-|点)"
)
_NOT_AT = re.compile(
    r"(?:tomorrow|next \w+|by|until|till|after|before|from|every|each|between|to|daily|明天|后天"
    r"|大后天|[下每]周.|每天|[到至-])"
    r"[\s,]*(?:at |around )?$"
)
_OR_SO = re.compile(r"\s?(?:以?后|之?前|到|至|-|to |and |until )(?!来)")


def find_dates(text: str, flat: str, now: datetime, region: str, language: str = "") -> list[Span]:
    """Every moment a text names, as spans of `happened_at`.

    `now` is the customer's own wall clock (its zone is not looked at); `region` decides whether 3/11
    is the 11th of March or the 3rd of November. A day is looked for in the past; one that is spoken of
    as still to come, or that can only lie ahead, is left out. `language` is the text's, as an ISO 639 code.
    """
    figures = bool(_DIGIT.search(flat))
    chinese = not flat.isascii() and bool(HAN.search(flat) and dates_zh.GATE.search(flat))
    english = bool(dates_en.GATE.search(flat))
    counted = pack_days.find_days(flat, now.date(), language)
    if not (figures or chinese or english or counted or language in dates_other.LANGUAGES):
        return []
    days = _merge(find_figures(flat, now, region) if figures else [], counted)
    if chinese:
        days = _merge(days, festivals.find_chinese(flat, now.date()))
        days = _merge(days, dates_zh.find_days(flat, now))
    if language in dates_other.LANGUAGES:
        days = _merge(days, dates_other.find_days(flat, now, language))
    if english:
        days = _merge(days, festivals.find_english(flat, now.date()))
        days = _merge(days, dates_en.find_days(flat, now))
    days = _of_one_month(_joined(flat, days), now.date())
    return _spans(text, flat, days, _clocks(flat, days, chinese, english), now)


def _clocks(flat: str, days: list[Day], chinese: bool, english: bool) -> list[TimeOfDay]:
    """The times of day beside or without days; the 晚 of 昨晚 belongs to its day."""
    flat = blank(flat, ((day.start, day.end) for day in days))
    clocks = clock_grammar.find_chinese(flat) if chinese else []
    if english or not chinese:
        clocks += [clock for clock in clock_grammar.find_english(flat) if not _overlaps(clock, clocks)]
    return sorted(clocks, key=lambda clock: clock.start)


def _merge(first: list[Day], second: list[Day]) -> list[Day]:
    """Both lists in the order of the text; where two overlap, the first list's stays."""
    return sorted([*first, *(day for day in second if not _overlaps(day, first))], key=lambda day: day.start)


def _overlaps(one: Day | TimeOfDay, others: Sequence[Day | TimeOfDay]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


def _joined(flat: str, days: list[Day]) -> list[Day]:
    """The days with "Saturday 14 November" and 昨天(11月20号) made one each: the fuller name tells the day."""
    joined: list[Day] = []
    for day in days:
        if joined and (one := _same(flat, joined[-1], day)):
            joined[-1] = one
        else:
            joined.append(day)
    return joined


def _of_one_month(days: list[Day], today: date) -> list[Day]:
    """The days in order, where "5月20号 … 22号" has both in May: a number alone takes the month named before it."""
    told: list[Day] = []
    for day in days:
        before = told[-1] if told else None
        if before and day.day_only and not (before.day_only or before.last or before.loose == "week"):
            first = calendar_math.day_in(before.first.year, before.first.month, day.first.day)
            day = replace(day, first=first) if first and before.first <= first <= today else day
        told.append(day)
    return told


def _same(flat: str, one: Day, two: Day) -> Day | None:
    gap = flat[one.end : two.start]
    if one.last or two.last or one.exact or two.exact or len(gap) > 6 or not _BESIDE.fullmatch(gap):
        return None
    if "(" in gap:
        return replace(two, start=one.start, part=one.part or two.part)  # "last Friday (13 Nov)": the date says which
    if two.day_only and one.first.weekday() == two.first.weekday():
        return replace(two, start=one.start, part=one.part or two.part)  # "since Wednesday the 11th"
    weekdays = [day for day in (one, two) if day.loose == "week"]
    if len(weekdays) == 1 or one.first == two.first:
        fuller = two if one in weekdays else one
        return replace(fuller, start=one.start, end=two.end, part=one.part or two.part)
    return None


def _spans(text: str, flat: str, days: list[Day], clocks: list[TimeOfDay], now: datetime) -> list[Span]:
    spans: list[Span] = []
    pairs, free = _pair(flat, days, clocks)
    at = 0
    while at < len(pairs):
        after = pairs[at + 1] if at + 1 < len(pairs) else None
        if after and _ranged(flat, pairs[at], after):
            spans += _range(text, flat, pairs[at], after, now)
            at += 2
        else:
            spans += _span(text, flat, *pairs[at], now)
            at += 1
    if not pairs:
        spans = [_clock_span(text, clock, now) for clock in free if _stands_alone(flat, clock)][:1]
    return spans


def _stands_alone(flat: str, clock: TimeOfDay) -> bool:
    """Whether a time without a day tells when it happened, and not opening hours or when to call."""
    before, after = flat[max(0, clock.start - 16) : clock.start], flat[clock.end : clock.end + 12]
    if _HOURS.search(before) or _HOURS.search(after):
        return False
    return clock.hour is not None and clock.alone and not _NOT_AT.search(before) and not _OR_SO.match(flat, clock.end)


def _pair(flat: str, days: list[Day], clocks: list[TimeOfDay]) -> tuple[list[Pair], list[TimeOfDay]]:
    """Each day with the time of day that stands beside it: after it, else right before it."""
    pairs: list[Pair] = []
    free = list(clocks)
    for at, day in enumerate(days):
        limit = days[at + 1].start if at + 1 < len(days) else len(flat)
        near = [one for one in free if day.end <= one.start < limit and _JOIN.fullmatch(flat, day.end, one.start)]
        near = near or [one for one in free if one.end <= day.start and _JOIN.fullmatch(flat, one.end, day.start)]
        if near:
            free.remove(near[0])
        pairs.append((_second_part(flat, day, near, free), near[0] if near else None))
    return pairs, free


def _second_part(flat: str, day: Day, near: list[TimeOfDay], free: list[TimeOfDay]) -> Day:
    """ "Yesterday afternoon at 3" has two times of day: the first only says which half of the day is meant."""
    if not near or near[0].hour is not None:
        return day
    part = near[0]
    for clock in free:
        if clock.hour is not None and clock.start >= part.end and _JOIN.fullmatch(flat, part.end, clock.start):
            free.remove(clock)
            said = clock.part or part.part
            near[0] = replace(clock, hour=calendar_math.hour_of_day(clock.hour, said), part=said)
            break
    return day


def _ranged(flat: str, one: Pair, two: Pair) -> bool:
    end, start = _bounds(*one)[1], _bounds(*two)[0]
    gap = flat[end:start]
    if one[0].last or two[0].last or len(gap) > 12 or not _RANGE.fullmatch(gap):
        return False
    return "and" not in gap or bool(_BETWEEN.search(flat[max(0, one[0].start - 16) : one[0].start]))


def _range(text: str, flat: str, one: Pair, two: Pair, now: datetime) -> Iterable[Span]:
    opening, closing = _bounds(*one), _bounds(*two)
    last = two[0]
    around = flat[max(0, opening[0] - 24) : opening[0]] + flat[closing[1] : closing[1] + 16]
    if (one[0].loose == "week" and _HOURS.search(around)) or is_ahead(flat, one[0], now.date(), now.hour):
        return
    if last.day_only and not one[0].day_only:
        borrowed = calendar_math.day_in(one[0].first.year, one[0].first.month, last.first.day)
        last = replace(last, first=borrowed or last.first)
    begun, ended = _iso_of(*one, now), _iso_of(last, two[1], now)
    if one[0].day_only and last.day_only and begun > ended:
        month = calendar_math.months_before(last.first, 1).replace(day=1)
        begun = (month + timedelta(days=one[0].first.day - 1)).isoformat()
    if one[0].loose == last.loose == "week" and begun > ended:
        begun = (one[0].first - timedelta(weeks=1)).isoformat()
    said = text[opening[0] : closing[1]]
    yield Span("happened_at", said, Moment(min(begun, ended), max(begun, ended), said), opening[0], closing[1])


def _span(text: str, flat: str, day: Day, clock: TimeOfDay | None, now: datetime) -> Iterable[Span]:
    start, end = _bounds(day, clock)
    part = day.part or (clock.part if clock and clock.hour is None else "")
    if day.loose == "week" and day.first == now.date() and part in calendar_math.LATE and now.hour < EVENING:
        day = replace(day, first=day.first - timedelta(weeks=1))
    if is_ahead(flat, replace(day, start=start, end=end, part=part), now.date(), now.hour):
        return
    said = text[start:end].strip()
    start = text.index(said, start)
    until, this_minute = day.last.isoformat() if day.last else "", _minute(now.date(), now.hour, now.minute)
    iso = _iso_of(day, clock, now)
    if iso > this_minute and day.loose == "week":
        iso = _iso_of(replace(day, first=day.first - timedelta(weeks=1)), clock, now)
    if iso <= this_minute:
        yield Span("happened_at", said, Moment(iso, until, said), start, start + len(said))


def _bounds(day: Day, clock: TimeOfDay | None) -> tuple[int, int]:
    return (min(day.start, clock.start), max(day.end, clock.end)) if clock else (day.start, day.end)


def _iso_of(day: Day, clock: TimeOfDay | None, now: datetime) -> str:
    if day.exact and clock is None:
        return day.exact.strftime("%Y-%m-%dT%H:%M")
    if clock is None or clock.hour is None or day.last:
        return day.first.isoformat()
    hour = clock.hour if clock.part else calendar_math.hour_of_day(clock.hour, day.part)
    hour = clock.hour if hour is None else hour
    if _past_midnight(day, clock, hour):
        after = _minute(day.first + timedelta(days=1), clock.hour, clock.minute)
        if after <= _minute(now.date(), now.hour, now.minute):
            return after  # the small hours of "last night" belong to the day after
    return _minute(day.first, _about(hour, clock, day.part), clock.minute)


def _past_midnight(day: Day, clock: TimeOfDay, hour: int) -> bool:
    if day.part not in _NIGHTS:
        return False
    return clock.part in _SMALL or (hour == clock.hour and clock.part == "am")


def _about(hour: int, clock: TimeOfDay, part: str) -> int:
    """ "Half past three", said of no part of the day, is in the afternoon: few complain of what came at night."""
    return hour + 12 if clock.spoken and not clock.part and not part and hour in _AFTERNOON else hour


def _minute(day: date, hour: int, minute: int) -> str:
    then = datetime.combine(day, time(hour % 24, minute)) + timedelta(days=hour // 24)
    return then.strftime("%Y-%m-%dT%H:%M")


def _clock_span(text: str, clock: TimeOfDay, now: datetime) -> Span:
    """A time alone is today's, or yesterday's where today's has not come yet."""
    hour = _about(clock.hour or 0, clock, "")
    iso = _minute(now.date(), hour, clock.minute)
    if iso > now.strftime("%Y-%m-%dT%H:%M"):
        iso = _minute(now.date() - timedelta(days=1), hour, clock.minute)
    said = text[clock.start : clock.end]
    return Span("happened_at", said, Moment(iso, "", said), clock.start, clock.end)
