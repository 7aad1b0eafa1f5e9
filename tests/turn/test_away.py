"""A database that is away or full takes nothing, loses nothing, and is used again once it is back."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy import event as sqlalchemy_event

from engine.turn.processor import TurnProcessor, Unavailable
from storage.conversations.transcript import messages_after
from storage.db.database import Database, open_database
from storage.migrations.upgrade import bring_up_to_date
from tests.real.postgres import GIVEN
from tests.turn.scenery import event


async def test_while_the_database_is_away_every_caller_hears_so_and_afterwards_all_goes_through(
    database: Database, open_door: Callable[..., Any]
) -> None:
    away = True

    def refuse(*_args: Any) -> None:
        import sqlite3

        if away:
            raise (sqlite3.OperationalError if database.dialect.name == "sqlite" else psycopg.OperationalError)("away")

    sqlalchemy_event.listen(database.writer, "before_cursor_execute", _in_driver(refuse))
    async with open_door(database) as door:
        events = [event(f"chat{n}", "e1", f"word {n}") for n in range(20)]
        refused = await asyncio.gather(*map(door.take, events), return_exceptions=True)
        assert {type(result) for result in refused} == {Unavailable}
        away = False
        outcomes = await asyncio.gather(*map(door.take, events))
    assert not any(outcome.repeated or outcome.quarantined for outcome in outcomes)


def _in_driver(refuse: Callable[..., None]) -> Callable[..., None]:
    """As an error of the driver's own: raised within SQLAlchemy it would not be wrapped, so wrap it here."""
    from sqlalchemy.exc import OperationalError

    def before(*_args: Any) -> None:
        try:
            refuse()
        except Exception as error:
            raise OperationalError("a statement", {}, error) from error

    return before


async def test_a_server_that_drops_its_connections_is_not_noticed_by_customers(
    postgres_url: str, open_door: Callable[..., Any]
) -> None:
    database = open_database(postgres_url)
    bring_up_to_date(database)
    async with open_door(database) as door:
        await door.take(event("ann", "e1", "one"))
        with psycopg.connect(postgres_url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert (await door.take(event("ann", "e2", "two"))).answers[0].text == "2 two"
    database.close()


@pytest.mark.skipif(GIVEN in os.environ, reason="the processes of a given server are not ours to stop")
async def test_a_database_that_hangs_is_away_for_the_caller_and_the_turn_is_taken_once(
    postgres_url: str, open_door: Callable[..., Any]
) -> None:
    database = open_database(postgres_url)
    bring_up_to_date(database)
    async with open_door(database, patience=0.5) as door:
        await door.take(event("ann", "e1", "one"))
        stopped = _backends(postgres_url)
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        try:
            for _ in range(2):
                with pytest.raises(Unavailable, match="in time"):
                    await door.take(event("ann", "e2", "two"))
        finally:
            for process in stopped:
                os.kill(process, signal.SIGCONT)
        async with asyncio.timeout(10):
            while (outcome := await door.take(event("ann", "e2", "two"))).answers[0].text != "2 two":
                pass
        with database.read() as conn:
            said = messages_after(conn, outcome.conversation_id, 0)
    assert [message.text for message in said] == ["one", "1 one", "two", "2 two"]
    database.close()


def _backends(url: str) -> list[int]:
    """The processes that work for our own database, but for the one that tells."""
    with psycopg.connect(url) as admin:
        found = admin.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in found]


def _pages(database: Database) -> int:
    """How large the file is by now, its tables and what was said before."""
    with database.read() as conn:
        return int(conn.exec_driver_sql("PRAGMA page_count").scalar() or 0)


async def test_a_full_disk_loses_nothing(sqlite_url: str, open_door: Callable[..., Any]) -> None:
    database = open_database(sqlite_url)
    bring_up_to_date(database)
    async with open_door(database) as door:
        await door.take(event("ann", "e0", "before"))
        _limit_pages(database, _pages(database) + 20)
        taken, refused = [], []
        for n in range(1, 200):
            try:
                taken.append(await door.take(event("ann", f"e{n}", f"{n} " + "很长的话" * 200)))
            except Unavailable:
                refused.append(n)
        assert refused
        assert taken
        _limit_pages(database, 1_000_000)
        for n in refused:
            assert not (await door.take(event("ann", f"e{n}", f"{n} later"))).repeated
        with database.read() as conn:
            kept = messages_after(conn, taken[0].conversation_id, 0, 1000)
    assert len([message for message in kept if message.author == "customer"]) == 200
    database.close()


def _limit_pages(database: Database, most: int) -> None:
    with database.writer.connect() as conn:
        conn.exec_driver_sql(f"PRAGMA max_page_count={most}")


async def test_a_closed_door_says_so(database: Database, open_door: Callable[..., Any]) -> None:
    async with open_door(database) as door:
        pass
    with pytest.raises(Unavailable, match="stopping"):
        await door.take(event("ann", "e1", "hello"))


async def test_stopping_takes_what_still_waits(database: Database, open_door: Callable[..., Any]) -> None:
    door: TurnProcessor
    async with open_door(database) as door:
        waiting = [asyncio.create_task(door.take(event(f"c{n}", "e", "hi"))) for n in range(150)]
        await asyncio.sleep(0)
    assert len(await asyncio.gather(*waiting)) == 150
