"""Readers whose line is cut again and again, after any number of bytes, and who go on from `Last-Event-ID`.

A reader believes only whole events and takes each as new: it neither sorts nor throws away, as no page need.
"""

from __future__ import annotations

import asyncio
import random
import re
from contextlib import suppress
from dataclasses import dataclass, field

_ENTRY = re.compile(r'<article class="entry [a-z]+" id="([a-z][0-9-]+)">')
LONGEST = 0.8
"""Seconds until a line is cut at the latest."""


class Cut(Exception):
    """The line is gone."""


@dataclass
class Reader:
    """Follows one stream; `seen` is all it was told, in the order it was told."""

    path: str
    headers: str
    ports: list[int]
    dice: random.Random
    cursor: str = ""
    seen: list[str] = field(default_factory=list)
    cuts: int = 0
    last: bool = False
    """From now on nobody cuts the line."""
    _rest: str = ""

    async def follow(self) -> None:
        """Until cancelled."""
        while True:
            with suppress(OSError, ValueError, asyncio.IncompleteReadError, Cut, TimeoutError):
                await self._listen()
            await asyncio.sleep(self.dice.uniform(0.05, 0.4))

    async def _listen(self) -> None:
        port = self.dice.choice(self.ports)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        last = f"Last-Event-ID: {self.cursor}\r\n" if self.cursor else ""
        accept = "Accept: text/event-stream\r\n"
        writer.write(f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{accept}{self.headers}{last}\r\n".encode())
        self._rest = ""
        try:
            await self._hear(reader)
        finally:
            writer.transport.abort()

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        left, until = self.dice.randrange(1, 6000), self.dice.uniform(0, LONGEST)
        async with asyncio.timeout(5):
            head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head[:16]:
            raise Cut(head.decode("latin-1"))
        try:
            async with asyncio.timeout(None if self.last else until):
                await self._take(reader, left)
        except TimeoutError:
            self.cuts += 1

    async def _take(self, reader: asyncio.StreamReader, left: int) -> None:
        """Chunk by chunk, and of the last one only as much as came before the cut."""
        while size := int(await reader.readline() or b"0", 16):
            whole = (await reader.readexactly(size + 2))[:-2]
            self._read(whole if self.last else whole[:left])
            if (left := left - size) <= 0 and not self.last:
                self.cuts += 1
                return

    def _read(self, part: bytes) -> None:
        *blocks, self._rest = (self._rest + part.decode("utf-8", "ignore")).split("\n\n")
        for block in blocks:
            self._event(block)

    def _event(self, block: str) -> None:
        fields = [line.partition(": ")[::2] for line in block.split("\n")]
        name, number = dict(fields).get("event", ""), dict(fields).get("id", "")
        if name == "message":
            self.seen.append(number)
        elif name == "entries":
            self.seen += _ENTRY.findall("\n".join(value for key, value in fields if key == "data"))
        elif name in ("gone", "signed-out"):
            self.seen.append(name)
        self.cursor = number or self.cursor
