"""Days as Chinese names them: 上上周五, 12月20号, 半个月前, 上个月底."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import islice

from dialogs.understanding.formats import calendar_math
from dialogs.understanding.formats.calendar_math import Day
from dialogs.understanding.formats.number_words_zh import whole_number
from dialogs.understanding.text import MOST_FACTS

GATE = re.compile(
    r"[今昨作前刚近月日号周年点时节晚]|星期|礼拜|双[十1]|元旦|圣诞|国庆|五一|六一|平安夜|黑五|端午|清明|中秋"
    r"|七夕|春|除夕|假|黄金周|分钟|\d",
    re.ASCII,
)

_N = r"(?:\d{1,2}|[零〇一二两三四五六七八九十廿]{1,3})"
_DAY = re.compile(
    rf"(?:(?:(?<!\d)(?P<y>(?:19|20)\d{{2}}|\d{{2}}|[零〇一二三四五六七八九]{{4}})年|(?P<ry>今年|去年|前年)的?)?\s?"
    rf"(?:(?<!\d)(?P<m>{_N})\s?月(?!饼)|(?P<rm>上上个?月|上个?月|这个?月|本月)(?!饼))"
    rf"(?:(?:的?月)?(?P<mo>份|初|底|末|中旬?|上旬|下旬)的?|的|\s)?"
    rf"(?:(?<![零〇一二两三四五六七八九十])(?P<d>{_N})(?P<ji>几)?(?:(?:到|至|-"
    rf"|~)(?P<d2>{_N}))?(?:\s?[日号](?:(?:到|至|-|~)(?P<d3>{_N})[日号])?"
    rf"|(?![\d.:点:个元块天件万千百月])))?)"
    r""
    r""
    rf"|(?<![\d零〇一二两三四五六七八九十单编型账工第系下每])(?P<od>{_N})(?P<oji>几)?\s?[号日](?![线楼店门码机房院馆桌柜款色内后仓之]"
    rf"|电池)"
    r"|(?<![下每一两\d])(?:(?P<wk>上上一?个?|上一?个?|这一?个?|本)(?:(?:周|星期|礼拜)的?(?=周|星期"
    r"|礼拜))?)?(?:周|星期|礼拜|里拜)"
    r"(?P<wd>[二三四五六日天末]|(?<=[上这本]周)无(?![人法货理效故需论条])|一(?![直共次样些般定切个]"
    r"|下(?![午单]))|[1-7](?!\d))(?![次个年])"
    r"|(?P<lw>上上一?个?|上一?个?)(?:周|星期|礼拜)"
    r"|(?P<few>[前这近]两天|[前这近]几天|最近[几两]天|[前这近]些天|几天(?:之前|以前|前)|(?:前几(?=个[月星礼]"
    r"|周)|几(?=(?:个(?:月|星期|礼拜)|周)(?:之|以)?前))(?P<fu>个月|个?星期|个?礼拜|周)(?:(?:之|以)?前)?"
    r"|前[段阵](?:时间|子)?)"
    r"|(?:最近|过去|近)的?(?P<ln>[一两二三四五六七八九十半]|\d{1,2})个?(?P<lu>天|周|星期|礼拜|月)"
    r"|(?<!\d)(?P<yo>20[12]\d)年(?=买|的时候|下单|就|开始|办|装|那)"
    r"|(?P<yb>今年|去年|前年)?年(?P<ye>初|中|底|末)(?!轻)"
    r"|(?<![月年])(?P<third>月初|月中旬?|月底|月末)(?!到账)"
    r"|(?P<since>半个月|(?:[一二两三四五六]|\d)(?:个(?:月|星期|礼拜)|周|星期|礼拜))(?:多)?了(?![解吗])"
    r"|(?P<rel>大{0,3}前天|昨天|昨日|昨儿个?|[作咋]天|今天|今日|今儿个?|今早|今晨|今晚|昨晚|昨夜|前晚|(?:刚刚"
    r"|刚才)(?!我?(?:[说讲写填输提]|打[错成]|发的)))(?!气)"
    rf"|(?P<an>半|\d{{1,3}}|[一二两三四五六七八九十]{{1,3}})(?P<ah>个半)?(?:来?个多?|多|来)?(?P<au>分钟|小时|钟头|天|日"
    rf"|周|星期|礼拜|月|年)"
    r"多?(?:之前|以前|前)(?!台|面)",
    re.ASCII,
)
_BACK = {"前晚": 2, "昨天": 1, "昨日": 1, "昨儿": 1, "昨儿个": 1, "昨晚": 1, "昨夜": 1,
         "作天": 1, "咋天": 1}  # fmt: skip
_WEEKDAYS = {char: index for index, char in enumerate("一二三四五六日")} | {"天": 6, "末": 5, "无": 4}
_THIRDS = {"初": 0, "上": 0, "中": 1, "下": 2, "底": 2, "末": 2}
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


def _day(found: re.Match[str], now: datetime) -> Day | None:
    start, end = found.span()
    today = now.date()
    if found["m"] or found["rm"]:
        return _of_month(found, today)
    if found["od"]:
        return _numbered(found, today)
    if found["wd"]:
        return _of_week(found, today)
    if found["lw"]:
        monday = calendar_math.weekday_of_week(today, 0, 2 if found["lw"].startswith("上上") else 1)
        return Day(start, end, monday, monday + timedelta(days=6))
    if found["rel"]:
        return _relative(found, now)
    if found["few"] or found["third"] or found["since"]:
        return _stretch(found, today)
    if found["ln"]:
        return _lately(found, now)
    if found["yo"]:
        year = int(found["yo"])
        return Day(start, end, date(year, 1, 1), min(today, date(year, 12, 31))) if year <= today.year else None
    return _of_year(found, today) if found["ye"] else _ago(found, now)


def _lately(found: re.Match[str], now: datetime) -> Day:
    """最近一周, 近三天: up to today."""
    count = 0.5 if found["ln"] == "半" else float(whole_number(found["ln"]) or 1)
    return Day(*found.span(), calendar_math.long_ago(now, count, _UNITS[found["lu"]])[0], now.date())


def _of_month(found: re.Match[str], today: date) -> Day | None:
    month_day = _month_of(found, today)
    if month_day is None:
        return None
    year, month = month_day
    if not found["d"]:
        return _whole_month(found, today, year, month)
    day = whole_number(found["d"]) or 0
    first = calendar_math.day_in(year, month, day) if year else calendar_math.latest_month_day(today, month, day)
    if first is None:
        return None
    ends = found["d2"] or found["d3"]
    last = _in_month(first, ends) if ends else _tens(first, today) if found["ji"] else None
    return Day(*found.span(), first, last if last and last > first else None, loose="" if year else "year")


def _in_month(first: date, said: str) -> date | None:
    return calendar_math.day_in(first.year, first.month, whole_number(said) or 0)


def _tens(first: date, today: date) -> date:
    """`二十几号` ends with the 29th, the month or today, whichever comes first."""
    days = (first + timedelta(days=on) for on in range(9, 0, -1))
    return next((day for day in days if day.month == first.month and day <= today), first)


def _numbered(found: re.Match[str], today: date) -> Day | None:
    first = calendar_math.latest_day(today, whole_number(found["od"]) or 0)
    if first is None:
        return None
    return Day(*found.span(), first, _tens(first, today) if found["oji"] else None, loose="month")


def _month_of(found: re.Match[str], today: date) -> tuple[int, int] | None:
    """The year, 0 where none was said, and the month."""
    if found["rm"]:
        back = {"上上": 2, "上个": 1, "上月": 1}.get(found["rm"][:2], 0)
        then = calendar_math.months_before(today.replace(day=1), back)
        return then.year, then.month
    month = whole_number(found["m"]) or 0
    if not 1 <= month <= 12:
        return None
    if found["ry"]:
        return today.year - {"今年": 0, "去年": 1, "前年": 2}[found["ry"]], month
    year = str(whole_number(found["y"])) if found["y"] else ""
    return (calendar_math.full_year(year) if year else 0), month


def _whole_month(found: re.Match[str], today: date, year: int, month: int) -> Day | None:
    """A month alone counts only when it cannot be a length of time ("用了3月")."""
    if found["rm"] in ("这个月", "这月", "本月") and not found["mo"]:
        return None  # as in 这个月的会员费: no day of anything
    said = found["mo"] or found["y"] or found["ry"] or found["rm"] or _MONTH_SAID.search(found[0])
    third = _THIRDS.get((found["mo"] or "份")[0])
    if third is not None:
        span = calendar_math.latest_third(today, year, month, third)
    else:
        span = calendar_math.whole_month(today, year, month) if year else calendar_math.latest_month(today, month)
    return Day(*found.span(), *span) if said and span else None


def _of_year(found: re.Match[str], today: date) -> Day | None:
    """年初 is January, 年中 June, 年底 December: of the year said, or the latest that has come."""
    month = {"初": 1, "中": 6}.get(found["ye"], 12)
    if found["yb"]:
        span = calendar_math.whole_month(today, today.year - {"今年": 0, "去年": 1, "前年": 2}[found["yb"]], month)
    else:
        span = calendar_math.latest_month(today, month)
    return Day(*found.span(), *span) if span else None


def _of_week(found: re.Match[str], today: date) -> Day:
    said = found["wd"]
    weekday = int(said) - 1 if said.isdigit() else _WEEKDAYS[said]
    which = found["wk"] or ""
    if which.startswith("上"):
        first = calendar_math.weekday_of_week(today, weekday, 2 if which.startswith("上上") else 1)
    else:
        first = calendar_math.latest_weekday(today, weekday)
    last = first + timedelta(days=1) if said == "末" else None
    loose = "" if which.startswith("上") else "week"
    return Day(*found.span(), first, last if last and last <= today else None, loose=loose)


def _stretch(found: re.Match[str], today: date) -> Day:
    """Days said roughly: 前两天, 月初, 半个月了."""
    if unit := found["fu"]:
        length = 30 if unit.endswith("月") else 7
        return Day(*found.span(), today - timedelta(days=5 * length), today - timedelta(days=2 * length))
    if few := found["few"]:
        back = (30, 7) if few[1] in "段阵" else (5, 3) if few[0] == "几" else (3, 1) if "两" in few else (5, 1)
        back = (back[0] - 1, 0) if few[0] in "这近最" else back
        return Day(*found.span(), today - timedelta(days=back[0]), today - timedelta(days=back[1]))
    if third := found["third"]:
        first, last = calendar_math.third_of_month(today, {"初": 0, "中": 1}.get(third[1], 2))
        return Day(*found.span(), first, last)
    since = found["since"]
    count = 0.5 if since[0] == "半" else float(whole_number(since[0]) or 1)
    days = count * (7 if since[-1] in "周期拜" else 30)
    return Day(*found.span(), today - timedelta(days=int(days)), today)


def _relative(found: re.Match[str], now: datetime) -> Day:
    said = found["rel"]
    first = now.date() - timedelta(days=_BACK.get(said, 0) or (said.count("大") + 2 if said.endswith("前天") else 0))
    part = "晚" if said[-1] in "晚夜" else ("早" if said[-1] in "早晨" else "")
    exact = now if said in ("刚刚", "刚才") else None
    return Day(*found.span(), first, part=part, exact=exact)


def _ago(found: re.Match[str], now: datetime) -> Day | None:
    count = 0.5 if found["an"] == "半" else float(whole_number(found["an"]) or 0)
    count += 0.5 if found["ah"] else 0
    if not count:
        return None
    first, exact = calendar_math.long_ago(now, count, _UNITS[found["au"]])
    return Day(*found.span(), first, exact=exact)
