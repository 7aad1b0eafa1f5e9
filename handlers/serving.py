"""Serving HTTP with uvicorn so that it ends well: open streams are told first, then requests finish."""

from __future__ import annotations

import socket

import uvicorn

from handlers.stream import Closing


class EdgeServer(uvicorn.Server):
    """A uvicorn server that ends its event streams when it is asked to stop, instead of waiting for them."""

    def __init__(self, config: uvicorn.Config, closing: Closing) -> None:
        super().__init__(config)
        self.closing = closing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.closing.begin()
        await super().shutdown(sockets)


def config(app: object, host: str, port: int, grace: int = 8) -> uvicorn.Config:
    """How the edges are served.

    Proxy headers are not believed and uvicorn writes no access log (it would hold addresses): the edges
    have their own. `grace` is how many seconds requests have to finish.
    """
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        log_config=None,
        timeout_graceful_shutdown=grace,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=64 * 1024,
    )
