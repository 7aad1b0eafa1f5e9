"""The application as operators start it, in a thread of this process: `serve` without its signals."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app import App, build, create_asgi
from bot.opening import prepare
from bot.settings import load_settings
from handlers.http.server import EdgeServer, config


@dataclass
class Served:
    """An application that listens."""

    app: App
    address: str


@asynccontextmanager
async def served(tmp_path: Path, *, webhook: bool = False, **chosen: object) -> AsyncIterator[Served]:
    """Serve with these settings; with `webhook`, Telegram is told to bring updates here."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        public = {"public_url": address} if webhook else {}
        settings = load_settings(
            data_dir=tmp_path, understanding="rules", readers=0, log_level="warning", **public, **chosen
        )
        app = await asyncio.to_thread(build, settings)
        app.database.claim_for_serving()
        await asyncio.to_thread(prepare, settings, app.database)
        asgi = create_asgi(app)
        server = EdgeServer(config(asgi, "127.0.0.1", 0, grace=5), asgi.closing)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server did not start"
                await asyncio.sleep(0.02)
            yield Served(app, address)
        finally:
            server.should_exit = True
            await asyncio.to_thread(thread.join, 15)
            assert not thread.is_alive(), "the server did not end"
