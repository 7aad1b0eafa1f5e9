"""Several processes, one bot, one PostgreSQL: the lead changes hands at the worst moment, the database goes away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from psycopg.rows import scalar_row

from dialogs.understanding.reading import Understanding
from tests.crash.line import Line
from tests.telegram.server import TelegramServer
from tests.telegram.users import User
from tests.telegram_channel.conftest import Open, Shop
from tests.telegram_channel.test_confirming import Held

_LEADERS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (%s)::oid"
_DATABASE = "SELECT oid FROM pg_database WHERE datname = current_database()"


def depose(database_url: str) -> int:
    """End the connection that holds the lead; returns how many there were."""
    with psycopg.connect(database_url, autocommit=True, row_factory=scalar_row) as admin:
        database = admin.execute(_DATABASE).fetchone()
        leaders = admin.execute(_LEADERS, [database]).fetchall()
        for leader in leaders:
            admin.execute("SELECT pg_terminate_backend(%s)", [leader])
    return len(leaders)


def said(shop: Shop, user: User) -> list[str]:
    return [message.text for message in shop.transcript(user) if message.author == "customer"]


def shown(shop: Shop, user: User) -> list[str]:
    return [message.text for message in user.screen(shop.bot) if message.sender == shop.bot.id]


async def test_an_update_in_flight_while_the_lead_changes_hands_is_taken_once(
    open_shop: Open, telegram: TelegramServer, postgres_url: str, understanding: Understanding
) -> None:
    held = Held(understanding)
    async with open_shop(postgres_url, understanding=held) as first:
        anna = telegram.user("Anna", language="en")
        await anna.says(first.bot, "My parcel is late")
        assert await asyncio.to_thread(held.asked.wait, 10)
        async with open_shop(postgres_url) as second:
            assert depose(postgres_url) == 1
            await anna.sees(second.bot, "delivery that is late", within=15)
            held.free.set()
            await anna.says(second.bot, "AM2611180042")
            await second.settled(20)
            await asyncio.sleep(0.5)
            assert said(second, anna) == ["My parcel is late", "AM2611180042"]
            assert set(second.states()) == {"sent"}
            assert len(shown(second, anna)) == len(second.states())


@dataclass
class Broken:
    """A database's address, and the line to it."""

    url: str
    line: Line


@pytest.fixture
def far(postgres_url: str) -> Iterator[Broken]:
    """The database at the end of a line that can be cut."""
    parts = urlsplit(postgres_url)
    folder = parse_qs(parts.query).get("host")
    if not folder:
        pytest.skip("PostgreSQL: only one behind a socket can have its line cut")
    line = Line(f"{folder[0]}/.s.PGSQL.5432")
    yield Broken(f"postgresql://postgres@127.0.0.1:{line.port}{parts.path}", line)
    line.close()


async def test_while_the_database_is_away_nothing_is_confirmed_and_then_all_is_taken_once(
    open_shop: Open, telegram: TelegramServer, far: Broken
) -> None:
    async with open_shop(far.url) as shop:
        anna, ben = telegram.user("Anna", language="en"), telegram.user("Ben", language="en")
        await anna.says(shop.bot, "My parcel is late")
        await shop.settled()
        far.line.cut()
        for person in (anna, ben):
            await person.says(shop.bot, "My blender broke")
            await person.says(shop.bot, "AM2611180042")
        await asyncio.sleep(1.5)
        assert len(shop.bot.updates.waiting) == 4
        far.line.mend()
        await telegram.until(lambda: not shop.bot.updates.waiting, within=20)
        await shop.settled(20)
        assert said(shop, anna) == ["My parcel is late", "My blender broke", "AM2611180042"]
        assert said(shop, ben) == ["My blender broke", "AM2611180042"]
        assert set(shop.states()) == {"sent"}
