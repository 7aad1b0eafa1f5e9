"""When something happened, in Chinese and English. Now is Saturday, 21 November 2026, 14:00."""

from datetime import datetime

import pytest

from complaints.record import Moment
from dialogs.understanding.dates import find_dates
from dialogs.understanding.text import flatten

NOW = datetime(2026, 11, 21, 14, 0)

CHINESE = [
    ("今天", "2026-11-21"),
    ("昨天", "2026-11-20"),
    ("前天", "2026-11-19"),
    ("大前天", "2026-11-18"),
    ("上周三", "2026-11-11"),
    ("上上周五", "2026-11-06"),
    ("上个星期一", "2026-11-09"),
    ("这周一", "2026-11-16"),
    ("本周二", "2026-11-17"),
    ("周日", "2026-11-15"),
    ("礼拜天收到的", "2026-11-15"),
    ("这周日", "2026-11-15"),
    ("上个月20号", "2026-10-20"),
    ("上上个月5号", "2026-09-05"),
    ("12月20号晚上", "2025-12-20"),
    ("12月20号晚上8点半", "2025-12-20T20:30"),
    ("11月3日", "2026-11-03"),
    ("11月03日买的", "2026-11-03"),
    ("十一月二十号", "2026-11-20"),
    ("双十一", "2026-11-11"),
    ("双11那天买的", "2026-11-11"),
    ("国庆节买的", "2026-10-01"),
    ("三天前", "2026-11-18"),
    ("3天前", "2026-11-18"),
    ("一周前", "2026-11-14"),
    ("半个月前", "2026-11-06"),
    ("一个半月前", "2026-10-06"),
    ("两个月前", "2026-09-21"),
    ("10分钟前", "2026-11-21T13:50"),
    ("半小时之前", "2026-11-21T13:30"),
    ("2026-11-03", "2026-11-03"),
    ("我在2026-11-03买的", "2026-11-03"),
    ("2026/11/3", "2026-11-03"),
    ("2026年11月3日", "2026-11-03"),
    ("２０２６年１１月３日", "2026-11-03"),
    ("去年12月5号", "2025-12-05"),
    ("25年3月8号", "2025-03-08"),
    ("3/11", "2026-03-11"),
    ("11.3", "2026-11-03"),
    ("11.3号下单的", "2026-11-03"),
    ("20号", "2026-11-20"),
    ("25号", "2026-10-25"),
    ("昨晚八点", "2026-11-20T20:00"),
    ("昨天下午3点", "2026-11-20T15:00"),
    ("前天上午十点二十", "2026-11-19T10:20"),
    ("周六晚上八点多", "2026-11-14T20:00"),
    ("今天中午12点", "2026-11-21T12:00"),
    ("昨天凌晨两点一刻", "2026-11-20T02:15"),
    ("15:30", "2026-11-20T15:30"),
    ("下午三点", "2026-11-20T15:00"),
    ("早上九点", "2026-11-21T09:00"),
    ("上週三", "2026-11-11"),
    ("到今天还没发货，我上周三下的单", "2026-11-11"),
]

CHINESE_RANGES = [
    ("从3号到5号", "2026-11-03", "2026-11-05"),
    ("11月3号到5号", "2026-11-03", "2026-11-05"),
    ("11月3日至11月5日", "2026-11-03", "2026-11-05"),
    ("11月3到5号", "2026-11-03", "2026-11-05"),
    ("28号到2号", "2026-10-28", "2026-11-02"),
    ("上周", "2026-11-09", "2026-11-15"),
    ("上个月", "2026-10-01", "2026-10-31"),
    ("去年12月", "2025-12-01", "2025-12-31"),
]

ENGLISH = [
    ("today", "2026-11-21"),
    ("yesterday", "2026-11-20"),
    ("the day before yesterday", "2026-11-19"),
    ("last Tuesday", "2026-11-17"),
    ("on Tuesday", "2026-11-17"),
    ("last Saturday", "2026-11-14"),
    ("on Saturday", "2026-11-21"),
    ("last Tue at 3pm", "2026-11-17T15:00"),
    ("at 3pm last Tuesday", "2026-11-17T15:00"),
    ("Tues at 3pm", "2026-11-17T15:00"),
    ("two weeks ago", "2026-11-07"),
    ("a fortnight ago", "2026-11-07"),
    ("a couple of days ago", "2026-11-19"),
    ("half an hour ago", "2026-11-21T13:30"),
    ("2 months ago", "2026-09-21"),
    ("on 3 November", "2026-11-03"),
    ("Nov 3rd", "2026-11-03"),
    ("Nov. 3, 2025", "2025-11-03"),
    ("3rd of Nov 2025", "2025-11-03"),
    ("3 Nov 2026", "2026-11-03"),
    ("Dec 20", "2025-12-20"),
    ("May 3", "2026-05-03"),
    ("on the 3rd of May", "2026-05-03"),
    ("since the 3rd", "2026-11-03"),
    ("this morning", "2026-11-21"),
    ("last night", "2026-11-20"),
    ("last night at 10", "2026-11-20T22:00"),
    ("yesterday afternoon at 3", "2026-11-20T15:00"),
    ("on Friday evening", "2026-11-20"),
    ("noon on Monday", "2026-11-16T12:00"),
    ("Monday last week", "2026-11-09"),
    ("last week on Monday", "2026-11-09"),
    ("Black Friday", "2025-11-28"),
    ("Christmas Eve", "2025-12-24"),
    ("15:30", "2026-11-20T15:30"),
    ("at half past three", "2026-11-20T15:30"),
    ("2026-11-03", "2026-11-03"),
    ("2026-11-03T15:04", "2026-11-03T15:04"),
    ("3/11/2026", "2026-11-03"),
    ("3/11", "2026-11-03"),
    ("25/12", "2025-12-25"),
    ("12.11.2026", "2026-11-12"),
    ("10 Nov 2026 at 14:05", "2026-11-10T14:05"),
    ("it broke on the 15th", "2026-11-15"),
]

