"""A great many chats, made without taking a turn for each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from sqlalchemy import insert

from storage.conversations import search
from storage.conversations.threads import NEVER
from storage.db.database import Database
from storage.tables.core import threads

TEAMS = ("product", "logistics", "payments", "care", "orders", "privacy")
CATEGORIES = ("product_quality", "delivery", "refund_delayed", "payment", "staff_service", "other")
STORIES = {
    "zh": ("快递晚了五天", "热水壶漏水", "重复扣款两次", "退款没有到账", "态度恶劣", "收到的鞋子颜色不对"),
    "en": ("my parcel is late", "the kettle leaks", "charged twice", "no refund yet", "rude staff", "wrong shoes"),
}  # fmt: skip
START = 1_760_000_000_000_000
MINUTE = 60_000_000


def rows(count: int, live: float = 0.3) -> Iterator[dict[str, Any]]:
    """Threads of a shop that has been at it for years: most are done, a few wait, some are held."""
    dice = random.Random(7)
    for n in range(count):
        state = dice.choices(("waiting", "offered", "held", "snoozed", "bot"), (2, 2, 8, 1, 87))[0]
        alive = dice.random() < live
        held = alive and state in ("offered", "held", "snoozed")
        which, language = dice.randrange(6), dice.choice(("zh", "en"))
        yield {
            "conversation_id": blake2b(str(n).encode(), digest_size=16).hexdigest(),
            "live": alive,
            "controller": "queue" if alive and state in ("waiting", "offered") else "agent" if held else "bot",
            "agent": f"agent{dice.randrange(50)}" if held else "",
            "team": dice.choice(TEAMS),
            "level": 0,
            "state": state if alive else "done",
            "reason": "asked",
            "priority": dice.choices(range(4), (2, 10, 60, 28))[0],
            "category": CATEGORIES[which],
            "language": language,
            "channel": dice.choice(("web", "telegram")),
            "reference": f"C-2611-{n:06}",
            "customer": f"Customer {n}",
            "summary": STORIES[language][which],
            "tags": "vip" if dice.random() < 0.01 else "",
            "waiting_since": START + n * MINUTE if state == "waiting" else 0,
            "answer_by": START + (n + 60) * MINUTE,
            "deadline": START + (n + dice.randrange(6000)) * MINUTE if alive else NEVER,
            "snoozed_until": 0,
            "spoke_at": START + n * MINUTE,
            "speaker": "customer",
            "passed": "",
            "turn": 9,
            "changed_at": START + n * MINUTE,
            "indexed_turn": 9,
        }


def fill(database: Database, count: int) -> None:
    """Put so many chats into a database, each of them findable."""
    made = list(rows(count))
    for at in range(0, count, 5000):
        part = made[at : at + 5000]
        with database.write() as conn:
            conn.execute(insert(threads), part)
            texts = {row["conversation_id"]: f"{row['reference']} {row['customer']} {row['summary']}" for row in part}
            search.put(conn, database.dialect, texts)
    with database.write() as conn:
        conn.exec_driver_sql("ANALYZE")
