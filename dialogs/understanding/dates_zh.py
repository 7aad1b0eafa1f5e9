"""Dates and times of day as Chinese says them: 上上周五, 12月20号晚上八点半, 半个月前."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import islice

from dialogs.understanding import moments
from dialogs.understanding.moments import Clock, Day
from dialogs.understanding.numerals import whole_number
from dialogs.understanding.text import MOST_FACTS

GATE = re.compile(
    r"[今昨前刚月日号周年点时]|星期|礼拜|双十|双1|元旦|圣诞|国庆|五一|平安夜|情人节|黑五|分钟|\d", re.ASCII
)

_N = r"(?:\d{1,2}|[零〇一二两三四五六七八九十廿]{1,3})"
_PART = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|深夜|晚|早"
_DAY = re.compile(
    rf"(?:(?:(?<!\d)(?P<y>(?:19|20)\d{{2}}|\d{{2}}|[零〇一二三四五六七八九]{{4}})年|(?P<ry>今年|去年|前年)的?)?\s?"
    rf"(?:(?<!\d)(?P<m>{_N})\s?月|(?P<rm>上上个?月|上个?月|这个?月|本月))"
    rf"(?:(?P<mo>份|初|底|末|中旬?|上旬|下旬)的?|的|\s)?"
    rf"(?:(?<![零〇一二两三四五六七八九十])(?P<d>{_N})(?:(?:到|至|-|~)(?P<d2>{_N}))?(?:\s?[日号]"
    rf"|(?![\d.:点:个元块天件万千百月])))?)"
    rf"|(?<![\d零〇一二两三四五六七八九十单编型账工第系下每])(?P<od>{_N})\s?[号日](?![线楼店门码机房院馆桌柜款色内后仓之])"
    r"|(?<![下每一两\d])(?P<wk>上上个?|上个?|这个?|本)?(?:周|星期|礼拜)"
    r"(?P<wd>[二三四五六日天末]|一(?![直共次样些般定切下个])|[1-7](?!\d))(?![次个年])"
    r"|(?P<lw>上上个?|上个?)(?:周|星期|礼拜)"
    r"|(?P<few>[前这近]两天|[前这近]几天|最近[几两]天|[前这近]些天|几天(?:之前|以前|前)|前[段阵](?:时间|子)?)"
    r"|(?<![月年])(?P<third>月初|月中旬?|月底|月末)(?!到账)"
    r"|(?P<since>半个月|(?:[一二两三四五六]|\d)(?:个(?:月|星期|礼拜)|周|星期|礼拜))(?:多)?了(?![解吗])"
    r"|(?P<rel>大前天|前天|昨天|昨日|昨儿|今天|今日|今儿|今早|今晨|今晚|昨晚|昨夜|前晚|刚刚|刚才)(?!气)"
    rf"|(?P<an>半|\d{{1,3}}|[一二两三四五六七八九十]{{1,3}})(?P<ah>个半)?(?:个多?|多)?(?P<au>分钟|小时|钟头|天|日"
    rf"|周|星期|礼拜|月|年)"
    r"多?(?:之前|以前|前)(?!台|面)"
    r"|(?P<fest>双十一|双11|双十二|双12|国庆节?|元旦|圣诞节?|平安夜|五一(?=[^\d百千]|$)|情人节|黑五)",
    re.ASCII,
)
_CLOCK = re.compile(
    rf"(?P<part>{_PART})?的?\s?(?:"
    rf"(?<![\d零一二两三四五六七八九十有])(?P<h>{_N})(?:点(?P<zhong>钟)?|时(?![候间常]))"
    rf"(?:(?P<half>半)|(?P<q>[一三])刻|(?P<mi>{_N})分?(?![\d元块]))?"
    r"|(?<![\d:.])(?P<h2>\d{1,2}):(?P<mi2>\d{2})(?::\d{2})?(?![\d:]))"
    rf"|(?P<only>{_PART})",
    re.ASCII,
)
_FESTS = {
    "双十一": (11, 11),
    "双11": (11, 11),
    "双十二": (12, 12),
    "双12": (12, 12),
    "国庆": (10, 1),
    "国庆节": (10, 1),
    "元旦": (1, 1),
    "圣诞": (12, 25),
    "圣诞节": (12, 25),
    "平安夜": (12, 24),
    "五一": (5, 1),
    "情人节": (2, 14),
}
_BACK = {"大前天": 3, "前天": 2, "前晚": 2, "昨天": 1, "昨日": 1, "昨儿": 1, "昨晚": 1, "昨夜": 1}
_WEEKDAYS = {char: index for index, char in enumerate("一二三四五六日")} | {"天": 6, "末": 5}
_UNITS = {
    "分钟": "minute",
    "小时": "hour",
    "钟头": "hour",
    "天": "day",
    "日": "day",
    "周": "week",
    "星期": "week",
    "礼拜": "week",
    "月": "month",
    "年": "year",
}
_UP_TO_NOW = re.compile(r"(?:到|至|截止|截至)$")
_MONTH_SAID = re.compile(r"的|买|下单|订|份")


def find_days(flat: str, now: datetime) -> list[Day]:
    """Every day named in a flattened text, in order. `now` is the customer's own clock."""
    days = []
    for found in islice(_DAY.finditer(flat), MOST_FACTS):
        day = _day(found, now)
        if day and not (found["rel"] and _UP_TO_NOW.search(flat, max(0, found.start() - 2), found.start())):
            days.append(day)
    return days


