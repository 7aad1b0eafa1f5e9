"""What a customer says in a load or crash run: a story, then a plain answer to whatever is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

STORIES = {
    "zh": (
        "我上周买的电热水壶漏水，一烧水底座就湿，太危险了",
        "快递已经晚了五天还没到，客服一直说再等等",
        "收到的鞋子和图片完全不一样，颜色也不对",
        "我被重复扣款了，同一个订单扣了两次钱",
        "退款申请了十天还没有到账，一直没人处理",
        "寄来的杯子全碎了，包装里什么保护都没有",
    ),
    "en": (
        "The kettle I bought last week leaks from the bottom every time I boil water",
        "My parcel is five days late and the courier keeps saying tomorrow",
        "The shoes I received look nothing like the pictures on your site",
        "I was charged twice for the same order",
        "I asked for a refund ten days ago and it has still not arrived",
        "The glasses arrived broken, there was no padding in the box at all",
    ),
}

ANSWERS = {
    "zh": {
        "consent": "同意", "category": "其他", "story": "水壶烧水时从底部漏水",
        "item": "不锈钢电热水壶",
        "order_number": "AM2611180042", "happened_at": "昨天", "place_or_page": "手机应用", "amount": "128元",
        "evidence": "跳过", "wanted": "退款", "customer_type": "个人", "name": "王小明",
        "contact": "xiaoming@example.com", "confirm": "确认",
    },
    "en": {
        "consent": "I agree", "category": "something else", "story": "It leaks from the base, three times now",
        "item": "steel kettle", "order_number": "AM2611180042", "happened_at": "yesterday",
        "place_or_page": "the mobile app", "amount": "128 yuan", "evidence": "skip", "wanted": "a refund",
        "customer_type": "individual", "name": "Mary Jones", "contact": "mary@example.com", "confirm": "confirm",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """What the bot's last turn said: the slot it asks for, the case it spoke of, the titles of its buttons."""

    asks: str | None
    case: str | None
    titles: tuple[str, ...]
    payloads: tuple[str, ...]


def answered(replies: list[dict[str, Any]]) -> Answered:
    """The last message's question and buttons; the case of any message of the turn."""
    last = replies[-1] if replies else {}
    buttons = last.get("buttons") or []
    case = next((said["custom"]["case"] for said in replies if said["custom"]["case"]), None)
    titles, payloads = zip(*((one["title"], one["payload"]) for one in buttons), strict=True) if buttons else ((), ())
    return Answered(last.get("custom", {}).get("asks"), case, titles, payloads)


def story(language: str, number: int) -> str:
    """A complaint's opening words."""
    return STORIES[language][number % len(STORIES[language])]


def reply_to(language: str, heard: Answered) -> str:
    """A plain answer to what was asked; an unforeseen question gets its first button, else is skipped."""
    known = ANSWERS[language].get(heard.asks or "")
    if known is not None and heard.asks != "category":
        return known
    return heard.titles[0] if heard.titles else ANSWERS[language]["evidence"]
