"""Scripted customers: what each says first, and what each answers to which question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialogs.flows.events import Event, Said, Tapped
from storage.db.timestamps import utc_now

if TYPE_CHECKING:
    from engine.turn.processor import TurnProcessor
    from storage.conversations.transcript import Message

MOST_TURNS = 30


@dataclass(frozen=True, slots=True)
class Script:
    """One customer. `answers` is by the name of what is asked; anything else is skipped or its first button tapped."""

    chat: str
    language: str
    timezone: str
    story: str
    answers: Mapping[str, str]
    skip: str


_ZH = {
    "consent": "同意", "item": "不锈钢电热水壶", "order_number": "AM2611180042", "happened_at": "昨天",
    "place_or_page": "手机应用", "amount": "128元", "evidence": "跳过", "wanted": "退款", "customer_type": "个人",
    "name": "王小明", "contact": "xiaoming@example.com", "confirm": "确认",
}  # fmt: skip
_EN = {
    "consent": "I agree", "item": "steel kettle", "order_number": "AM2611180043", "happened_at": "yesterday",
    "place_or_page": "the mobile app", "amount": "128 yuan", "evidence": "skip", "wanted": "a refund",
    "customer_type": "individual", "name": "Mary Jones", "contact": "mary@example.com", "confirm": "confirm",
}  # fmt: skip

SCRIPTS = (
    Script("demo-1", "zh-CN", "Asia/Shanghai", "我上周买的电热水壶漏水，一烧水底座就湿，太危险了", _ZH, "跳过"),
    Script("demo-2", "en", "Europe/London", "My parcel is five days late and the tracking has not moved", _EN, "skip"),
    Script("demo-3", "zh-CN", "Asia/Shanghai", "同一个订单被扣了两次钱，请帮我退回多扣的", _ZH, "跳过"),
    Script("demo-4", "en", "America/New_York", "The shoes I received look nothing like the pictures", _EN, "skip"),
)


async def perform(door: TurnProcessor, script: Script) -> str:
    """Talk until a case is on file; returns its reference, or nothing if it came to none."""
    body: Said | Tapped = Said(script.story)
    for turn in range(MOST_TURNS):
        outcome = await door.take(_event(script, turn, body))
        last = outcome.messages[-1]
        if _was_confirming(body, script) and last.case:
            return last.case
        body = _answer(script, last)
    return ""


def _answer(script: Script, last: Message) -> Said | Tapped:
    known = script.answers.get(last.asks or "")
    if known is not None:
        return Said(known)
    return Tapped(last.buttons[0].id) if last.buttons else Said(script.skip)


def _was_confirming(body: Said | Tapped, script: Script) -> bool:
    return isinstance(body, Said) and body.text == script.answers["confirm"]


def _event(script: Script, turn: int, body: Said | Tapped) -> Event:
    return Event(
        f"{script.chat}-{turn}", "web", "default", script.chat, utc_now(), body, script.language, script.timezone
    )
