"""A real server around a real turn with a tiny flow, so that these tests promise things about the edges alone."""

from __future__ import annotations

import base64
import json
import secrets
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from dialogs.flows.effects import Button, Effect, Say
from dialogs.flows.events import Event, Said
from dialogs.flows.setting import Setting
from dialogs.flows.state import Act, Conversation, Question, ShownButton
from dialogs.playbooks.playbook import Playbook
from engine.security_log import SecurityLog
from engine.turn.processor import TurnProcessor
from handlers.asgi import EdgeParts, Edges, create_asgi
from handlers.http.limits import Limits
from handlers.http.server import EdgeServer, config
from storage.db.database import Database
from storage.db.timestamps import utc_now
from storage.files.attachments import FileStore
from storage.staff.tokens import TokenScope, create_token
from tests.turn.scenery import KEY, Literal
from tests.turn.scenery import step as turn_step

BUTTON = "~0123456789"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200)
PROGRAM = b"\x7fELF\x02\x01\x01" + bytes(200)


def step(conversation: Conversation, event: Event, setting: Setting) -> tuple[Conversation, tuple[Effect, ...]]:
    """The turn's own scenery, with one question (`offer`) whose button has a real opaque id."""
    if isinstance(event.body, Said) and event.body.text == "offer":
        offer = ShownButton(BUTTON, "好的", Act("yes"))
        asked = Question("consent", (offer,), conversation.turn)
        held = Conversation(turn=conversation.turn + 1, asked=asked)
        return held, (Say("first"), Say("ok?", (Button(BUTTON, "好的"),), asks="consent"))
    return turn_step(conversation, event, setting)


@dataclass
class House:
    """The edges and what is behind them."""

    app: Edges
    door: TurnProcessor
    database: Database
    playbook: Playbook
    security: SecurityLog | None = None
    address: str = "http://edges"
    server: EdgeServer | None = None
    tokens: dict[str, str] = field(default_factory=dict)

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=20, **options)

    def visitor(self) -> Visitor:
        return Visitor(self.client())

    def token(self, *scopes: TokenScope, name: str = "default") -> str:
        """A program's token, for talking if no scope is named; each name has one."""
        if name not in self.tokens:
            with self.database.write() as conn:
                self.tokens[name] = create_token(conn, name, utc_now(), scopes or (TokenScope.CHAT,))
        return self.tokens[name]

    def program(self, *scopes: TokenScope, name: str = "default", **headers: str) -> httpx.Client:
        """A program that shows its token."""
        return self.client(headers={"Authorization": f"Bearer {self.token(*scopes, name=name)}", **headers})


@dataclass
class Visitor:
    """A customer on the web page, with a token of their own."""

    http: httpx.Client
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def post(self, **message: Any) -> httpx.Response:
        body = {"id": secrets.token_hex(8), "language": "zh-CN", "timezone": "Asia/Shanghai", **message}
        return self.http.post("/chat/messages", json=body, headers=self.headers)

    def say(self, text: str, **more: Any) -> list[dict[str, Any]]:
        answer = self.post(text=text, **more)
        assert answer.status_code == 200, answer.text
        said: list[dict[str, Any]] = answer.json()["messages"]
        return said

    def upload(self, name: str, content: bytes, **headers: str) -> httpx.Response:
        return self.http.post("/chat/files", files={"file": (name, content)}, headers={**self.headers, **headers})

    @contextmanager
    def following(self, after: int | None = None) -> Iterator[Iterator[dict[str, Any]]]:
        """The stream's events, as they come."""
        seen = {} if after is None else {"Last-Event-ID": str(after)}
        with self.http.stream("GET", "/chat/stream", headers={**self.headers, **seen}) as answer:
            assert answer.status_code == 200
            yield events(answer.iter_lines())


def events(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Server-sent events from their lines; comments come as `{"comment": …}`."""
    event: dict[str, Any] = {}
    for line in lines:
        if line.startswith(":"):
            yield {"comment": line[1:].strip()}
        elif line:
            name, _, value = line.partition(": ")
            event[name] = json.loads(value) if name == "data" else value
        elif event:
            if "data" in event:
                yield event
            event = {}


def messages(stream: Iterator[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """The next messages of a stream, whatever else comes between."""
    found: list[dict[str, Any]] = []
    for event in stream:
        if event.get("event") == "message":
            found.append(event)
        if len(found) == count:
            break
    return found


def build(database: Database, playbook: Playbook, folder: Path, **parts: Any) -> House:
    """The edges with a turn that really stores; `parts` as in `EdgeParts`, and a `step`."""
    files = FileStore(folder / "files", largest=2 * 1024 * 1024)
    door = TurnProcessor(database, playbook, Literal(), step=parts.pop("step", step), files=files, audit_key=KEY)

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        door.start()
        yield
        await door.stop()

    security = SecurityLog(database)
    usual = {"limits": Limits(poll=0.2, rate=0), "running": running, "counters": lambda: {"turns_total": 1}}
    chosen: dict[str, Any] = {**usual, "security": security, **parts}
    return House(create_asgi(EdgeParts(door, database, playbook, files, **chosen)), door, database, playbook, security)


@contextmanager
def served(house: House) -> Iterator[House]:
    """The house on a free loopback port, served by uvicorn in a thread."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    house.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    house.server = EdgeServer(config(house.app, "127.0.0.1", 0, grace=5), house.app.closing)
    thread = threading.Thread(target=house.server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not house.server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield house
    finally:
        house.server.should_exit = True
        thread.join(15)
        assert not thread.is_alive(), "the server did not end"


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()
