"""Cookies, the token in forms, and where a request came from: what keeps other sites from acting for our staff."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec
from fastapi import Request
from starlette.responses import Response

from handlers.http.problems import BadRequest, Forbidden
from staff.words import later

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SESSION, GUEST, HALF, FLASH, LANGUAGE = "session", "guest", "half", "flash", "language"
KNOWN, PROOF, WAY, ISSUER = "known", "proof", "way", "issuer"
ZONE = "amends-zone"
"""Set by the page's own script, which alone knows the browser's zone."""
CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"
_OURS = ("same-origin", "none")
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Cookies:
    """The desk's cookies. `secure`: staff come by https, so browsers must never send or take them otherwise.

    Lax and not Strict, because the desk is opened from links in Telegram; what changes anything asks for
    the form's token besides.
    """

    secure: bool

    def name(self, short: str) -> str:
        """`__Host-` binds a cookie to this very host, whatever another one of its domain may set."""
        return f"{'__Host-' if self.secure else ''}amends-{short}"

    def read(self, request: Request, short: str) -> str:
        return request.cookies.get(self.name(short), "")

    def put(self, response: Response, short: str, value: str, seconds: int | None = None) -> None:
        """Set a cookie; without `seconds` it goes when the browser is closed."""
        response.set_cookie(
            self.name(short), value, seconds, path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def keep(self, response: Response, short: str, value: str) -> None:
        """Set a cookie for a year."""
        self.put(response, short, value, _YEAR)

    def drop(self, response: Response, short: str) -> None:
        response.delete_cookie(self.name(short), path="/", secure=self.secure, httponly=True, samesite="lax")


@dataclass(frozen=True, slots=True)
class Marks:
    """Short keyed marks on what goes to a browser and comes back. They are made with the first of the keys."""

    keys: tuple[bytes, ...]

    def csrf(self, holder: str) -> str:
        """The token of the forms that are given to one session, or to one guest."""
        return self._mark(self.keys[0], "csrf", holder)

    def csrf_tokens(self, holder: str) -> tuple[str, ...]:
        """Every token that such a form may hold, also one from before the key was replaced."""
        return tuple(self._mark(key, "csrf", holder) for key in self.keys)

    def sign(self, purpose: str, value: object) -> str:
        """A value that comes back unaltered, or not at all. It can be read by whoever holds it."""
        body = base64.urlsafe_b64encode(msgspec.json.encode(value)).decode()
        return f"{body}.{self._mark(self.keys[0], purpose, body)}"

    def read(self, purpose: str, signed: str) -> object:
        """The value that was signed for this purpose, or None."""
        body, _, mark = signed.rpartition(".")
        if not body or not any(same(mark, self._mark(key, purpose, body)) for key in self.keys):
            return None
        return msgspec.json.decode(base64.urlsafe_b64decode(body))

    def _mark(self, key: bytes, purpose: str, text: str) -> str:
        return hmac.digest(key, f"{purpose} {text}".encode("utf-8", "replace"), "sha256").hex()


def same(given: str, expected: str) -> bool:
    """Whether two texts are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def check_origin(request: Request, public_url: str) -> None:
    """Raise `Forbidden` unless a page of ours made this request; a browser says so, and scripts cannot change it.

    Browsers say nothing only when they read (a stream) from their own site without https.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        ours = site in _OURS
    elif origin is None:
        ours = request.method in SAFE
    else:
        hosts = {request.headers.get("host", "").lower(), _host_of(public_url)} - {""}
        ours = _host_of(origin) in hosts
    if not ours:
        raise Forbidden(later("This did not come from a page of the desk. Open the desk itself and try again."))


def check_csrf(given: Mapping[str, object], request: Request, expected: Collection[str]) -> None:
    """Raise `BadRequest` unless the form, or htmx's header, holds a token of this session."""
    shown = request.headers.get(CSRF_HEADER) or given.get(CSRF_FIELD)
    if not isinstance(shown, str) or not any(same(shown, token) for token in expected):
        raise BadRequest(later("This page was open for too long. Reload it and try again; nothing was changed."))


def inside(path: str, otherwise: str = "/desk") -> str:
    """The path if it is one of the desk's own, so that a link cannot lead out of it."""
    if path.startswith("/desk") and path[5:6] in ("", "/", "?") and path.isprintable() and "\\" not in path:
        return path
    return otherwise


def place_of(url: str) -> str:
    """The path and query of an address that a browser told us, or empty where it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
