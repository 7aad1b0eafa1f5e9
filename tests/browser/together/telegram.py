"""A Telegram in a thread of its own, so that what drives a browser may talk to it too."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from tests.telegram.server import TelegramServer

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds that people wait for what they want to see."""


class Telegram:
    """The test server; `do` has somebody act, `ask` looks at anything there."""

    def __init__(self, server: TelegramServer, loop: asyncio.AbstractEventLoop) -> None:
        self.server = server
        self._loop = loop

    def do(self, act: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(act, self._loop).result(2 * PATIENCE)

    def ask(self, look: Callable[[], T]) -> T:
        async def looking() -> T:
            return look()

        return self.do(looking())


@contextmanager
def telegram_in_a_thread() -> Iterator[Telegram]:
    """Leaving fails if the rules of the Bot API were broken."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    telegram = Telegram(TelegramServer(within=PATIENCE), loop)
    try:
        telegram.do(telegram.server.__aenter__())
        yield telegram
        telegram.do(telegram.server.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
