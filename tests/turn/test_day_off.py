"""The machine is off for a day: all that was due meanwhile is done once, spread out, and nobody is woken by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from dialogs.flows.events import Event, Said
from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from engine.timers import Timers
from engine.turn.processor import TurnProcessor
from storage.db.database import Database, open_database
from storage.db.timestamps import from_micros, to_micros
from storage.files.attachments import FileStore
from storage.migrations.upgrade import bring_up_to_date
from storage.tables.core import conversations, events, messages, timers
from tests.step import step

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 18, 10, tzinfo=SHANGHAI)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
OFF = MORNING.replace(hour=20, minute=10)
DRAFTS, CASES, WAITING = 60, 8, 8
STORY = "The blender I bought stopped working after a week"
NUDGE = "There's no hurry."


@dataclass
class Shop:
    """A door and its timers, under a clock that is told the time."""

    database: Database
    door: TurnProcessor
    wall: list[datetime]

    async def hears(self, chat: str, text: str, name: str) -> str:
        """A customer writes; returns what the answer asks for."""
        event = Event(name, "rest", "rest", chat, self.wall[0], Said(text), "en", "Asia/Shanghai")
        return next((said.asks or "" for said in reversed((await self.door.take(event)).answers)), "")

    async def files(self, chat: str) -> None:
        """A customer's complaint is put on file."""
        asks, n = await self.hears(chat, STORY, "0"), 0
        while asks != "confirm":
            n += 1
            asks = await self.hears(chat, "skip", str(n))
        await self.hears(chat, "yes", "yes")

    async def passes(self, until: datetime) -> None:
        """Time passes, and whatever comes due is fired when it does."""
        worker = Timers(self.database, self.door.take, clock=lambda: self.wall[0])
        while (due := self._next()) and due <= until:
            self.wall[0] = max(self.wall[0], due)
            await worker.fire_due()
        self.wall[0] = until

    def _next(self) -> datetime | None:
        with self.database.read() as conn:
            due = conn.scalar(select(func.min(timers.c.due)))
        return from_micros(due) if due else None

    def due_by(self, moment: datetime) -> set[str]:
        """The chats that have a timer which comes due by then."""
        query = select(conversations.c.chat).where(timers.c.conversation_id == conversations.c.id)
        with self.database.read() as conn:
            return set(conn.scalars(query.where(timers.c.due <= to_micros(moment))))

    def said_since(self, moment: datetime) -> list[tuple[str, datetime, str]]:
        """What customers heard: the chat's name, when (in Shanghai), the words."""
        query = select(conversations.c.chat, messages.c.at, messages.c.text).where(
            messages.c.conversation_id == conversations.c.id, messages.c.author != "customer"
        )
        with self.database.read() as conn:
            found = [(row.chat, from_micros(row.at).astimezone(SHANGHAI), row.text) for row in conn.execute(query)]
        return sorted((one for one in found if one[1] >= moment), key=lambda one: one[1])


@pytest.fixture
async def shop(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    wall, playbook, database = [MORNING], load_playbook("shop"), open_database(sqlite_url)
    bring_up_to_date(database)
    reader, files = RulesUnderstanding(playbook), FileStore(tmp_path / "files")
    door = TurnProcessor(
        database, playbook, reader, step=step, files=files, audit_key=b"a key for tests", clock=lambda: wall[0]
    )
    door.start()
    yield Shop(database, door, wall)
    await door.stop()
    database.close()


async def _busy_day(shop: Shop) -> None:
    """Customers come all day: most stop in the middle, some file a case, some ask for a person and wait."""
    for n in range(DRAFTS):
        shop.wall[0] = MORNING + n * 10 * HOUR / DRAFTS
        await shop.hears(f"draft{n}", STORY, "0")
        if n < CASES:
            await shop.files(f"case{n}")
        if n < WAITING:
            await shop.hears(f"queue{n}", "I want to talk to a person", "0")
    await shop.passes(OFF)


@pytest.mark.parametrize("back", [OFF.replace(hour=3) + 48 * HOUR, OFF + 23 * HOUR], ids=["by night", "by day"])
async def test_after_a_day_away_everybody_hears_once_spread_out_and_not_at_night(shop: Shop, back: datetime) -> None:
    await _busy_day(shop)
    due = shop.due_by(back)
    shop.wall[0] = back
    await shop.passes(back + 14 * HOUR)
    said = shop.said_since(back)
    assert not [one for one in said if not time(8, 30) <= one[1].time() < time(21, 30)], "nobody is woken"
    assert len(said) == len({(chat, words) for chat, _, words in said}), "nobody hears a thing twice"
    first: dict[str, datetime] = {}
    for chat, at, _ in said:
        first.setdefault(chat, at)
    heard = {chat: at for chat, at in first.items() if chat in due}
    assert len(heard) > 30
    assert {chat for chat in due if not chat.startswith("case")} <= set(heard), "everybody hears"
    begun = max(back, back.replace(hour=8, minute=30))
    late = sorted(at - begun for chat, at in heard.items() if not chat.startswith("case"))
    assert late[-1] <= 15 * MINUTE + SECOND
    assert late[len(late) // 2] > 4 * MINUTE
    assert max(Counter(each // MINUTE for each in late).values()) <= 3 * len(late) / 15


async def test_a_clock_that_is_set_back_says_nothing_twice_and_nothing_early(shop: Shop) -> None:
    await _busy_day(shop)
    for back in (timedelta(seconds=2), HOUR, timedelta(milliseconds=1)):
        shop.wall[0] -= back
        await shop.passes(shop.wall[0] + 9 * HOUR)
    heard: dict[tuple[str, str], list[datetime]] = {}
    for chat, at, words in shop.said_since(MORNING):
        heard.setdefault((chat, NUDGE if words.startswith(NUDGE) else words), []).append(at)
    assert len(heard) > DRAFTS
    again = [later - at for moments in heard.values() for at, later in pairwise(moments)]
    assert min(again) > 12 * HOUR, "a second nudge has the words of the first, and comes after a day"
    with shop.database.read() as conn:
        fired = conn.execute(select(events.c.event_id, events.c.at).where(events.c.event_id.like("timer:%"))).all()
    assert len(fired) > DRAFTS
    assert all(at >= int(name.rpartition(":")[2]) for name, at in fired)
