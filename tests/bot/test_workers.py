"""What goes on by itself: timers fire, and what the bot then says reaches those who talk over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import select

from bot.app import App, build
from bot.opening import prepare
from bot.settings import load_settings
from bot.wiring.channels import kinds
from bot.workers import unceasing
from dialogs.flows.events import Event, Said
from dialogs.flows.reach import ALWAYS
from dialogs.flows.staff import Acted, Claimed
from engine.delivery import ChannelRefused, Delivery, OutcomeUnknown, RetryAfter
from engine.timers import Timers
from handlers.channels.base.channel import pushed_by
from handlers.channels.rest.callback import Callback, judge
from storage.db.timestamps import from_micros, utc_now
from storage.tables.core import outbox
from storage.tables.core import timers as set_timers

BOT = "42:" + "A" * 35
SECRETS = ("whsec_" + "A" * 44,)


class Listener:
    """An operator's server: keeps what it is sent, and answers as told."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.status = 200
        listener = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                listener.heard.append(msgspec.json.decode(body))
                self.send_response(listener.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/bot"


@pytest.fixture
def listener() -> Any:
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


@dataclass
class Wall:
    """A clock that shows what it is set to."""

    shows: datetime

    def __call__(self) -> datetime:
        return self.shows


@asynccontextmanager
async def chatting(folder: Path, url: str) -> AsyncIterator[tuple[App, Timers, Delivery, Wall]]:
    """An application with one HTTP chat in the middle of a complaint, just when a reminder is due."""
    settings = load_settings(data_dir=folder, database_url=f"sqlite:///{folder}/amends.db", rest_callback_url=url)
    app, wall = build(settings, reading=False), Wall(utc_now())
    prepare(settings, app.database)
    app.door.start()
    await app.door.take(Event("1", "rest", "default", "me", utc_now(), Said("My parcel is five days late")))
    with app.database.read() as connection:
        wall.shows = from_micros(connection.scalar(select(set_timers.c.due)) or 0)
    app.door._clock = wall
    async with httpx.AsyncClient() as client:
        senders = {"rest": Callback(url, client, SECRETS).send}
        timers = Timers(app.database, app.door.take, clock=wall)
        yield app, timers, Delivery(app.database, senders, clock=wall), wall
    await app.door.stop()
    app.database.close()


def states(app: App) -> list[str]:
    with app.database.read() as connection:
        return [row.state for row in connection.execute(select(outbox))]


async def test_a_reminder_that_is_due_is_posted_once_in_rasas_shape(tmp_path: Path, listener: Listener) -> None:
    async with chatting(tmp_path, listener.url) as (app, timers, delivery, _):
        assert await timers.fire_due() == 1
        while await delivery.deliver_due():
            pass
        assert listener.heard
        assert {message["recipient_id"] for message in listener.heard} == {"me"}
        assert listener.heard[-1]["custom"]["asks"]
        assert len(listener.heard) == len(states(app))
        assert set(states(app)) == {"sent"}


async def test_before_it_is_due_nothing_is_said(tmp_path: Path, listener: Listener) -> None:
    async with chatting(tmp_path, listener.url) as (app, timers, delivery, wall):
        wall.shows -= timedelta(seconds=1)
        assert await timers.fire_due() == 0
        assert await delivery.deliver_due() == 0
        assert states(app) == []


async def test_a_server_that_is_not_there_yet_gets_it_later(tmp_path: Path, listener: Listener) -> None:
    async with chatting(tmp_path, "http://127.0.0.1:9/nobody") as (app, timers, delivery, wall):
        await timers.fire_due()
        await delivery.deliver_due()
        assert states(app)[0] == "retry"
        wall.shows += timedelta(minutes=10)
        async with httpx.AsyncClient() as client:
            there = Delivery(app.database, {"rest": Callback(listener.url, client, SECRETS).send}, clock=wall)
            while await there.deliver_due():
                pass
        assert set(states(app)) == {"sent"}


async def test_what_a_server_refuses_is_not_sent_again_and_not_forgotten(tmp_path: Path, listener: Listener) -> None:
    listener.status = 400
    async with chatting(tmp_path, listener.url) as (app, timers, delivery, _):
        await timers.fire_due()
        while await delivery.deliver_due():
            pass
        assert set(states(app)) == {"dead"}
        assert len(listener.heard) == len(states(app))


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, RetryAfter), (503, RetryAfter), (500, OutcomeUnknown), (404, ChannelRefused), (301, ChannelRefused)],
)
def test_each_answer_of_a_server_means_one_thing(status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        judge(httpx.Response(status))


def test_only_what_nobody_waits_for_is_pushed() -> None:
    is_pushed = pushed_by(kinds(load_settings(rest_callback_url="http://127.0.0.1:9/", telegram_token=BOT)))
    said, acted = Said("hello"), Acted("li", "Li", Claimed())
    assert not is_pushed(Event("1", "rest", "default", "me", utc_now(), said))
    assert is_pushed(Event("1", "rest", "default", "me", utc_now(), acted))
    assert not is_pushed(Event("1", "web", "default", "me", utc_now(), acted)), "a page has its stream"
    assert is_pushed(Event("1", "telegram", "default", "me", utc_now(), said))


def test_a_program_that_is_never_called_is_pushed_nothing() -> None:
    is_pushed = pushed_by(kinds(load_settings()))
    assert not is_pushed(Event("1", "rest", "default", "me", utc_now(), Acted("li", "Li", Claimed())))


async def test_trouble_never_ends_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.workers.AFTER_TROUBLE", 0.0)
    rounds, enough = [], asyncio.Event()

    async def run() -> None:
        rounds.append(1)
        if len(rounds) < 3:
            raise RuntimeError("trouble")
        enough.set()
        await asyncio.sleep(60)

    task = asyncio.create_task(unceasing("test", run))
    async with asyncio.timeout(10):
        await enough.wait()
    task.cancel()


def test_a_program_is_written_to_of_our_own_accord_only_where_it_is_called() -> None:
    called = kinds(load_settings(rest_callback_url="http://127.0.0.1:9/"))
    now = utc_now()
    assert called["rest"].reach.allows(None, 0, now)
    assert not kinds(load_settings())["rest"].reach.allows(now, 0, now)


def test_a_page_is_written_to_for_as_long_as_somebody_may_come_back_to_it() -> None:
    page, now = kinds(load_settings())["web"].reach, utc_now()
    assert page.allows(now - timedelta(days=13), 1, now)
    assert not page.allows(now - timedelta(days=15), 0, now)
    assert not page.allows(None, 0, now)


def test_a_messenger_is_written_to_until_the_customer_blocks_us() -> None:
    assert kinds(load_settings(telegram_token=BOT))["telegram"].reach == ALWAYS
