"""Who looks on and who writes is known in every process, over a real PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import make_url

from staff.presence import CUSTOMER, Company, Onlooker, Participant
from storage.db.pubsub import Gossip
from tests.real.postgres import new_database

MEI, WANG = Participant("m", "Mei"), Participant("w", "Wang")


@asynccontextmanager
async def two_processes(url: str) -> AsyncIterator[tuple[Company, Company]]:
    companies, running = (Company(), Company()), []
    for company in companies:
        gossip = Gossip(make_url(url), company.hear)
        company.tell = gossip.tell
        running += [asyncio.create_task(gossip.run()), asyncio.create_task(company.remind())]
    try:
        yield companies
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 8
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        await asyncio.sleep(0.02)


def onlooker(person: Participant | None) -> Onlooker:
    return Onlooker(asyncio.Event(), person)


@pytest.fixture
def url(postgres_server: str) -> str:
    return new_database(postgres_server)


async def test_colleagues_at_two_processes_see_each_other_come_and_go(url: str) -> None:
    async with two_processes(url) as (here, there):
        page = onlooker(MEI)
        with here.present("chat", page):
            with there.present("chat", onlooker(WANG)):
                await until(lambda: set(here.lookers("chat")) == set(there.lookers("chat")) == {MEI, WANG})
                page.wake.clear()
            await asyncio.wait_for(page.wake.wait(), 8)
            assert here.lookers("chat") == (MEI,)
            assert there.lookers("chat") == ()


async def test_a_customer_who_writes_at_one_process_is_seen_writing_at_the_other(url: str) -> None:
    async with two_processes(url) as (here, there):
        page = onlooker(MEI)
        with here.present("chat", page):
            with there.present("chat", onlooker(WANG)):
                await until(lambda: WANG in here.lookers("chat"))
            there.writes("chat", CUSTOMER)
            await until(lambda: here.writers("chat") == (CUSTOMER,))
            assert here.writers("another chat") == ()
            there.stops("chat", CUSTOMER)
            await until(lambda: here.writers("chat") == ())


async def test_a_process_that_died_is_not_believed_for_ever(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("staff.presence.FAR", 0.3)
    async with two_processes(url) as (here, there):
        with here.present("chat", onlooker(MEI)), there.present("chat", onlooker(WANG)):
            await until(lambda: WANG in here.lookers("chat"))
            there.tell = lambda _news: None
            await until(lambda: here.lookers("chat") == (MEI,))
