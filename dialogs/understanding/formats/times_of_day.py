"""Times of day: 晚上八点半, 下午三点一刻, quarter to five in the afternoon, three thirty pm."""

from __future__ import annotations

import re
from itertools import islice

from dialogs.understanding.formats import calendar_math
from dialogs.understanding.formats.calendar_math import TimeOfDay
from dialogs.understanding.formats.number_words_en import NUMBERS, either
from dialogs.understanding.formats.number_words_zh import whole_number
from dialogs.understanding.text import MOST_FACTS

_N = r"(?:\d{1,2}|[零〇一二两三四五六七八九十廿]{1,3})"
_PART = "凌晨|清晨|清早|早上|早晨|大早上|上午|中午|下午|傍晚|晚上|夜里|半夜|深夜|晚|早"
_CHINESE = re.compile(
    rf"(?P<part>{_PART})?的?(?:大概|差不多|大约|都?快|将近|已经)?\s?(?:"
    rf"(?<![\d零一二两三四五六七八九十有差])(?P<h>{_N})(?:点(?P<zhong>钟)?|时(?![候间常段尚效装刻]))(?![儿了]?也?都?不(?!到))"
    rf"(?:(?P<half>半)|(?P<q>[一三])刻|过?(?P<mi>{_N})分?(?![\d元块个次条件]))?"
    r"|(?<![\d:.])(?P<h2>\d{1,2}):(?P<mi2>\d{2})(?::\d{2})?(?![\d:]))"
    rf"|(?P<only>{_PART})",
    re.ASCII,
)

_HOURS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_HOUR = rf"(?:\d{{1,2}}|{either(_HOURS)})"
_MINUTES = either(("fifteen", "thirty", "forty five", "forty-five", "ten", "twenty", "forty", "fifty", "oh five"))
_ENGLISH = re.compile(
    r"(?:(?:\bat|\baround|\babout|@)\s?){0,3}(?:"
    r"(?<![\d.,:/$£€¥])(?P<h>\d{1,2})(?:[:.](?P<mi>\d{2}))?(?:ish)?\s?(?P<ap>[ap])\.?m\b\.?"
    r"|(?<![\d.,:/$£€¥])(?P<h2>\d{1,2}):(?P<mi2>\d{2})(?::\d{2})?(?![\d:])"
    rf"|\b(?P<oc>{_HOUR}) o'? ?clock"
    rf"|\b(?P<frac>half|quarter|ten|five|twenty|twenty five) (?P<way>past|to|after) (?P<h3>{_HOUR})\b"
    rf"|\b(?P<wh>{either(_HOURS)})(?:[ -](?P<wm>{_MINUTES}))? ?(?P<wap>[ap])\.? ?m\b\.?"
    rf"|\b(?P<ph>{_HOUR})(?:[ -](?P<pm>{_MINUTES}))?(?= (?:in the (?:morning|afternoon|evening)|at night)\b)"
    rf"|\bhalf (?P<hh>{either(_HOURS)})\b(?! (?:of|the|a|my)\b)"
    r"|\b(?P<noon>noon|midday|midnight)\b)(?: (?:in the |at )?(?P<after>morning|afternoon|evening|night)\b)?"
    rf"|\bat (?P<h4>{_HOUR})(?![\w:/%$£€-]|[.,]\d| (?:pounds|dollars|euros|quid|times|of|days|weeks|percent))"
    r"|\bat (?P<h5>[01]?\d|2[0-3])\.(?P<mi5>[0-5]\d)(?![\d%])"
    r"|\b(?:in the )?(?P<only>morning|afternoon|evening|night|nite)\b",
    re.ASCII,
)


def find_chinese(flat: str) -> list[TimeOfDay]:
    """Every time of day that Chinese names in a flattened text, in order."""
    return [clock for found in islice(_CHINESE.finditer(flat), MOST_FACTS) if (clock := _chinese(found))]


def find_english(flat: str) -> list[TimeOfDay]:
    """Every time of day that English names in a flattened text, in order."""
    return [clock for found in islice(_ENGLISH.finditer(flat), MOST_FACTS) if (clock := _english(found))]


def _chinese(found: re.Match[str]) -> TimeOfDay | None:
    start, end = found.span()
    if found["only"]:
        return TimeOfDay(start, end, None, part=found["only"])
    part, spoken = found["part"] or "", not found["h2"]
    if found["h2"]:
        hour, minute = int(found["h2"]), int(found["mi2"])
    else:
        hour, minute = whole_number(found["h"]) or 0, _minute(found)
    turned = calendar_math.hour_of_day(hour, part)
    if turned is None or minute > 59:
        return None
    alone = bool(part or found["h2"] or found["zhong"] or found["half"] or found["q"] or found["mi"])
    return TimeOfDay(start, end, turned, minute, part, alone, spoken)


def _minute(found: re.Match[str]) -> int:
    if found["half"]:
        return 30
    if found["q"]:
        return {"一": 15, "三": 45}[found["q"]]
    return whole_number(found["mi"]) or 0 if found["mi"] else 0


def _english(found: re.Match[str]) -> TimeOfDay | None:
    start, end = found.span()
    if found["only"]:
        return TimeOfDay(start, end, None, part=_night(found["only"]))
    if found["noon"]:
        return TimeOfDay(start, end, 0 if found["noon"] == "midnight" else 12)
    if found["h5"]:
        return TimeOfDay(start, end, int(found["h5"]), int(found["mi5"]), alone=False)
    hour, minute, part = _told(found)
    turned = calendar_math.hour_of_day(hour, part)
    if turned is None or minute > 59:
        return None
    return TimeOfDay(start, end, turned, minute, part, not found["h4"], not found["h2"])


def _told(found: re.Match[str]) -> tuple[int, int, str]:
    """Hour as said, minute and part of the day."""
    part = found["after"] or ""
    if found["h"]:
        return int(found["h"]), int(found["mi"] or 0), f"{found['ap']}m"
    if found["h2"]:
        return int(found["h2"]), int(found["mi2"]), part
    if found["wh"]:
        return NUMBERS[found["wh"]], _minutes(found["wm"]), f"{found['wap']}m"
    if found["hh"]:
        return NUMBERS[found["hh"]], 30, part
    if found["frac"]:
        return *_fraction(found), part
    said = found["ph"] or found["h4"] or found["oc"]
    return _number(said), _minutes(found["pm"]), part


def _fraction(found: re.Match[str]) -> tuple[int, int]:
    minutes = {"half": 30, "quarter": 15}.get(found["frac"]) or NUMBERS[found["frac"]]
    hour = _number(found["h3"])
    return ((hour - 1) % 24, 60 - minutes) if found["way"] == "to" else (hour, minutes)


def _number(said: str) -> int:
    return int(said) if said.isdigit() else NUMBERS[said]


def _minutes(said: str | None) -> int:
    return NUMBERS.get((said or "").replace("oh ", ""), 0)


def _night(said: str) -> str:
    return "night" if said == "nite" else said
