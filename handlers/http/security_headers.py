"""The headers that every answer carries, whoever made it: what a browser may load, frame, sniff and tell others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

EMBED = "/embed"
ANY_SITE = "*"
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "font-src 'self'; media-src 'self' blob:; worker-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors {ancestors}"
)
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    # What may be kept says so itself; nobody's words lie in a cache because a route forgot to forbid it.
    (b"cache-control", b"no-store"),
)
_HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")
"""A browser that came by https comes by nothing else for a year. Told over https alone: elsewhere it means nothing."""


@dataclass(frozen=True, slots=True)
class SecurityHeaders:
    """Adds the headers that an answer does not set itself.

    `/embed` may be framed by `frame_ancestors` (CSP source expressions, `*` for any site); nothing else may.
    """

    app: ASGIApp
    usual: tuple[tuple[bytes, bytes], ...]
    embedded: tuple[tuple[bytes, bytes], ...]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        extra = self.embedded if scope["path"] == EMBED else self.usual
        if scope.get("scheme") == "https":
            extra = (*extra, _HTTPS_ONLY)

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _joined(message.get("headers", ()), extra)
            await send(message)

        return await self.app(scope, receive, secured)


def secured(app: ASGIApp, frame_ancestors: str) -> SecurityHeaders:
    """The application, with the headers on each of its answers."""
    usual = (_policy("'none'"), (b"x-frame-options", b"DENY"), *_ALWAYS)
    # To browsers `*` means any site, but not a page opened from a file, as one is while a shop is being built.
    anyone = f"{ANY_SITE} file:" if frame_ancestors.strip() == ANY_SITE else frame_ancestors
    return SecurityHeaders(app, usual, (_policy(anyone), *_ALWAYS))


def _policy(ancestors: str) -> tuple[bytes, bytes]:
    if any(mark in ancestors for mark in ";,\r\n"):
        raise ValueError("frame_ancestors must be CSP sources separated by spaces, for example: https://shop.example")
    return b"content-security-policy", _POLICY.format(ancestors=ancestors).encode("latin-1")


def _joined(own: Iterable[tuple[bytes, bytes]], extra: tuple[tuple[bytes, bytes], ...]) -> list[tuple[bytes, bytes]]:
    headers = list(own)
    names = {name for name, _ in headers}
    headers.extend(header for header in extra if header[0] not in names)
    return headers
