"""Whether a day is one to come, a time by which, or only the present: none of these is when it happened."""

from __future__ import annotations

import re
from datetime import date

from dialogs.understanding.formats.calendar_math import Day

_BEFORE, _AFTER = 48, 16

_NEVER = re.compile(
    r"\b(?:next|by|every|each|coming|following|tomorrow)\s(?:the\s|on\s|about\s|around\s|end of\s)?$"
    r"|\bneed(?:ed|s|ing)? (?:it|them|this|that|these|one|(?:my|the|a) \w+) (?:for|on|before|in time for)"
    r" (?:the |my |this )?$"
    r"|(?<!a )(?<!one )(?:下下?个?月|下下?周|明年|[明后]天|大后天|下回|下次|每个?月?)的?$",
    re.ASCII,
)
_UNTIL = re.compile(r"\b(?:until|till|til)\s(?:the\s)?$")
_FROM = re.compile(r"\b(?:from|between|since)\s[^.!?]{1,28}$")
_WILL = re.compile(
    r"\b(?:will|'ll|won't|going to|gonna|wait(?:ing)? (?:for|until|till)|(?:is|are) (?:now |only |re)*"
    r"(?:due|expected|scheduled|booked|arriving|coming)|eta|arriving|not (?:\w+ ){0,2}(?:before|until)|not here by)"
    r"\b[^.!?,;]{0,26}(?<!since )(?<!last )(?<!after )$",
    re.ASCII,
)
_PLANNED = re.compile(
    r"\b(?:i|we)(?:'ve| have|'m| am|'re| are)(?: got| having| going to| running| flying| leaving| getting| hosting)?"
    r"(?: (?:an?|my|our|the|to|away|off|married|in))?"
    r"(?:(?! (?:had|ordered|bought|received|paid|was|were) )[^.!?;,]){0,24}"
    r"\b(?:race|marathon|wedding|party|birthday|interview|exam|flight|trip|holiday|match|game|meeting|event|funeral"
    r"|appointment|conference|concert|married|guests?|visitors?|away|travelling|leaving|flying|moving)\b"
    r"[^.!?;,]{0,12}$"
    r"|\b(?:race|marathon|wedding|party|birthday|interview|exam|flight|trip|holiday|match|meeting|event|funeral"
    r"|anniversary|concert)(?:'s| is| are)(?: only| already)? (?:on |this )*(?:the )?$",
    re.ASCII,
)
_PLANS = re.compile(
    r"(?:早上|上午|中午|下午|晚上)?[我你他她它们妈爸家孩子娃儿老公婆]{0,4}(?:就|还|都)?(?:要|有|得|需要)(?:去"
    r"|一?[个场])?"
    r"[^,.!?]{0,4}"
    r"(?:比赛|婚礼|结婚|考试|面试|出差|出门|出国|聚会|生日|活动|开学|搬家|旅游|旅行|用|穿|送人|手术|演出|跑步?|马拉松)"
)
_PROMISED = re.compile(
    r"\b(?:expected|estimated|due|scheduled|booked|promised|postponed|delayed|moved|pushed|guaranteed|quoted"
    r"|deliver\w*|arriv\w*|here|want|need|for|before)\b[^.!?;]{0,24}$"
    r"|(?:预计|预定|计划|估计|大概|最[晚迟]|要到|得到|等到|推迟到?"
    r"|延[期迟]到?|改到|改成|排到|约到?了?|拖到|承诺|答应|保证|说好?|说是"
    r"|说要|定在|定于|通知|显示)的?(?:我|你们|他们)?[是在于了说要]{0,2}$",
    re.ASCII,
)
_WAS_DUE = re.compile(
    r"\b(?:was|were|(?:had|have|should have|'ve) been) (?:due|expected|meant|supposed|promised)\b[^.!?;]{0,24}$"
)
"""Before a day by which something should have come: it has gone by."""
_COMES = re.compile(
    r"(?:之前|以前|前|内|当天)?(?:晚上|早上|上午|下午|中午)?(?:才?[能会]|将|就?要|再)?(?:必须|一定)?"
    r"(?:给[我个]|发货|到货|送[到货来达]|收到(?!的|货)|处理[完好]?(?!了)|解决(?!了)|回复|退[款钱还]?(?:给|到)|上门|安排"
    r"|恢复|开[门业放])(?!了|的)"
    r"|(?:之前|以前|前)[要必得]|才[能会到]|[能会]到",
    re.ASCII,
)
_DEADLINE = re.compile(r"(?:之前|以前|前)(?:一定|必须|要|得|能|给|回|发|送|处理|解决|退|到|完成)")
_IS_NOW = re.compile(
    r"(?:现在|今天|如今|眼看|转眼)(?:都|已经|就|是|到|快){0,6}$"
    r"|\b(?:today is|it is|it's|is|already|by) (?:now |already ){1,3}(?:the )?$"
    r"|\b(?:today is|today's|now it's|now it is|date is) (?:the )?$"
)
_DUE_NOW = re.compile(r"\b(?:need|want|must|have to)\b[^.!?;,]{0,24}$|(?:今天之内|今天内)", re.ASCII)
_TONIGHT = frozenset({"night", "晚", "晚上", "夜里", "深夜", "evening"})
_IS_TODAY = re.compile(r"(?:就?是|都|已经){1,6}+(?=\d|[一二三四五六七八九十])")
EVENING = 17
"""The hour before which tonight is still to come."""


def is_ahead(flat: str, day: Day, today: date, hour: int) -> bool:
    """Whether the words around a day say that it lies ahead, or is only the present.

    A day whose year, month or week was not said ("25 December") is ahead when it was promised and comes
    round sooner than it went by. `hour` is the customer's own, of 24.
    """
    if day.first > today:
        return True
    before, after = flat[max(0, day.start - _BEFORE) : day.start], flat[day.end : day.end + _AFTER]
    comes_again = bool(day.loose) or day.first == today
    if comes_again and (_NEVER.search(before) or (_UNTIL.search(before) and not _FROM.search(before))):
        return True
    if _is_now(flat, day, before, after, today):
        return True
    if day.first == today and not day.last and not day.exact and _DUE_NOW.search(before):
        return True
    if day.first == today and day.part in _TONIGHT and hour < EVENING:
        return True
    if not day.loose or (day.loose == "week" and _WAS_DUE.search(before)):
        return False
    if day.loose != "year" and (_PLANNED.search(before) or _PLANS.match(after)):
        return True
    if _WILL.search(before) or (day.loose != "year" and _DEADLINE.match(after)):
        return True
    sooner = day.ahead(today) < (today - day.first).days
    return sooner and bool(_PROMISED.search(before) or _COMES.match(after))


def _is_now(flat: str, day: Day, before: str, after: str, today: date) -> bool:
    """ "It is already 5 January", 今天都1月5号了, 到现在周六了."""
    if not day.first <= today <= (day.last or day.first):
        return False
    said = flat[day.start : day.end]
    return bool(_IS_NOW.search(before)) or (said.startswith("今") and bool(_IS_TODAY.match(after)))
