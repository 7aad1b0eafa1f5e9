"""A server of our own on a free port of this machine, which stands in for somebody else's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol, TypeVar


class StandsIn(Protocol):
    """What a handler finds as its `stand_in`: where it listens, and whether it is over."""

    port: int
    over: threading.Event


S = TypeVar("S", bound=StandsIn)


class _Listening(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Whoever asked has hung up: that is what many tests are about."""


@contextmanager
def listening(stand_in: S, answer: type[BaseHTTPRequestHandler]) -> Iterator[S]:
    """The stand-in while it answers; gone when the block ends."""
    server = _Listening(("127.0.0.1", 0), type("Answer", (answer,), {"stand_in": stand_in}))
    stand_in.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        stand_in.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
