"""What a request is told whose time is over because the process ends: come again, nothing was lost."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from handlers.channels.base.event_stream import Closing
from handlers.http.problems import Away, answer


@dataclass(frozen=True, slots=True)
class Leaving:
    """Turns the cancelling of a request at the process's end into a 503, where no answer was begun yet."""

    app: ASGIApp
    closing: Closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except asyncio.CancelledError:
            if not self.closing.begun:
                raise
            # An answer that was begun cannot be ended well; its connection is closed already.
            with suppress(RuntimeError):
                await answer(Away(retry_after=2), scope["path"])(scope, receive, send)
