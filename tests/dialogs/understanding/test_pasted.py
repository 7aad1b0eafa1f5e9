"""Links, addresses, codes and what a share button writes never decide in which language somebody writes."""

from __future__ import annotations

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.language.language_id import Tongues
from dialogs.understanding.language.pasted import without_pasted
from dialogs.understanding.pipeline import english_words
from dialogs.understanding.text import flatten

KNOWN, TONGUES = english_words(load_playbook("shop")), Tongues()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("https://www.shop.cn/搜索?q=蓝色电热水壶 my kettle looks nothing like this", "en"),
        ("https://shop.example/en/kettles/blue-electric-kettle-with-temperature-control 这个壶漏水", "zh"),
        ("https://shop.example/item/123这个坏了，怎么办", "zh"),
        ("【淘宝】https://m.tb.cn/h.5xYz CZ0001 「不锈钢电热水壶家用」点击链接直接打开 the handle came off mine", "en"),
        ("8.97 复制打开抖音，看看【水壶的作品】 https://v.douyin.com/abc/ it leaks just like in this video", "en"),
        ("share from MyShop app https://myshop.example/p/77 收到的跟图片不一样", "zh"),
        ("ERR_CONNECTION_TIMED_OUT 页面一直打不开", "zh"),
        ("java.lang.NullPointerException at com.shop.Pay 付款的时候闪退", "zh"),
        ("Payment failed: insufficient funds, please try again later 我卡里明明有钱", "zh"),
        ("HTTP 502 Bad Gateway 结账页面打不开", "zh"),
        ("err_cache_miss when I pay with my card", "en"),
        ("SF1234567890123", ""),
        ("JD0021-3387-AA", ""),
        ("1Z 999 AA1 01 2345 6784", ""),
        ("anna.o'brien@example.ie", ""),
        ("mei.lin-chen@mail.example.com", ""),
        ("www.shop.example", ""),
        ("https://shop.example/ligne/bouilloire/commande", ""),
        ("😡😡😡", ""),
        ("👍", ""),
        ("⭐⭐⭐⭐", ""),
        ("......", ""),
    ],
)
def test_what_is_pasted_decides_no_language(text: str, language: str) -> None:
    assert TONGUES.language_of(flatten(text), KNOWN) == language


@pytest.mark.parametrize(
    "text", ["my kettle leaks", "我的水壶漏水", "it broke after 2 days", "day-to-day use, e.g. tea"]
)
def test_plain_words_are_left_alone(text: str) -> None:
    kept = without_pasted(flatten(text)).split()
    assert [word for word in flatten(text).split() if not any(sign in word for sign in "0123456789")] == kept
