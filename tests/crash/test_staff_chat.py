"""The staff chat under `kill -9`: no word of a customer is missed there, no word of an agent is said twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage.db.database import open_database
from storage.db.timestamps import utc_now
from storage.migrations.upgrade import bring_up_to_date
from storage.staff.accounts import NewStaff, Role, add_staff, link_telegram
from tests.real.server import Server
from tests.telegram.screen import Place
from tests.telegram.server import TelegramServer

pytestmark = [pytest.mark.alone, pytest.mark.timeout(280)]

CUSTOMERS, STAFF = "123456:crash", "654321:crash-staff"
KILLS = 1
AGAIN = "Perhaps for the second time"


async def test_no_word_is_missed_in_the_staff_chat_or_said_twice_to_the_customer(tmp_path: Path) -> None:
    async with TelegramServer(models=False, within=40) as telegram:
        bot, staff_bot = telegram.bot(CUSTOMERS, "Amends"), telegram.bot(STAFF, "Amends Staff")
        anna, li = telegram.user("Anna", language="en"), telegram.user("Li")
        group = telegram.group("Staff", li, staff_bot, forum=True)
        url = f"sqlite:///{tmp_path / 'amends.db'}"
        hire(url, li.id)
        tokens = {"AMENDS_TELEGRAM_TOKEN": CUSTOMERS, "AMENDS_STAFF_TOKEN": STAFF, "AMENDS_STAFF_CHAT": str(group.id)}
        extra = {**tokens, "AMENDS_TELEGRAM_API_URL": telegram.url, "AMENDS_UNDERSTANDING": "rules"}
        server = Server(tmp_path, url, extra=extra)
        try:
            await asyncio.to_thread(server.start)
            await anna.says(bot, "I want to talk to a person")
            await li.taps("Claim", group)
            await telegram.until(lambda: bool(group.room.pinned))
            topic = Place(group.room, group.topics[0].thread)
            for life in range(KILLS):
                # What is being shown when the end comes has arrived, and nobody is left to note it.
                telegram.disturbs("delay", method="sendMessage", chat=group.id, times=1, seconds=20)
                await anna.says(bot, f"hers {life}.")
                await li.sees(topic, f"hers {life}.")
                await li.says(topic, f"his {life}.")
                await asyncio.to_thread(server.kill)
                await anna.says(bot, f"hers {life}, unheard.")
                await li.says(topic, f"his {life}, unheard.")
                await asyncio.to_thread(server.start)
                telegram.calms()
                await anna.sees(bot, f"his {life}, unheard.")
                await li.sees(topic, f"hers {life}, unheard.")
            await telegram.until(lambda: not bot.updates.waiting and not staff_bot.updates.waiting)
            shown = [m.text for m in li.screen(topic) if m.sender == staff_bot.id]
            for word in (each for life in range(KILLS) for each in (f"hers {life}.", f"hers {life}, unheard.")):
                told = [said for said in shown if word in said]
                assert told, f"{word} was missed"
                assert sum(AGAIN not in said for said in told) <= 1, f"{word} was shown twice, without a mark"
            heard = [m.text.partition(": ")[2] for m in anna.screen(bot) if m.sender == bot.id]
            answers = [said for said in heard if said.startswith("his")]
            assert answers == [each for life in range(KILLS) for each in (f"his {life}.", f"his {life}, unheard.")]
            assert rows(url, "SELECT event_id FROM quarantine") == []
            assert rows(url, "SELECT seq FROM outbox WHERE state = 'unknown'") == []
            log = server.log.read_text()
            assert STAFF not in log
            assert CUSTOMERS not in log
        finally:
            await asyncio.to_thread(server.kill)


def hire(url: str, user: int) -> None:
    """An account for Li, linked to their Telegram."""
    database = open_database(url)
    bring_up_to_date(database)
    with database.write() as conn:
        link_telegram(conn, add_staff(conn, NewStaff("li", "Li", Role.AGENT, "-"), utc_now()).id, user)
    database.close()


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    engine = create_engine(url)
    with engine.connect() as conn:
        found = [tuple(row) for row in conn.execute(text(query))]
    engine.dispose()
    return found
