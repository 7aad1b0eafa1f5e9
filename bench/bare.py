"""The least an honest server does: parse a message, store it durably, say so.

The same server, event loop, parser and `fsync` settings as Amends, the same grouping of what waits into one
transaction, and one inserted row a message: what is left is the price of HTTP and of the disk. Twice: at
`/fastapi` as one would write it in the framework that Amends uses, at `/` without any framework.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import msgspec
from fastapi import FastAPI
from pydantic import BaseModel

MOST = 64
Row = tuple[str, str, str]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]


class Store(Protocol):
    """Stores one batch in one durable transaction."""

    def put(self, rows: list[Row]) -> None: ...


class SqliteStore:
    def __init__(self, path: str) -> None:
        self._at = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"):
            self._at.execute(line)
        self._at.execute("CREATE TABLE IF NOT EXISTS message (chat TEXT, id TEXT, text TEXT, PRIMARY KEY (chat, id))")

    def put(self, rows: list[Row]) -> None:
        self._at.execute("BEGIN IMMEDIATE")
        self._at.executemany("INSERT OR IGNORE INTO message VALUES (?, ?, ?)", rows)
        self._at.execute("COMMIT")


class PostgresStore:
    def __init__(self, url: str) -> None:
        import psycopg

        self._at = psycopg.connect(url, autocommit=True)
        self._at.execute("CREATE TABLE IF NOT EXISTS message (chat TEXT, id TEXT, text TEXT, PRIMARY KEY (chat, id))")

    def put(self, rows: list[Row]) -> None:
        chats, ids, texts = zip(*rows, strict=True)
        self._at.execute(
            "INSERT INTO message SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) ON CONFLICT DO NOTHING",
            (list(chats), list(ids), list(texts)),
        )


class Waiting:
    """What has arrived and is not yet stored; one thread stores it, batch after batch."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(1)
        self._rows: list[tuple[Row, asyncio.Future[None]]] = []
        self._draining: asyncio.Task[None] | None = None

    async def stored(self, row: Row) -> None:
        done = asyncio.get_running_loop().create_future()
        self._rows.append((row, done))
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain())
        await done

    async def _drain(self) -> None:
        while self._rows:
            batch, self._rows = self._rows[:MOST], self._rows[MOST:]
            await asyncio.get_running_loop().run_in_executor(self._thread, self._store.put, [row for row, _ in batch])
            for _, done in batch:
                done.set_result(None)


class Meta(BaseModel):
    message_id: str


class Message(BaseModel):
    sender: str
    message: str
    metadata: Meta


def application(open_store: Callable[[], Store]) -> Callable[..., Awaitable[None]]:
    """The ASGI application: POST of `{"sender", "message", "metadata": {"message_id"}}`."""
    opened: list[Waiting] = []

    async def stored(sender: str, name: str, text: str) -> None:
        if not opened:
            opened.append(Waiting(open_store()))
        await opened[0].stored((sender, name, text))

    framed = FastAPI(openapi_url=None)

    @framed.post("/fastapi")
    async def post(message: Message) -> list[str]:
        await stored(message.sender, message.metadata.message_id, message.message)
        return []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == "/fastapi":
            await framed(scope, receive, send)
            return
        if scope["method"] == "POST":
            body = msgspec.json.decode(await _body(receive))
            await stored(body["sender"], body["metadata"]["message_id"], body["message"])
        headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"[]"})

    return answer


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        part = await receive()
        body, more = body + part.get("body", b""), part.get("more_body", False)
    return body


def main(url: str, port: str) -> None:
    """Serve on loopback; `url` as AMENDS_DATABASE_URL."""
    import uvicorn

    def open_store() -> Store:
        if url.startswith("sqlite:///"):
            return SqliteStore(url.removeprefix("sqlite:///"))
        return PostgresStore(url.replace("+psycopg", ""))

    uvicorn.run(
        application(open_store), port=int(port), loop="uvloop", http="httptools", lifespan="off",
        access_log=False, log_level="warning",
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