def find_clocks(flat: str) -> list[Clock]:
    """Every time of day named in a flattened text, in order."""
    return [clock for found in islice(_CLOCK.finditer(flat), MOST_FACTS) if (clock := _clock(found))]


def _day(found: re.Match[str], now: datetime) -> Day | None:
    start, end = found.span()
    today = now.date()
    if found["m"] or found["rm"]:
        return _of_month(found, today)
    if found["od"]:
        first = moments.latest_day(today, whole_number(found["od"]) or 0)
        return Day(start, end, first, day_only=True) if first else None
    if found["wd"]:
        return _of_week(found, today)
    if found["lw"]:
        monday = moments.weekday_of_week(today, 0, 2 if found["lw"].startswith("上上") else 1)
        return Day(start, end, monday, monday + timedelta(days=6))
    if found["rel"]:
        return _relative(found, now)
    if found["few"] or found["third"] or found["since"]:
        return _stretch(found, today)
    if found["an"]:
        return _ago(found, now)
    return _festival(found, today)


def _of_month(found: re.Match[str], today: date) -> Day | None:
    month_day = _month_of(found, today)
    if month_day is None:
        return None
    year, month = month_day
    if not found["d"]:
        return _whole_month(found, today, year, month)
    day = whole_number(found["d"]) or 0
    first = moments.day_in(year, month, day) if year else moments.latest_month_day(today, month, day)
    if first is None:
        return None
    last = moments.day_in(first.year, first.month, whole_number(found["d2"]) or 0) if found["d2"] else None
    return Day(*found.span(), first, last if last and last > first else None)


def _month_of(found: re.Match[str], today: date) -> tuple[int, int] | None:
    """The year, 0 where none was said, and the month."""
    if found["rm"]:
        back = {"上上": 2, "上个": 1, "上月": 1}.get(found["rm"][:2], 0)
        then = moments.months_before(today.replace(day=1), back)
        return then.year, then.month
    month = whole_number(found["m"]) or 0
    if not 1 <= month <= 12:
        return None
    if found["ry"]:
        return today.year - {"今年": 0, "去年": 1, "前年": 2}[found["ry"]], month
    year = str(whole_number(found["y"])) if found["y"] else ""
    return (moments.full_year(year) if year else 0), month


