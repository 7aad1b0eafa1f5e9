"""A chat server that says what a test wants said: the real page, headers and contract, but a scripted bot.

It lets a test put words in an agent's mouth, count what arrived, and break things at will. What must hold
with the real bot is tested on the real application; this is for what that cannot be made to do.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from dialogs.playbooks.loading import load_playbook
from handlers.http.security_headers import secured
from handlers.http.static_files import Statics, read_statics

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "handlers" / "channels" / "web" / "pages"
MAGIC = {b"\x89PNG": "image/png", b"%PDF": "application/pdf", b"\xff\xd8\xff": "image/jpeg"}

Json = dict[str, Any]


TRADITIONAL = "zh-Hant"


def web_words(language: str) -> Json:
    """The page's words, as the playbook says them."""
    return load_playbook("shop").words(language).below("web")


@dataclass
class Chat:
    """What was said under one token."""

    messages: list[Json] = field(default_factory=list)
    answers: dict[str, list[Json]] = field(default_factory=dict)
    files: dict[str, tuple[Json, bytes]] = field(default_factory=dict)
    typing: bool = False

    def add(self, author: str, text: str, **more: Any) -> Json:
        message = {
            "seq": len(self.messages) + 1, "author": author, "text": text, "buttons": [], "files": [],
            "asks": None, "case": None, "at": datetime.now(UTC).isoformat(), **more,
        }  # fmt: skip
        self.messages.append(message)
        return message


@dataclass
class Script:
    """The stub's memory, in the open for tests to read and change."""

    chats: dict[str, Chat] = field(default_factory=dict)
    posts: list[Json] = field(default_factory=list)
    troubles: list[Response | None] = field(default_factory=list)
    """Answers for the next posts instead of the real one; None lets one through."""
    slow: float = 0.0
    """Seconds that each answer takes."""
    quiet: bool = False

    def chat(self, request: Request) -> Chat:
        token = request.headers["authorization"].removeprefix("Bearer ")
        assert len(token) >= 43, "32 random bytes or more"
        return self.chats.setdefault(token, Chat())

    @property
    def only(self) -> Chat:
        (chat,) = self.chats.values()
        return chat


def reply(chat: Chat, text: str, files: list[Json]) -> None:
    """What the scripted bot says to `text`."""
    if files:
        chat.add("bot", f"Thank you, I have your {len(files)} file(s).")
    elif "buttons" in text:
        titles = ("Refund", "Exchange", "Repair")
        choices = [{"id": f"~{title.lower():x>8}", "title": title} for title in titles]
        chat.add("bot", "What would help?", buttons=choices, asks="wanted")
    elif "case" in text:
        chat.add("bot", "Your complaint is on file.", case="C-2611-000042")
    else:
        chat.add("bot", f"I heard: {text}")


