"""What an edge answers when it cannot do what was asked: one small tree of errors, each with words that say what to do.

    Refused
    ├── BadRequest    400  the request itself is malformed
    ├── Unauthorized  401  no token, or one that is not ours
    ├── Forbidden     403  this door is closed to you
    ├── NotFound      404  no such thing, or not yours
    ├── TooSlow       408  it did not arrive in time; the connection is closed
    ├── TooLarge      413  more bytes than we take
    ├── Unknown       422  it asks for something by a name that we do not know
    ├── Unproved      428  a new chat has to be earned first (`handlers.channels.web.proof_of_work`)
    ├── TooMany       429  too fast; come back after `retry_after` seconds
    └── Away          503  not now; nothing was lost, send it again

The chat doors answer `{"error": {"code", "message"}}`; `/api/` answers problem details (RFC 9457).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import ClassVar

import msgspec
from starlette.responses import Response

API_PREFIX = "/api/"


class RequestRefused(Exception):
    """A request that is answered with an error. `code` is for programs, `message` for people."""

    status: ClassVar[int] = 400
    code = "refused"
    extra: Mapping[str, str] = MappingProxyType({})
    """Headers of this answer besides."""

    def __init__(self, message: str, code: str = "", *, retry_after: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.retry_after = retry_after


class BadRequest(RequestRefused):
    status = 400
    code = "bad_request"


class Unauthorized(RequestRefused):
    status = 401
    code = "unauthorized"


class Forbidden(RequestRefused):
    status = 403
    code = "forbidden"


class NotFound(RequestRefused):
    status = 404
    code = "not_found"


class Conflict(RequestRefused):
    """It cannot be done as things stand now."""

    status = 409
    code = "conflict"


class TooSlow(RequestRefused):
    status = 408
    code = "too_slow"


class TooLarge(RequestRefused):
    status = 413
    code = "too_large"


class UnknownName(RequestRefused):
    status = 422
    code = "unknown_name"


class TooMany(RequestRefused):
    status = 429
    code = "too_many"


class Away(RequestRefused):
    status = 503
    code = "unavailable"

    def __init__(self, message: str = "", code: str = "", *, retry_after: int = 1) -> None:
        words = message or "We cannot take this right now. Nothing was lost: please send it again in a moment."
        super().__init__(words, code, retry_after=retry_after)


def only_known(asked: Iterable[str], known: Collection[str]) -> None:
    """Raise `UnknownName` for a name in a query that means nothing: a misspelt filter would show more than meant."""
    if strange := sorted(set(asked) - set(known)):
        named = ", ".join(name[:40] for name in strange[:5])
        raise UnknownName(f"Unknown in the query: {named}. Known are: {', '.join(sorted(known)) or 'none'}.")


def answer(refused: RequestRefused, path: str) -> Response:
    """The HTTP answer to a refusal, in the form that the path's clients expect."""
    if path.startswith(API_PREFIX):
        return problem(refused.status, refused.message, _headers(refused))
    return error(refused.status, refused.code, refused.message, _headers(refused))


def error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """`{"error": {"code", "message"}}`."""
    body = msgspec.json.encode({"error": {"code": code, "message": message}})
    return Response(body, status, headers, media_type="application/json")


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Problem details, RFC 9457."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Response(msgspec.json.encode(body), status, headers, media_type="application/problem+json")


def _headers(refused: RequestRefused) -> dict[str, str]:
    headers = dict(refused.extra)
    if refused.retry_after:
        headers["Retry-After"] = str(refused.retry_after)
    if refused.status == 408:
        headers["Connection"] = "close"
    if refused.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return headers
