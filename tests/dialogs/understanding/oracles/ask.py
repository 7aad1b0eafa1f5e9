"""Asks two other readers of dates about plain phrases and keeps their answers in `answers.json`.

Run by hand, in an environment of its own, because their pins are old:

    python -m venv oracles && oracles/bin/pip install recognizers-text-suite jionlp "emoji<2"
    oracles/bin/python tests/dialogs/understanding/oracles/ask.py

Made with recognizers-text-suite 1.0.2a2 (MIT) for English and jionlp 1.5.31 (Apache-2.0) for Chinese.
"""

from __future__ import annotations

import json
from datetime import datetime
from itertools import product
from pathlib import Path

NOW = datetime(2026, 11, 21, 14, 0)
ANSWERS = Path(__file__).parent / "answers.json"

CHINESE = [
    *(f"{which}{week}{day}" for which, week, day in product(("上", "上上"), ("周", "星期", "礼拜"), "一三五日")),
    *(f"{count}{unit}前" for count, unit in product(("两", "3", "五", "十"), ("天", "周", "个月", "小时"))),
    *(f"{month}月{day}{mark}" for month, day, mark in product(("3", "9", "十一"), ("1", "15", "二十"), "日号")),
    *(
        f"{day}{part}"
        for day in ("昨天", "前天", "大前天")
        for part in ("上午九点", "下午三点半", "晚上8点", "中午十二点")
    ),
    *(
        "2026年11月3日",
        "2025年12月25号晚上八点",
        "去年12月5号",
        "2026-11-03",
        "2026/9/1",
        "上个月5号",
        "11月中旬",
        "去年三月",
    ),
    *("国庆节", "元旦", "中秋节", "端午节", "春节", "上个月", "上周", "昨天", "前天", "今天"),
]
ENGLISH = [
    *(f"{count} {unit} ago" for count, unit in product(("two", "3", "five"), ("days", "weeks", "months", "hours"))),
    *(f"{month} {day}" for month, day in product(("March", "Sept", "November"), ("1st", "15", "20th"))),
    *(f"{day} {month}" for month, day in product(("March", "Sep", "Nov"), ("1st", "15", "the 20th of"))),
    *(
        f"{day} {time}"
        for day in ("yesterday", "the day before yesterday")
        for time in ("at 9am", "at 3:30 pm", "at noon")
    ),
    *("yesterday", "today", "the day before yesterday", "last week", "last month", "last year", "November 3, 2026"),
    *(
        "3 Nov 2025",
        "2026-11-03",
        "December 25th 2025 at 8pm",
        "in October",
        "in March 2025",
        "between 3 and 5 November",
    ),
    *(
        "from 3 Nov to 5 Nov",
        "Monday last week",
        "the week before last",
        "Christmas day",
        "New Year's Eve",
        "Halloween",
    ),
]


def ask_jionlp(phrase: str) -> list[str]:
    import jionlp

    try:
        found = jionlp.parse_time(phrase, time_base=NOW.timestamp())["time"]
    except ValueError:
        return []
    return [f"{found[0][:16]}/{found[1][:16]}".replace(" ", "T")]


def ask_recognizers(phrase: str) -> list[str]:
    from recognizers_date_time import recognize_datetime

    values = [
        value for found in recognize_datetime(phrase, "en-us", reference=NOW) for value in found.resolution["values"]
    ]
    return [
        (value.get("value") or value.get("start") or "").replace(" ", "T")[:16] for value in values if "type" in value
    ]


def main() -> None:
    answers = {
        "zh": {phrase: ask_jionlp(phrase) for phrase in CHINESE},
        "en": {phrase: ask_recognizers(phrase) for phrase in ENGLISH},
    }
    ANSWERS.write_text(json.dumps(answers, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
