"""What is noted of each request: the route's pattern, the answer, how long it took. Never who, nor what was said."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_VARIABLE = re.compile(r"/(chat/files|api/v1/cases|static|desk/static|desk/staff|desk/threads)/.+")


@dataclass(frozen=True, slots=True)
class Access:
    """One answered request. `route` is a pattern such as `/api/v1/cases/*`; `seconds` until the answer's end."""

    method: str
    route: str
    status: int
    seconds: float


class Accounted:
    """Counts every answer by route and status, and hands it to `note`, if there is one.

    Only known routes are counted by name; the paths that strangers try are all one.
    """

    def __init__(
        self,
        app: ASGIApp,
        known: frozenset[str],
        answers: Counter[tuple[str, int]],
        note: Callable[[Access], None] | None,
    ) -> None:
        self.app = app
        self.known = known
        self.answers = answers
        self.note = note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began, status = time.perf_counter(), 499

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            self._account(scope, status, time.perf_counter() - began)

    def _account(self, scope: Scope, status: int, seconds: float) -> None:
        route = scope["path"] if scope["path"] in self.known else _pattern(scope["path"])
        self.answers[route, status] += 1
        if self.note is not None:
            self.note(Access(scope["method"], route, status, seconds))


def _pattern(path: str) -> str:
    found = _VARIABLE.fullmatch(path)
    return f"/{found[1]}/*" if found else "other"
