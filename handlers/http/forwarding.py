"""The outermost layer: a request that a proxy of ours passed on is its client's, with the client's scheme and host.

Everything behind reads `scope["client"]` and knows nothing of proxies. A proxy that does not say for whom it asks is
nobody's address (`client` is None), so that it is never limited or locked out as if it were one customer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from handlers.http.forwarding_headers import Hop, Trusted, hops_of, is_forwarded

Strange = Callable[[str], None]
"""Told the address of a peer that forwards and is not trusted; once for each process."""


@dataclass(slots=True)
class Forwarding:
    """Believes forwarding headers of trusted peers, and of nobody else."""

    app: ASGIApp
    trusted: Trusted
    strange: Strange
    _told: bool = field(default=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if scope["type"] == "http" and client is not None:
            if self.trusted.networks and self.trusted.holds(client[0]):
                hops = hops_of(scope["headers"], self.trusted.prefers)
                scope = resolved(scope, self.trusted.client(hops))
            elif not self._told and is_forwarded(scope["headers"]):
                self._tell(client[0])
        return await self.app(scope, receive, send)

    def _tell(self, address: str) -> None:
        self._told = True
        structlog.get_logger("amends").warning(
            "forwarding_not_trusted",
            peer=address,
            remedy="if this is your proxy, name it in AMENDS_TRUSTED_PROXIES; see docs/behind-a-proxy.md",
        )
        self.strange(address)


def resolved(scope: Scope, hop: Hop) -> Scope:
    """The request as the client made it."""
    headers = scope["headers"]
    if hop.host:
        headers = [(name, value) for name, value in headers if name != b"host"]
        headers.append((b"host", hop.host.encode("latin-1")))
    client = (hop.client, 0) if hop.client else None
    return {**scope, "client": client, "scheme": hop.scheme or scope["scheme"], "headers": headers}
