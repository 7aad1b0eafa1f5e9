"""The other end of the Telegram door, as lean as can be: takes every call, and has updates for who wants them.

    python -m bench.telegram PORT SERVER_PORT --seconds 12

It answers at PORT; once the server at SERVER_PORT is ready and has said how it wants its updates, they come: by
webhook, as many at a time as it allows, or a full batch to each `getUpdates`. Prints JSON. Nothing is checked
here: for that there is `tests/telegram/`, which costs more than the server under test.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from bench.load import SETTLING, percentile
from bench.updates import A_MOMENT, Customers, Update, heard
from bench.wire import Gone, Wire

BATCH = 100
"""The most that Telegram gives at once; under load every batch is full."""
_ME = {"id": 123, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


@dataclass
class Tally:
    """When updates were taken, and how long each took. Seconds."""

    ends: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    refused: int = 0
    sent: int = 0

    def took(self, begun: float, count: int = 1) -> None:
        now = time.perf_counter()
        self.ends += [now] * count
        self.times += [now - begun] * count

    def figures(self, since: float) -> dict[str, float]:
        """Rate and percentiles (milliseconds) of what was taken after `since`."""
        times = sorted(spent for end, spent in zip(self.ends, self.times, strict=True) if end >= since)
        span = max(self.ends) - since if times else 1.0
        known = {"updates_per_second": len(times) / span, "refused": self.refused, "sent": self.sent}
        return known | {"p50": percentile(times, 0.50), "p99": percentile(times, 0.99)}


@dataclass
class Telegram:
    """One bot's Telegram. `said` is set when the server asked for its updates in one way or the other."""

    tally: Tally = field(default_factory=Tally)
    hook: dict[str, str] = field(default_factory=dict)
    said: asyncio.Event = field(default_factory=asyncio.Event)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    free: list[Iterator[Update]] = field(default_factory=list)
    """Who may speak at the next `getUpdates`."""
    _given: dict[int, tuple[Iterator[Update], Update]] = field(default_factory=dict)
    _begun: float = 0.0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection's calls, one after the other."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: (\d+)", head)
                body = await reader.readexactly(int(length[1])) if length else b""
                method = head.split(b" ", 2)[1].rsplit(b"/", 1)[1].decode()
                answer = b'{"ok":true,"result":' + msgspec.json.encode(await self._answer(method, body)) + b"}"
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
                writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(answer), answer))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.close()

    async def _answer(self, method: str, body: bytes) -> Any:
        match method:
            case "getMe":
                return _ME
            case "sendMessage":
                self.tally.sent += 1
                chat = int(_fields(body)["chat_id"])
                known = {"message_id": 1_000_000 + self.tally.sent, "date": A_MOMENT, "text": "…", "from": _ME}
                return known | {"chat": {"id": chat, "type": "private"}}
            case "getUpdates":
                return await self._updates(int(_fields(body).get("offset", 0)))
            case "setWebhook":
                self.hook = _fields(body)
                self.said.set()
        return True

    async def _updates(self, offset: int) -> list[Update]:
        """A full batch: the next word of each whose last one is confirmed, and again what is not."""
        self.said.set()
        await self.open.wait()
        confirmed = [number for number in self._given if number < offset]
        self.tally.took(self._begun, len(confirmed))
        self.free += [self._given.pop(number)[0] for number in confirmed]
        for voice in self.free:
            update = next(voice)
            self._given[update["update_id"]] = voice, update
        self.free, self._begun = [], time.perf_counter()
        return [update for _, update in self._given.values()]

    async def push(self, port: int, voice: Iterator[Update], until: float) -> None:
        """One customer after the other over one connection, each update until it is accepted."""
        path = self.hook["url"].split(str(port), 1)[1]
        wire = Wire("127.0.0.1", port, headers=f"X-Telegram-Bot-Api-Secret-Token: {self.hook['secret_token']}\r\n")
        for update in voice:
            begun = time.perf_counter()
            while (await wire.post(path, update))[0] != 200:
                self.tally.refused += 1
            self.tally.took(begun)
            if begun > until:
                break
        wire.close()


def _fields(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode()))


async def _ready(port: int) -> None:
    wire = Wire("127.0.0.1", port)
    while True:
        try:
            if (await wire.get("/readyz"))[0] == 200:
                return wire.close()
        except Gone:
            pass
        await asyncio.sleep(0.05)


async def main(arguments: argparse.Namespace) -> None:
    telegram = Telegram()
    async with await asyncio.start_server(telegram.serve, "127.0.0.1", arguments.port):
        await _ready(arguments.server)
        customers = Customers(await heard(arguments.server, arguments.token))
        await telegram.said.wait()
        begun = time.perf_counter()
        until = begun + arguments.seconds
        if telegram.hook:
            voices = [customers.speak() for _ in range(int(telegram.hook["max_connections"]))]
            await asyncio.gather(*(telegram.push(arguments.server, voice, until) for voice in voices))
        else:
            telegram.free = [customers.speak() for _ in range(BATCH)]
            telegram.open.set()
            await asyncio.sleep(arguments.seconds)
        figures = telegram.tally.figures(begun + SETTLING * arguments.seconds)
        json.dump(figures | {"dialogues": customers.over}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    import uvloop

    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("server", type=int)
    parser.add_argument("token")
    parser.add_argument("--seconds", type=float, default=12)
    uvloop.run(main(parser.parse_args()))