ENGLISH_RANGES = [
    ("between 3 and 5 Nov", "2026-11-03", "2026-11-05"),
    ("3-5 November", "2026-11-03", "2026-11-05"),
    ("Nov 3-5", "2026-11-03", "2026-11-05"),
    ("from 3 Nov to 5 Nov", "2026-11-03", "2026-11-05"),
    ("between the 3rd and the 5th", "2026-11-03", "2026-11-05"),
    ("last week", "2026-11-09", "2026-11-15"),
    ("last month", "2026-10-01", "2026-10-31"),
    ("in October", "2026-10-01", "2026-10-31"),
    ("in March 2025", "2025-03-01", "2025-03-31"),
]

NOT_DATES = [
    "it may be late",
    "you may 3 times",
    "I sat on it",
    "the sun ruined it",
    "$49",
    "£12.30",
    "打了3.5分",
    "3.5分",
    "有一点问题",
    "3号楼",
    "坐5号线",
    "三日内处理",
    "下周三之前",
    "每周一都这样",
    "一周一次",
    "24/7 support",
    "4/5 stars",
    "the 3rd time",
    "next Friday",
    "by Friday",
    "every Monday",
    "I will march in",
    "2/3 of the box",
    "version 1.2.3",
    "call 020 7946 0018",
    "第3天",
    "size 11.5",
    "the second item",
    "一直到今天",
    "ratio 16:9 is 99:99",
    "买了3个月",
    "half the price",
]


def moments(text: str, region: str) -> list[Moment]:
    return [span.value for span in find_dates(text, flatten(text), NOW, region)]


@pytest.mark.parametrize(("text", "iso"), CHINESE)
def test_chinese_says_when(text: str, iso: str) -> None:
    assert [(found.iso, found.until) for found in moments(text, "CN")] == [(iso, "")]


@pytest.mark.parametrize(("text", "iso"), ENGLISH)
def test_english_says_when(text: str, iso: str) -> None:
    assert [(found.iso, found.until) for found in moments(text, "GB")] == [(iso, "")]


@pytest.mark.parametrize(("text", "iso", "until"), CHINESE_RANGES)
def test_chinese_says_from_when_to_when(text: str, iso: str, until: str) -> None:
    assert [(found.iso, found.until) for found in moments(text, "CN")] == [(iso, until)]


@pytest.mark.parametrize(("text", "iso", "until"), ENGLISH_RANGES)
def test_english_says_from_when_to_when(text: str, iso: str, until: str) -> None:
    assert [(found.iso, found.until) for found in moments(text, "GB")] == [(iso, until)]


@pytest.mark.parametrize("text", NOT_DATES)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert moments(text, "CN" if not text.isascii() else "GB") == []


@pytest.mark.parametrize(
    ("region", "iso"), [("US", "2026-03-11"), ("CN", "2026-03-11"), ("GB", "2026-11-03"), ("DE", "2026-11-03")]
)
def test_the_region_decides_which_number_is_the_month(region: str, iso: str) -> None:
    assert moments("3/11", region)[0].iso == iso


def test_a_full_date_in_the_future_is_read_the_other_way_round_when_that_is_past() -> None:
    assert moments("12/11/2026", "US")[0].iso == "2026-11-12"


def test_no_date_without_a_year_lies_in_the_future() -> None:
    for month in range(1, 13):
        for day in (1, 15, 28):
            assert moments(f"{month}月{day}日", "CN")[0].iso <= "2026-11-21"


def test_the_words_are_kept() -> None:
    text = "我是 12月20号晚上8点半 买的"
    span = find_dates(text, flatten(text), NOW, "CN")[0]
    assert span.value.said == span.text == "12月20号晚上8点半" == text[span.start : span.end]
