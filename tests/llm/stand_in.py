"""A server of chat completions on loopback, over real HTTP, in whatever mood a test wants it.

It sees what a real one would see, and keeps it: the requests, their headers, and how many it worked on at once.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.real.listening import listening

MODEL, KEY = "stand-in-7b", "canary000-key"

Reads = Callable[[str, dict[str, Any]], dict[str, Any]]
"""What it says of a text in a context: the keys of an answer that are not empty."""


@dataclass
class StandIn:
    """What it says, how it answers, and what it was asked."""

    reads: Reads
    mood: Mood
    port: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def texts(self) -> list[str]:
        """The customers' texts that it was shown."""
        return [shown(request)[0] for request in self.requests]


Mood = Callable[["Answer", StandIn, dict[str, Any]], None]
"""Answers one request, or does not."""


def shown(request: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The text and the context of a request."""
    said = json.loads(request["messages"][-1]["content"])
    return said["text"], said["context"]


def answer(**keys: Any) -> dict[str, Any]:
    """An answer with all its keys."""
    empty = {"acts": [], "category": "", "second": "", "sure": True, "facts": [], "wishes": [], "dangers": []}
    return {**empty, "corrects": "", "answer": "", "also": [], **keys}


def well(reply: Answer, stand_in: StandIn, request: dict[str, Any]) -> None:
    """As a model that keeps to the schema."""
    reply.say(json.dumps(answer(**stand_in.reads(*shown(request)))))


def writing(content: str) -> Mood:
    """Always these words, whatever was asked."""
    return lambda reply, _stand_in, _request: reply.say(content)


def fenced(reply: Answer, stand_in: StandIn, request: dict[str, Any]) -> None:
    """As a model that talks: thoughts, a fence, an afterthought."""
    found = json.dumps(answer(**stand_in.reads(*shown(request))), indent=1)
    reply.say(f'<think>A {{"act": maybe}}.</think>\nSure!\n```json\n{found}\n```\nHope this helps :}}')


def refusing(status: int, **headers: str) -> Mood:
    """Refuse with this status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda reply, _stand_in, _request: reply.send(status, b'{"error": {"message": "no"}}', named)


def taking(*formats: str) -> Mood:
    """Refuse every form of `response_format` but these; `text` is none at all."""

    def mood(reply: Answer, stand_in: StandIn, request: dict[str, Any]) -> None:
        format_ = request.get("response_format", {"type": "text"})["type"]
        well(reply, stand_in, request) if format_ in formats else refusing(400)(reply, stand_in, request)

    return mood


def page(reply: Answer, _stand_in: StandIn, _request: dict[str, Any]) -> None:
    """A proxy's page."""
    reply.send(200, b"<html><body>Bad gateway</body></html>")


def cut(reply: Answer, _stand_in: StandIn, _request: dict[str, Any]) -> None:
    """Hang up in the middle."""
    reply.begin(200, 1000)
    reply.wfile.write(b'{"choices": [')
    reply.wfile.flush()
    reply.connection.shutdown(socket.SHUT_RDWR)


def hanging(_reply: Answer, stand_in: StandIn, _request: dict[str, Any]) -> None:
    """Say nothing until the test is over."""
    stand_in.over.wait(30)


def endless(reply: Answer, stand_in: StandIn, _request: dict[str, Any]) -> None:
    """An answer that never ends, as fast as it can be read."""
    reply.begin(200, 10**12)
    while not stand_in.over.is_set():
        reply.wfile.write(b" " * 65536)


def dripping(reply: Answer, stand_in: StandIn, _request: dict[str, Any]) -> None:
    """A byte at a time, slower than anybody has time for."""
    reply.begin(200, 10_000)
    while not stand_in.over.wait(0.05):
        reply.wfile.write(b" ")
        reply.wfile.flush()


def body(content: bytes) -> Mood:
    """This body, whatever was asked."""
    return lambda reply, _stand_in, _request: reply.send(200, content)


def slowly(seconds: float) -> Mood:
    """Well, but later."""

    def mood(reply: Answer, stand_in: StandIn, request: dict[str, Any]) -> None:
        time.sleep(seconds)
        well(reply, stand_in, request)

    return mood


class Answer(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    stand_in: StandIn

    def do_POST(self) -> None:
        stand_in = self.stand_in
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/chat/completions":
            return self.send(404, b"{}")
        with stand_in.lock:
            stand_in.requests.append(request)
            stand_in.headers.append(dict(self.headers))
            stand_in.at_once += 1
            stand_in.most_at_once = max(stand_in.most_at_once, stand_in.at_once)
        try:
            with suppress(OSError):  # whoever asked has lost patience
                stand_in.mood(self, stand_in, request)
        finally:
            with stand_in.lock:
                stand_in.at_once -= 1
        return None

    def say(self, content: str) -> None:
        """A completion with this content, in the shape that OpenAI documents."""
        message = {"role": "assistant", "content": content}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        self.send(200, json.dumps({"id": "1", "object": "chat.completion", "choices": [choice]}).encode())

    def send(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.begin(status, len(content), headers)
        self.wfile.write(content)

    def begin(self, status: int, length: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: a test that fails shows what it needs."""


def standing_in(reads: Reads, mood: Mood = well) -> AbstractContextManager[StandIn]:
    """A stand-in on a free port, gone when the block ends."""
    return listening(StandIn(reads, mood), Answer)
