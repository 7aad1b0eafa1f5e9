"""`amends serve`: from settings to a process that listens, and that leaves well when asked."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable

import structlog
import typer

from bot.app import App, build, create_asgi
from bot.learning.first_start import learn_first
from bot.logs import configure_logs
from bot.opening import explained, prepare
from bot.refusal import Refusal
from bot.settings import Settings, check_safe
from engine.readers.pool import ReaderPool

Announce = Callable[[App], None]


def serve(settings: Settings, announce: Announce | None = None) -> None:
    """Serve until asked to stop. Raises `Refusal` before anything is listened to."""
    check_safe(settings)
    check_free(settings)
    configure_logs(settings.log_level, settings.log_format)
    learn_first(settings)
    app = build(settings)
    with explained(settings):
        app.database.claim_for_serving()
        prepare(settings, app.database)
    listen(app, announce or urls)


def check_free(settings: Settings) -> None:
    """Raise `Refusal` where somebody listens already, before the database is touched."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            at = f"{settings.host} port {settings.port}"
            raise Refusal(f"cannot listen on {at} ({error.strerror}). Choose another: --port PORT") from None


def listen(app: App, announce: Announce) -> None:
    """Run the HTTP server; `announce` is called when it listens and customers' words can be read."""
    from handlers.http.server import EdgeServer, config

    announcing: list[asyncio.Task[None]] = []

    class Announcing(EdgeServer):
        async def startup(self, sockets: object = None) -> None:
            await super().startup(sockets)  # type: ignore[arg-type]
            if self.started and not self.should_exit:
                structlog.get_logger("amends").info("listening", host=app.settings.host, port=app.settings.port)
                announcing.append(asyncio.create_task(_once_ready(app, announce)))

    asgi = create_asgi(app)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, _leave)
    settle()
    Announcing(config(asgi, app.settings.host, app.settings.port), asgi.closing).run()


async def _once_ready(app: App, announce: Announce) -> None:
    """Readers load for some seconds after the server listens. Whoever is told that it is ready writes at once."""
    if isinstance(app.understanding, ReaderPool):
        await app.understanding.ready.wait()
    announce(app)


def settle() -> None:
    """What is loaded by now stays for good: never again need the collector go through it.

    With a messenger's library loaded these are some 250,000 objects, a third of a second each time.
    """
    gc.collect()
    gc.freeze()


def _leave(_signal: int, _frame: object) -> None:
    """Having served to the end is no failure: the server raises the signal again once it has left."""
    sys.exit(0)


def urls(app: App) -> None:
    """Where things are, for the person who started the server."""
    at = app.settings.address
    typer.echo(f"Customers chat at   {at}/chat")
    typer.echo(f'The widget          <script src="{at}/widget.js" async></script>')
    if app.settings.rest == "on":
        typer.echo(f"The HTTP channel    POST {at}/webhooks/rest/webhook")
    typer.echo(f"The API             {at}/openapi.json")
    if app.desk:
        typer.echo(f"The desk            {at}/desk")
