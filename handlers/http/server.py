"""Serving HTTP with uvicorn so that nobody can hold it up, and so that it ends well.

Once a second connections that are overdue are closed. At the end open streams are told first, then
requests finish, and those that do not are told to come again.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator

import uvicorn

from handlers.channels.base.event_stream import Closing
from handlers.http.connection import BoundedConnection
from handlers.http.fd_limits import connections_within, raised

LAST_CALL = 0.5
"""Seconds before the end of grace at which requests still at work are told to come again."""

_TICKS = 10
"""uvicorn ticks ten times a second."""


class EdgeServer(uvicorn.Server):
    """A uvicorn server that closes who keeps it waiting, and ends its event streams when it is asked to stop."""

    def __init__(self, config: uvicorn.Config, closing: Closing) -> None:
        super().__init__(config)
        self.closing = closing

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS == 0:
            now = time.monotonic()
            for connection in self._connections():
                if connection.overdue(now):
                    connection.transport.abort()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.closing.begin()
        last_call = asyncio.create_task(self._call_last())
        try:
            await super().shutdown(sockets)
        finally:
            last_call.cancel()

    async def _call_last(self) -> None:
        """Before uvicorn cancels what is at work, which it logs as errors: end it ourselves."""
        await asyncio.sleep(max(0.0, (self.config.timeout_graceful_shutdown or 0) - LAST_CALL))
        for connection in self._connections():
            if connection.half_answered:
                connection.transport.abort()
        await asyncio.sleep(0)
        for task in list(self.server_state.tasks):
            task.cancel()

    def _connections(self) -> Iterator[BoundedConnection]:
        return (each for each in list(self.server_state.connections) if isinstance(each, BoundedConnection))


def config(app: object, host: str, port: int, grace: int = 8) -> uvicorn.Config:
    """How the edges are served. Raises the process's limit of open files to what it may have.

    Proxy headers are not believed and uvicorn writes no access log (it would hold addresses): the edges
    have their own. `grace` is how many seconds requests have to finish.
    """
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=host,
        port=port,
        loop="uvloop",
        http=BoundedConnection,
        ws="none",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        log_config=None,
        timeout_graceful_shutdown=grace,
        timeout_keep_alive=30,
        limit_concurrency=connections_within(raised()),
    )