@dataclass(frozen=True)
class Site:
    """The stub's answers."""

    script: Script
    statics: Statics

    async def say(self, request: Request) -> Response:
        script, chat, body = self.script, self.script.chat(request), await request.json()
        script.posts.append(body)
        if script.troubles and (trouble := script.troubles.pop(0)) is not None:
            return trouble
        if body["id"] not in chat.answers:
            chat.typing = True
            await asyncio.sleep(script.slow)
            chat.answers[body["id"]] = self.taken(chat, body)
            chat.typing = False
        language = {"language": TRADITIONAL} if "繁體" in body.get("text", "") else {}
        return JSONResponse({"messages": chat.answers[body["id"]], **language})

    def taken(self, chat: Chat, body: Json) -> list[Json]:
        titles = {b["id"]: b["title"] for m in chat.messages for b in m["buttons"]}
        text = titles.get(body.get("button"), body.get("text", ""))
        files = [chat.files[digest][0] for digest in body.get("files", [])]
        first = len(chat.messages)
        chat.add("customer", text, files=files)
        if not self.script.quiet:
            reply(chat, text, files)
        return chat.messages[first:]

    async def upload(self, request: Request) -> Response:
        chat, form = self.script.chat(request), await request.form()
        file = form["file"]
        assert not isinstance(file, str)
        content = await file.read()
        await asyncio.sleep(self.script.slow)
        if content[:2] == b"MZ":
            return JSONResponse({"error": {"code": "type", "message": "Programs can't be taken here."}}, 415)
        kind = next((k for m, k in MAGIC.items() if content.startswith(m)), "text/plain")
        facts = {"digest": sha256(content).hexdigest(), "name": file.filename, "media_type": kind, "size": len(content)}
        chat.files[facts["digest"]] = (facts, content)
        return JSONResponse(facts)

    async def download(self, request: Request) -> Response:
        facts, content = self.script.chat(request).files[request.path_params["digest"]]
        return Response(content, media_type=facts["media_type"], headers={"content-disposition": "attachment"})

    async def stream(self, request: Request) -> Response:
        after = int(request.headers["last-event-id"])
        return StreamingResponse(events(self.script.chat(request), after), media_type="text/event-stream")

    async def words(self, request: Request) -> Response:
        asked = request.query_params.get("lang", "")
        asked = asked if asked == TRADITIONAL else asked[:2]
        language = asked if asked in ("zh", TRADITIONAL, "en", "ar") else "zh"
        about = {
            "language": language,
            "dir": "rtl" if language == "ar" else "ltr",
            "languages": ["zh", TRADITIONAL, "en"],
        }
        return JSONResponse({**web_words("en" if language == "ar" else language), **about})

    def page(self, request: Request) -> Response:
        return self.statics.page("chat.html", request.headers)

    def widget(self, request: Request) -> Response:
        return self.statics.answer("widget.js", request.headers)

    def static(self, request: Request) -> Response:
        return self.statics.answer(request.path_params["path"], request.headers)


async def events(chat: Chat, after: int) -> AsyncIterator[bytes]:
    """The chat's stream; looks for news 30 times a second."""
    typing = False
    yield b": hello\n\n"
    while True:
        for message in chat.messages[after:]:
            after = message["seq"]
            yield f"event: message\nid: {after}\ndata: {json.dumps(message)}\n\n".encode()
        if chat.typing != typing:
            typing = chat.typing
            yield f'event: typing\ndata: {{"on": {json.dumps(typing)}}}\n\n'.encode()
        await asyncio.sleep(0.03)


def scripted(site: Site) -> Starlette:
    """The stub as an application."""
    return Starlette(routes=[
        Route("/chat/messages", site.say, methods=["POST"]), Route("/chat/files", site.upload, methods=["POST"]),
        Route("/chat/files/{digest}", site.download), Route("/chat/stream", site.stream),
        Route("/chat/words", site.words), Route("/chat", site.page), Route("/embed", site.page),
        Route("/widget.js", site.widget), Route("/static/{path:path}", site.static),
    ])  # fmt: skip


def host_page(widget: str, policy: str = "", facts: str = "", direction: str = "ltr") -> Starlette:
    """Some shop's page, on an origin of its own, with the widget on it."""
    html = f"""<!doctype html><html lang=en dir={direction}><meta charset=utf-8>
    <meta name=viewport content="width=device-width"><title>A shop</title><main><h1>A shop</h1>
    <p>Fine teapots since 1911.</p><a href="#top">Basket</a></main><script async src="{widget}" {facts}></script>"""
    headers = {"content-security-policy": policy} if policy else {}
    return Starlette(routes=[Route("/", lambda _: HTMLResponse(html, headers=headers))])


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The app on a loopback port of its own, in a thread; yields its address."""
    config = uvicorn.Config(app, port=0, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://localhost:{port}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(5)


def until(true: Callable[[], bool], seconds: float = 10, nap: Callable[[], object] = lambda: time.sleep(0.01)) -> None:
    """Wait for it. Where a route has a handler in the test, `nap` must let Playwright work."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        nap()


@contextmanager
def stub_site() -> Iterator[tuple[str, Script]]:
    """The scripted server, running; yields its address and its script."""
    script = Script()
    with serving(secured(scripted(Site(script, read_statics(PAGES))), "*")) as address:
        yield address, script
