"""What goes on by itself: timers fire, and what the bot then says reaches those who talk over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import select

from bot.app import App, build, is_pushed, prepare
from bot.settings import load_settings
from bot.workers import Alarms, Sender, repeat
from dialogs.flows.events import Event, Said
from handlers.callback import Callback, backoff
from storage.instants import utc_now
from storage.tables import outbox, timers

LATE = timedelta(days=2)


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


@asynccontextmanager
async def chatting(folder: Path, url: str, late: Callable[[], datetime]) -> AsyncIterator[tuple[App, Alarms, Sender]]:
    """An application with one HTTP chat in the middle of a complaint, whose alarms see a late hour."""
    settings = load_settings(data_dir=folder, database_url=f"sqlite:///{folder}/amends.db", rest_callback_url=url)
    app = build(settings)
    prepare(settings, app.database)
    app.door.start()
    await app.door.take(Event("1", "rest", "default", "me", utc_now(), Said("My parcel is five days late")))
    async with httpx.AsyncClient() as client:
        sender = Sender(Callback(app.database, url, client), late)
        yield app, Alarms(app.database, app.door, late), sender
    await app.door.stop()
    app.database.close()


def states(app: App) -> list[str]:
    with app.database.read() as connection:
        return [row.state for row in connection.execute(select(outbox))]


async def test_a_reminder_that_is_due_is_posted_once_in_rasas_shape(tmp_path: Path, listener: Listener) -> None:
    async with chatting(tmp_path, listener.url, lambda: utc_now() + LATE) as (app, alarms, sender):
        with app.database.read() as connection:
            assert connection.execute(select(timers)).first(), "a draft has a timer"
        app.door._clock = alarms.clock  # the turn's clock has gone on too
        await alarms.once()
        await sender.once()
        await sender.once()
        assert listener.heard
        assert {message["recipient_id"] for message in listener.heard} == {"me"}
        assert listener.heard[-1]["custom"]["asks"]
        assert set(states(app)) == {"sent"}


async def test_before_it_is_due_nothing_is_said(tmp_path: Path, listener: Listener) -> None:
    async with chatting(tmp_path, listener.url, utc_now) as (app, alarms, sender):
        assert await alarms.once() > 0
        await sender.once()
        assert not listener.heard
        assert states(app) == []


async def test_a_server_that_is_not_there_yet_gets_it_later(tmp_path: Path, listener: Listener) -> None:
    later = [utc_now() + LATE]
    async with chatting(tmp_path, "http://127.0.0.1:9/nobody", lambda: later[0]) as (app, alarms, sender):
        app.door._clock = alarms.clock
        await alarms.once()
        await sender.once()
        assert states(app)[0] == "retry"
        later[0] += timedelta(minutes=10)
        there = replace(sender, callback=replace(sender.callback, url=listener.url))
        await there.once()
        await there.once()
        assert set(states(app)) == {"sent"}


async def test_what_a_server_refuses_is_not_sent_again_and_not_forgotten(tmp_path: Path, listener: Listener) -> None:
    listener.status = 400
    async with chatting(tmp_path, listener.url, lambda: utc_now() + LATE) as (app, alarms, sender):
        app.door._clock = alarms.clock
        await alarms.once()
        for _ in range(4):
            await sender.once()
        assert set(states(app)) == {"dead"}
        assert len(listener.heard) == len(states(app))


def test_only_what_nobody_waits_for_is_pushed() -> None:
    settings = load_settings(rest_callback_url="http://127.0.0.1:9/")
    assert not is_pushed(settings, Event("1", "rest", "default", "me", utc_now(), Said("hello")))


def test_waiting_doubles_up_to_ten_minutes() -> None:
    assert [backoff(attempt) for attempt in (1, 2, 3, 20)] == [2.0, 4.0, 8.0, 600.0]


async def test_trouble_never_ends_a_worker() -> None:
    rounds, enough = [], asyncio.Event()

    async def once() -> float:
        rounds.append(1)
        if len(rounds) == 1:
            raise RuntimeError("trouble")
        enough.set()
        return 0.0

    task = asyncio.create_task(repeat("test", once))
    async with asyncio.timeout(10):
        await enough.wait()
    task.cancel()
