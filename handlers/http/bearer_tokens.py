"""Which program asks: by the token that it shows, and by nothing else. Being on this machine is no authorisation.

For talking, a token that was good a second ago is not looked up again, so a busy program costs a look-up a second, and
a revoked one is refused within that second; for all else it is looked up each time. Wrong ones are looked up too and
then counted by address, so that whoever tries some is slowed down, and nobody with a right one is.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from starlette.requests import HTTPConnection

from engine.reads import Reads
from engine.security_log import SecurityLog
from handlers.http.limits import Buckets, peer
from handlers.http.problems import Forbidden, TooMany, Unauthorized
from storage.db.errors import Unavailable
from storage.security.events import SecurityEvent, SecurityEventKind
from storage.staff.tokens import PREFIX, Token, TokenScope, digest_of, find_token, note_use

FRESH = 1.0
"""Seconds for which a token is good for talking without being looked up again."""
NOTED_EVERY = 60.0
"""Seconds between two notes of a token's use."""
REMEMBERED = 1_000
LONGEST = 200


def _wrong() -> Buckets:
    return Buckets(burst=20, rate=0.5)


@dataclass(slots=True)
class Tokens:
    """Admits programs. `wrong` counts wrong tokens by address."""

    reads: Reads
    clock: Callable[[], datetime]
    security: SecurityLog | None = None
    wrong: Buckets = field(default_factory=_wrong)
    _fresh: OrderedDict[str, tuple[Token, float]] = field(default_factory=OrderedDict)
    _noted: dict[str, float] = field(default_factory=dict)
    _noting: set[asyncio.Task[None]] = field(default_factory=set)

    async def admit(self, request: HTTPConnection, scope: TokenScope) -> Token:
        """The good token that came with a request and is for this. Raises `Unauthorized`, `Forbidden`, `TooMany`."""
        secret = _shown(request)
        token = await self._find(secret, FRESH if scope is TokenScope.CHAT else 0.0) if secret else None
        if token is None or not token.is_good(self.clock()):
            raise self._refusal(request, secret, token)
        if not token.allows(scope):
            self._note(SecurityEventKind.TOKEN_REFUSED, request, token, scope=scope.value)
            raise Forbidden(f"This token is not for this: it needs the scope `{scope.value}`.", "scope")
        self._use(request, token)
        return token

    async def _find(self, secret: str, fresh: float) -> Token | None:
        digest, now = digest_of(secret), time.monotonic()
        known = self._fresh.get(digest)
        if known is not None and now - known[1] < fresh:
            return known[0]
        found = await self.reads.run(find_token, digest)
        self._fresh.pop(digest, None)
        if found is not None:
            self._fresh[digest] = found, now
            if len(self._fresh) > REMEMBERED:
                self._fresh.popitem(last=False)
        return found

    def _refusal(self, request: HTTPConnection, secret: str, token: Token | None) -> Unauthorized | TooMany:
        """What to answer to no token, or a wrong one. Wrong ones beyond the limit are not written down either."""
        said = Unauthorized("Send `Authorization: Bearer TOKEN`, with a token from `amends token create NAME`.")
        if not secret and "authorization" not in request.headers:
            return said
        try:
            self.wrong.take(peer(request.scope))
        except TooMany as limited:
            return limited
        self._note(SecurityEventKind.TOKEN_REFUSED, request, token, why=self._why(token))
        return said

    def _why(self, token: Token | None) -> str:
        if token is None:
            return "unknown"
        return "revoked" if token.revoked_at else "expired"

    def _use(self, request: HTTPConnection, token: Token) -> None:
        """Once a minute it is written down that a token is in use, without waiting for it."""
        now = time.monotonic()
        if now - self._noted.get(token.name, -NOTED_EVERY) < NOTED_EVERY:
            return
        self._noted[token.name] = now
        self._note(SecurityEventKind.TOKEN_USED, request, token)
        task = asyncio.get_running_loop().create_task(self._keep(token.name))
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    async def _keep(self, name: str) -> None:
        with suppress(Unavailable):
            await self.reads.blocking(partial(self._write, name))

    def _write(self, name: str) -> None:
        with self.reads.database.write() as conn:
            note_use(conn, name, self.clock())

    def _note(self, kind: SecurityEventKind, request: HTTPConnection, token: Token | None, **detail: str) -> None:
        if self.security is not None:
            name = f"token {token.name}" if token else ""
            self.security.note(SecurityEvent(self.clock(), kind, name, "", peer(request.scope), detail))


def _shown(request: HTTPConnection) -> str:
    """What was sent as a bearer token, if it can be one of ours; or empty."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    secret = secret.strip()
    return secret if kind.lower() == "bearer" and secret.startswith(PREFIX) and len(secret) <= LONGEST else ""
