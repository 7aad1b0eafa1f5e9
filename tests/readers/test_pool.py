"""Texts are read in processes of their own; whatever a text does to one of them, it costs nobody else anything."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest
from sqlalchemy import select

from engine.readers.pool import ReaderPool
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.security.unreadable_texts import unread_texts
from tests.readers.conftest import OpenPool, full, gone, said
from tests.readers.odd import odd


def pids(pool: ReaderPool) -> list[int]:
    return [reader.pid for reader in pool._crew.readers if not reader.ended]


async def test_texts_are_read_elsewhere_and_counted(open_pool: OpenPool) -> None:
    async with open_pool() as pool:
        found = await asyncio.gather(*(pool.read(f"chat{n}", said(f"word {n}")) for n in range(40)))
        assert [(one.text, one.language, one.unread) for one in found] == [
            (f"word {n}", "en", False) for n in range(40)
        ]
        counted = pool.counters()
        assert (counted["readings_total"], counted["odd_texts_total"], counted["readers"]) == (40, 40, 2)
        assert pool.model == "odd-1"


@pytest.mark.parametrize("poison", ["hang", "hang in C"])
async def test_a_text_that_hangs_is_given_up_and_its_neighbours_are_read(open_pool: OpenPool, poison: str) -> None:
    async with open_pool() as pool:
        texts = ["one", "two", poison, "three", "four"]
        found = await asyncio.gather(*(pool.read(f"chat of {text}", said(text)) for text in texts))
        assert [one.unread for one in found] == [text == poison for text in texts]
        assert pool.noted == [f"chat of {poison}"]
        counted = pool.counters()
        assert (counted["texts_not_read_total"], counted["readers_killed_total"]) == (1, 1)
        await full(pool)


@pytest.mark.parametrize("poison", ["die", "raise"])
async def test_a_text_that_kills_its_reader_is_tried_twice_and_given_up(open_pool: OpenPool, poison: str) -> None:
    async with open_pool() as pool:
        first, second = await asyncio.gather(pool.read("a", said(poison)), pool.read("b", said("word")))
        assert (first.unread, second.unread) == (True, False)
        assert pool.counters()["texts_not_read_total"] == 1


async def test_the_deadline_is_of_the_processor_s_time_and_not_the_wall_s(open_pool: OpenPool) -> None:
    async with open_pool() as pool:
        reading = asyncio.create_task(pool.read("a", said("burn 0.1")))
        await asyncio.sleep(0.02)
        (busy,) = [reader for reader in pool._crew.readers if not reader.idle]
        os.kill(busy.pid, signal.SIGSTOP)
        await asyncio.sleep(0.6)
        os.kill(busy.pid, signal.SIGCONT)
        assert not (await reading).unread


async def test_a_reader_that_only_waits_is_ended_by_the_wall_clock(open_pool: OpenPool) -> None:
    async with open_pool(backstop=0.5) as pool:
        assert (await pool.read("a", said("sleep"))).unread


async def test_what_could_not_be_read_is_not_tried_again(open_pool: OpenPool, database: Database) -> None:
    async with open_pool() as pool:
        assert (await pool.read("a", said("hang"))).unread
        killed = pool.counters()["readers_killed_total"]
        assert (await pool.read("b", said("hang"))).unread
        assert pool.counters()["readers_killed_total"] == killed
    async with open_pool() as restarted:
        assert (await restarted.read("c", said("hang"))).unread
        assert restarted.counters()["readers_killed_total"] == 0
    with database.read() as conn:
        kept = conn.execute(select(unread_texts)).one()
    assert "hang" not in kept.digest


async def test_a_chat_that_was_late_often_is_not_tried_for_a_while(open_pool: OpenPool) -> None:
    async with open_pool() as pool:
        found = [await pool.read("a", said(f"hang {n}")) for n in range(6)]
        assert all(one.unread for one in found)
        assert pool.counters()["readers_killed_total"] == 3
        assert not (await pool.read("b", said("word"))).unread


async def test_kill_9_of_readers_loses_no_text(open_pool: OpenPool) -> None:
    async with open_pool(working=2) as pool:
        reading = [asyncio.create_task(pool.read(f"chat{n}", said(f"burn 0.02 {n}"))) for n in range(60)]
        for _ in range(3):
            await asyncio.sleep(0.1)
            os.kill(pids(pool)[0], signal.SIGKILL)
        assert not any(one.unread for one in await asyncio.gather(*reading))
        await full(pool, 3)


async def test_kill_9_of_the_template_loses_nothing_and_another_takes_its_place(open_pool: OpenPool) -> None:
    async with open_pool() as pool:
        before = pids(pool)
        template = pool._crew.readers[0].origin.pid
        os.kill(template, signal.SIGKILL)
        assert not (await pool.read("a", said("word"))).unread
        await gone(template, *before)
        await full(pool)
        assert not set(before) & set(pids(pool))
        assert not (await pool.read("a", said("word"))).unread


async def test_kill_9_of_all_of_them_loses_nothing(open_pool: OpenPool) -> None:
    async with open_pool() as pool:
        reading = asyncio.create_task(pool.read("a", said("burn 0.2")))
        await asyncio.sleep(0.05)
        for pid in (pool._crew.readers[0].origin.pid, *pids(pool)):
            os.kill(pid, signal.SIGKILL)
        assert not (await reading).unread


async def test_a_new_model_reaches_the_readers_while_they_read(open_pool: OpenPool) -> None:
    async with open_pool() as pool:
        before = pids(pool)
        pool._crew._program = odd(model="odd-2")
        pool.renew()
        async with asyncio.timeout(60):
            while pool.model != "odd-2":
                assert not (await pool.read("a", said("word"))).unread
        await gone(*before)
        await full(pool)


async def test_nothing_is_left_running_when_the_pool_ends(open_pool: OpenPool) -> None:
    async with open_pool() as pool:
        waiting = asyncio.create_task(pool.read("a", said("sleep")))
        await asyncio.sleep(0.05)
        there = [pool._crew.readers[0].origin.pid, *pids(pool)]
        waiting.cancel()
    await gone(*there)
    with pytest.raises(Unavailable):
        await pool.read("a", said("word"))


@pytest.mark.timed
async def test_who_is_late_again_and_again_keeps_nobody_else_waiting(open_pool: OpenPool) -> None:
    async with open_pool() as pool:
        assert (await pool.read("late", said("hang"))).unread
        await full(pool)
        late = [asyncio.create_task(pool.read("late", said(f"hang {n}"))) for n in range(2)]
        waited = []
        while not all(task.done() for task in late):
            begun = time.monotonic()
            assert not (await pool.read("honest", said("word"))).unread
            waited.append(time.monotonic() - begun)
            await asyncio.sleep(0.01)
        assert sorted(waited)[len(waited) // 2] < 0.1


async def test_the_desk_is_told_why_or_that_nobody_knows(open_pool: OpenPool) -> None:
    async with open_pool() as pool:
        assert (await pool.explain(said("word"))).rules == ("odd: indeed",)
        lost = await pool.explain(said("hang"))
        assert (lost.decided_by, lost.reading.unread) == ("nobody", True)
