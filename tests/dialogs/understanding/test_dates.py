"""When something happened, in Chinese and English. Now is Saturday, 21 November 2026, 14:00."""

from datetime import datetime

import pytest

from complaints.record import Moment
from dialogs.understanding.formats.dates import find_dates
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
    ("out for delivery since Wednesday the 11th mate", "2026-11-11"),
    ("it went back a week ago Tuesday I've the slip", "2026-11-10"),
    ("two weeks ago on Friday", "2026-11-06"),
    ("no parcel. was due monday", "2026-11-16"),
    ("it should have been delivered, it had been promised for Thursday", "2026-11-19"),
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


NOT_DAYS_OF_A_COMPLAINT = """
May I speak to someone please
may be it is broken, may not
He may come, I may go
they shipped 12 of 20 items
10/10 would not recommend
I rate it 2/5
2.5 stars at best
3rd time lucky, not
the second one is worse
call 400-820-8820
my ref is 2026-1103-55
it weighs 3.5 kg and is 12.11 cm long
room 12/14 was filthy
I waited 3 hours
I've waited 2 weeks for this
it lasts 2 days
every day the same
they close at 6
Monday to Friday 9-5
please reply within 24 hours
I need it by Friday
can you deliver it tomorrow at 3pm?
next month I move house
the March model is bad
April from your team was rude
June told me no refund
August sent me away
I will sue on Monday if nothing happens
see you in court next Tuesday
the day it came it broke
day and night I call you
one day it will break
those days are over
at the end of the day you lost a customer
the latest version 12.4.1 crashes
ISO 2022 compliant my foot
my flat is 3/11 High Street
100% my last order here
I sat for an hour in the sun
the sat dish is loose
wed like a refund
half past caring
second to none they said
back to back failures
2 weeks guarantee not honoured
一点都不好用
三天两头坏
第三次了
打了三次电话
两天了还没到
等了一个月
7天无理由
三年质保
周期太长
日用品质量差
月季花都死了
每个月都扣钱
每周三都停
十点以后别打电话
早晚要出事
今后再也不来了
明天能到吗
后天再不到就退
下周一之前给我答复
下个月15号到期
年年都这样
24小时在线是假的
百分之三十的都坏了
3.5星都给多了
五分好评返现是骗人的
1号店买的
5号电池漏液
7号楼没送到
2号线旁边那家店
6.1寸的屏幕碎了
型号11-20A不对
比例16:9显示不全
身高1.75体重60.5买的L码
12306退票
订单号20261103123456789
保质期到2027年3月
生产日期模糊不清
限时三分钟抢购根本抢不到
一时冲动买的
时间太久了
有时候开不了机
点餐点错了
一点小问题
差一点烫伤
三点意见
晚点再说
早点处理
半天没人理
大半年了
前台态度差
前面那个客服不行
之前的问题没解决
日期不对
这个月的会员费
圣诞树倒了
春节联欢晚会门票是假的
中秋月饼礼盒是空的
双十一快到了能不能快点
"""

PHRASES = """
上周的周五 2026-11-13
上一周周三 2026-11-11
周一下单 2026-11-16
大大前天 2026-11-17
这个月初 2026-11-01/2026-11-10
十月二十几号 2026-10-20/2026-10-29
12-20 20:00下单 2025-12-20T20:00
最近一周 2026-11-14/2026-11-21
国庆第二天 2026-10-02
春节前 2026-02-10/2026-02-16
去年双十一 2025-11-11
十一假期 2026-10-01/2026-10-07
10月1日-10月7日 2026-10-01/2026-10-07
周五到周日 2026-11-13/2026-11-15
从上周三到这周一 2026-11-11/2026-11-16
3月1号买的，5号坏的 2026-03-05
今天晚上六点送到
明天下午三点能到吗
the first week of November 2026-11-01/2026-11-07
the last week of October 2026-10-25/2026-10-31
two Fridays ago 2026-11-13
Friday before last 2026-11-13
the 16th Nov 2026-11-16
Mon 16 Nov 2026-11-16
last Friday (13 Nov) 2026-11-13
Nov 2025 2025-11-01/2025-11-30
yesterday at 15.30 2026-11-20T15:30
three thirty pm yesterday 2026-11-20T15:30
half ten on Monday 2026-11-16T10:30
earlier this week 2026-11-16/2026-11-21
the weekend before last 2026-11-07/2026-11-08
Saturday night 2026-11-14
the day after Christmas 2025-12-26
Easter Monday 2026-04-06
2wks ago 2026-11-07
from the 5th to the 9th of November 2026-11-05/2026-11-09
on the twenty first of october 2026-10-21
until the day before yesterday 2026-11-19
today at 6pm
will arrive on 28 November
due on 2 December
scheduled for Monday
"""


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


@pytest.mark.parametrize("text", NOT_DAYS_OF_A_COMPLAINT.strip().splitlines())
def test_numbers_names_and_promises_are_no_days(text: str) -> None:
    assert moments(text, "CN" if not text.isascii() else "GB") == []


@pytest.mark.parametrize("line", PHRASES.strip().splitlines())
def test_a_phrase_names_its_day_or_none(line: str) -> None:
    text, _, when = line.rpartition(" ")
    if not when.startswith("20"):
        text, when = line, ""
    found = [f"{one.iso}/{one.until}" if one.until else one.iso for one in moments(text, "CN")]
    assert (found[-1:] or [""]) == [when]
