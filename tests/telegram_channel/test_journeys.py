"""The twelve journeys of `tests/journeys`, word for word, over Telegram: by polling and by webhook.

What Telegram cannot know (the customer's time zone) is told to the turn beside it; the question's name,
which no customer sees, is left out.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from dialogs.flows.events import Event
from dialogs.flows.files.media_groups import WAIT
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Understanding
from engine.delivery import Bucket, Delivery
from engine.turn.processor import Outcome, TurnProcessor
from handlers.channels.telegram import CHANNEL
from handlers.channels.telegram.channel import TelegramChannel
from handlers.channels.telegram.manifest import BotAddress
from storage.cases.cases import list_cases
from storage.files.attachments import FileStore
from tests.journeys.colleagues import Colleagues
from tests.journeys.player import _FILES, Clock, pass_by
from tests.journeys.transcript import Heading, Move, journeys, read
from tests.real.tables import with_tables
from tests.step import step
from tests.telegram.server import TelegramServer

TOKEN = "123456:journeys"


class Zoned(TurnProcessor):
    """A door that is told the customer's zone."""

    zone = ""

    async def take(self, event: Event) -> Outcome:
        return await super().take(replace(event, timezone=self.zone))


class Chat:
    """One customer on Telegram, a clock that moves when told to, and the whole channel underneath."""

    def __init__(self, telegram: TelegramServer, heading: Heading, folder: Path, playbook: Playbook) -> None:
        self.telegram, self.heading, self.folder, self.playbook = telegram, heading, folder, playbook
        self.clock = Clock(heading.begins_at.astimezone(UTC))
        self.bot = telegram.bot(TOKEN, "Amends")
        self.user = telegram.user("Anna", language=heading.language)
        self.read = 0

    @asynccontextmanager
    async def open(self, understanding: Understanding, webhook: bool) -> AsyncIterator[None]:
        """Serve until left; may be opened again, as after a restart."""
        self.database = with_tables(f"sqlite:///{self.folder / 'amends.db'}")
        files = FileStore(self.folder / "files")
        pushed = frozenset({CHANNEL})
        self.door = Zoned(
            self.database, self.playbook, understanding,
            step=step, clock=self.clock, files=files, audit_key=b"j", push_channels=pushed,
        )  # fmt: skip
        self.door.zone = self.heading.timezone
        async with _listening(webhook) as (app, address):
            channel = TelegramChannel(
                BotAddress(TOKEN, self.telegram.url, address), self.door, self.database, self.playbook, files
            )
            for router in channel.routers():
                app.include_router(router)
            plenty = {CHANNEL: Bucket(10_000, 10_000)}
            self.delivery = Delivery(self.database, {CHANNEL: channel.send}, buckets=plenty, clock=self.clock)
            self.door.start()
            self.colleagues = Colleagues(self.database, self.door, self.clock)
            running = asyncio.create_task(channel.run())
            yield
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await self.door.stop()
            await channel.close()
            self.database.close()

    async def plays(self, move: Move) -> list[str]:
        """Make one move; returns what the customer then sees, as transcript lines."""
        known = [*self._cases(), *self.colleagues.hear()]
        if move.passes:
            await self._passes(move.passes)
        elif move.is_colleagues:
            self.clock.now += timedelta(seconds=20)
            await self.colleagues.act(move.line)
        else:
            self.clock.now += timedelta(seconds=20)
            await self._acts(move)
            await self._taken()
            if len(move.files) > 1:
                await self._passes(2 * WAIT)
        await self._delivered()
        shown = self._shown()
        if len(move.files) > 1:
            # An album is answered in a turn of its own, a moment before the words: each of the two thanks once.
            shown = [line.replace(", and thank you for telling me", "") for line in shown]
        return shown + [line for line in (*self._cases(), *self.colleagues.hear()) if line not in known]

    async def _acts(self, move: Move) -> None:
        if move.tapped:
            await self._touches(move.tapped)
        elif len(move.files) > 1:
            contents = [self._content(name) for name in move.files]
            await self.user.sends_album(self.bot, contents, caption=move.text)
        elif move.files:
            name, content = move.files[0], self._content(move.files[0])
            await self.user.sends_document(self.bot, content, name=name, caption=move.text)
        else:
            await self.user.says(self.bot, move.text)

    async def _touches(self, title: str) -> None:
        """A button below a message, or a key of the keyboard where there is one."""
        shown = next(m for m in reversed(self.user.screen(self.bot)) if m.sender == self.bot.id)
        if title in shown.titles:
            await self.user.taps(title, self.bot)
        else:
            await self.user.chooses(title, self.bot)

    def _content(self, name: str) -> bytes:
        return _FILES[name.rsplit(".", 1)[1]] + name.encode()

    async def _passes(self, time: timedelta) -> None:
        await pass_by(self.database, self.door.take, self.clock, time)

    async def _taken(self) -> None:
        async with asyncio.timeout(15):
            while self.bot.updates.waiting:  # noqa: ASYNC110 - a test server of another's making
                await asyncio.sleep(0.01)

    async def _delivered(self) -> None:
        while await self.delivery.deliver_due():
            pass

    def _shown(self) -> list[str]:
        calls = self.telegram.calls("sendMessage")
        new, self.read = calls[self.read :], len(calls)
        return [line for call in new for line in _lines(call.fields)]

    def _cases(self) -> list[str]:
        with self.database.read() as conn:
            found = [filed.case for filed in list_cases(conn, limit=50)]
        return [
            f"= {case.reference} {case.record.category} {case.priority} {case.state}" + (" partial" * case.partial)
            for case in found
        ]


@asynccontextmanager
async def _listening(webhook: bool) -> AsyncIterator[tuple[FastAPI, str]]:
    """An HTTP server for the webhook, where there is one."""
    app = FastAPI()
    if not webhook:
        yield app, ""
        return
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        yield app, f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await serving


def _lines(fields: dict[str, Any]) -> list[str]:
    titles = [button["text"] for row in _rows(fields.get("reply_markup") or {}) for button in row]
    lines = [f"< {line}".rstrip() for line in fields["text"].splitlines()]
    return [*lines, "  " + " ".join(f"[{title}]" for title in titles)] if titles else lines


def _rows(markup: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """What the transcript calls buttons: those below a message, or the keys, but for the one that shares something."""
    if "inline_keyboard" in markup:
        found: list[list[dict[str, Any]]] = markup["inline_keyboard"]
        return found
    keys = markup.get("keyboard", [])
    return [[key for key in row if not {"request_contact", "request_location"} & key.keys()] for row in keys]


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
@pytest.mark.parametrize("path", journeys(), ids=lambda path: f"{path.parent.name}-{path.stem}")
async def test_the_journey_goes_as_written(
    path: Path,
    webhook: bool,
    telegram: TelegramServer,
    tmp_path: Path,
    shop_playbook: Playbook,
    understanding: Understanding,
) -> None:
    heading, moves = read(path)
    chat = Chat(telegram, heading, tmp_path, shop_playbook)
    parts: list[list[Move]] = [[]]
    for move in moves:
        if move.restarts:
            parts.append([])
        else:
            parts[-1].append(move)
    for part in parts:
        async with chat.open(understanding, webhook):
            for move in part:
                expected = [line for line in move.expected if not line.startswith("  ? ")]
                assert await chat.plays(move) == expected, f"{path.name}, after {move.line!r}"