def _whole_month(found: re.Match[str], today: date, year: int, month: int) -> Day | None:
    """A month alone counts only when it cannot be a length of time ("用了3月")."""
    said = found["mo"] or found["y"] or found["ry"] or found["rm"] or _MONTH_SAID.search(found[0])
    span = moments.whole_month(today, year, month) if year else moments.latest_month(today, month)
    return Day(*found.span(), span[0], span[1]) if said and span else None


def _of_week(found: re.Match[str], today: date) -> Day:
    said = found["wd"]
    weekday = int(said) - 1 if said.isdigit() else _WEEKDAYS[said]
    which = found["wk"] or ""
    if which.startswith("上"):
        first = moments.weekday_of_week(today, weekday, 2 if which.startswith("上上") else 1)
    else:
        first = moments.latest_weekday(today, weekday)
    last = first + timedelta(days=1) if said == "末" else None
    return Day(*found.span(), first, last if last and last <= today else None)


def _stretch(found: re.Match[str], today: date) -> Day:
    """Days said roughly: 前两天, 月初, 半个月了."""
    if few := found["few"]:
        back = (30, 7) if few[1] in "段阵" else (5, 3) if few[0] == "几" else (3, 1) if "两" in few else (5, 1)
        back = (back[0] - 1, 0) if few[0] in "这近最" else back
        return Day(*found.span(), today - timedelta(days=back[0]), today - timedelta(days=back[1]))
    if third := found["third"]:
        first, last = moments.third_of_month(today, {"初": 0, "中": 1}.get(third[1], 2))
        return Day(*found.span(), first, last)
    since = found["since"]
    count = 0.5 if since[0] == "半" else float(whole_number(since[0]) or 1)
    days = count * (7 if since[-1] in "周期拜" else 30)
    return Day(*found.span(), today - timedelta(days=int(days)), today)


def _relative(found: re.Match[str], now: datetime) -> Day:
    said = found["rel"]
    first = now.date() - timedelta(days=_BACK.get(said, 0))
    part = "晚" if said[-1] in "晚夜" else ("早" if said[-1] in "早晨" else "")
    exact = now if said in ("刚刚", "刚才") else None
    return Day(*found.span(), first, part=part, exact=exact)


def _ago(found: re.Match[str], now: datetime) -> Day | None:
    count = 0.5 if found["an"] == "半" else float(whole_number(found["an"]) or 0)
    count += 0.5 if found["ah"] else 0
    if not count:
        return None
    first, exact = moments.long_ago(now, count, _UNITS[found["au"]])
    return Day(*found.span(), first, exact=exact)


def _festival(found: re.Match[str], today: date) -> Day | None:
    if found["fest"] == "黑五":
        return Day(*found.span(), black_friday(today))
    first = moments.latest_month_day(today, *_FESTS[found["fest"]])
    return Day(*found.span(), first) if first else None


def black_friday(today: date) -> date:
    """The latest day after the fourth Thursday of November."""
    for year in (today.year, today.year - 1):
        thursdays = moments.latest_weekday(date(year, 11, 7), 3) + timedelta(weeks=3)
        if thursdays + timedelta(days=1) <= today:
            return thursdays + timedelta(days=1)
    return today


def _clock(found: re.Match[str]) -> Clock | None:
    start, end = found.span()
    if found["only"]:
        return Clock(start, end, None, part=found["only"])
    part = found["part"] or ""
    if found["h2"]:
        hour, minute = int(found["h2"]), int(found["mi2"])
    else:
        hour, minute = whole_number(found["h"]) or 0, _minute(found)
    turned = moments.hour_of_day(hour, part)
    if turned is None or minute > 59:
        return None
    alone = bool(part or found["h2"] or found["zhong"] or found["half"] or found["q"] or found["mi"])
    return Clock(start, end, turned, minute, part, alone)


def _minute(found: re.Match[str]) -> int:
    if found["half"]:
        return 30
    if found["q"]:
        return {"一": 15, "三": 45}[found["q"]]
    return whole_number(found["mi"]) or 0 if found["mi"] else 0
