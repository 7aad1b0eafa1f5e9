"""How long a message takes to the other side: from the moment it is posted until it stands on the other's stream.

A real server, two hundred chats that colleagues hold, and all four hundred streams open: each customer's page and
each colleague's. Messages go both ways at a steady rate; the time is taken at the stream of whoever did not write.
"""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.wire import Wire
from tests.crash.desk.people import Colleague, Customer
from tests.crash.desk.storm import hire, signed_in
from tests.real.server import Server

CHATS, EACH = 200, 20
"""Chats, and how many of them one colleague holds: as many as they may have streams."""
MESSAGES, RATE = 600, 20.0
_MARK = re.compile(rb"\bq\d{6}\b")


@dataclass
class Arrivals:
    """When each marked message was posted, and when it came, by who wrote it."""

    posted: dict[bytes, tuple[str, float]] = field(default_factory=dict)
    took: dict[str, list[float]] = field(default_factory=lambda: {"customer": [], "colleague": []})

    def came(self, line: bytes, side: str) -> None:
        """A line of the stream of this side; what its reader wrote themselves does not count."""
        for mark in _MARK.findall(line):
            author, at = self.posted.get(mark, (side, 0.0))
            if author != side:
                del self.posted[mark]
                self.took[author].append(time.perf_counter() - at)


def arrivals(folder: Path, database_url: str, processes: int = 1) -> Iterator[tuple[str, list[float]]]:
    """Seconds that messages took, of customers to colleagues and of colleagues to customers."""
    servers = [Server(folder, database_url, data=folder) for _ in range(processes)]
    try:
        servers[0].migrate()
        ids = hire([f"p{n}" for n in range(CHATS // EACH)], EACH, database_url)
        for server in servers:
            server.start()
        known = [Colleague(of_id, login, signed_in(servers[0], login)) for login, of_id in ids.items()]
        yield from asyncio.run(_measured(servers, known)).took.items()
    finally:
        for server in servers:
            server.kill()


async def _measured(servers: list[Server], colleagues: list[Colleague]) -> Arrivals:
    customers, found = [Customer(number) for number in range(CHATS)], Arrivals()
    pairs = [(one, colleagues[one.number // EACH]) for one in customers]
    limit = asyncio.Semaphore(8)
    await asyncio.gather(*(_handed_over(customer, holder, servers[0].port, limit) for customer, holder in pairs))
    streams = []
    for customer, holder in pairs:
        here, there = servers[0].port, servers[-1].port
        streams.append(asyncio.create_task(_listen("/chat/stream", customer.headers, here, found, "customer")))
        path = f"/desk/chats/{customer.conversation}/events"
        streams.append(asyncio.create_task(_listen(path, holder.headers, there, found, "colleague")))
    await asyncio.sleep(5)
    posts = []
    for n in range(MESSAGES):
        customer, holder = pairs[n * 37 % CHATS]
        posts.append(asyncio.create_task(_post(n, customer, holder, servers, found)))
        await asyncio.sleep(1 / RATE)
    await asyncio.gather(*posts)
    await asyncio.sleep(3)
    assert not found.posted, f"{len(found.posted)} messages never came"
    for stream in streams:
        stream.cancel()
    return found


async def _handed_over(customer: Customer, holder: Colleague, port: int, limit: asyncio.Semaphore) -> None:
    async with limit:
        wire = Wire("127.0.0.1", port, headers=customer.headers)
        for n, text in enumerate(("My parcel is late", "I want to talk to a person")):
            await wire.post("/chat/messages", {"id": f"b{n}", "text": text, "language": "en"})
        wire.close()
        desk = Wire("127.0.0.1", port, headers=holder.headers)
        status = await desk.form(f"/desk/chats/{customer.conversation}/claim", {"act": uuid.uuid4().hex})
        assert status == 200, f"not claimed: {status}"
        desk.close()


async def _post(n: int, customer: Customer, holder: Colleague, servers: list[Server], found: Arrivals) -> None:
    """A customer writes and a colleague answers, in turns; each on the process that their page is open at."""
    words = f"q{n:06}"
    author, headers = ("customer", customer.headers) if n % 2 else ("colleague", holder.headers)
    wire = Wire("127.0.0.1", servers[0 if n % 2 else -1].port, headers=headers)
    found.posted[words.encode()] = (author, time.perf_counter())
    if author == "customer":
        status, _ = await wire.post("/chat/messages", {"id": words, "text": words, "language": "en"})
    else:
        fields = {"act": uuid.uuid4().hex, "text": words}
        status = await wire.form(f"/desk/chats/{customer.conversation}/reply", fields)
    assert status == 200, f"{author}: {status}"
    wire.close()


async def _listen(path: str, headers: str, port: int, found: Arrivals, side: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\n{headers}\r\n"
    writer.write(asked.encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert b" 200 " in head[:16], head
    while line := await reader.readline():
        found.came(line, side)
